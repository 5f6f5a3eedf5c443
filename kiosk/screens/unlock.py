"""The passphrase of the market's key, asked for when the table starts."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from db.errors import N_
from kiosk.messages import _
from kiosk.screens.form import FormScreen
from kiosk.widgets.form import Field, Form


class UnlockScreen(FormScreen):
    """One secret field. Without it everything can be looked at and no slip can be made."""

    CARD = (
        N_("Unlock the key"),
        N_("The market's key signs every slip. It lies on this machine, locked by a passphrase."),
        N_("Esc goes on without it: ledger and slips can be looked at, nothing can be handed out."),
        N_("It can be unlocked later under Steward."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", N_("unlock"), key_display="Enter"),
        Binding("escape", "back", N_("go on locked"), key_display="Esc"),
    ]

    def title_text(self) -> str:
        return _("Unlock the key")

    def intro(self) -> str:
        return _("The market's key is locked. The passphrase opens it until the kiosk is left.")

    def fields(self) -> list[Field]:
        return [Field("passphrase", _("Passphrase"), secret=True)]

    async def submit(self, values: dict[str, str]) -> str:
        self.query_one(Form).fill(passphrase="")
        await self.ask(lambda till: till.unlock(values["passphrase"]))
        return await self.done(_("The key is open."))
