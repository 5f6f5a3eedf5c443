"""Steward, The key, A new key: put another key in the place of the one in force."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from db.errors import N_, MissingDecision, Refused
from kiosk.keys import rotation
from kiosk.messages import _
from kiosk.screens.card import Card, Question
from kiosk.screens.form import FormScreen
from kiosk.slips.keyfile import PassphrasesDiffer
from kiosk.widgets.form import Field, Form
from kiosk.wording import new_key

if TYPE_CHECKING:
    from kiosk.keys.rotation import Rotated
    from kiosk.till import Till

PLANNED, STOLEN = "planned", "stolen"


class NoLastGoodDay(Refused):
    sentence = N_(
        "“{text}” is no day. Type the last one on which the key was surely the market's alone, such "
        "as 2026-11-21."
    )


class RotateKeyScreen(FormScreen):
    """Why, since when, with which passphrase, and the words of the decision."""

    CARD = (
        N_("A new key"),
        N_("The new key signs slips and seals from now on. Slips of before stay good, and the old key "
           "signs that the new one follows it."),
        N_("After a theft the ledger decides: a slip of the stolen key is good where the ledger handed "
           "it out, else forged. Where books were lost it is honoured up to the last good day, and a "
           "thief can date back."),
        N_("What was sealed after the last good day counts only where a later day covers it."),
        N_("The old key is overwritten here. Earlier backups and the stewards' shares still hold it: make "
           "new ones, and hang up the new card."),
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._locked = False

    def body(self) -> ComposeResult:
        self._locked = self.app.table.guarded  # as it was: the fields stay when it changes
        yield from super().body()

    def title_text(self) -> str:
        return _("A new key")

    def intro(self) -> str:
        return _("It signs everything from now on. What the old key signed stays good.")

    def fields(self) -> list[Field]:
        reasons = ((PLANNED, _("it is time")), (STOLEN, _("it was stolen")))
        now = [Field("old", _("Passphrase now"), secret=True)] if self._locked else []
        hint = _("empty: the same") if self._locked else _("empty: none, as now")
        return [
            Field("why", _("Why"), _("← →"), PLANNED, choices=reasons),
            Field("last_good", _("Last good day"), _("if stolen: 2026-11-21"), beside=True),
            *now,
            Field("new", _("New passphrase"), hint, secret=True),
            Field("again", _("Passphrase again"), _("to be sure of it"), secret=True, beside=True),
            Field("decision", _("Decision"), _("who decided, and when: “assembly of 3 May”")),
        ]

    async def submit(self, values: dict[str, str]) -> str:
        last_good = _last_good(values)
        if values["new"] != values["again"]:
            raise PassphrasesDiffer()
        if not values["decision"]:
            raise MissingDecision()
        lines = [
            _("The old key is overwritten on this machine, and there is no way back."),
            _("Make new shares and a new backup afterwards."),
        ]
        if last_good is not None:
            lines.insert(0, _("The old key is called stolen: it counts no more by itself."))

        async def put_in_force() -> None:
            self.app.run_worker(self._rotate(values, last_good), group="work")

        title = _("Put a new key in force?")
        self.app.push_screen(Question(title, lines, "N", _("new key"), put_in_force))
        return ""

    async def _rotate(self, values: dict[str, str], last_good: date | None) -> None:
        old, new = values.get("old"), values["new"]

        def rotate(till: Till) -> Rotated:
            if old is not None:
                till.unlock(old)
            passphrase = new or old
            return rotation.rotate(
                till, values["decision"], passphrase=passphrase, last_good=last_good
            )

        self.say(_("working…"))
        with self.refused():
            rotated = await self.ask(rotate)
            self.app.backups.make_one()  # no earlier backup and no sheet holds the new key
            self.query_one(Form).fill(old="", new="", again="")
            await self.done(_("The market has a new key."))
            await self.app.push_screen(Card(_("A new key"), new_key(rotated.handover)))


def _last_good(values: dict[str, str]) -> date | None:
    """The last good day of a stolen key; a day beside a planned change says that it was stolen."""
    text = values["last_good"]
    if values["why"] == PLANNED and not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NoLastGoodDay(text=text) from None
