"""The day so far, in figures and bars."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.catalogue import Good
from db.market import Rules
from db.weighing import Exchange
from kiosk.screens.today import bar
from kiosk.till import Till
from tests.kiosk.screens.table import AtTable, founded, play

HOSTILE = "[/][@click=app.quit]x[/]\x1b]0;owned\x07\u202ehoney"


def a_morning(till: Till) -> None:
    """6 brought and 4 taken, a slip of 2; then 4 taken for nothing but solidarity."""
    tomatoes = till.line("3 kg tomatoes", "en", taken=False)
    honey = till.line("1 honey", "en", taken=True)
    till.book(Exchange((tomatoes, honey), (), False, False), "one")
    till.book(Exchange((honey,), (), True, False), "two")
    till.spoil("bread", 2000, "mouldy")


def test_a_bar_is_as_long_as_its_share() -> None:
    assert bar(0, 100, 10) == ""
    assert bar(-5, 100, 10) == ""
    assert bar(100, 100, 10) == "▄" * 10
    assert bar(50, 100, 10) == "▄" * 5
    assert bar(56, 100, 10) == "▄" * 6
    assert bar(1, 10_000, 10) == "▄"


def test_the_day_is_shown_in_totals_and_good_by_good(tmp_path: Path) -> None:
    rules = Rules(solidarity_day=5000)

    async def script(table: AtTable) -> None:
        await table.press("4")
        assert table.on == "TodayScreen"
        words = table.words()
        for part in (
            "2 visits", "brought 6 ▄", "taken 8 ▄", "slips out 2 ▄", "slips in 0 solidarity 4 ▄",
            "46 of 50 left today", "In people's pockets: 1 slip, 2 credits.",
            "tomatoes 3 kg 6", "honey 2 jars 8", "spoiled 2",
        ):  # fmt: skip
            assert part in words
        await table.press("enter")
        assert table.on == "LedgerScreen"
        assert "2 entries" in table.text()
        await table.press("escape", "escape", "escape")
        assert table.on == "HomeScreen"

    play(founded(tmp_path / "market", before=a_morning, rules=rules), script)


@pytest.mark.parametrize(("language", "words"), [("en", "spoiled 1 jar"), ("es", "merma 1 frasco")])
def test_what_was_spoiled_is_whole_beside_what_was_taken(
    tmp_path: Path, language: str, words: str
) -> None:
    def before(till: Till) -> None:
        a_morning(till)
        till.spoil("honey", 1000, "broken")

    async def script(table: AtTable) -> None:
        if language == "es":
            await table.press("f2")
        await table.press("4")
        honey = next(line for line in table.lines() if words in line)
        assert "2 jars" in honey or "2 frascos" in honey

    play(founded(tmp_path / "market", before=before), script)


def test_before_the_first_day_there_is_a_sentence(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("4")
        assert "No market day was opened yet." in table.text()
        await table.press("enter", "down")
        assert table.on == "TodayScreen"

    play(founded(tmp_path / "market", crew=None), script)


def test_a_closed_day_is_called_closed(tmp_path: Path) -> None:
    def closed(till: Till) -> None:
        a_morning(till)
        till.close_day(None)

    async def script(table: AtTable) -> None:
        await table.press("4")
        assert "Day 1, closed" in table.text()
        assert "2 visits" in table.text()

    play(founded(tmp_path / "market", before=closed), script)


def test_gifts_and_the_count_of_the_slips_are_said(tmp_path: Path) -> None:
    def closed(till: Till) -> None:
        a_morning(till)
        bread = till.line("1 bread", "en", taken=False)
        till.book(Exchange((bread,), (), False, True), "gift")
        till.undo()
        till.bring_back("gift again")
        till.close_day(2)

    async def script(table: AtTable) -> None:
        await table.press("4")
        wanted = "3 visits · 1 undone · gifts 2 · paper slips: 2 counted, 0 in the books"
        assert wanted in table.words()

    play(founded(tmp_path / "market", before=closed), script)


def test_hostile_names_are_shown_as_they_are(tmp_path: Path) -> None:
    def before(till: Till) -> None:
        till.import_goods([Good("evil", 0, "care", "good", "kg", 100, {"en": HOSTILE})], "words")
        till.book(Exchange((till.line("1 evil", "en", taken=False),), (), False, False), "one")

    async def script(table: AtTable) -> None:
        await table.press("4")
        assert "[/][@click=app.quit" in table.text()
        await table.press("enter")
        assert table.on == "LedgerScreen"
        assert "\x1b" not in table.text()

    play(founded(tmp_path / "market", before=before), script)
