"""A market day in a real pseudo-terminal of 80×24, by keys and scans alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from db import days, reports
from kiosk.config import PAPERS_FOLDER
from kiosk.scanning.cards import Action, action_card
from kiosk.till import open_till
from tests.kiosk.cli.lines import Lines
from tests.kiosk.screens.table import founded
from tests.kiosk.terminal import Terminal, at_terminal

HOME = "1 Visit"
PRACTICE = "PRACTICE"


def read_codes(picture: Image.Image) -> list[str]:
    """The texts of the QR codes in a picture."""
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def slip_on_screen(terminal: Terminal) -> str:
    """The text of the QR on the screen, as a phone reads it."""
    found: list[str] = []

    def seen() -> bool:
        found[:] = read_codes(terminal.picture())
        return len(found) == 1

    terminal.wait_for(seen, "a QR code that can be read")
    return found[0]


def slip_on_paper(folder: Path) -> str:
    """The text of the QRs in the newest picture of the folder printer."""
    *_older, newest = sorted((folder / PAPERS_FOLDER).glob("slip-*.png"))
    with Image.open(newest) as picture:
        (text,) = set(read_codes(picture))
    return text


def budget(terminal: Terminal, keys: int) -> None:
    """What was pressed since the last count is at most so many keys."""
    assert len(terminal.keys) <= keys, terminal.keys
    terminal.keys.clear()


def open_the_day(terminal: Terminal) -> None:
    terminal.wait("Press 9 to open the market day")
    terminal.press("9", until="Open the market day")
    terminal.press("1", until="Enter on an empty line opens the day.")
    terminal.type("Ana")
    terminal.press("enter", "enter", "enter", until="Market day 1 is open.")
    terminal.wait("table Ana")


def close_the_day(terminal: Terminal, counted: str) -> None:
    terminal.press("9", until="Close the market day")
    terminal.press("1", until="Count the paper slips in the box.")
    terminal.press(counted, "enter", until="Close and seal day 1?")
    terminal.wait("They agree.")
    terminal.press("s", until="Day 1 is closed and sealed")
    terminal.press("enter", until="Press 9 to open the market day")


def leave(terminal: Terminal) -> None:
    """From Home to the end of the program, as a steward does it."""
    terminal.press("9", until="Leave the kiosk")
    terminal.press("0", until="Everything is in the books.")
    terminal.press("l")
    assert terminal.status() == 0


def on_the_screen(folder: Path) -> None:
    """A market day at the table."""
    with at_terminal(folder) as terminal:
        open_the_day(terminal)
        terminal.keys.clear()

        # Three kilos of tomatoes: the slip is in the neighbour's hand.
        terminal.press("1", until="what do they bring or take?")
        terminal.type("3 tom", until="tomatoes kg 2 credits")
        terminal.press("enter", until="we hand out a slip of")
        terminal.press("enter", until="Give it to the neighbour.")
        budget(terminal, 8)
        first = slip_on_screen(terminal)
        assert first == slip_on_paper(folder)
        assert PRACTICE not in terminal.words()

        # The paper came out; the next one gives two hours of child care.
        terminal.press("enter", until="Visit 2")
        terminal.press("escape", until=HOME)
        terminal.keys.clear()
        terminal.press("1", until="what do they bring or take?")
        terminal.type("2h chi", until="child care h")
        terminal.press("enter", until="we hand out a slip of")
        terminal.press("enter", until="Give it to the neighbour.")
        budget(terminal, 10)
        second = slip_on_screen(terminal)

        # That was somebody else's: undone with one key, brought back with another.
        terminal.press("f8", until="Visit 2 is undone.")
        budget(terminal, 2)
        terminal.scan(second, until="V O I D")
        terminal.press("escape", until=HOME)
        terminal.press("f9", until="visit 3 is in the book")
        terminal.wait("Give it to the neighbour.")
        third = slip_on_screen(terminal)
        terminal.press("escape", until=HOME)
        terminal.keys.clear()

        # Is this slip good? And handed in for honey, with change.
        terminal.scan(first, until="G O O D")
        budget(terminal, 0)
        terminal.press("enter", until="slips 6")
        terminal.type("-hon", until="honey jar 4 credits")
        terminal.press("enter", until="we hand out a slip of")
        terminal.press("enter", until="Give it to the neighbour.")
        budget(terminal, 7)
        change = slip_on_screen(terminal)
        assert change not in (first, second, third)

        # The slip again, scanned where the change is still shown.
        terminal.scan(first, until="S P E N T")
        terminal.press("escape", until="Visit 5")

        # Too little, and solidarity covers it; a gift; both finished by a card.
        terminal.type("-2 rice", until="rice kg")
        terminal.press("enter", until="credits short")
        terminal.press("f5", until="solidarity covers")
        terminal.scan(action_card(Action.FINISH), until="visit 5 is in the book")
        terminal.scan(action_card(Action.FINISH), until="Visit 6")
        terminal.scan(third, until="A slip of 8 credits is handed in.")
        terminal.press("enter", until="visit 6 is in the book")
        terminal.wait("Give it to the neighbour.")
        terminal.press("enter", until="Visit 7")

        # What does not lead out of the table.
        terminal.type("2 bre", until="bread each")
        terminal.press("ctrl+q", "ctrl+c", "ctrl+z", "ctrl+p", "ctrl+backslash")
        terminal.send(b"AB\x11CD1234\rEF\x1bGH\x1b[19~IJ\r", until="N O T O N E O F O U R S")
        terminal.press("escape", until="what do they bring or take?")
        assert "2 bre" in terminal.words()
        terminal.press(*["backspace"] * 5)
        terminal.press("escape", until=HOME)

        close_the_day(terminal, "2")
        leave(terminal)


def in_lines(lines: Lines) -> None:
    """The same market day, line by line."""
    lines.ok("day", "open", "--crew", "Ana:table")
    first = lines.slip("--brought", "3 kg tomatoes")["text"]
    lines.slip("--work", "2 h childcare")
    lines.ok("undo")
    (third,) = lines.json("undo", "--back")["slips"]
    lines.slip("--took", "1 honey", "--slip", first)
    lines.json("visit", "--took", "2 kg rice", "--solidarity")
    lines.slip("--slip", third["text"])
    lines.ok("day", "close", "--counted", "2")


def books(folder: Path) -> tuple[dict[str, int], dict[str, int], object]:
    """Balances, stock, and what the closed day came to."""
    till = open_till(folder)
    try:
        return days.balances(till.books), reports.stock(till.books), till.newest_day()
    finally:
        till.close()


def test_a_market_day_by_keys_and_scans_is_the_day_in_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    screen, typed = tmp_path / "screen", tmp_path / "lines"
    founded(screen, practice=False, crew=None)
    founded(typed, practice=False, crew=None)
    on_the_screen(screen)
    in_lines(Lines(typed, capsys))

    assert "The books are right" in Lines(screen, capsys).ok("verify")
    balances, stock, day = books(screen)
    assert (balances, stock, day) == books(typed)
    assert stock["honey"] == -1000
    assert balances["solidarity"] > 0


def test_practice_stands_on_every_screen_and_ends_without_a_trace(tmp_path: Path) -> None:
    folder = tmp_path / "nothing"
    with at_terminal(folder, "demo") as terminal:

        def practice(words: str) -> None:
            terminal.wait(words)
            terminal.wait(PRACTICE)

        practice(HOME)
        terminal.press("f1")
        practice("1 starts a visit")
        terminal.press("escape", until=HOME)
        terminal.press("2")
        practice("Scan the slip, or type its code")
        terminal.press("escape", until=HOME)
        terminal.press("1")
        practice("what do they bring or take?")
        terminal.type("3 tom")
        terminal.press("enter", until="we hand out a slip of")
        terminal.press("f1")
        practice("A minus in front means taken")
        terminal.press("escape", until="we hand out a slip of")
        terminal.press("enter")
        practice("Give it to the neighbour.")
        slip = slip_on_screen(terminal)
        terminal.press("escape", until=HOME)
        terminal.scan(slip)
        practice("G O O D")
        terminal.press("escape", until=HOME)
        for key, words in (("3", "visit 1"), ("4", "tomatoes"), ("9", "Leave the kiosk")):
            terminal.press(key)
            practice(words)
            terminal.press("escape", until=HOME)
        leave(terminal)
    assert list(tmp_path.glob("kiosk-practice-*")) == []
