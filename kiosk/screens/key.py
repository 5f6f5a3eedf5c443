"""Steward, The key: what may be done with the market's key."""

from __future__ import annotations

from importlib import import_module
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from db.errors import N_
from kiosk.messages import _
from kiosk.screens.base import TableScreen
from kiosk.widgets.menu import Choice, Menu

TASKS = {
    "passphrase": ("kiosk.screens.passphrase", "PassphraseScreen"),
    "rotate": ("kiosk.screens.key_rotate", "RotateKeyScreen"),
}
"""Screens by name, imported when first shown."""


class KeyScreen(TableScreen[None]):
    """The menu of the key."""

    CARD = (
        N_("The key"),
        N_("The market's key signs every slip and every seal. Whoever has it can make slips."),
        N_("A passphrase locks it, and lets stewards alone change the market and this machine."),
        N_("N puts another key in its place: from time to time, or after a theft."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]

    def body(self) -> ComposeResult:
        yield Menu()

    def on_mount(self) -> None:
        self.query_one(Menu).focus()

    def title_text(self) -> str:
        return _("The key")

    async def redraw(self) -> None:
        await super().redraw()
        if self.is_mounted:
            self.query_one(Menu).show(self._choices())

    def _choices(self) -> list[Choice]:
        return [
            Choice("P", _("Passphrase"), _("set it, change it, take it away"), "passphrase"),
            Choice("N", _("A new key"), _("in its place, planned or after a theft"), "rotate"),
        ]

    async def on_menu_chosen(self, message: Menu.Chosen) -> None:
        module, name = TASKS[message.name]
        await self.app.push_screen(getattr(import_module(module), name)())
