"""A look at the books changes nothing, and says what it sees, whatever has become of them."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from db import atrest, jobs
from db.condition import LOG_SUFFIX, condition
from db.connection import FILE
from db.errors import BooksBusy, DatabaseDamaged, DataFolderUnusable, NoMarket
from tests.db.table import Table


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_books_that_are_open_are_seen_as_they_are_now(busy: Table) -> None:
    seen = condition(busy.books.file.parent)
    day = busy.day()
    assert seen.market.name == "Oak Square"
    assert not seen.market.practice
    assert (seen.faults, seen.pending, seen.newer) == ((), (), ())
    assert seen.journal_mode == "wal"
    assert seen.log_bytes > 0
    assert seen.days == day.number == 2
    assert seen.open_day == (day.number, day.date)
    assert seen.last_at == busy.books.now()
    assert sum(seen.waiting.values()) == len(jobs.open_jobs(busy.books)) > 0
    assert seen.names[0] == "tomatoes"


def test_a_good_without_a_name_in_the_market_s_language_is_called_something(table: Table) -> None:
    table.books.sql("UPDATE good SET names = ? WHERE id = 'honey'", ('{"es":"miel"}',))
    table.books.sql("UPDATE good SET names = '{}' WHERE id = 'lemons'")
    names = condition(table.books.file.parent).names
    assert "miel" in names
    assert "lemons" not in names


def test_books_that_are_closed_lie_there_afterwards_as_before(busy: Table) -> None:
    busy.close()
    busy.books.close()
    folder = busy.books.file.parent
    before = files(folder)
    assert condition(folder).open_day is None
    assert condition(folder).log_bytes == 0
    assert files(folder) == before
    assert set(before) == {FILE, f"{FILE}{atrest.SUFFIX}"}


def test_books_that_a_crash_left_with_their_log_are_read_with_it(
    busy: Table, tmp_path: Path
) -> None:
    left = tmp_path / "left"
    left.mkdir()
    for name in (FILE, f"{FILE}{LOG_SUFFIX}"):
        (left / name).write_bytes((busy.books.file.parent / name).read_bytes())
    assert condition(left).days == 2


def test_a_log_that_can_not_be_read_here_hides_no_books(busy: Table, tmp_path: Path) -> None:
    busy.books.sql("PRAGMA wal_checkpoint(PASSIVE)")
    (tmp_path / "left").mkdir()
    for name in (FILE, f"{FILE}{LOG_SUFFIX}"):
        (tmp_path / "left" / name).write_bytes((busy.books.file.parent / name).read_bytes())
    assert (tmp_path / "left" / f"{FILE}{LOG_SUFFIX}").stat().st_size > 0
    # What a disk that takes nothing amounts to: the file that reading a log needs can't be made.
    (tmp_path / "left" / f"{FILE}-shm").symlink_to(tmp_path / "nowhere" / "at all")
    assert condition(tmp_path / "left").days == 2


def test_a_file_that_can_not_be_opened_leaves_nothing_open(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)
    open_before = len(list(Path("/proc/self/fd").iterdir()))
    kept = []
    for _ in range(3):
        with pytest.raises(DatabaseDamaged) as caught:
            condition(tmp_path)
        kept.append(caught.value)  # and with it all that was at work
    assert len(list(Path("/proc/self/fd").iterdir())) == open_before


def test_where_there_are_no_books_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoMarket):
        condition(tmp_path / "nowhere")


def test_books_without_a_market_are_none(founded: Table) -> None:
    founded.books.sql("DELETE FROM market")
    with pytest.raises(NoMarket):
        condition(founded.books.file.parent)


def test_a_pipe_in_place_of_the_books_makes_nobody_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / FILE)
    with pytest.raises(NoMarket):
        condition(tmp_path)


def test_a_folder_that_is_a_file_can_not_be_used(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 300)
    with pytest.raises(DataFolderUnusable):
        condition(folder)


def test_books_that_may_not_be_read_say_so(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda _file, _mode: False)
    with pytest.raises(DataFolderUnusable) as caught:
        condition(table.books.file.parent)
    assert caught.value.facts["why"] == "Permission denied"


def test_a_look_takes_no_lock_from_books_that_are_open(busy: Table) -> None:
    def locked() -> list[list[str]]:
        inode, process = busy.books.file.stat().st_ino, str(os.getpid())
        lines = [line.split()[1:] for line in Path("/proc/locks").read_text().splitlines()]
        return sorted(one for one in lines if process in one and f":{inode}" in " ".join(one))

    before = locked()
    assert before
    condition(busy.books.file.parent)
    assert locked() == before


@pytest.mark.parametrize("content", [b"no database at all" * 100, b""])
def test_a_file_that_holds_no_books_is_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(DatabaseDamaged):
        condition(tmp_path)


def test_pages_that_were_overwritten_are_found(busy: Table) -> None:
    busy.close()
    busy.books.close()
    raw = bytearray(busy.books.file.read_bytes())
    size = len(raw) // 4096
    for page in range(size // 2, size):
        raw[page * 4096 : page * 4096 + 64] = bytes(64)
    busy.books.file.write_bytes(raw)
    try:
        found = bool(condition(busy.books.file.parent).faults)
    except DatabaseDamaged:
        found = True
    assert found


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE local SET value = 'U' WHERE name = 'kiosk'",
        "DELETE FROM local",
        "UPDATE day SET date = 'yesterday'",
        "UPDATE good SET names = 'no json'",
    ],
)
def test_rows_that_make_no_sense_are_damage(table: Table, statement: str) -> None:
    table.books.sql(statement)
    with pytest.raises(DatabaseDamaged):
        condition(table.books.file.parent)


def test_migrations_that_are_missing_or_of_a_newer_program_are_named(table: Table) -> None:
    table.books.sql("UPDATE schema_migration SET name = '9999_later' WHERE name LIKE '0004%'")
    seen = condition(table.books.file.parent)
    assert seen.newer == ("9999_later",)
    assert [name[:4] for name in seen.pending] == ["0004"]


def test_books_that_another_holds_for_itself_are_busy(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.condition.BUSY_SECONDS", 0.0)
    folder = table.books.file.parent
    table.books.close()
    holder = sqlite3.connect(folder / FILE)
    holder.execute("PRAGMA locking_mode = exclusive")
    holder.execute("BEGIN EXCLUSIVE")
    holder.execute("UPDATE market SET place = 'elsewhere'")
    with pytest.raises(BooksBusy):
        condition(folder)
    holder.close()
