"""What scans do to what is on the screen: hostile ones nothing, without Enter or with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.scanning.cards import Action, action_card
from tests.kiosk.screens.papers import all_kinds
from tests.kiosk.screens.scanner import enter
from tests.kiosk.screens.table import PERSON, AtTable, _key, founded, play

STRANGE = ("NOT1OF2OURS3", "Y026" + "0" * 135, "[/]", "5" * 40)
CARDS = {
    "HelpScreen": ("9", "f1"),
    "Question": ("9", "0"),
    "EntryCard": ("3", "down", "enter"),
}


async def typed(table: AtTable, code: str, gap: float) -> None:
    """A code from a scanner that sends no Enter, its keys `gap` seconds apart."""
    table.now += 10 * PERSON
    for key in code:
        table._post(_key(key))
        table.now += gap
    await table._swallowed()
    table.now += 10 * PERSON
    await table.settled()


@pytest.mark.parametrize("gap", [0.0, 0.0015, 0.01, 0.02, 0.027])
def test_a_short_code_without_enter_is_no_way_through_the_menus(tmp_path: Path, gap: float) -> None:
    async def script(table: AtTable) -> None:
        for code in ("91", "90l", "94d", "9p", "13t", "41", "9s"):
            await typed(table, code, gap)
            if table.on == "VerdictScreen":
                await table.press("escape")
            assert table.on == "HomeScreen", code
        assert table.app.draft is None

    play(founded(tmp_path / "market"), script)


@pytest.mark.parametrize("gap", [0.03, 0.05])
def test_a_slow_scanner_without_enter_gets_no_further_than_one_key(
    tmp_path: Path, gap: float
) -> None:
    async def script(table: AtTable) -> None:
        await typed(table, "90l", gap)
        assert table.on == "StewardScreen"
        await table.press("0")
        await typed(table, "xl", gap)
        assert table.on == "Question"
        assert not table.app._exit

    play(founded(tmp_path / "market"), script)


def test_letters_of_a_fast_hand_stay_text_in_a_line(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("1")
        await typed(table, "3 tom", 0.02)
        await table.press("enter")
        assert table.app.draft.size == 1

    play(founded(tmp_path / "market"), script)


def test_what_is_not_ours_leaves_every_card_where_it_is(tmp_path: Path) -> None:
    slips = all_kinds(tmp_path / "market")

    async def script(table: AtTable) -> None:
        for on, keys in CARDS.items():
            await table.press(*keys)
            assert table.on == on
            for code in (*STRANGE, slips["forged"], slips["spent"], slips["foreign"]):
                await table.scan(code)
                assert table.on == "VerdictScreen"
            await table.press("escape")
            assert table.on == on
            await table.press(*["escape"] * 4)
            while table.on != "HomeScreen":
                await table.press("escape")

    play(tmp_path / "market", script)


def test_a_good_slip_and_a_card_of_ours_go_past_a_question(tmp_path: Path) -> None:
    slips = all_kinds(tmp_path / "market")

    async def script(table: AtTable) -> None:
        await table.press("9", "0")
        await table.scan("NOT1OF2OURS3")
        await table.scan(slips["good"])
        assert "G O O D" in table.words()
        await table.press("escape")
        assert table.on == "StewardScreen"
        await table.press("0")
        await table.scan(action_card(Action.TEST))
        assert table.on == "StewardScreen"
        assert "The test slip scans" in table.words()

    play(tmp_path / "market", script)


def test_what_is_not_ours_does_not_end_the_hand_over(tmp_path: Path) -> None:
    slips = all_kinds(tmp_path / "market")

    async def script(table: AtTable) -> None:
        await table.press("1")
        await enter(table, "3 tom")
        await table.press("enter")
        for code in (*STRANGE, slips["forged"], slips["foreign"]):
            await table.scan(code)
            assert table.on == "VerdictScreen"
            await table.press("escape")
            assert table.on == "HandOverScreen"
        await table.scan(slips["spent"])
        await table.press("escape")
        assert table.on == "VisitScreen", "a slip of ours is the next neighbour's"

    play(tmp_path / "market", script)
