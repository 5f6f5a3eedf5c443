"""Papers that are still to come, or whose fate only a person knows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from db.errors import N_
from db.jobs import Job
from kiosk.messages import _
from kiosk.screens.base import TableScreen
from kiosk.widgets.row_list import MARK, Part, RowList, column
from kiosk.wording import credits

_PAPER, _WHERE, _COPY = 23, 23, 8
"""Widths of the columns; the state takes the rest."""


class JobList(RowList):
    """Print jobs, the oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs: list[Job] = []
        self._printing: Collection[int] = ()

    def show(self, jobs: Sequence[Job], printing: Collection[int]) -> None:
        """Show these jobs; `printing` are those that are at the printer now."""
        self.jobs = list(jobs)
        self._printing = set(printing)
        self.show_count(len(self.jobs))

    @property
    def marked(self) -> Job | None:
        """The job that is marked."""
        return self.jobs[self.at] if self.jobs else None

    def row(self, at: int, width: int) -> Sequence[Part]:
        job = self.jobs[at]
        copy = _("COPY {number}").format(number=job.copy) if job.copy > 1 else ""
        state, look = job_state(job, self._printing)
        return [
            (column(paper_of(job), _PAPER), "strong"),
            (column(visit_of(job), _WHERE), ""),
            (column(copy, _COPY), "quiet"),
            (state, look),
        ]

    @staticmethod
    def header() -> str:
        """What stands above the columns."""
        return (
            " " * len(MARK)
            + column(_("paper"), _PAPER)
            + column(_("of"), _WHERE)
            + column("", _COPY)
            + _("state")
        )


def paper_of(job: Job) -> str:
    """`slip of 7 credits`, `closing slip`."""
    if job.kind == "seal":
        return _("closing slip")
    return _("slip of {credits}").format(credits=credits(job.amount))


def visit_of(job: Job) -> str:
    """`day 14, visit 28`."""
    if not job.visit:
        day = _("day {number}").format(number=job.day)
        return day if job.kind == "seal" else _("day {day}, reissued").format(day=job.day)
    return _("day {day}, visit {visit}").format(day=job.day, visit=job.visit)


def job_state(job: Job, printing: Collection[int]) -> Part:
    """What is known of a paper, and how it looks."""
    if job.id in printing:
        return _("printing…"), "quiet"
    if job.state == "queued":
        return _("not printed yet"), "trouble"
    if job.state == "sending":
        return _("broke off: there?"), "accent"
    return _("did it come out?"), "accent"


class QueueScreen(TableScreen[None]):
    """The queue, with two keys: it came out, or print it again."""

    CARD = (
        N_("Papers to confirm"),
        N_("A printer says nothing that can be trusted: whether the paper came out, you say."),
        N_("D: it came out. The slip's code is then wiped from this machine."),
        N_("P: it did not, or it is not readable. It is printed again and marked as a copy; the "
           "slip counts once, however many copies there are."),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "done", N_("it came out"), key_display="D"),
        Binding("p", "again", N_("print it again"), key_display="P"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    QueueScreen #columns { color: $quiet; height: 1; }
    """

    def body(self) -> ComposeResult:
        yield Static("", id="columns", markup=False)
        yield JobList()
        yield Static("", id="empty", markup=False)

    def on_mount(self) -> None:
        self.query_one(JobList).focus()

    def title_text(self) -> str:
        return _("Papers to confirm")

    async def redraw(self) -> None:
        jobs: list[Job] = []
        with self.refused():
            jobs = await self.ask(lambda till: till.pending())
        if not self.is_mounted:
            return
        rows, empty = self.query_one(JobList), self.query_one("#empty", Static)
        rows.show(jobs, self.app.printing)
        rows.display = bool(jobs)
        columns = self.query_one("#columns", Static)
        columns.update(JobList.header())
        columns.display = bool(jobs)
        empty.update(
            _("No paper waits. Every slip that was handed out has come out of the printer.")
        )
        empty.display = not jobs
        await super().redraw()
        if self.app.printer_trouble and jobs:
            self.say(self.app.printer_trouble, trouble=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("done", "again"):
            return self.is_mounted and self.query_one(JobList).count > 0
        return True

    async def action_done(self) -> None:
        """The paper came out: its secret is wiped."""
        job = self._ready()
        if job is None:
            return
        if job.state == "queued":
            self.say(_("It was not printed yet. P prints it."), trouble=True)
            return
        with self.refused():
            await self.app.queue.confirm(job.id)
            await self.app.refresh_table()
            self.say(
                _("It came out: {paper}. Its code is wiped from this machine.").format(
                    paper=paper_of(job)
                )
            )

    async def action_again(self) -> None:
        """Print it once more, as a copy where it may have come out before."""
        job = self._ready()
        if job is None:
            return
        with self.refused():
            if job.state != "queued":
                await self.ask(lambda till: till.print_again(job.id))
            self.app.print_job(job.id)
            await self.redraw()
            self.say(_("Printing {paper}.").format(paper=paper_of(job)))

    def _ready(self) -> Job | None:
        """The marked job, unless it is at the printer just now."""
        job = self.query_one(JobList).marked
        if job is not None and job.id in self.app.printing:
            self.say(_("It is printing. Wait a moment."))
            return None
        return job
