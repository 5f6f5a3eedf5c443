"""Steward, Backup: where, how often, one more now; and what the heading says of it."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from db import crew
from kiosk.backup.folder import backups_below
from kiosk.backup.keeper import BackupKeeper
from kiosk.backup.last import last_backup
from kiosk.backup.making import back_up
from kiosk.backup.place import choose_place, place_of
from kiosk.config import load_settings
from kiosk.till import Till
from tests.kiosk.screens.table import WIDE, AtTable, founded, play

ALL_OF_IT = "backed up · EN"
CLEAR = ("ctrl+u", "ctrl+k")


def live(tmp_path: Path) -> Path:
    return founded(tmp_path / "market", practice=False)


def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def test_a_backup_is_made_at_once_and_the_heading_says_so(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        assert table.lines()[1].endswith("not backed up yet · EN")
        await table.press("9", "b")
        assert "No backup was made yet." in table.words()
        assert "survives damaged books, and no stolen laptop" in table.words()
        await table.press("f5")
        assert "The last backup was made just now" in table.words()
        assert "Everything is in it." in table.words()
        await table.press("escape")
        assert table.marked().split() == [">", "B", "Backup", "backed", "up"]
        await table.press("escape")
        assert table.lines()[1].endswith(ALL_OF_IT)
        await table.press("1", *"3 tom", "enter", "enter", "enter")
        await table.app.go_home()
        assert table.lines()[1].endswith("backed up just now · EN")

    folder = live(tmp_path)
    play(folder, script)
    found, wrong = backups_below(folder / "backups")
    assert len(found) == 1 and not wrong


def test_a_stick_is_chosen_and_what_was_missed_is_saved_when_it_is_back(tmp_path: Path) -> None:
    to, away = stick(tmp_path), tmp_path / "away"

    async def script(table: AtTable) -> None:
        await table.press("9", "b", *CLEAR, *str(to), "enter", "right", "enter")
        assert len(backups_below(to)[0]) == 1
        await table.press("escape")
        to.rename(away)
        await table.press("9", "b", "f5")
        assert "is not there, or is another stick." in table.words()
        await table.press("escape", "escape")
        assert table.lines()[1].endswith("! backup needs help · EN")
        await table.press("3")
        assert "! backup · " in table.lines()[0]
        await table.press("escape")
        away.rename(to)
        await table.press("9", "b", "f5", "escape", "escape")
        assert table.lines()[1].endswith(ALL_OF_IT)

    folder = live(tmp_path)
    play(folder, script)
    settings = load_settings(folder)
    assert (settings.backup_folder, settings.backup_minutes) == (str(to), 30)


def test_names_that_are_due_are_forgotten_at_the_start_and_a_backup_is_made_without_them(
    tmp_path: Path,
) -> None:
    who = "Xochitl Ó Súilleabháin"

    def some_weeks_ago(till: Till) -> None:
        till.books._clock = lambda: datetime.now().astimezone() - timedelta(days=60)
        till.open_day([("table", who)])
        till.close_day(None)
        choose_place(till.folder, till.books, place_of(till.folder))
        back_up(till.folder, till.books, place_of(till.folder))

    def days_with_names(till: Till) -> list[tuple[int, date, int]]:
        return crew.kept(till.books)

    async def script(table: AtTable) -> None:
        assert await table.app.ask(days_with_names) == []
        await table.app.backups._look(False)  # when its time has come
        await table.settled()

    folder = founded(tmp_path / "market", practice=False, crew=None, before=some_weeks_ago)
    play(folder, script)
    assert who.encode() not in (folder / "books.sqlite").read_bytes()
    newest, before = backups_below(folder / "backups")[0]
    assert who.encode() not in (newest.folder / "books.sqlite").read_bytes()
    assert who.encode() in (before.folder / "books.sqlite").read_bytes()


def test_a_folder_that_is_not_there_is_refused_and_nothing_is_changed(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("9", "b", *CLEAR, *"/nowhere/stick", "enter", "enter")
        assert table.on == "BackupScreen"
        assert "/nowhere/stick is not there" in table.words()

    folder = live(tmp_path)
    play(folder, script)
    assert load_settings(folder).backup_folder == ""


def test_closing_the_day_saves_it(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("9", "1", "enter", "s")
        assert table.on == "ClosedScreen"
        assert "and the books are saved in" in table.words()

    folder = live(tmp_path)
    play(folder, script, WIDE)
    (one,) = backups_below(folder / "backups")[0]
    assert not one.manifest.moment.is_open and one.manifest.is_thorough


def test_while_a_day_is_open_a_backup_is_made_without_anybody_asking(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        while table.app.table.saved is None:
            await table.pilot.pause(0.01)
        await table.settled()
        assert table.lines()[1].endswith(ALL_OF_IT)

    folder = live(tmp_path)
    with patch.object(BackupKeeper, "FIRST_SECONDS", 0.01):
        play(folder, script)
    (one,) = backups_below(folder / "backups")[0]
    assert one.manifest.moment.is_open


def test_a_market_for_practice_is_not_saved(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        assert table.lines()[2].endswith("· EN") or "backed" not in table.text()
        await table.press("9", "b")
        assert "for practice: nothing of it is saved" in table.words()
        assert "F5" not in table.lines()[-1]
        await table.app.go_home()
        await table.press("9", "1", "enter", "s")
        assert table.on == "ClosedScreen"

    folder = founded(tmp_path / "market")
    play(folder, script)
    assert last_backup(folder) is None
    assert not (folder / "backups").exists()


def test_wrong_books_are_said_and_the_earlier_backup_stays(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("9", "b", "f5")
        await table.ask(lambda till: till.books.sql("UPDATE balance SET credits = credits + 7"))
        await table.ask(lambda till: till.books.sql("INSERT INTO balance VALUES ('goods', 7)"))
        await table.press("f5")
        assert "The books do not verify" in table.words()

    folder = live(tmp_path)
    play(folder, script)
    assert len(backups_below(folder / "backups")[0]) == 1
    shutil.rmtree(folder)
