"""Undo and the way back, from every screen of the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kiosk.screens.papers import hand_in, handed_out
from tests.kiosk.screens.scanner import enter
from tests.kiosk.screens.table import AtTable, founded, play


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A practice market with an open day and one visit of 6 credits."""
    return founded(tmp_path / "market", before=handed_out)


async def booked(table: AtTable) -> tuple[int, int]:
    """Visits that stand, and hundredths that are out."""
    day = await table.ask(lambda till: till.newest_day())
    return day.visits, (await table.ask(lambda till: till.outstanding())).credits


def test_undo_and_back_from_home(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        assert "F8 undo the visit" in table.lines()[-1]
        assert "F9" not in table.lines()[-1]
        await table.press("f8")
        assert table.on == "HomeScreen"
        assert "Visit 1 is undone. Its slip is void: take it back. F9 brings it back." in (
            table.words()
        )
        assert await booked(table) == (0, 0)
        assert "F8" not in table.lines()[-1]
        assert "F9 bring it back" in table.lines()[-1]
        await table.press("f9")
        assert table.on == "HandOverScreen"
        assert "visit 2 is in the book" in table.words()
        assert await booked(table) == (1, 600)

    play(folder, script)


def test_undo_from_the_hand_over_is_one_key(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("1")
        await enter(table, "2 bread")
        await table.press("enter")
        assert table.on == "HandOverScreen"
        await table.press("f8")
        assert table.on == "HomeScreen"
        assert "Visit 2 is undone." in table.words()
        assert await booked(table) == (1, 600)
        await table.press("f8")
        assert "Visit 1 is undone." in table.words()
        await table.press("f8")
        assert "No visit of this day is left to undo." in table.words()
        assert await booked(table) == (0, 0)

    play(folder, script)


@pytest.mark.parametrize("keys", [["f8"], ["f9", "escape"]])
def test_undo_and_back_leave_a_visit_that_is_being_typed(tmp_path: Path, keys: list[str]) -> None:
    folder = founded(
        tmp_path / "market",
        before=lambda till: (handed_out(till), handed_out(till), till.undo()),
    )

    async def script(table: AtTable) -> None:
        await table.press("1")
        await enter(table, "5 bread")
        await table.press(*keys)
        assert table.on == "HomeScreen"
        assert "go on: 1 line is waiting" in table.words()
        before = (await booked(table))[0]
        await table.press("1")
        (line,) = table.app.draft.items
        assert (line.good.id, line.quantity) == ("bread", 5000)
        await table.press("enter")
        assert table.on == "HandOverScreen"
        assert (await booked(table))[0] == before + 1
        assert table.app.draft is None

    play(folder, script)


def test_a_visit_whose_slip_was_handed_in_again_is_not_undone(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market", before=lambda till: hand_in(till, handed_out(till)))

    async def script(table: AtTable) -> None:
        await table.press("f8")
        assert "The slips handed in are good again: give them back." in table.words()
        await table.press("f8")
        assert "Visit 1 is undone." in table.words()
        await table.press("f9")
        assert "visit 3 is in the book" in table.words()

    play(folder, script)


def test_keys_of_undo_do_nothing_over_a_card(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("f1", "f8")
        assert table.on == "HelpScreen"
        assert await booked(table) == (1, 600)

    play(folder, script)


def test_undo_needs_an_open_day(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        assert "F8" not in table.lines()[-1]
        await table.press("f8")
        assert "No market day is open." in table.words()
        await table.press("f9")
        assert "No market day is open." in table.words()

    play(founded(tmp_path / "market", crew=None), script)
