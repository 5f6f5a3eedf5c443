"""Steward, The key: what may be done with the market's key."""

from __future__ import annotations

from importlib import import_module
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from db.errors import N_
from kiosk.messages import _
from kiosk.screens.base import TableScreen
from kiosk.widgets.menu import Choice, Menu

TASKS = {
    "split": ("kiosk.screens.key_split", "SplitKeyScreen"),
    "rebuild": ("kiosk.screens.key_rebuild", "RebuildKeyScreen"),
    "lost": ("kiosk.screens.key_lost", "LostBooksScreen"),
    "passphrase": ("kiosk.screens.passphrase", "PassphraseScreen"),
    "rotate": ("kiosk.screens.key_rotate", "RotateKeyScreen"),
}
"""Screens by name, imported when first shown."""


class KeyScreen(TableScreen[None]):
    """The menu of the key."""

    CARD = (
        N_("The key"),
        N_("The market's key signs every slip and every seal. Whoever has it can make slips."),
        N_("S splits it into sheets of words for several stewards: do it once, while all is well. R "
           "brings it back from them."),
        N_("L is for the day after a loss: it honours slips that these books don't hold."),
        N_("P locks it by a passphrase. N puts another key in its place: from time to time, or after "
           "a theft."),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    KeyScreen #about { margin: 0 0 1 0; color: $quiet; }
    """

    def body(self) -> ComposeResult:
        yield Static("", id="about", markup=False)
        yield Menu()

    def on_mount(self) -> None:
        self.query_one(Menu).focus()

    def title_text(self) -> str:
        return _("The key")

    async def redraw(self) -> None:
        await super().redraw()
        if not self.is_mounted:
            return
        key = await self.ask(lambda till: till.public.key_id.hex())
        self.query_one("#about", Static).update(
            _("The key of this market is {key}; so it stands on the sheets.").format(key=key)
        )
        self.query_one(Menu).show(self._choices())

    def _choices(self) -> list[Choice]:
        return [
            Choice("S", _("Split it"), _("sheets of words for several stewards"), "split"),
            Choice("R", _("Rebuild it"), _("from the sheets, with a new passphrase"), "rebuild"),
            Choice("L", _("Slips of lost books"), _("honour them from paper"), "lost"),
            Choice("P", _("Passphrase"), _("set it, change it, take it away"), "passphrase"),
            Choice("N", _("A new key"), _("in its place, planned or after a theft"), "rotate"),
        ]

    async def on_menu_chosen(self, message: Menu.Chosen) -> None:
        module, name = TASKS[message.name]
        await self.app.push_screen(getattr(import_module(module), name)())
