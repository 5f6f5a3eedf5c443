"""The question after a crash: did the paper that was being printed come out?

Only papers whose sending had begun are asked about; those that still waited are printed without a
word, and those that the printer took are confirmed as ever.
"""

from __future__ import annotations

from operator import methodcaller

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from db.errors import N_
from db.jobs import Job
from kiosk.messages import _
from kiosk.running.printqueue import unknown_fates
from kiosk.screens.base import TableScreen
from kiosk.screens.queue import paper_of


class FateScreen(TableScreen[None]):
    """One paper after the other."""

    CARD = (
        N_("Did it come out?"),
        N_("The kiosk stopped while this paper was being printed. Look at the printer."),
        N_("D: it came out whole. The slip's code is then wiped from this computer."),
        N_("P: it did not, or it is torn. It is printed again and marked as a copy; the slip counts "
           "once, however many copies there are."),
        N_("Esc: later. It stays under Steward, Papers to confirm."),
    )  # fmt: skip
    BINDINGS = [
        Binding("d", "done", N_("it came out"), key_display="D"),
        Binding("p", "again", N_("print it again"), key_display="P"),
        Binding("escape", "back", N_("later"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    FateScreen #question { color: $accent; text-style: bold; margin: 2 0 1 0; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._jobs: list[Job] = []

    def body(self) -> ComposeResult:
        yield Static("", id="question", markup=False)
        yield Static("", id="why", markup=False)

    def title_text(self) -> str:
        return _("Did it come out?")

    async def redraw(self) -> None:
        await super().redraw()
        found = await self.ask(unknown_fates)
        if not self.is_mounted:
            return
        self._jobs = [job for job in found if job.id not in self.app.printing]
        if not self._jobs:
            if self.app.screen is self:
                self.dismiss()
            return
        self.query_one("#question", Static).update(question(self._jobs[0]))
        self.query_one("#why", Static).update(
            _("It was being printed when the kiosk stopped. Look at the printer.")
        )

    async def action_done(self) -> None:
        """It came out: its secret is wiped."""
        with self.refused():
            for job in self._jobs[:1]:
                await self.app.queue.confirm(job.id)
            await self.app.refresh_table()

    async def action_again(self) -> None:
        """Print it once more, as a copy."""
        with self.refused():
            for job in self._jobs[:1]:
                await self.ask(methodcaller("print_again", job.id))
                self.app.print_job(job.id)
            await self.app.refresh_table()


def question(job: Job) -> str:
    """Did the slip of 7 credits for visit 41 come out?"""
    paper = paper_of(job)
    if job.visit:
        return _("Did the {paper} for visit {visit} come out?").format(paper=paper, visit=job.visit)
    return _("Did the {paper} of day {day} come out?").format(paper=paper, day=job.day)
