"""Opening and closing a market day, by keys alone."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from db.weighing import Exchange
from kiosk.till import Till, open_till
from kiosk.wording import long_date
from tests.kiosk.screens.table import AtTable, founded, play

HOSTILE = "[/][@click=app.quit]x[/]\x1b]0;owned\x07\u202eana"


def busy(till: Till) -> None:
    """Two visits with a slip each; the second hands the first one's in."""
    first = till.book(
        Exchange((till.line("3 kg tomatoes", "en", taken=False),), (), False, False), "one"
    )
    reference, _amount = till.accepted(first.slips[0].text)
    till.book(
        Exchange((till.line("1 honey", "en", taken=True),), (reference,), False, False), "two"
    )


async def steward(table: AtTable, key: str) -> None:
    """From Home to one of the steward's screens."""
    await table.press("9", key)


def test_a_day_is_opened_without_naming_anyone(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await steward(table, "1")
        assert table.on == "OpenDayScreen"
        await table.press("enter")
        assert table.on == "HomeScreen"
        assert "Market day 1 is open." in table.text()
        day = await table.ask(lambda till: till.day())
        assert day is not None and day.crew == ()

    play(founded(tmp_path / "market", crew=None), script)


def test_a_day_is_opened_with_its_crew(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await steward(table, "1")
        await table.write("Ana", "", "Bo")
        await table.press("ctrl+u", *"stock", "enter", "enter")
        day = await table.ask(lambda till: till.day())
        assert day is not None and day.crew == (("table", "Ana"), ("stock", "Bo"))
        assert "table Ana · stock Bo" in table.text()

    play(founded(tmp_path / "market", crew=None), script)


def test_a_date_before_the_last_entry_is_asked_about(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")
    later = datetime.now().astimezone() + timedelta(days=3)
    till = open_till(folder, lambda: later)
    till.close_day(None)
    till.close()

    async def script(table: AtTable) -> None:
        await steward(table, "1")
        await table.press("enter")
        assert table.on == "Question"
        assert "Is the date right?" in table.text()
        assert f"The last entry of the ledger is from {long_date(later.date())}." in table.words()
        await table.press("enter", "escape")
        assert table.on == "OpenDayScreen"
        assert await table.ask(lambda till: till.day()) is None
        await table.press("enter", "o")
        day = await table.ask(lambda till: till.day())
        assert day is not None and day.date == later.date()
        assert table.on == "HomeScreen"

    play(folder, script)


def test_a_hostile_name_is_shown_as_it_is(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await steward(table, "1")
        await table.paste(HOSTILE)
        await table.press("enter", "enter", "enter")
        assert table.on == "HomeScreen"
        assert "table [/][@click=app.quit]x" in table.text()
        assert "\x1b" not in table.text()

    play(founded(tmp_path / "market", crew=None), script)


def test_closing_shows_the_difference_before_anything_is_sealed(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await steward(table, "1")
        assert table.on == "CloseDayScreen"
        await table.write("3")
        assert table.on == "Question"
        assert "The books say that 1 slip was handed in. 3 lie in the box." in table.words()
        assert "2 slips too many." in table.words()
        assert await table.ask(lambda till: till.day()) is not None
        await table.press("enter")  # a key pressed twice seals nothing
        assert table.on == "Question"
        await table.press("escape")
        assert table.on == "CloseDayScreen"
        assert await table.ask(lambda till: till.day()) is not None

    play(founded(tmp_path / "market", before=busy), script)


def test_a_closed_day_is_sealed_printed_and_exported(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market", before=busy)

    async def script(table: AtTable) -> None:
        await steward(table, "1")
        await table.write("0")
        assert "1 slip is missing." in table.words()
        await table.press("s")
        assert table.on == "ClosedScreen"
        assert "Day 1 is closed and sealed" in table.text()
        (export,) = (folder / "exports").iterdir()
        assert export.name in table.text().replace("\n", "").replace(" ", "")
        seal = json.loads((export / "seal.json").read_text())
        facts = [line for line in table.lines() if line.split()[:1] in (["seal"], ["ledger"])]
        assert len(facts) == 2
        assert len({line.index(line.split()[1]) for line in facts}) == 1, "below each other"
        assert (seal["statement"]["counted"], seal["statement"]["difference"]) == (0, -1)
        papers = await table.ask(lambda till: till.pending())
        assert [job.state for job in papers if job.kind == "seal"] == ["sent"]
        assert await table.ask(lambda till: till.day()) is None
        await table.press("enter")
        assert table.on == "HomeScreen"
        assert "Press 9 to open the market day" in table.text()

    play(folder, script)


def test_nobody_has_to_count_the_box(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await steward(table, "1")
        await table.press("enter")
        assert "Nobody counted the box" in table.words()
        await table.press("s")
        assert (await table.ask(lambda till: till.newest_day())).counted is None

    play(founded(tmp_path / "market", before=busy), script)


def test_a_count_that_is_no_number_is_asked_for_again(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await steward(table, "1")
        for text in ("three", "-1", "1.5", "99999999999"):
            await table.write(text)
            assert "is not a number of slips" in table.words()
            assert table.on == "CloseDayScreen"
            await table.press("ctrl+u")

    play(founded(tmp_path / "market", before=busy), script)


def test_an_export_that_fails_is_said_and_the_day_is_sealed_all_the_same(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market", before=busy)
    (folder / "exports").write_text("in the way")

    async def script(table: AtTable) -> None:
        await steward(table, "1")
        await table.press("enter", "s")
        assert table.on == "ClosedScreen"
        assert "its files could not be written" in table.text()
        assert await table.ask(lambda till: till.day()) is None

    play(folder, script)


def test_a_locked_key_closes_nothing(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("escape")
        await steward(table, "1")
        await table.press("enter")
        assert table.on == "ForStewardsScreen"
        await table.press("escape")
        assert table.on == "CloseDayScreen"
        assert await table.ask(lambda till: till.day()) is not None
        await table.press("escape", "9")
        assert table.on == "UnlockScreen"
        await table.write("seven geese")
        assert table.on == "StewardScreen"

    play(founded(tmp_path / "market", passphrase="seven geese"), script)


def test_the_kiosk_is_left_by_a_steward_alone(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("ctrl+q", "ctrl+c")
        await steward(table, "0")
        assert table.on == "Question"
        assert "The market day stays open." in table.text()
        await table.press("escape")
        assert table.on == "StewardScreen"
        await table.press("0", "l")
        assert table.app._exit

    play(founded(tmp_path / "market"), script)
