"""The printer is found, chosen and tested by keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.config import load_settings
from kiosk.paper import finding
from kiosk.paper.finding import Found
from kiosk.scanning.cards import Action, action_card
from tests.kiosk.paper.printer_server import PrinterServer, printer_server
from tests.kiosk.screens.scanner import enter
from tests.kiosk.screens.table import NARROW, WIDE, AtTable, founded, play


@pytest.fixture
def server() -> Iterator[PrinterServer]:
    with printer_server() as one:
        yield one


async def to_printer(table: AtTable) -> None:
    await table.press("9", "p")
    assert table.on == "PrinterScreen"


async def choose(table: AtTable, words: str) -> None:
    """Turn the first field until it shows these words."""
    for _ in range(10):
        if words in table.words():
            return
        await table.press("right")
    raise AssertionError(table.text())


def test_a_network_printer_is_set_up_tested_and_its_slip_scanned(
    tmp_path: Path, server: PrinterServer
) -> None:
    folder = founded(tmp_path / "market")

    async def script(table: AtTable) -> None:
        await to_printer(table)
        await choose(table, "receipt printer, network")
        await table.press("enter")
        await enter(table, server.address)
        await table.press("f5")
        assert "The test slip was sent." in table.words()
        await table.scan(action_card(Action.TEST))
        assert "printer and scanner understand each other" in table.words()
        assert table.on == "PrinterScreen"
        await table.press("right", "enter", "enter")
        assert table.on == "StewardScreen"

    play(folder, script)
    server.settle()
    (paper,) = server.whole()
    assert paper.image.width == 384
    settings = load_settings(folder)
    assert (settings.printer, settings.printer_address) == ("network", server.address)
    assert (settings.paper, settings.cut) == ("80", True)


def test_printers_that_are_connected_are_listed_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [Found("cups", "office", "office"), Found("usb", "04b8:0e15", "EPSON TM-T20II")]
    monkeypatch.setattr(finding, "found_printers", lambda: found)
    folder = founded(tmp_path / "market")

    async def script(table: AtTable) -> None:
        await to_printer(table)
        await choose(table, "office (office), office printer (CUPS), A4")
        await choose(table, "EPSON TM-T20II (04b8:0e15), receipt printer, USB")
        await choose(table, "office (office)")
        await table.press("enter", "enter", "enter", "enter")
        assert table.on == "Card"
        assert "a copy of a slip can be spent" in table.words()
        await table.press("escape")
        assert table.on == "StewardScreen"

    play(folder, script)
    settings = load_settings(folder)
    assert (settings.printer, settings.printer_address) == ("cups", "office")
    assert settings.paper == "a4"


def test_an_address_that_is_none_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")

    async def script(table: AtTable) -> None:
        await to_printer(table)
        await choose(table, "receipt printer, network")
        await table.press("f5")
        assert "does not fit for the printer" in table.words()
        assert table.on == "PrinterScreen"

    play(folder, script)
    assert load_settings(folder).printer == "folder"


def test_a_printer_that_is_away_is_said(tmp_path: Path, server: PrinterServer) -> None:
    server.switch_off()

    async def script(table: AtTable) -> None:
        await to_printer(table)
        await choose(table, "receipt printer, network")
        await table.press("enter")
        await enter(table, server.address)
        await table.press("f5")
        assert "nothing answers at its address" in table.words()

    play(founded(tmp_path / "market"), script)


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_what_a_fault_of_the_test_slip_means_is_all_on_the_screen(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async def script(table: AtTable) -> None:
        await to_printer(table)
        for number in "1234":
            assert any(line.strip().startswith(f"{number} ") for line in table.lines())

    play(founded(tmp_path / "market"), script, size)
