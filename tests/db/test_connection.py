"""Opening the books: the settings are those that survive a power cut, and what the disk or the
database says arrives as one of our errors with nothing changed."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import peewee
import pytest

from db import audit, jobs, ledger
from db.connection import FILE, PRAGMAS, Books, open_books
from db.errors import (
    BooksBusy,
    BooksUnwritable,
    DatabaseDamaged,
    DataFolderUnusable,
    DiskFull,
    NewerDatabase,
    NoMarket,
    Trouble,
    UnknownGood,
)
from db.models import Entry
from db.statements import Statement
from db.surroundings import trouble
from tests.db.table import Table, dump, exchanged, refused, second_table

SETTINGS = {
    "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1,
    "busy_timeout": 5000, "secure_delete": 1, "temp_store": 2, "cache_size": -32_000,
    "wal_autocheckpoint": 4000, "trusted_schema": 0,
}  # fmt: skip
"""What the books rely on, as SQLite says it back."""


def test_every_setting_reads_back(table: Table) -> None:
    said = {name: table.books.setting(name) for name in SETTINGS}
    assert said == SETTINGS
    assert PRAGMAS.keys() == SETTINGS.keys()
    with closing(
        open_books(table.books.file.parent / "scratch", create=True, scratch=True)
    ) as books:
        said = {name: books.setting(name) for name in SETTINGS}
        assert said == {**SETTINGS, "journal_mode": "memory", "synchronous": 0}


def test_a_posting_of_an_entry_that_is_not_there_is_refused(table: Table) -> None:
    with (
        refused(table.books, BooksUnwritable),
        table.books.transaction(),
    ):
        table.books.sql("INSERT INTO posting VALUES (1, 999, 'goods', 0)")


def test_tables_take_no_words_for_numbers(table: Table) -> None:
    with refused(table.books, BooksUnwritable), table.books.transaction():
        table.books.sql("INSERT INTO code_try (at) VALUES ('noon')")


def test_every_table_of_ours_is_strict(table: Table) -> None:
    loose = table.books.sql(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict"
    ).fetchall()
    assert {name for (name,) in loose} == {
        "schema_migration",
        "sqlite_schema",
        "sqlite_sequence",
    }


def test_the_file_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    open_books(folder, create=True).close()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / FILE).stat().st_mode & 0o077 == 0


def test_books_come_back_as_they_were(table: Table) -> None:
    table.visit("3 tomatoes")
    before, kiosk = dump(table.books), table.books.kiosk
    table.books.close()
    again = second_table(table.books.file.parent)
    assert dump(again.books) == before
    assert again.books.kiosk == kiosk
    again.books.close()


def test_without_a_clock_of_its_own_the_machine_says_the_time(tmp_path: Path) -> None:
    books = open_books(tmp_path, create=True)
    before = datetime.now(UTC).timestamp() * 1000
    assert before - 1 <= books.now() <= datetime.now(UTC).timestamp() * 1000
    assert books.today().toordinal() - datetime.now().date().toordinal() in (0, -1)
    books.close()


# Folders


def test_no_market_is_not_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(NoMarket) as caught:
        open_books(tmp_path / "nowhere")
    assert caught.value.facts["folder"] == tmp_path / "nowhere"
    assert not (tmp_path / "nowhere").exists()


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("shopping list")
    with pytest.raises(DataFolderUnusable):
        open_books(tmp_path / "data", create=True)
    assert (tmp_path / "data").read_text() == "shopping list"


def test_a_folder_where_the_file_should_be(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(DataFolderUnusable):
        open_books(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DataFolderUnusable):
        open_books(tmp_path, create=True)
    tmp_path.chmod(0o700)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lacking", [os.R_OK, os.W_OK])
def test_a_file_that_may_not_be_read_or_not_be_written(
    table: Table, monkeypatch: pytest.MonkeyPatch, lacking: int
) -> None:
    monkeypatch.setattr(os, "access", lambda _file, asked: not asked & lacking)
    with pytest.raises(DataFolderUnusable) as caught:
        open_books(table.books.file.parent)
    assert caught.value.facts["why"] == os.strerror(errno.EACCES)


# Files


def test_books_of_a_newer_version_are_left_alone(table: Table) -> None:
    folder = table.books.file.parent
    table.visit("3 tomatoes")
    with table.books.transaction():
        table.books.sql(
            "INSERT INTO schema_migration (name, applied) VALUES ('0099_moon', '2031-01-01')"
        )
    before = dump(table.books)
    table.books.close()
    as_bytes = table.books.file.read_bytes()
    with pytest.raises(NewerDatabase) as caught:
        open_books(folder)
    assert caught.value.facts["newest"] == "0099_moon"
    assert table.books.file.read_bytes() == as_bytes
    bare = Books(table.books.file)
    bare.database.connect()
    assert dump(bare) == before
    bare.close()


def test_what_is_no_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"three kilograms of tomatoes\n" * 200)
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(DatabaseDamaged):
        open_books(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_page_of_rubbish_is_damage(table: Table) -> None:
    table.visit("3 tomatoes")
    (root,) = table.books.sql("SELECT rootpage FROM sqlite_master WHERE name = 'day'").fetchone()
    size = table.books.setting("page_size")
    table.books.close()
    with table.books.file.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    damaged = second_table(table.books.file.parent)
    with pytest.raises(DatabaseDamaged):
        damaged.visit("3 tomatoes")
    damaged.books.close()


# Writing


def test_a_full_disk_books_nothing_and_room_mends_it(table: Table) -> None:
    books = table.books
    pages = books.setting("page_count")
    books.sql(f"PRAGMA max_page_count = {pages}")
    lines = ["1 tomatoes"] * 100
    booked = 0
    with pytest.raises(DiskFull):
        while booked < 100:
            before = dump(books)
            table.visit(*lines, key=f"full {booked}")
            booked += 1
    assert dump(books) == before
    books.sql(f"PRAGMA max_page_count = {pages + 1000}")
    assert not table.visit(*lines, key=f"full {booked}").repeated
    assert audit.verify(books) == []


def test_a_full_disk_inside_a_larger_transaction_undoes_all_of_it(table: Table) -> None:
    books = table.books
    before = dump(books)
    books.sql(f"PRAGMA max_page_count = {books.setting('page_count')}")
    with pytest.raises(DiskFull), books.transaction():
        for number in range(100):
            table.visit(*["1 tomatoes"] * 100, key=f"inner {number}")
    assert dump(books) == before


def test_a_part_of_a_transaction_may_fail_alone(table: Table) -> None:
    with table.books.transaction():
        table.visit("1 tomatoes")
        with pytest.raises(UnknownGood):
            table.visit("1 gold")
        with pytest.raises(KeyError), table.books.transaction():
            table.visit("5 tomatoes")
            raise KeyError
        table.visit("2 tomatoes")
    assert table.day().brought == 600
    assert audit.verify(table.books) == []


def test_a_part_that_fails_after_a_part_of_its_own_takes_back_all_that_it_did(table: Table) -> None:
    with table.books.transaction():
        table.visit("1 tomatoes")
        with pytest.raises(KeyError), table.books.transaction():
            table.visit("5 tomatoes")
            with pytest.raises(UnknownGood):
                table.visit("1 gold")
            raise KeyError
    assert table.day().brought == 200
    assert audit.verify(table.books) == []


def test_a_transaction_that_fails_takes_its_parts_with_it(table: Table) -> None:
    before = dump(table.books)
    with pytest.raises(KeyError), table.books.transaction():
        table.visit("1 tomatoes")
        raise KeyError
    assert dump(table.books) == before
    assert not table.books.in_transaction


def test_a_commit_that_fails_keeps_nothing_and_the_next_may_succeed(table: Table) -> None:
    with refused(table.books, BooksUnwritable), table.books.transaction():
        table.books.sql("PRAGMA defer_foreign_keys = 1")
        table.books.sql("INSERT INTO posting VALUES (1, 999, 'goods', 0)")
    assert table.visit("1 tomatoes").visit == 1


def test_a_writer_elsewhere_makes_the_books_busy(table: Table) -> None:
    other = second_table(table.books.file.parent)
    other.books.sql("PRAGMA busy_timeout = 0")
    with table.books.transaction(), refused(other.books, BooksBusy):
        other.visit("3 tomatoes")
    assert other.visit("3 tomatoes").visit == 1
    other.books.close()


def test_books_that_may_only_be_read_say_so(table: Table) -> None:
    ((_, job),) = table.visit("3 tomatoes").slips
    table.books.sql("PRAGMA query_only = 1")
    with refused(table.books, BooksUnwritable):
        table.visit("3 tomatoes")
    with refused(table.books, BooksUnwritable):
        jobs.confirm(table.books, job)


def test_a_question_to_closed_books_is_our_error(table: Table) -> None:
    table.books.close()
    table.books.database.autoconnect = False
    with pytest.raises(BooksUnwritable):
        jobs.open_jobs(table.books)
    with pytest.raises(BooksUnwritable):
        ledger.book(table.books, exchanged("3 tomatoes"), "key", table.mint)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("database or disk is full", DiskFull),
        ("database is locked", BooksBusy),
        ("database disk image is malformed", DatabaseDamaged),
        ("disk I/O error", BooksUnwritable),
    ],
)
def test_the_cause_is_found_behind_what_hides_it(
    tmp_path: Path, said: str, wanted: type[Trouble]
) -> None:
    hidden = peewee.OperationalError("cannot rollback - no transaction is active")
    hidden.__context__ = KeyError("a disk is full of keys")
    hidden.__context__.__cause__ = sqlite3.OperationalError(said)
    found = trouble(hidden, tmp_path / FILE)
    assert type(found) is wanted
    assert "disk is full of keys" not in str(found)
    if "{why}" in wanted.sentence:
        assert found.facts["why"] == said


OPENED_AND_CLOSED = """
import sys
from pathlib import Path
from db.connection import open_books
open_books(Path(sys.argv[1])).close()
"""


def test_no_program_takes_the_log_away_from_under_one_that_writes(
    table: Table, tmp_path: Path
) -> None:
    """A second connection of the same program, opened and closed, must leave the locks of the first
    alone: else the next program believes to be the last one, and removes the log that is in use."""
    table.visit("1 tomatoes")
    second_table(tmp_path).books.close()
    subprocess.run([sys.executable, "-c", OPENED_AND_CLOSED, str(tmp_path)], check=True)
    assert (tmp_path / f"{FILE}-wal").exists()
    table.visit("2 tomatoes")
    seen = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('%s').fetchone()[0])"
    query = seen % "SELECT count(*) FROM visit"
    command = [sys.executable, "-c", query, str(tmp_path / FILE)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert int(said) == 2, "what was booked is in the books that others read"


@pytest.mark.skipif(sys.platform != "linux", reason="looks for open files as Linux shows them")
def test_closed_books_let_go_of_their_disk(founded: Table) -> None:
    """Whatever was read last, to its end or not: else the disk can't be taken out and mended."""
    founded.books.one(Statement(Entry.select(Entry.id)))  # there are more entries
    founded.books.close()
    held = [one.resolve() for one in Path("/proc/self/fd").iterdir()]
    assert not [path for path in held if path.name.startswith(founded.books.file.name)]
