"""Papers: queued until somebody saw them, and wiped then."""

from __future__ import annotations

import pytest

from db.errors import (
    PrinterTrouble,
)
from db.jobs import JobDone
from kiosk.config import PAPERS_FOLDER, Settings
from kiosk.till import Till, open_till
from tests.db.table import dump
from tests.kiosk.tills import (
    Clock,
    handed_out,
    pictures,
    somewhere,
)


def test_a_printer_that_fails_leaves_the_job_queued_and_the_visit_booked(till: Till) -> None:
    papers = till.folder / PAPERS_FOLDER
    papers.write_text("a file in the place of the folder")
    slip = handed_out(till)
    with pytest.raises(PrinterTrouble):
        till.print_now(slip.job)
    assert [(job.id, job.state) for job in till.pending()] == [(slip.job, "queued")]
    assert not till.is_sent(slip.job)
    assert till.check(slip.text).good
    papers.unlink()
    file = till.print_now(slip.job)
    assert file is not None
    assert file.exists()
    assert till.is_sent(slip.job)


def test_a_paper_that_was_seen_is_wiped(till: Till) -> None:
    slip = handed_out(till)
    till.print_now(slip.job)
    till.confirm(slip.job)
    assert (pictures(till), till.pending(), somewhere(till, slip)) == ([], [], [])
    assert not till.is_sent(slip.job)
    assert till.check(slip.text).good
    till.confirm(slip.job)
    with pytest.raises(JobDone):
        till.print_again(slip.job)
    with pytest.raises(JobDone):
        till.print_now(slip.job)


def test_a_paper_whose_picture_can_not_be_removed_is_not_confirmed(till: Till) -> None:
    slip = handed_out(till)
    in_the_way = till.folder / PAPERS_FOLDER / f"slip-{slip.job:06d}.pdf"
    in_the_way.mkdir(parents=True)
    with pytest.raises(PrinterTrouble):
        till.confirm(slip.job)
    assert [job.id for job in till.pending()] == [slip.job]
    in_the_way.rmdir()
    till.confirm(slip.job)
    assert till.pending() == []


def test_papers_that_wait_are_there_after_a_restart(till: Till, clock: Clock) -> None:
    slip = handed_out(till)
    till.close()
    again = open_till(till.folder, clock)
    assert [job.id for job in again.pending()] == [slip.job]
    assert again.ready(slip.job).text == slip.text
    again.close()


def test_settings_are_this_machines_own(till: Till) -> None:
    before = dump(till.books)
    till.change_settings(Settings(paper="80", dark=True))
    assert till.settings() == Settings(paper="80", dark=True)
    assert dump(till.books) == before
    assert till.ready(handed_out(till).job).paper == "80"
