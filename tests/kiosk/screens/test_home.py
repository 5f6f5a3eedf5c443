"""Home: where the table stands, what can be done with which key, and today so far."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kiosk.screens.papers import hand_in, handed_out
from tests.kiosk.screens.table import NARROW, WIDE, AtTable, founded, play

CREW = (("table", "Ana"), ("stock", "Bo"))


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_home_shows_the_market_the_crew_what_can_be_done_and_today(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    folder = founded(
        tmp_path / "market",
        practice=False,
        crew=CREW,
        before=lambda till: (handed_out(till), hand_in(till, handed_out(till, 4))),
    )

    async def script(table: AtTable) -> None:
        shown = table.lines()
        assert shown[0].startswith(" Oak Street Market")
        assert "day 1 · " in shown[0]
        assert shown[1].startswith(" table Ana · stock Bo")
        assert shown[1].endswith("3 papers to confirm · not backed up yet · EN")
        for choice in ("1  Visit", "2  Check a slip", "3  Ledger", "4  Today", "9  Steward"):
            assert choice in table.text()
        said = table.words()
        assert "3 visits" in said
        for figure in ("brought 14", "taken 4", "slips out 18", "slips in 8", "solidarity 0"):
            assert figure in said
        assert "Scan a slip at any time" in said
        for key in ("F1 help", "F2 language", "F8 undo the visit"):
            assert key in shown[-1]
        assert ("Today's ledger" in said) is (size == WIDE)

    play(folder, script, size)


def test_a_day_without_a_crew_is_an_open_day(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        assert "no market day is open" not in table.words()
        assert "Scan a slip at any time" in table.words()

    play(founded(tmp_path / "market", crew=()), script)


def test_a_closed_table_says_how_to_open(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        assert "no market day is open" in table.words()
        assert "Press 9 to open the market day" in table.words()

    play(founded(tmp_path / "market", crew=None), script)


def test_everything_is_reached_by_its_key_by_arrows_and_by_pointer(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("2")
        assert table.on == "CheckScreen"
        await table.press("escape", "down", "enter")
        # The mark stays on what was chosen last.
        assert table.on == "LedgerScreen"
        await table.press("escape", "up", "up", "enter")
        assert table.on == "VisitScreen"
        await table.press("escape", "up", "enter")
        assert table.on == "StewardScreen"
        await table.press("escape")
        await table.pilot.click("Menu", offset=(6, 1))
        await table.settled()
        assert table.on == "CheckScreen"

    play(founded(tmp_path / "market"), script)


def test_no_other_key_does_anything(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        before = table.text()
        for key in ("ctrl+q", "ctrl+c", "ctrl+z", "ctrl+p", "escape", "f5", "f7", "x", "0", "é"):
            await table.press(key)
            assert table.on == "HomeScreen"
            assert table.text() == before, key

    play(founded(tmp_path / "market", before=handed_out), script)
