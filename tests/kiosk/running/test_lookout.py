"""Trouble with the books is said on whatever screen is on top, and the table goes on when it is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest import MonkeyPatch

from db.errors import DiskFull
from db.market import Market, Rules
from db.surroundings import DiskReadOnly
from kiosk.founding import found_market, suggested_goods
from kiosk.running import visitkeeping
from kiosk.till import Till, open_till
from tests.db.test_surroundings import largest_file
from tests.kiosk.places import PASSPHRASE
from tests.kiosk.screens.papers import handed_out
from tests.kiosk.screens.table import NARROW, WIDE, AtTable, founded, play

OVER = "The books can be written again. What was typed is still here."
GONE = (
    "The books are not there any more, so nothing was booked. Put their disk back in, then go on."
)


async def type_a_visit(table: AtTable) -> None:
    await table.press("1")
    await table.type("3 tom")
    await table.press("enter")


async def look(table: AtTable) -> None:
    await table.app.lookout.look()
    await table.settled()


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_a_folder_that_is_taken_away_and_put_back_loses_nothing(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    folder, away = founded(tmp_path / "market"), tmp_path / "away"

    async def script(table: AtTable) -> None:
        await type_a_visit(table)
        folder.rename(away)
        await look(table)
        assert GONE in table.words()
        assert "! books" in table.lines()[1]
        await table.press("enter")
        assert GONE in table.words()
        assert "in 3 kg tomatoes 6" in table.words()
        away.rename(folder)
        await look(table)
        assert OVER in table.words()
        assert "! books" not in table.text()
        await table.press("enter")
        assert "visit 1 is in the book" in table.words()

    play(folder, script, size)


def test_what_is_booked_meanwhile_is_booked_once(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")

    async def script(table: AtTable) -> None:
        await type_a_visit(table)
        with largest_file(4096):
            await table.press("enter")
            assert "No more may be written than was allotted here" in table.words()
            await look(table)
            assert "in 3 kg tomatoes 6" in table.words()
        await look(table)
        assert OVER in table.words()
        await table.press("enter")
        assert "visit 1 is in the book" in table.words()
        assert (await table.ask(lambda till: till.newest_day())).visits == 1

    play(folder, script)


def test_a_visit_that_can_not_be_kept_says_so_and_leaves_no_older_one(tmp_path: Path) -> None:
    """What came back after a crash would be called as it was, and would not be."""
    folder = founded(tmp_path / "market")
    kept = folder / visitkeeping.FILE

    async def script(table: AtTable) -> None:
        await type_a_visit(table)
        assert b"tomatoes" in kept.read_bytes()
        with largest_file(16):
            await table.type("2 hon")
            await table.press("enter")
            assert not kept.exists()
            await look(table)
            assert "No more may be written than was allotted here" in table.words()
            assert "! books" in table.text()
        await look(table)
        assert OVER in table.words()
        assert b"tomatoes" in kept.read_bytes()
        assert b"honey" in kept.read_bytes()

    play(folder, script)


def test_a_key_that_was_unlocked_stays_unlocked(tmp_path: Path) -> None:
    folder, away = founded(tmp_path / "market", passphrase=PASSPHRASE), tmp_path / "away"

    async def script(table: AtTable) -> None:
        await table.write(PASSPHRASE)
        folder.rename(away)
        await look(table)
        away.rename(folder)
        await look(table)
        assert not await table.ask(lambda till: till.locked)

    play(folder, script)


def test_another_markets_folder_is_not_taken_for_the_one_that_is_away(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")
    other = founded(tmp_path / "other", practice=False)

    async def script(table: AtTable) -> None:
        folder.rename(tmp_path / "away")
        other.rename(folder)
        await look(table)
        assert GONE in table.words()
        assert not table.app.till.is_open
        folder.rename(other)
        (tmp_path / "away").rename(folder)
        await look(table)
        assert OVER in table.words()

    play(folder, script)


def test_trouble_at_the_start_is_waited_for(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")

    async def script(table: AtTable) -> None:
        assert "The disk can only be read, so nothing was booked." in table.words()
        assert "! books" in table.text()
        await table.press("1", "f2", "f2", "f8", "9")
        assert table.on == "HomeScreen"
        till.undo()
        await look(table)
        assert OVER in table.words()
        await type_a_visit(table)
        await table.press("enter")
        assert "visit 1 is in the book" in table.words()

    with MonkeyPatch.context() as till:
        till.setattr("kiosk.running.tillthread._open_till", read_only)
        play(folder, script)


def read_only(_folder: Path) -> Till:
    raise DiskReadOnly()


def test_no_screen_ends_the_app_while_the_books_are_away(tmp_path: Path) -> None:
    folder, away = founded(tmp_path / "market", before=handed_out), tmp_path / "away"
    ways = ("3", "4s", "92", "94")

    async def script(table: AtTable) -> None:
        for way in ways:
            await table.press(*way)
            folder.rename(away)
            await look(table)
            await table.press("f2", "enter", "f8", "f2")
            away.rename(folder)
            await look(table)
            assert table.app.till.is_open
            await table.app.go_home()
            await table.settled()

    play(folder, script)


def test_a_key_whose_use_fails_says_so(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        def fails(_use: object) -> None:
            raise DiskFull()

        table.app.till._use = fails
        await table.press("f3")
        assert "The disk is full, so nothing was booked" in table.words()

    play(founded(tmp_path / "market"), script)


# The clock


def test_a_clock_behind_the_last_entry_is_shown(tmp_path: Path) -> None:
    def ahead() -> datetime:
        return datetime.now().astimezone() + timedelta(hours=3)

    folder = founded(tmp_path / "market", practice=False)
    till = open_till(folder, ahead)
    handed_out(till)
    till.close()

    async def script(table: AtTable) -> None:
        await look(table)
        assert "! clock" in table.lines()[0]
        assert "and the last entry is from" in table.words()
        await type_a_visit(table)
        assert "! clock" in table.lines()[0]
        assert "and the last entry is from" not in table.words()
        await table.press("enter")
        assert "visit 2 is in the book" in table.words()

    play(folder, script)


def test_a_slip_that_a_wrong_clock_expires_is_not_refused_without_a_word(tmp_path: Path) -> None:
    long_ago = datetime.now().astimezone() - timedelta(days=20)
    folder = tmp_path / "market"
    oak = Market("Oak", "", "en", b"", practice=False)
    till = found_market(
        folder, oak, rules=Rules(slip_days=7), goods=suggested_goods(), clock=lambda: long_ago
    )
    till.open_day()
    slip = handed_out(till).text
    till.close()

    async def script(table: AtTable) -> None:
        await look(table)
        await table.scan(slip)
        assert "E X P I R E D" in table.words()
        assert "! clock" in table.lines()[0]
        assert "Set the clock, or close the day and open the next one." in table.words()

    play(folder, script)


def test_a_clock_days_ahead_of_the_open_day_is_shown(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        now = table.app.now()
        table.app.now = lambda: now + timedelta(days=1)
        await look(table)
        assert "! clock" not in table.text()
        table.app.now = lambda: now + timedelta(days=2)
        await look(table)
        assert "! clock" in table.text()
        assert "Set the clock, or close the day and open the next one." in table.words()

    play(founded(tmp_path / "market"), script)
