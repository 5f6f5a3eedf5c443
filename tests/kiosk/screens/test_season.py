"""The season on the screen: weeks as bars, one line after the other, back to the first day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from db.catalogue import Good
from db.weighing import Exchange
from kiosk.till import Till
from kiosk.wording import day_and_month, long_date
from tests.kiosk.screens.table import NARROW, WIDE, AtTable, founded, play

WEEKS = 16


def weeks(till: Till) -> None:
    """A visit a week for sixteen weeks, the last one today: 6 brought and 4 taken, two hours given."""
    now = [datetime.now().astimezone() - timedelta(weeks=WEEKS - 1)]
    till.books._clock = lambda: now[0]
    for week in range(WEEKS):
        till.open_day()
        lines = [
            till.line("3 kg tomatoes", "en", taken=False),
            till.line("1 honey", "en", taken=True),
        ]
        till.book(Exchange(tuple(lines), (), False, False), f"week {week}")
        hours = till.line("2 h childcare", "en", taken=False)
        till.book(Exchange((hours,), (), False, True), f"hours {week}")
        if week < WEEKS - 1:
            till.close_day(None)
            now[0] += timedelta(weeks=1)
    till.books._clock = None
    till.books.sql("UPDATE job SET state = 'confirmed'")  # else all its papers would be printed now


def monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


async def to_season(table: AtTable) -> None:
    await table.press("4", "s")
    assert table.on == "SeasonScreen"


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_a_season_shows_its_weeks_and_its_sums(tmp_path: Path, size: tuple[int, int]) -> None:
    async def script(table: AtTable) -> None:
        await to_season(table)
        first = monday(table.app.now().date()) - timedelta(weeks=12)
        words = table.words()
        for part in (
            day_and_month(first), "13 weeks · 13 market days · 26 visits",
            "everything 182 52", "hours given 26 h", "slips in circulation 32 6 before these weeks",
            "solidarity 0 0 % of what was taken",
            "care 104 0 ▄", "fruit and vegetables 78 0 ▄",
        ):  # fmt: skip
            assert part in words, part
        assert max(line.count("█") for line in table.lines()) >= 13  # a bar a week
        assert day_and_month(first) in words
        await table.press("escape")
        assert table.on == "TodayScreen"

    play(founded(tmp_path / "market", crew=None, before=weeks), script, size)


def test_the_marked_line_is_the_one_that_is_drawn(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_season(table)
        assert "14 █" in table.words()  # in and out, to one scale
        await table.press("down")
        assert "hours given" in table.marked()
        assert " 2 █" in table.words()
        await table.press("down")
        assert " 32 " in table.lines()[4] + table.lines()[5]
        await table.press("end")
        assert "staples" in table.marked()

    play(founded(tmp_path / "market", crew=None, before=weeks), script)


def test_a_year_and_the_weeks_before(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_season(table)
        assert "→" not in table.lines()[-1] and "← earlier" in table.lines()[-1]
        await table.press("left")
        assert "13 weeks · 3 market days · 6 visits" in table.words()
        assert "←" not in table.lines()[-1] and "→ later" in table.lines()[-1]
        await table.press("left")
        assert "13 weeks · 3 market days" in table.words()
        await table.press("right")
        assert "13 weeks · 13 market days" in table.words()
        assert "→" not in table.lines()[-1]
        await table.press("w")
        assert "52 weeks · 16 market days · 32 visits" in table.words()
        assert "W a season" in table.lines()[-1]
        first = monday(table.app.now().date()) - timedelta(weeks=51)
        last = first + timedelta(days=363)
        begins = day_and_month(first) if first.year == last.year else long_date(first)
        assert f"{begins} – {long_date(last)} · 52" in table.words()
        await table.press("w")
        assert "13 weeks · 13 market days" in table.words()

    play(founded(tmp_path / "market", crew=None, before=weeks), script)


def test_a_market_without_a_day_has_an_empty_season(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_season(table)
        assert "0 market days · 0 visits" in table.words()
        await table.press("down", "down", "down", "left", "right", "w")
        assert table.on == "SeasonScreen"
        assert "█" not in table.text()

    play(founded(tmp_path / "market", crew=None), script)


def test_hostile_words_are_shown_as_they_are(tmp_path: Path) -> None:
    def before(till: Till) -> None:
        hostile = "[/][@click=app.quit]x"
        till.import_goods([Good("evil", 0, "care", "good", "kg", 100, {"en": hostile})], hostile)
        till.books.sql("UPDATE good SET category = ? WHERE id = 'evil'", (hostile + "\x1b]0;\x07",))
        till.book(Exchange((till.line("1 evil", "en", taken=False),), (), False, False), "one")

    async def script(table: AtTable) -> None:
        await to_season(table)
        assert "[/][@click=app.quit]x" in table.text()
        await table.press("end")
        assert "\x1b" not in table.text()

    play(founded(tmp_path / "market", before=before), script)
