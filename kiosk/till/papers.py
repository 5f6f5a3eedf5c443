"""The till's printer and its papers: set up, queued, printed, confirmed or printed again.

What stands on a paper and how it is drawn is left to kiosk/paperwork.py, which needs no books; printing
while the table goes on to kiosk/running/printqueue.py. Papers are queued by the visits and slips
(kiosk/till/slips.py) and when a day is closed.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from db import jobs
from db.errors import BadSetting, PrinterTrouble
from kiosk.config import PAPER_WIDTHS, PAPERS_FOLDER
from kiosk.keys.holder import KeyHolder
from kiosk.keys.lock import stewards_only
from kiosk.messages import _
from kiosk.paper.printers import FateUnknown, paper_for, printer_for
from kiosk.paperwork import Sheet, file_name, put_on_paper, sheet

if TYPE_CHECKING:
    from kiosk.config import Settings
    from kiosk.paper.printer import Printer


class Papers(KeyHolder):
    """One market's papers, and the printer of this machine."""

    # The printer

    def printer(self) -> Printer:
        """The printer that this machine is set up with."""
        set_up = self.settings()
        return printer_for(
            set_up.printer, self.folder / PAPERS_FOLDER, set_up.printer_address, cut=set_up.cut
        )

    @stewards_only
    def use_printer(self, kind: str, address: str, paper: str, *, cut: bool) -> Settings:
        """Set this machine up with a printer, its paper width and whether it cuts.

        Raises BadSetting for a kind or an address that is none, and for paper that such a printer
        does not print on.
        """
        printer_for(kind, self.folder / PAPERS_FOLDER, address, cut=cut)
        if paper not in PAPER_WIDTHS:
            why = _("the widths are {widths}.").format(widths=", ".join(PAPER_WIDTHS))
            raise BadSetting(text=paper, setting=_("the paper"), why=why)
        if paper_for(kind, paper) != paper:
            why = _("office printers print on A4, receipt printers on a roll.")
            raise BadSetting(text=paper, setting=_("the paper"), why=why)
        settings = replace(
            self.settings(), printer=kind, printer_address=address, paper=paper, cut=cut
        )
        self.change_settings(settings)
        return settings

    def test_print(self) -> tuple[Printer, str, str]:
        """The printer, the market's name and the paper of a test slip (kiosk/paperwork.py)."""
        set_up = self.settings()
        paper = paper_for(set_up.printer, set_up.paper)
        return self.printer(), self.market.name, paper

    # Paper

    def pending(self) -> list[jobs.Job]:
        """Papers that are queued, or sent (perhaps in part) and not confirmed."""
        return jobs.open_jobs(self.books)

    def ready(self, job: int) -> Sheet:
        """A job's paper, ready to be drawn and printed on any thread."""
        set_up = self.settings()
        paper = paper_for(set_up.printer, set_up.paper)
        return sheet(self.books, self.market, jobs.job(self.books, job), paper)

    def sending(self, job: int) -> None:
        """The job's first byte is about to go out; raises NotQueued where it must not any more."""
        jobs.sending(self.books, job)

    def not_sent(self, job: int) -> None:
        """Nothing of the job reached the printer after all."""
        jobs.not_sent(self.books, job)

    def sent(self, job: int) -> None:
        """The printer took the job."""
        jobs.sent(self.books, job)

    def is_sent(self, job: int) -> bool:
        """Whether the printer took the job and nobody said yet what came of it."""
        return jobs.job(self.books, job).state == "sent"

    def print_now(self, job: int) -> Path | None:
        """Print a job and wait for it; gives the picture's file where there is one.

        Raises PrinterTrouble: the job stays queued; FateUnknown: only a person knows. A job that
        is done, or that another program is printing just now, raises NotQueued.
        """
        try:
            file = put_on_paper(self.printer(), self.ready(job), lambda: self.sending(job))
        except FateUnknown:
            raise
        except PrinterTrouble:
            self.not_sent(job)
            raise
        self.sent(job)
        return file

    def confirm(self, job: int) -> None:
        """Somebody saw the paper: its secret is wiped and its pictures are removed."""
        # Pictures first: where one can't be removed the job stays open, and can be confirmed again.
        self.printer().forget(file_name(jobs.job(self.books, job)))
        jobs.confirm(self.books, job)

    def print_again(self, job: int) -> jobs.Job:
        """Queue the same paper once more, marked as a copy."""
        return jobs.again(self.books, job)

    def print_once_more(self, job: int) -> jobs.Job:
        """Queue a paper that a person misses: as a copy where it may have come out before. Raises
        JobDone."""
        known = jobs.job(self.books, job)
        return known if known.state == "queued" else self.print_again(job)

    def _forget(self, void: Iterable[jobs.Job]) -> None:
        """Remove the pictures of slips that are void now. Where one can't be removed that is no
        harm, for it is worth nothing, and what was done stays done."""
        printer = self.printer()
        for job in void:
            with suppress(PrinterTrouble):
                printer.forget(file_name(job))
