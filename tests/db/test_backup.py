"""A copy of open books: whole, of one moment, and without anything that could be spent."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db import audit, crew, days, jobs, slips
from db.backup import LostPaper, Moment, copy_books, holds, lost_papers, moment, open_still
from db.connection import FILE, PRAGMAS, open_books
from db.errors import DatabaseDamaged, NoMarket
from db.journal import GENESIS
from tests.db.table import Table, live_two_days, second_table


def copy_of(table: Table, tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    folder.mkdir()
    copy_books(table.books, folder / FILE)
    return folder


def test_a_copy_is_right_and_goes_as_far_as_the_books(table: Table, tmp_path: Path) -> None:
    live_two_days(table)
    folder = copy_of(table, tmp_path)
    with closing(open_still(folder / FILE)) as copy:
        assert audit.verify(copy) == []
        assert moment(copy) == moment(table.books)
        assert (moment(copy).day, moment(copy).is_open) == (2, True)
    assert [path.name for path in folder.iterdir()] == [FILE], "nothing may be left beside it"
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600


def test_no_byte_of_a_copy_tells_a_slip_that_waits(table: Table, tmp_path: Path) -> None:
    live_two_days(table)
    for _ in range(60):  # more than one page of them
        table.handed_out("1 tomatoes")
    for job in jobs.open_jobs(table.books)[::3]:
        jobs.sending(table.books, job.id)
    contents = [one.content for one in table.mint.made]
    raw = (copy_of(table, tmp_path) / FILE).read_bytes()
    assert not [
        at for at, content in enumerate(contents) if content[:20] in raw or content[20:] in raw
    ]
    waiting = jobs.open_jobs(table.books)
    assert len(waiting) > 60, "the books themselves keep what waits"
    assert all(any(jobs.content(table.books, job.id)) for job in waiting)


def test_no_byte_of_a_copy_tells_a_name_that_is_due(founded: Table, tmp_path: Path) -> None:
    due, kept = "Xochitl Ó Súilleabháin", "Anastasia Brückner"
    for who in (due, kept):
        days.open_day(founded.books, [("table", who), ("gate", who)])
        founded.close()
        founded.clock.forward(days=27)
    founded.clock.forward(days=-26)
    days.open_day(founded.books, [("table", "Bodhi")])
    raw = (copy_of(founded, tmp_path) / FILE).read_bytes()
    assert due.encode() not in raw
    assert kept.encode() in raw and b"Bodhi" in raw
    kept_by_the_books = [number for number, _due, _count in crew.kept(founded.books)]
    assert kept_by_the_books == [1, 2, 3], "they forget by themselves"
    with closing(open_still(tmp_path / "copy" / FILE)) as copy:
        assert audit.verify(copy) == []


def test_what_was_not_confirmed_is_lost_in_a_copy_and_can_be_reissued(
    table: Table, tmp_path: Path
) -> None:
    table.handed_out("3 tomatoes")
    table.visit("1 honey")
    (seen, _waiting) = jobs.open_jobs(table.books)
    jobs.confirm(table.books, seen.id)
    folder = copy_of(table, tmp_path)
    with closing(second_table(folder).books) as books:
        assert lost_papers(books) == [LostPaper(1, 2, 400)]
        assert jobs.open_jobs(books) == []
        slips.reissue(
            books, slips.slip_of_visit(books, 1, 2).reference, "its paper was lost", table.mint
        )
        assert lost_papers(books) == []
        assert audit.verify(books) == []


def test_what_is_booked_while_it_is_copied_is_not_in_the_copy(table: Table, tmp_path: Path) -> None:
    live_two_days(table)
    before = moment(table.books)
    booked: list[int] = []

    def book(_done: int, _all: int) -> None:
        with closing(second_table(tmp_path, "beside").books) as books:
            booked.append(days.last(books))
            table_beside = Table(books, table.clock, table.mint)
            table_beside.visit("1 tomatoes", key=f"beside {len(booked)}")

    folder = tmp_path / "copy"
    folder.mkdir()
    copy_books(table.books, folder / FILE, book)
    assert booked
    with closing(open_still(folder / FILE)) as copy:
        assert moment(copy) == before
        assert audit.verify(copy) == []


def test_what_is_booked_between_two_pages_is_not_in_the_copy(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.backup.PAGES_AT_ONCE", 10)
    before, told = moment(table.books), list[tuple[int, int]]()

    def book(done: int, of_all: int) -> None:
        told.append((done, of_all))
        if len(told) == 1:
            with closing(second_table(tmp_path, "beside").books) as books:
                Table(books, table.clock, table.mint).visit("1 tomatoes", key="beside")

    (tmp_path / "copy").mkdir()
    copy_books(table.books, tmp_path / "copy" / FILE, book)
    done, totals = [done for done, _ in told], {of_all for _, of_all in told}
    assert len(done) > 2 and done == sorted(set(done)) and done[0] == 10
    assert totals == {done[-1]}
    with closing(open_still(tmp_path / "copy" / FILE)) as copy:
        assert moment(copy) == before


def test_a_copy_is_read_without_a_file_beside_it_and_without_trust(
    table: Table, tmp_path: Path
) -> None:
    folder = copy_of(table, tmp_path)
    with closing(open_still(folder / FILE)) as copy:
        assert moment(copy) == moment(table.books)
        assert [path.name for path in folder.iterdir()] == [FILE]
        read = {name: copy.setting(name) for name in ("trusted_schema", "temp_store", "cache_size")}
        assert read == {"trusted_schema": 0, "temp_store": 2, "cache_size": -32_000}


def test_a_copy_is_read_whoever_has_locked_its_file(table: Table, tmp_path: Path) -> None:
    file = copy_of(table, tmp_path) / FILE
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with closing(open_still(file)) as copy:
            assert moment(copy) == moment(table.books)


def test_a_copy_that_can_not_be_read_leaves_nothing_open(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)
    open_before, kept = len(list(Path("/proc/self/fd").iterdir())), []
    for _ in range(3):
        with pytest.raises(DatabaseDamaged) as caught:
            open_still(tmp_path / FILE)
        kept.append(caught.value)  # and with it all that was at work
    assert len(list(Path("/proc/self/fd").iterdir())) == open_before


def test_books_go_no_way_before_they_are_founded(tmp_path: Path) -> None:
    with closing(open_books(tmp_path, create=True)) as books:
        assert moment(books) == Moment(books.kiosk, 0, GENESIS, 0, 0, False)
        books.sql("DELETE FROM local")
    open_before, kept = len(list(Path("/proc/self/fd").iterdir())), []
    for _ in range(3):
        with pytest.raises(NoMarket) as caught:
            open_still(tmp_path / FILE)
        kept.append(caught.value)
    assert len(list(Path("/proc/self/fd").iterdir())) == open_before


def test_how_far_books_go_is_told_with_the_time_and_the_day(table: Table) -> None:
    table.clock.forward(minutes=1)
    table.visit("1 tomatoes")
    seen = moment(table.books)
    assert (seen.at, seen.day, seen.is_open) == (table.books.clock_time(), 1, True)
    table.close()
    assert not moment(table.books).is_open


def test_a_reissued_paper_that_is_lost_is_of_no_visit(table: Table, tmp_path: Path) -> None:
    slips.reissue(table.books, table.handed_out("3 tomatoes").reference, "torn", table.mint)
    folder = copy_of(table, tmp_path)
    with closing(second_table(folder).books) as books:
        assert lost_papers(books) == [LostPaper(1, 0, 600)]


def test_books_hold_their_own_past_and_no_other(table: Table, tmp_path: Path) -> None:
    table.visit("1 tomatoes")
    then = moment(table.books)
    table.visit("2 tomatoes")
    assert holds(table.books, then.kiosk, then.seq, then.head)
    folder = copy_of(table, tmp_path)
    table.visit("3 tomatoes")
    now = moment(table.books)
    with closing(open_books(folder)) as other:
        assert not holds(other, now.kiosk, now.seq, now.head)
        assert not holds(other, then.kiosk, then.seq, now.head)


def test_a_copy_never_takes_the_place_of_a_file(table: Table, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("something")
    with pytest.raises(FileExistsError):
        copy_books(table.books, tmp_path / "there")
    assert (tmp_path / "there").read_text() == "something"


def test_who_confirms_a_paper_does_not_wait_for_a_reader(table: Table, tmp_path: Path) -> None:
    slip = table.handed_out("3 tomatoes")
    (job,) = jobs.open_jobs(table.books)
    secret = table.mint.made[-1].content
    with closing(second_table(tmp_path).books) as reader, reader.database.atomic("DEFERRED"):
        reader.sql("SELECT count(*) FROM entry").fetchone()
        table.visit("1 tomatoes")
        table.books.sql("PRAGMA busy_timeout = 900000").fetchall()  # who waited would wait long
        jobs.confirm(table.books, job.id)
        assert table.books.setting("busy_timeout") == PRAGMAS["busy_timeout"]
        assert (tmp_path / f"{FILE}-wal").stat().st_size > 0, "the reader still needs the log"
    table.books.forget_wiped()
    assert slip.reference
    raw = b"".join(path.read_bytes() for path in tmp_path.glob(f"{FILE}*"))
    assert secret[:20] not in raw and secret[20:] not in raw
