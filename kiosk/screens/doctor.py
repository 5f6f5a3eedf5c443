"""A check-up of this machine: everything that can be wrong with it, in sentences."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, VerticalScroll
from textual.widgets import Static

from db.errors import N_
from kiosk.doctor import LEVELS, Level, Machine, Said, examine
from kiosk.messages import _, ngettext
from kiosk.screens.base import TableScreen
from kiosk.text import safe

SIGNS = {Level.OK: "✓", Level.NOTE: "·", Level.TROUBLE: "✗"}
LOOKS = {Level.OK: "quiet", Level.NOTE: "accent", Level.TROUBLE: "trouble"}


class DoctorScreen(TableScreen[None]):
    """It begins at once; what is wrong stands first."""

    CARD = (
        N_("Check-up"),
        N_("✗ is trouble: mend it before the market goes on. The sentence says how."),
        N_("· is good to know, or to be done some time. ✓ is well."),
        N_("Nothing is changed here, and the table goes on meanwhile. “kiosk doctor” says the same "
           "in lines, also where the kiosk does not start."),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "again", N_("check again"), key_display="Enter"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    DoctorScreen #verdict { text-style: bold; margin: 0 0 1 0; }
    DoctorScreen VerticalScroll { height: 1fr; }
    DoctorScreen Grid { grid-size: 3; grid-columns: 2 12 1fr; grid-rows: auto; height: auto; }
    DoctorScreen Grid Static { height: auto; }
    DoctorScreen .accent { color: $accent; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: list[Said] | None = None
        self._said_in = ""  # the language of the sentences
        self._looking = False

    def body(self) -> ComposeResult:
        yield Static("", id="verdict", markup=False)
        with VerticalScroll():
            yield Grid()

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()
        self.action_again()

    def title_text(self) -> str:
        return _("Check-up of this machine")

    def action_again(self) -> None:
        """Look at everything once more."""
        if not self._looking:
            self._looking = True
            self._said, self._said_in = None, self.spoken
            self.run_worker(self._look(), group="work")

    async def _look(self) -> None:
        await self.redraw()
        app = self.app
        try:
            # The printer is asked when it is free: a question in the middle of a slip would ruin it.
            printer = await self.ask(lambda till: till.printer())
            answer = await app.queue.off_loop(printer.state)
            machine = Machine(app.folder, size=(app.size.width, app.size.height), answer=answer)
            self._said = await asyncio.to_thread(examine, machine)
        finally:
            self._looking = False
        await self.redraw()

    async def redraw(self) -> None:
        await super().redraw()
        if not self.is_mounted:
            return
        if self._said is not None and self._said_in != self.spoken:
            self.action_again()
        said = sorted(self._said or (), key=lambda one: list(LEVELS)[::-1].index(one.level))
        trouble = sum(one.level is Level.TROUBLE for one in said)
        verdict = self.query_one("#verdict", Static)
        verdict.set_class(trouble > 0, "trouble")
        verdict.update(self._verdict(trouble))
        grid = self.query_one(Grid)
        with self.app.batch_update():
            await grid.remove_children()
            for one in said:
                look = LOOKS[one.level]
                await grid.mount(
                    Static(SIGNS[one.level], classes=look, markup=False),
                    Static(_(one.topic), classes="strong", markup=False),
                    Static(
                        safe(one.words, 600),
                        classes=look if look == "trouble" else "",
                        markup=False,
                    ),
                )

    def _verdict(self, trouble: int) -> str:
        if self._said is None:
            return _("working…") if self._looking else ""
        if trouble:
            return ngettext(
                "✗ {number} thing must be mended.", "✗ {number} things must be mended.", trouble
            ).format(number=trouble)
        return _("✓ This machine is well.")
