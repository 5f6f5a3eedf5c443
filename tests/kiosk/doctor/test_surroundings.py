"""Terminal, letters, printer, scanner, clock and versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.config import Settings, save_settings
from kiosk.doctor import Level
from kiosk.paper.printer import READY, UNKNOWN, PrinterState, trouble
from tests.kiosk.doctor.machines import NOON, TERMINAL, level, machine, words
from tests.kiosk.paper.printer_server import PrinterServer

LINUX = {"TERM": "linux", "LANG": "C.UTF-8"}


@pytest.mark.parametrize(
    ("other", "wanted", "says"),
    [
        ({}, Level.OK, "120×40, and all colours"),
        ({"size": (80, 24), "environment": TERMINAL | {"COLORTERM": ""}}, Level.OK, "256 colours"),
        ({"size": (79, 24)}, Level.TROUBLE, "79×24"),
        ({"size": (80, 23)}, Level.TROUBLE, "80×23"),
        ({"size": None}, Level.NOTE, "No terminal"),
        ({"environment": LINUX}, Level.NOTE, "16 colours"),
        ({"environment": LINUX | {"TERM": "dumb"}}, Level.TROUBLE, "TERM is “dumb”"),
        ({"environment": {"LANG": "C.UTF-8"}}, Level.TROUBLE, "TERM is “”"),
        ({"environment": TERMINAL | {"NO_COLOR": "1"}}, Level.OK, "greys"),
        ({"environment": TERMINAL | {"LC_ALL": "C"}}, Level.NOTE, "does not say UTF-8"),
        ({"environment": TERMINAL | {"LC_ALL": ""}}, Level.OK, "120×40"),
        ({"encoding": "ascii"}, Level.TROUBLE, "ascii"),
        ({"encoding": "UTF8"}, Level.OK, "120×40"),
    ],
)
def test_a_terminal_says_what_it_can(
    folder: Path, other: dict[str, Any], wanted: Level, says: str
) -> None:
    assert says in words(machine(folder, **other), "terminal")
    assert level(machine(folder, **other), "terminal") is wanted


def test_letters_that_no_font_has_are_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert level(machine(folder), "letters") is Level.OK
    patient = machine(folder)
    strange = replace(patient.books, names=("tomatoes", "\U00010380\U00010381"))
    patient.__dict__["books"] = strange
    assert level(patient, "letters") is Level.NOTE
    assert "No font on this computer" in words(patient, "letters")


def test_a_machine_without_any_font_is_in_trouble(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.machine.fonts.standard_files", lambda _bold: iter(()))
    assert level(machine(folder), "letters") is Level.TROUBLE


@pytest.mark.parametrize(
    ("answer", "wanted", "says"),
    [
        (READY, Level.OK, "says that it is ready"),
        (UNKNOWN, Level.NOTE, "nobody knows"),
        (trouble("no paper"), Level.TROUBLE, "no paper. Papers wait"),
    ],
)
def test_a_printer_is_what_it_says_and_silence_is_no_answer(
    folder: Path, answer: PrinterState, wanted: Level, says: str
) -> None:
    save_settings(folder, Settings(printer="network", printer_address="127.0.0.1:9"))
    patient = machine(folder, answer=answer)
    assert level(patient, "printer") is wanted
    assert says in words(patient, "printer")


def test_a_printer_that_is_away_is_trouble(folder: Path) -> None:
    server = PrinterServer()
    address = server.address
    server.close()
    save_settings(folder, Settings(printer="network", printer_address=address))
    assert level(machine(folder), "printer") is Level.TROUBLE


def test_a_printer_with_an_address_that_is_none_is_trouble(folder: Path) -> None:
    save_settings(folder, Settings(printer="usb", printer_address="nowhere"))
    assert level(machine(folder), "printer") is Level.TROUBLE


def test_a_kiosk_without_a_printer_is_told_where_its_slips_are(folder: Path) -> None:
    assert level(machine(folder), "printer") is Level.NOTE
    assert "papers" in words(machine(folder), "printer")


def test_a_scanner_whose_card_was_scanned_is_well(folder: Path) -> None:
    assert level(machine(folder), "scanner") is Level.NOTE
    save_settings(folder, Settings(scanner_before="]Q1"))
    assert level(machine(folder), "scanner") is Level.OK


@pytest.mark.parametrize(
    ("by", "wanted", "says"),
    [
        (timedelta(), Level.OK, "28 Nov 2026"),
        (timedelta(hours=-1), Level.TROUBLE, "the last entry was written"),
        (timedelta(days=-365 * 50), Level.TROUBLE, "can't be"),
        (timedelta(days=365 * 200), Level.TROUBLE, "can't be"),
        (timedelta(days=400), Level.NOTE, "slips would expire"),
    ],
)
def test_a_clock_that_can_not_be_right_is_found(
    folder: Path, by: timedelta, wanted: Level, says: str
) -> None:
    patient = machine(folder, now=NOON + by)
    assert level(patient, "clock") is wanted
    assert says in words(patient, "clock")


def test_an_old_database_library_is_trouble(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "SQLite" in words(machine(folder), "versions")
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 36, 0))
    assert level(machine(folder), "versions") is Level.TROUBLE
