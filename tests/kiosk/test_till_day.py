"""Papers, the end of the day and a locked key: what the till does besides visits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from db import days, jobs
from db.errors import (
    DayClosed,
    DayNotOpen,
    PassphraseNeeded,
    PrinterTrouble,
    WrongPassphrase,
)
from db.jobs import JobDone
from kiosk.config import EXPORTS_FOLDER, PAPERS_FOLDER, Settings
from kiosk.keys.seals import SEAL_DOMAIN, check_export, seal_text
from kiosk.slips import payload, typed_code
from kiosk.till import Till, open_till
from tests.db.table import dump
from tests.kiosk.tills import (
    GOODS,
    Clock,
    booked,
    found,
    handed_out,
    pictures,
    somewhere,
    sound,
)

PASSPHRASE = "plum tree at noon"


@pytest.fixture
def locked(tmp_path: Path, clock: Clock) -> Iterator[Till]:
    """A market whose key waits for its passphrase; somebody has a slip of 6 credits already."""
    folder = tmp_path / "market"
    made = found(folder, clock, practice=True, passphrase=PASSPHRASE)
    handed_out(made)
    made.change_settings(Settings(ask_again=True))
    made.close()
    opened = open_till(folder, clock)
    yield opened
    opened.close()


# Paper


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


# The day


def test_a_closed_day_has_a_seal_that_the_market_signed(till: Till) -> None:
    first = handed_out(till)
    booked(till, "-1 honey", slips=[first])
    closing = till.close_day(counted=1)
    assert closing.day.sealed
    assert (closing.day.visits, closing.day.counted) == (2, 1)
    seal = days.seal(till.books, 1)
    assert seal == closing.seal
    assert till.public.verify(SEAL_DOMAIN, closing.seal.statement, closing.seal.signature)
    assert not till.public.verify(payload.SLIP_DOMAIN, seal.statement, seal.signature)
    assert not till.public.verify(SEAL_DOMAIN, seal.statement + b" ", seal.signature)
    assert jobs.job(till.books, closing.job).kind == "seal"
    assert sound(till)


def test_a_closed_day_takes_nothing_more(till: Till) -> None:
    slip = handed_out(till)
    till.close_day(None)
    before = dump(till.books)
    with pytest.raises(DayClosed):
        till.close_day(None)
    for action in (
        lambda: booked(till, "3 tomatoes"),
        till.undo,
        lambda: till.bring_back("back"),
        lambda: till.void(1, 1, "why"),
        lambda: till.reissue(1, 1, "why"),
    ):
        with pytest.raises(DayNotOpen):
            action()
    assert dump(till.books) == before
    assert till.day() is None
    assert till.newest_day().number == 1
    assert till.check(slip.text).good


def test_a_slip_of_one_day_is_spent_on_another(till: Till, clock: Clock) -> None:
    slip = handed_out(till)
    till.close_day(None)
    clock.forward(days=7)
    assert till.open_day() == 2
    booked(till, "-1 honey", slips=[slip])
    assert till.check(slip.text).word == "spent"
    assert sound(till)


def test_a_days_folder_can_be_held_against_the_markets_key(till: Till, tmp_path: Path) -> None:
    handed_out(till)
    till.close_day(0)
    folder = till.export(1)
    assert folder.parent == till.folder / EXPORTS_FOLDER
    assert check_export(folder) == []
    assert check_export(folder, till.public) == []
    other = found(tmp_path / "other", Clock())
    assert check_export(folder, other.public) != []
    other.close()
    assert till.export(1, tmp_path / "stick").parent == tmp_path / "stick"


def test_a_seal_that_another_key_made_is_found(till: Till, tmp_path: Path) -> None:
    other = found(tmp_path / "other", Clock())
    with till.books.transaction():
        seal = days.close_day(till.books, None, lambda said: other.key().sign(SEAL_DOMAIN, said))
        text = seal_text(till.public, seal).encode()
        jobs.enqueue(till.books, "seal", days.sealed_in(till.books, 1), None, text)
    (finding,) = till.verify()
    assert finding.what == "the seal of market day 1 is not the market's"
    other.close()


# A locked key


def test_a_locked_till_can_look(locked: Till) -> None:
    assert locked.locked
    assert locked.newest_day().visits == 1
    assert [one.id for one in locked.goods()] == [one.id for one in GOODS]
    (job,) = locked.pending()
    assert locked.check(locked.ready(job.id).text).good
    assert locked.verify() == []


def test_a_locked_till_hands_out_nothing_and_seals_nothing(locked: Till) -> None:
    slip = locked.ready(locked.pending()[0].id)
    before = dump(locked.books)
    code = typed_code.code_of(payload.unpack(payload.slip_of(slip.text) or b"").serial)
    for action in (
        lambda: booked(locked, "3 tomatoes"),
        lambda: locked.reissue(1, 1, "why"),
        lambda: locked.close_day(None),
        lambda: locked.check(code),
    ):
        with pytest.raises(PassphraseNeeded):
            action()
    assert dump(locked.books) == before


def test_a_wrong_passphrase_opens_nothing_and_a_right_one_all(locked: Till) -> None:
    for wrong in (PASSPHRASE + " ", PASSPHRASE.upper()):
        with pytest.raises(WrongPassphrase):
            locked.unlock(wrong)
        assert locked.locked
    with pytest.raises(PassphraseNeeded):
        locked.unlock("")
    assert locked.locked
    locked.unlock(PASSPHRASE)
    slip = handed_out(locked)
    assert locked.check(slip.code).good
    locked.close_day(None)
    assert sound(locked)


def test_an_export_of_a_day_names_the_market(till: Till) -> None:
    till.close_day(None)
    assert re.fullmatch(r"[A-Za-z0-9._-]+", till.export(1).name)


def test_opening_and_closing_a_day_forgets_names_that_are_due(till: Till, clock: Clock) -> None:
    till.set_rules(replace(till.rules(), crew_days=5), "decided by the assembly")
    till.close_day(None)
    assert till.newest_day().crew == (("table", "Ana"),)
    clock.forward(days=7)
    till.open_day([("table", "Bo")])
    assert days.day(till.books, 1).crew == (("table", ""),)
    assert till.newest_day().crew == (("table", "Bo"),)
    till.set_rules(replace(till.rules(), crew_days=0), "decided by the assembly")
    till.close_day(None)
    assert till.newest_day().crew == (("table", ""),)
    assert b"Ana" not in (till.folder / "books.sqlite").read_bytes()
    assert sound(till)
