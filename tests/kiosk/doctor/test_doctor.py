"""The doctor always answers: with one sentence at least for each thing, and never a traceback."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from db.connection import FILE
from kiosk.config import KEY_FILE, SETTINGS_FILE
from kiosk.doctor import CHECKS, Level, examine, is_well
from kiosk.till import open_till
from tests.kiosk.doctor.machines import level, machine, words
from tests.kiosk.tills import Clock


def test_a_machine_that_is_well_has_a_sentence_for_everything(folder: Path) -> None:
    said = examine(machine(folder))
    assert {one.topic for one in said} == set(CHECKS)
    assert is_well(said)


def test_the_doctor_changes_nothing(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    examine(machine(folder))
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_before_a_market_is_founded_nothing_is_wrong(tmp_path: Path) -> None:
    said = examine(machine(tmp_path / "new" / "market"))
    assert is_well(said)
    assert "kiosk found" in " ".join(one.words for one in said)


def no_books(folder: Path) -> None:
    (folder / FILE).unlink()


def books_of_words(folder: Path) -> None:
    (folder / FILE).write_bytes(b"these are no books " * 400)


def books_cut_off(folder: Path) -> None:
    raw = (folder / FILE).read_bytes()
    (folder / FILE).write_bytes(raw[: len(raw) // 3])


def books_are_a_folder(folder: Path) -> None:
    no_books(folder)
    (folder / FILE).mkdir()


def no_key(folder: Path) -> None:
    (folder / KEY_FILE).unlink()


def key_of_words(folder: Path) -> None:
    (folder / KEY_FILE).write_text("no key")


def settings_of_words(folder: Path) -> None:
    (folder / SETTINGS_FILE).write_text('{"printer": ["no"], "paper": 7')


def folder_is_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("no folder")


BROKEN: dict[Callable[[Path], None], tuple[str, ...]] = {
    no_books: ("books",),
    books_of_words: ("books", "day", "papers"),
    books_cut_off: ("books",),
    books_are_a_folder: ("books",),
    no_key: ("key",),
    key_of_words: ("key",),
    settings_of_words: (),
    folder_is_a_file: ("folder", "printer"),
}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.__name__)
def test_what_is_broken_is_trouble_and_all_else_is_still_looked_at(
    folder: Path, broken: Callable[[Path], None]
) -> None:
    broken(folder)
    said = examine(machine(folder))
    assert {one.topic for one in said} == set(CHECKS)
    troubled = {one.topic for one in said if one.level is Level.TROUBLE}
    assert troubled >= set(BROKEN[broken])
    assert all(one.words.endswith(".") for one in said if one.topic in troubled)


def test_a_check_that_breaks_says_so_and_no_more(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_machine: object) -> object:
        raise RuntimeError("seed 0123456789abcdef")

    monkeypatch.setitem(CHECKS, "clock", breaks)  # type: ignore[arg-type]
    assert words(machine(folder), "clock") == "This could not be looked at: RuntimeError."


# What the books say


def test_books_that_are_damaged_inside_are_found_by_the_quick_check(folder: Path) -> None:
    raw = bytearray((folder / FILE).read_bytes())
    for page in range(3, len(raw) // 4096, 2):
        raw[page * 4096 : page * 4096 + 16] = b"\xff" * 16
    (folder / FILE).write_bytes(raw)
    assert level(machine(folder), "books") is Level.TROUBLE


@pytest.mark.parametrize(
    ("statement", "wanted", "says"),
    [
        ("UPDATE schema_migration SET name = '9999_later' WHERE name LIKE '0004%'",
         Level.TROUBLE, "9999_later"),
        ("DELETE FROM schema_migration WHERE name LIKE '0004%'", Level.NOTE, "An older version"),
        ("UPDATE market SET practice = 1", Level.NOTE, "for practice"),
        ("PRAGMA journal_mode = delete", Level.NOTE, "“delete”"),
    ],
)  # fmt: skip
def test_books_that_are_not_as_they_should_be_say_how(
    folder: Path, statement: str, wanted: Level, says: str
) -> None:
    with sqlite3.connect(folder / FILE) as database:
        database.execute(statement)
    database.close()
    assert level(machine(folder), "books") is wanted
    assert says in words(machine(folder), "books")


def test_a_log_that_is_never_folded_into_the_books_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.doctor.books.LARGE_LOG", 1000)
    till = open_till(folder, Clock())
    till.close_day(None)
    try:
        assert "waits in a log" in words(machine(folder), "books")
    finally:
        till.close()


def test_a_day_that_was_left_open_is_to_be_closed(folder: Path) -> None:
    assert level(machine(folder), "day") is Level.OK
    tomorrow = machine(folder, now=machine(folder).now.replace(day=29))
    assert level(tomorrow, "day") is Level.NOTE
    assert "kiosk day close" in words(tomorrow, "day")


def test_papers_that_wait_are_counted_and_one_that_broke_off_is_named(folder: Path) -> None:
    till = open_till(folder, Clock())
    assert words(machine(folder), "papers") == "No paper waits."
    till.close_day(None)
    (job,) = till.pending()
    assert words(machine(folder), "papers").startswith("1 paper waits")
    till.sending(job.id)
    assert "broke off" in words(machine(folder), "papers")
    till.close()
    assert words(machine(folder), "day") == "No market day is open."
