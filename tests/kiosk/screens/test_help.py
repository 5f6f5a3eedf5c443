"""F1: every screen of the table explains itself, in a card that is short enough to be read aloud."""

from __future__ import annotations

from pathlib import Path

from kiosk.screens.check import CheckScreen
from kiosk.screens.handover import HandOverScreen
from kiosk.screens.home import HomeScreen
from kiosk.screens.verdict import VerdictScreen
from kiosk.screens.visit import VisitScreen
from tests.kiosk.screens.papers import all_kinds, handed_out
from tests.kiosk.screens.table import AtTable, founded, play

WAYS = {
    HomeScreen: [],
    CheckScreen: ["2", *"7KQ2"],
    VisitScreen: ["escape", "1", *"3t", "enter"],
    HandOverScreen: ["enter"],
}


def test_f1_explains_the_screen_and_any_key_that_people_try_goes_back(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        for screen, keys in WAYS.items():
            await table.press(*keys)
            assert table.on == screen.__name__
            before = table.text()
            for key in ("f1", "escape", "enter"):
                await table.press("f1")
                assert table.on == "HelpScreen"
                for line in screen.CARD:
                    assert whole(line) in whole(table.text())
                await table.press(key)
                assert table.on == screen.__name__
                assert table.text() == before

    play(founded(tmp_path / "market", before=handed_out), script)


def test_f1_explains_a_verdict(tmp_path: Path) -> None:
    slips = all_kinds(tmp_path / "market")

    async def script(table: AtTable) -> None:
        await table.scan(slips["forged"])
        await table.press("f1")
        for line in VerdictScreen.CARD:
            assert whole(line) in whole(table.text())

    play(tmp_path / "market", script)


def test_cards_are_short_enough_to_be_read_aloud() -> None:
    for screen in (*WAYS, VerdictScreen):
        assert 3 <= len(screen.CARD) <= 6
        assert sum(len(line.split()) for line in screen.CARD) <= 90


def test_the_card_speaks_another_language_at_once(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("f1")
        english = table.text()
        await table.press("f2")
        assert table.on == "HelpScreen"
        assert table.text() != english
        assert "Inicio" in table.text()
        await table.press("f2")
        assert table.text() == english

    play(founded(tmp_path / "market"), script)


def whole(text: str) -> str:
    """A text without frames, line ends and blanks."""
    return "".join(text.replace("│", " ").split())
