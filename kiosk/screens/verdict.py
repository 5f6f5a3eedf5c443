"""The verdict on a scanned slip, filling the screen: one sign, one word, one sentence."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from db.errors import N_
from kiosk.messages import _, sentence
from kiosk.screens.base import TITLE_SEPARATOR, TableScreen
from kiosk.text import safe
from kiosk.verdicts import Verdict
from kiosk.widgets.signs import sign
from kiosk.wording import credits, honoured_from_paper, long_date, verdict_word


class VerdictScreen(TableScreen[None]):
    """What a slip is worth, for everyone at the table to see."""

    makes_way = True

    CARD = (
        N_("What the scan says"),
        N_("A good slip can be handed in: Enter starts a visit with it."),
        N_("Each slip counts once. Of a slip that was copied, the first one handed in counts."),
        N_("L shows the visit in which a slip was handed in: look at it together."),
        N_("Nothing was changed by looking. Esc goes back, or scan the next one."),
    )
    BINDINGS = [
        Binding("enter", "start_visit", N_("start a visit with it"), key_display="Enter"),
        Binding("l", "look", N_("look at the visit"), key_display="L"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    VerdictScreen #body { align: center middle; }
    VerdictScreen #verdict { width: 100%; height: auto; }
    VerdictScreen #verdict Static { width: 100%; text-align: center; }
    VerdictScreen #sign { height: 4; margin: 0 0 1 0; }
    VerdictScreen #word { text-style: bold; margin: 0 0 1 0; }
    VerdictScreen #amount { text-style: bold; }
    VerdictScreen #said { margin: 0 0 1 0; color: $quiet; }
    VerdictScreen #sentence { padding: 0 8; }
    VerdictScreen.-good #sign, VerdictScreen.-good #word { color: $success; }
    VerdictScreen.-bad #sign, VerdictScreen.-bad #word { color: $error; }
    VerdictScreen.-strange #sign, VerdictScreen.-strange #word { color: $warning; }
    """

    def __init__(self, verdict: Verdict) -> None:
        super().__init__()
        self.verdict = verdict

    def body(self) -> ComposeResult:
        with Vertical(id="verdict"):
            for id in ("sign", "word", "amount", "said", "sentence"):
                yield Static("", id=id, markup=False)

    def title_text(self) -> str:
        return _("Slip")

    def standing_words(self) -> str:
        clock = self.app.lookout.clock_words() if self.verdict.word == "expired" else ""
        return super().standing_words() or clock

    async def redraw(self) -> None:
        await super().redraw()
        if not self.is_mounted:
            return
        verdict = self.verdict
        strange = verdict.word in ("practice", "foreign", "unknown")
        self.set_class(verdict.good, "-good")
        self.set_class(strange, "-strange")
        self.set_class(not verdict.good and not strange, "-bad")
        texts = {
            "sign": "\n".join(sign(verdict.word)),
            "word": " ".join(verdict_word(verdict.word, verdict.error)),
            "amount": credits(verdict.amount) if verdict.amount is not None else "",
            "said": self._said(),
            "sentence": self._sentence(),
        }
        for id, text in texts.items():
            widget = self.query_one(f"#{id}", Static)
            widget.update(text)
            widget.display = bool(text)

    def _sentence(self) -> str:
        if self.verdict.error is not None:
            return sentence(self.verdict.error)
        return honoured_from_paper() if self.verdict.unheld is not None else ""

    def _said(self) -> str:
        """From whom, of when, from which visit, until when: what is known of the paper."""
        verdict = self.verdict
        if verdict.issued is None or verdict.word == "forged":
            return ""
        parts = []
        if verdict.slip is not None and self.app.table.market is not None:
            parts.append(safe(self.app.table.market.name, 40))
        parts.append(long_date(verdict.issued))
        if verdict.slip is not None and verdict.slip.visit:
            parts.append(_("visit {visit}").format(visit=verdict.slip.visit))
        if verdict.expires is None:
            parts.append(_("no expiry"))
        else:
            parts.append(_("good until {date}").format(date=long_date(verdict.expires)))
        return TITLE_SEPARATOR.join(parts)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "start_visit":
            return self.verdict.good and self.app.table.day is not None
        if action == "look":
            return bool(self.verdict.slip and self.verdict.slip.ended_visit)
        return True

    def action_start_visit(self) -> None:
        """Hand the slip in."""
        self.app.switch_screen(self.app.make("visit", self.verdict))

    def action_look(self) -> None:
        """The visit in which it was handed in, in the ledger."""
        from db.reports import LedgerFilter

        slip = self.verdict.slip
        if slip is not None:
            shown = LedgerFilter(day=slip.ended_day, visit=slip.ended_visit)
            self.app.switch_screen(self.app.make("ledger", shown))
