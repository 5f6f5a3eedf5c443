"""Steward, The key, Passphrase: set it, change it, or take it away."""

from __future__ import annotations

import asyncio

from textual.app import ComposeResult

from db.errors import N_, WrongPassphrase
from kiosk.messages import _
from kiosk.screens.card import Question
from kiosk.screens.form import FormScreen
from kiosk.slips.keyfile import EmptyPassphrase, PassphrasesDiffer
from kiosk.widgets.form import Field, Form


class PassphraseScreen(FormScreen):
    """The one that holds now, and twice the new one."""

    CARD = (
        N_("Passphrase"),
        N_("It locks the market's key and asks whoever changes something to be a steward."),
        N_("A few words that are in no book are better than one clever word. Keep them on paper, "
           "away from the table: nobody can bring them back."),
        N_("Leave the new one empty to have none: then whoever uses this machine can do all."),
        N_("Copies of the key that were made before still open with the passphrase of then."),
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._guarded = False

    def body(self) -> ComposeResult:
        self._guarded = self.app.table.guarded  # as it was: the fields stay when it changes
        yield from super().body()

    def title_text(self) -> str:
        return _("Passphrase")

    def intro(self) -> str:
        if self._guarded:
            return _("The market's key has a passphrase. An empty new one takes it away.")
        return _("The market's key has no passphrase: whoever uses this machine can use the key.")

    def fields(self) -> list[Field]:
        now = [Field("old", _("Passphrase now"), secret=True)] if self._guarded else []
        return [
            *now,
            Field("new", _("New passphrase"), _("a few words"), secret=True),
            Field("again", _("Passphrase again"), _("to be sure of it"), secret=True),
        ]

    async def submit(self, values: dict[str, str]) -> str:
        old, new = values.get("old"), values["new"]
        if new != values["again"]:
            raise PassphrasesDiffer()
        if new:
            return await self._change(old, new)
        if old is None:
            raise EmptyPassphrase()

        async def remove() -> None:
            self.app.run_worker(self._remove(old), group="work")

        lines = [
            _("Then the permissions of a file protect the key alone, and nothing that is done here "
              "asks whether a steward does it.")
        ]  # fmt: skip
        title = _("Take the passphrase away?")
        self.app.push_screen(Question(title, lines, "T", _("take it away"), remove))
        return ""

    async def _remove(self, old: str) -> None:
        with self.refused():
            await self._change(old, None)

    async def _change(self, old: str | None, new: str | None) -> str:
        form = self.query_one(Form)
        form.fill(old="", new="", again="")
        form.begin()
        await self.ask(lambda till: till.steward.may_try())
        relock = await self.ask(lambda till: till.relock)
        try:
            key = await asyncio.to_thread(relock, old, new)
        except WrongPassphrase:
            await self.ask(lambda till: till.wrong_passphrase())
            raise
        await self.ask(lambda till: till.relocked(key, guards=new is not None))
        self.app.backups.make_one()  # whether the key is in backups, and how it is locked there
        if new is None:
            return await self.done(_("The key has no passphrase any more."))
        return await self.done(_("The key is locked with the new passphrase."))
