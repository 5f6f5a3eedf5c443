"""Scanner set-up: a card on the screen, one scan of it, and what is undone from then on."""

from __future__ import annotations

from pathlib import Path

import zxingcpp
from PIL import Image

from kiosk.calibration import CARD
from kiosk.config import load_settings
from kiosk.scanning.cards import Action, action_card
from kiosk.screens.scanner import CARD_FILE
from tests.keyboards import typed
from tests.kiosk.screens.table import AtTable, founded, play

SET_UP = ("9", "6", "f6")


def card_on_screen(table: AtTable) -> str:
    """The text of the code that the screen shows in half blocks."""
    halves = [line[:31] for line in table.lines() if set(line[:31].strip()) & set("█▀▄")]
    picture = Image.new("L", (31, 2 * len(halves)))
    for row, line in enumerate(halves):
        for column, sign in enumerate(line):
            picture.putpixel((column, 2 * row), 255 if sign in "█▀" else 0)
            picture.putpixel((column, 2 * row + 1), 255 if sign in "█▄" else 0)
    larger = picture.resize((31 * 8, 16 * len(halves)), Image.Resampling.NEAREST)
    (code,) = zxingcpp.read_barcodes(larger)
    return code.text


def test_the_card_on_the_screen_is_the_card(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press(*SET_UP)
        assert table.on == "ScannerScreen"
        assert card_on_screen(table) == CARD

    play(founded(tmp_path / "market"), script)


def test_one_scan_through_a_french_keyboard_is_learned_and_undone(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")

    async def script(table: AtTable) -> None:
        await table.press(*SET_UP)
        await table.scan(typed(CARD, "fr + Caps Lock"), end="tab")
        words = table.words()
        assert "“fr”" in words
        assert "Caps Lock is on" in words
        assert "with Tab" in words
        assert load_settings(folder).scanner.meant(typed("7", "fr + Caps Lock")) == "7"
        await table.press("f6")
        assert "forgotten" in table.words()
        assert not load_settings(folder).scanner.is_set
        await table.press("f7")
        assert (folder / CARD_FILE).read_bytes().startswith(b"%PDF")

    play(folder, script)


def test_another_scan_is_explained_and_does_nothing_else(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press(*SET_UP)
        await table.scan(action_card(Action.UNDO))
        assert table.on == "ScannerScreen"
        assert "not the calibration card" in table.words()
        await table.scan("Y02C\x11", end="enter")
        assert table.on == "ScannerScreen"

    play(founded(tmp_path / "market"), script)
