"""The hand-over: the visit is in the book; its slip is shown and comes out of the printer.

Enter says that the paper came out: only then is the slip's secret wiped from this machine.
"""

from __future__ import annotations

from operator import methodcaller

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from db.amounts import format_credits
from db.errors import N_
from kiosk.messages import _, ngettext
from kiosk.scanning.cards import Action
from kiosk.screens.base import TableScreen
from kiosk.till.records import HandOver
from kiosk.verdicts import Scanned, Verdict
from kiosk.widgets.figure import Figure


class HandOverScreen(TableScreen[None]):
    """What goes over the table."""

    CARD = (
        N_("Hand-over"),
        N_(
            "The visit is in the book. Give the neighbour the slip, and put those handed in in the box."
        ),
        N_("Enter when the paper came out: then this machine forgets the slip's secret."),
        N_("P if it did not come out: it is printed again, marked as a copy. It counts once."),
        N_("Without a printer, the neighbour can photograph the QR or write the code down."),
    )
    BINDINGS = [
        Binding("enter", "next", N_("next neighbour"), key_display="Enter"),
        Binding("p", "again", N_("it did not come out"), key_display="P"),
        Binding("f8", "app.undo", N_("undo"), key_display="F8"),
        Binding("escape", "home", N_("home"), key_display="Esc"),
    ]
    # Not among the defaults, because those yield to what kiosk.tcss says of every body.
    CSS = "HandOverScreen.-low #body { padding: 0 3; }"
    DEFAULT_CSS = """
    HandOverScreen.-low Heading { display: none; }  /* the QR needs the rows */
    HandOverScreen #practice { color: $warning; text-style: bold; }
    HandOverScreen #qr { width: 41; height: 21; background: #000000; color: #ffffff; }
    HandOverScreen #beside { width: 1fr; padding: 1 1 0 3; height: 1fr; }
    HandOverScreen #booked { color: $success; text-style: bold; margin: 0 0 1 0; }
    HandOverScreen #amount { color: $accent; margin: 1 0 0 0; }
    HandOverScreen #code { text-style: bold; margin: 1 0; }
    HandOverScreen #paper { color: $quiet; }
    HandOverScreen.-wide #beside { padding: 1 2 0 8; }
    """

    def __init__(self, booked: HandOver) -> None:
        super().__init__()
        self.booked = booked

    def body(self) -> ComposeResult:
        with Horizontal():
            yield Static("", id="qr", markup=False)
            with Vertical(id="beside"):
                yield Static("", id="practice", markup=False)
                yield Static("", id="booked", markup=False)
                yield Static("", id="headline", markup=False)
                yield Figure(id="amount")
                yield Static("", id="code", markup=False)
                yield Static("", id="paper", markup=False)

    def title_text(self) -> str:
        return _("Visit {visit}").format(visit=self.booked.visit)

    async def redraw(self) -> None:
        await super().redraw()
        if not self.is_mounted:
            return
        slips = self.booked.slips
        self.query_one("#booked", Static).update(
            _("visit {visit} is in the book").format(visit=self.booked.visit)
        )
        market = self.app.table.market
        self.query_one("#practice", Static).update(
            _("PRACTICE") if market is not None and market.practice else ""
        )
        qr = self.query_one("#qr", Static)
        qr.display = bool(slips and slips[0].text)
        if qr.display:
            from kiosk.slips.halfblocks import half_blocks

            qr.update(Content("\n".join(half_blocks(slips[0].text))))
        if slips:
            headline = _("slip of")
            figure = format_credits(slips[0].amount)
        else:
            headline, figure = self._without_slip()
        self.query_one("#headline", Static).update(headline)
        self.query_one("#amount", Figure).show(figure)
        self.query_one("#code", Static).update(slips[0].code if slips else "")
        self.query_one("#paper", Static).update(self._paper_words())

    def _without_slip(self) -> tuple[str, str]:
        sums = self.booked.weighing
        if sums.solidarity:
            return _("solidarity covers"), format_credits(sums.solidarity)
        if sums.gift:
            return _("a gift of"), format_credits(sums.gift)
        if sums.paid_back:
            return _("back to solidarity"), format_credits(sums.paid_back)
        return _("even: no slip to hand out"), ""

    def _paper_words(self) -> str:
        app = self.app
        lines = []
        if app.printer_trouble:
            lines.append(app.printer_trouble)
        elif any(slip.job in app.printing for slip in self.booked.slips):
            lines.append(_("printing…"))
        elif self.booked.slips:
            lines.append(_("Give it to the neighbour."))
        handed_in = self.booked.slips_in
        if handed_in:
            lines.append(
                ngettext(
                    "Put the slip that was handed in in the box.",
                    "Put the {number} slips that were handed in in the box.",
                    handed_in,
                ).format(number=handed_in)
            )
        return "\n\n".join(lines)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "again":
            return bool(self.booked.slips)
        return True

    async def _confirm(self) -> None:
        for slip in self.booked.slips:
            await self.app.came_out(slip.job)

    async def action_next(self) -> None:
        """The paper came out; the next neighbour's visit begins."""
        with self.refused():
            await self._confirm()
            await self.app.refresh_table()
            self.app.switch_screen(self.app.make("visit"))

    async def action_home(self) -> None:
        """Back home; whether the paper came out stays open, in the print queue."""
        await self.app.go_home()

    async def action_again(self) -> None:
        """Print the same slip again, marked as a copy."""
        if any(slip.job in self.app.printing for slip in self.booked.slips):
            self.say(_("It is printing. Wait a moment."))
            return
        with self.refused():
            jobs = [
                await self.ask(methodcaller("print_once_more", s.job)) for s in self.booked.slips
            ]
            for job in jobs:
                self.app.print_job(job.id)
            if any(job.copy > 1 for job in jobs):
                self.say(_("It is printed again, marked as a copy. Both count as one slip."))
            await self.redraw()

    async def scanned(self, what: Scanned) -> None:
        """The finish card says that the paper came out; any other scan of a slip that the books
        know or honour, or of a good, is the next neighbour's. What is not ours changes nothing.

        Whether this paper came out is not known then, and stays in the print queue.
        """
        if what is Action.FINISH:
            await self.action_next()
        elif what is Action.UNDO:
            await self.app.action_undo()
        elif what is Action.TEST or (
            isinstance(what, Verdict) and what.slip is None and not what.good
        ):
            await super().scanned(what)
        else:
            visit = self.app.make("visit")
            await self.app.switch_screen(visit)
            await visit.scanned(what)
