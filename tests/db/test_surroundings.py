"""What the system says of the data folder, in our words."""

from __future__ import annotations

import errno
import os
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from db.connection import FILE, open_books
from db.errors import (
    BooksBusy,
    BooksUnwritable,
    DataFolderUnusable,
    DiskFull,
    PrinterTrouble,
    Trouble,
)
from db.surroundings import (
    PROBE,
    DataFolderGone,
    DiskFails,
    DiskReadOnly,
    QuotaReached,
    diagnosis,
    in_words,
    leaves_books_open,
    may_pass,
    of_the_books,
    trouble,
)
from tests.db.table import Table


@contextmanager
def largest_file(size_bytes: int) -> Iterator[None]:
    """No file may have more bytes; Python ignores the signal that comes with that."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, QuotaReached),
        (errno.EFBIG, QuotaReached),
        (errno.EROFS, DiskReadOnly),
        (errno.ENOENT, DataFolderGone),
        (errno.ENODEV, DataFolderGone),
        (errno.EIO, DiskFails),
        (errno.EACCES, DataFolderUnusable),
    ],
)
def test_what_the_system_says_has_words(tmp_path: Path, number: int, wanted: type[Trouble]) -> None:
    assert type(in_words(OSError(number, os.strerror(number)), tmp_path)) is wanted


def test_where_nothing_is_wrong_nothing_is_left_behind(table: Table) -> None:
    folder = table.books.file.parent
    before = sorted(folder.iterdir())
    assert diagnosis(folder) is None
    assert sorted(folder.iterdir()) == before


def test_a_folder_that_is_away_is_gone(tmp_path: Path) -> None:
    assert isinstance(diagnosis(tmp_path / "away"), DataFolderGone)
    assert isinstance(diagnosis(tmp_path), DataFolderGone)


def test_an_allotment_that_is_used_up_is_noticed_by_the_largest_file(table: Table) -> None:
    folder = table.books.file.parent
    with largest_file(table.books.file.stat().st_size):
        assert isinstance(diagnosis(folder), QuotaReached)
    assert diagnosis(folder) is None
    assert not (folder / PROBE).exists()


def test_a_visit_beyond_the_allotment_is_refused_and_booked_once_it_is_raised(
    table: Table,
) -> None:
    with largest_file(4096), pytest.raises(QuotaReached):
        table.visit("1 tomatoes", key="the same")
    assert table.visit("1 tomatoes", key="the same").visit == 1


def test_books_know_when_another_file_took_their_place(table: Table) -> None:
    books, away = table.books, table.books.file.with_name("away")
    assert books.is_in_place
    books.file.rename(away)
    assert not books.is_in_place
    books.file.write_bytes(away.read_bytes())
    assert not books.is_in_place
    away.rename(books.file)
    assert books.is_in_place


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("SQLITE_IOERR_FSYNC", DiskFails),
        ("SQLITE_IOERR_WRITE", DiskFails),
        ("SQLITE_CANTOPEN", BooksUnwritable),
    ],
)
def test_a_disk_that_failed_once_is_said_to_fail(
    table: Table, name: str, wanted: type[Trouble]
) -> None:
    said = sqlite3.OperationalError("disk I/O error")
    said.sqlite_errorname = name
    assert type(trouble(said, table.books.file)) is wanted


def test_what_a_disk_refuses_for_a_reason_is_said_with_the_reason(tmp_path: Path) -> None:
    said = sqlite3.OperationalError("unable to open database file")
    said.sqlite_errorname = "SQLITE_CANTOPEN"
    assert isinstance(trouble(said, tmp_path / FILE), DataFolderGone)


def test_printers_and_sticks_do_not_close_the_books(tmp_path: Path) -> None:
    mine, other = tmp_path / "market", tmp_path / "stick"
    assert of_the_books(DiskFull(), mine)
    assert of_the_books(DataFolderGone(folder=mine), mine)
    assert not of_the_books(DataFolderGone(folder=other), mine)
    assert not of_the_books(PrinterTrouble(why="away"), mine)


def test_what_passes_is_waited_for_and_a_full_disk_can_still_be_read() -> None:
    assert may_pass(DiskReadOnly()) and may_pass(BooksBusy())
    assert not may_pass(DataFolderUnusable(folder="", why=""))
    assert leaves_books_open(DiskFull()) and leaves_books_open(QuotaReached())
    assert not leaves_books_open(DiskReadOnly())


def test_a_file_system_without_the_right_to_write_is_said_at_the_opening(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = table.books.file.parent
    real = os.statvfs(folder)
    read_only = os.statvfs_result((*real[:8], real.f_flag | os.ST_RDONLY, real.f_namemax))
    monkeypatch.setattr(os, "access", lambda *_arguments: False)
    monkeypatch.setattr(os, "statvfs", lambda *_arguments: read_only)
    with pytest.raises(DiskReadOnly):
        open_books(folder)
