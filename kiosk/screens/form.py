"""What all screens with a form share: some words, the fields, and one thing that is done with them."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from db.errors import N_
from kiosk.messages import _
from kiosk.screens.base import TableScreen
from kiosk.widgets.form import Field, Form


class FormScreen(TableScreen[None]):
    """A form. Subclasses give `intro`, `fields` and `submit`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", N_("next, at the end: done"), key_display="Enter"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    FormScreen #intro { margin: 0 0 1 0; color: $quiet; }
    FormScreen Form { width: 1fr; }
    FormScreen.-wide Form { width: 80; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._working = False

    def body(self) -> ComposeResult:
        yield Static(self.intro(), id="intro", markup=False)
        yield Form(self.fields())

    def intro(self) -> str:
        """A sentence above the fields; safe text, empty for none."""
        return ""

    def fields(self) -> list[Field]:
        """The fields, in the language spoken now."""
        return []

    async def submit(self, values: dict[str, str]) -> str:
        """Do it, and give what is to be said where the form stays (safe text, perhaps nothing).
        What the till refuses is shown, and the form stays as it was; where a steward is needed it
        is done again from its start, so it must change nothing before it needs one."""
        raise NotImplementedError

    async def redraw(self) -> None:
        await super().redraw()
        if not self.is_mounted:
            return
        intro = self.query_one("#intro", Static)
        intro.update(self.intro())
        intro.display = bool(self.intro())
        self.query_one(Form).relabel(self.fields())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return not (action == "back" and self._working)

    def on_form_submitted(self, message: Form.Submitted) -> None:
        self._begin(message.values)

    def _begin(self, values: dict[str, str]) -> None:
        if not self._working:
            self._working = True
            self.say(_("working…"))
            # The app's, not the screen's: what was begun is not cancelled when a scan covers it.
            self.app.run_worker(self._submit(values), group="work")

    async def _submit(self, values: dict[str, str]) -> None:
        try:
            with self.refused(lambda: self._begin(values)):
                said = await self.submit(values)
                if self.is_attached:
                    self.say(said)
        finally:
            self._working = False

    async def done(self, words: str) -> str:
        """It is done: back to the screen below, which says so."""
        app = self.app
        await app.refresh_table()
        if app.screen is self:
            await app.pop_screen()
            if isinstance(app.screen, TableScreen):
                app.screen.say(words)
        return ""

    def action_enter(self) -> None:
        """What Enter does in the field that has the focus; the fields themselves see the key."""
        self.query_one(Form).enter()


def typed_folder(text: str) -> Path | None:
    """A folder as somebody typed it; None where nothing was."""
    if not text:
        return None
    try:
        return Path(text).expanduser()
    except RuntimeError:  # ~somebody whom the system does not know
        return Path(text)
