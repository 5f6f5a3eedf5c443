"""A small card in the middle of the screen: something to read, or one question with one key.

A card never waits for its answer in a worker, because a scan takes it away; what is to be done is
given as a function that is called when its key was pressed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from kiosk.messages import _


class Card(ModalScreen[None]):
    """Lines to read; longer ones than the screen scroll. Esc or Enter takes it away."""

    makes_way = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("enter", "leave", show=False),
    ]
    DEFAULT_CSS = """
    Card { align: center middle; background: $background 60%; }
    Card #card { width: 72; height: auto; border: solid $accent;
                 background: $background; padding: 1 3; }
    Card .title { text-style: bold; color: $accent; margin: 0 0 1 0; }
    Card #lines { height: auto; max-height: 58vh; }
    Card #keys { text-align: right; width: 100%; margin: 1 0 0 0; color: $quiet; }
    """

    def __init__(self, title: str, lines: Sequence[Content | str]) -> None:
        """`title` and plain lines are safe text."""
        super().__init__()
        self._title = title
        self._lines = list(lines)

    def compose(self) -> ComposeResult:
        with Vertical(id="card"):
            yield Static(self._title, classes="title", markup=False)
            with VerticalScroll(id="lines"):
                for line in self._lines:
                    yield Static(line, markup=False)
            yield Static(self.keys(), id="keys", markup=False)

    def keys(self) -> Content:
        """The bottom line: what the keys do."""
        return Content(_("Esc back"))

    def on_click(self, event: events.Click) -> None:
        if event.widget is self:
            self.dismiss()

    def action_leave(self) -> None:
        """Take the card away."""
        self.dismiss()


class Question(Card, inherit_bindings=False):
    """A card with one thing to do, by one key of its own; Esc leaves everything as it is.

    Enter does nothing here: the question often follows a form that ended with Enter.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    def __init__(
        self,
        title: str,
        lines: Sequence[Content | str],
        key: str,
        label: str,
        do: Callable[[], Awaitable[None]],
    ) -> None:
        """`key` is a letter, `label` says what it does."""
        super().__init__(title, lines)
        self._key = key
        self._label = label
        self._do = do

    def keys(self) -> Content:
        return Content.assemble(
            (self._key.upper(), "bold $accent"), f" {self._label}      ", _("Esc back")
        )

    def action_leave(self) -> None:
        """Leave everything as it is."""
        self.dismiss()

    async def on_key(self, event: events.Key) -> None:
        if (event.character or "").lower() == self._key.lower():
            event.stop()
            self.dismiss()
            self.app.call_later(self._do)


async def show_lost(app: App[Any], lost: str) -> None:
    """Say which letters paper will lack, as `kiosk.wording.lost_on_paper` has it, if any."""
    if lost:
        await app.push_screen(Card(_("Letters that paper lacks"), [lost]))
