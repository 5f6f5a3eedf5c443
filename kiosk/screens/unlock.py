"""The passphrase of the market's key: asked for when the table starts, and for a steward's doings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

from textual.binding import Binding, BindingType

from db.errors import N_, WrongPassphrase
from kiosk.keys.lock import GRACE_SECONDS
from kiosk.messages import _
from kiosk.screens.form import FormScreen
from kiosk.widgets.form import Field, Form
from kiosk.wording import clock


class PassphraseForm(FormScreen):
    """One secret field, and what it opens."""

    def fields(self) -> list[Field]:
        return [Field("passphrase", _("Passphrase"), secret=True)]

    async def give(self, passphrase: str) -> None:
        """Open the key and the stewards' lock; the table goes on meanwhile. Raises WrongPassphrase,
        PassphraseNeeded, TooManyPassphrases, KeyUnusable."""
        self.query_one(Form).fill(passphrase="")
        await self.ask(lambda till: till.steward.may_try())
        attempt = await self.ask(lambda till: till.try_passphrase)
        try:
            key = await asyncio.to_thread(attempt, passphrase)
        except WrongPassphrase:
            await self.ask(lambda till: till.wrong_passphrase())
            raise
        await self.ask(lambda till: till.admit(key))


class UnlockScreen(PassphraseForm):
    """The market's key, when the table starts. Without it everything can be looked at, and no slip
    can be made."""

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

    async def submit(self, values: dict[str, str]) -> str:
        await self.give(values["passphrase"])
        return await self.done(_("The key is open."))


class ForStewardsScreen(PassphraseForm):
    """What a steward alone may do was asked for: the passphrase, then it is done."""

    CARD = (
        N_("For a steward"),
        N_("What changes the market, its rules or this machine is a steward's to do."),
        N_("The passphrase is that of the market's key. It is asked for again five minutes after "
           "the last change, or when L locks under Steward."),
        N_("Visits, slips and everything that is only looked at never ask."),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", N_("go on"), key_display="Enter"),
        Binding("escape", "back", N_("leave it"), key_display="Esc"),
    ]

    def __init__(self, again: Callable[[], object] | None = None) -> None:
        """`again` is what is done once the passphrase was right."""
        super().__init__()
        self._again = again

    def title_text(self) -> str:
        return _("For a steward")

    def intro(self) -> str:
        return _("That is a steward's to do. The passphrase of the market's key, please.")

    async def submit(self, values: dict[str, str]) -> str:
        await self.give(values["passphrase"])
        is_on_top = self.app.screen is self
        until = self.app.now() + timedelta(seconds=GRACE_SECONDS)
        said = _("Open until {time}.").format(time=clock(until))
        if self._again is None:
            said = " ".join((said, _("Now do it once more.")))
        await self.done(said)
        if self._again is not None and is_on_top:
            self.app.call_later(self._again)
        return ""
