"""What the system says of the data folder, in our words."""

from __future__ import annotations

import errno
import os
import resource
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from db.connection import FILE, open_books
from db.errors import (
    BooksBusy,
    BooksUnwritable,
    DatabaseDamaged,
    DataFolderUnusable,
    DiskFull,
    PrinterTrouble,
    Trouble,
)
from db.surroundings import (
    PROBE,
    PROBE_BYTES,
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
    unopened,
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


def test_an_allotment_with_just_enough_room_is_enough(table: Table) -> None:
    table.books.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    size = table.books.file.stat().st_size
    for room, wanted in ((PROBE_BYTES, None), (PROBE_BYTES - 1, QuotaReached)):
        with largest_file(size + room):
            found = diagnosis(table.books.file.parent)
        assert found is None if wanted is None else isinstance(found, wanted)


def test_the_log_counts_where_it_is_larger_than_the_books(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"books")
    with largest_file(300_000):
        assert diagnosis(tmp_path) is None
        (tmp_path / f"{FILE}-wal").write_bytes(bytes(300_000))
        assert isinstance(diagnosis(tmp_path), QuotaReached)


def test_a_diagnosis_leaves_nothing_open(table: Table) -> None:
    open_before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        assert diagnosis(table.books.file.parent) is None
    assert len(list(Path("/proc/self/fd").iterdir())) == open_before


def test_a_sync_that_failed_is_said_whatever_the_reason_was(tmp_path: Path) -> None:
    said = sqlite3.OperationalError("disk I/O error")
    for code, wanted in (
        ("SQLITE_IOERR_FSYNC", DiskFails),
        ("SQLITE_IOERR_DIR_FSYNC", DiskFails),
        ("SQLITE_IOERR_WRITE", DataFolderGone),
        ("SQLITE_FSYNC", BooksUnwritable),
    ):
        said.sqlite_errorname = code
        assert type(trouble(said, tmp_path / FILE)) is wanted


def test_a_system_without_such_limits_has_none(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    assert diagnosis(table.books.file.parent) is None


@pytest.mark.parametrize(
    ("step", "number", "wanted"),
    [
        ("open", errno.EROFS, DiskReadOnly),
        ("write", errno.ENOSPC, DiskFull),
        ("write", errno.EDQUOT, QuotaReached),
        ("fsync", errno.EIO, DiskFails),
    ],
)
def test_what_keeps_a_small_file_from_being_written_is_said(
    table: Table, monkeypatch: pytest.MonkeyPatch, step: str, number: int, wanted: type[Trouble]
) -> None:
    folder = table.books.file.parent
    real = getattr(os, step)

    def fail(first: object, *arguments: object) -> object:
        if step == "open" and Path(str(first)).name != PROBE:
            return real(first, *arguments)
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as failing:
        failing.setattr(os, step, fail)
        assert type(diagnosis(folder)) is wanted
    assert not (folder / PROBE).exists()
    assert diagnosis(folder) is None


def test_a_disk_that_takes_a_part_is_asked_for_the_rest(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, taken, modes = os.write, list[int](), set[int]()

    def slowly(descriptor: int, content: bytes) -> int:
        modes.add(os.fstat(descriptor).st_mode & 0o777)
        taken.append(real(descriptor, content[:300]))
        assert sum(taken) <= PROBE_BYTES
        return taken[-1]

    monkeypatch.setattr(os, "write", slowly)
    assert diagnosis(table.books.file.parent) is None
    assert (sum(taken), modes) == (PROBE_BYTES, {0o600})


@pytest.mark.parametrize(
    ("said", "code", "wanted"),
    [
        ("database or disk is full", "SQLITE_FULL", DiskFull),
        ("database is locked", "SQLITE_BUSY", BooksBusy),
        ("database disk image is malformed", "SQLITE_CORRUPT", DatabaseDamaged),
        ("file is not a database", "SQLITE_NOTADB", DatabaseDamaged),
        ("Could not decode to UTF-8 column 'name'", "", DatabaseDamaged),
        ("disk I/O error", "SQLITE_IOERR_FSYNC", DiskFails),
        ("disk I/O error", "SQLITE_IOERR_READ", DiskFails),
        ("unable to open database file", "SQLITE_CANTOPEN", BooksUnwritable),
        ("attempt to write a readonly database", "SQLITE_READONLY", BooksUnwritable),
        ("something that nobody knows", "SQLITE_MISUSE", BooksUnwritable),
    ],
)
def test_what_the_database_says_has_words_wherever_in_the_chain_it_stands(
    table: Table, said: str, code: str, wanted: type[Trouble]
) -> None:
    inner = sqlite3.OperationalError(said)
    inner.sqlite_errorname = code
    outer = sqlite3.OperationalError("cannot rollback - no transaction is active")
    outer.__context__ = ValueError("something in between")
    outer.__context__.__cause__ = inner
    for error in (inner, outer):
        found = trouble(error, table.books.file)
        assert type(found) is wanted
        assert found.facts.get("why", said) == said
    inner.__context__ = outer  # a chain without an end is not followed for ever
    assert type(trouble(outer, table.books.file)) is wanted


@pytest.mark.parametrize("code", ["SQLITE_IOERR_WRITE", "SQLITE_CANTOPEN", "SQLITE_READONLY"])
def test_where_sqlite_only_knows_that_the_system_refused_the_system_is_asked(
    tmp_path: Path, code: str
) -> None:
    said = sqlite3.OperationalError("something of the system")
    said.sqlite_errorname = code
    assert isinstance(trouble(said, tmp_path / FILE), DataFolderGone)
    other = sqlite3.OperationalError("something of the program")
    other.sqlite_errorname = "SQLITE_MISUSE"
    assert isinstance(trouble(other, tmp_path / FILE), BooksUnwritable)


def test_a_file_that_can_not_be_opened_is_said_in_the_words_of_the_system(tmp_path: Path) -> None:
    refused = OSError(errno.EACCES, "Permission denied", "/somewhere/books.sqlite")
    for found in (unopened(refused, tmp_path), in_words(refused, tmp_path)):
        assert type(found) is DataFolderUnusable
        assert found.facts == {"folder": tmp_path, "why": "Permission denied"}
    assert type(unopened(OSError(errno.EDQUOT, "full"), tmp_path)) is QuotaReached
    broken = in_words(OSError(errno.EIO, "Input/output error", "/somewhere"), tmp_path)
    assert broken.facts == {"why": "Input/output error"}
    assert in_words(OSError("no number at all"), tmp_path).facts["why"] is not None


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
