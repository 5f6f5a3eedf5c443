"""The workbook of a day says what its CSV files say, in cells of the right types."""

from __future__ import annotations

import csv
import time
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from db import days, reports
from kiosk.exports import workbook
from kiosk.exports.extract import extract
from kiosk.exports.folder import export_day
from tests.kiosk.exports.conftest import Table
from tests.kiosk.paper.test_folder import room_for

TEXTS = {
    "state", "kind", "good", "name", "direction", "unit", "account", "change", "reference", "category",
}  # fmt: skip


@pytest.fixture
def export(sealed: Table, tmp_path: Path) -> Path:
    return export_day(sealed.books, 1, tmp_path / "out", sealed.market)


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    """The values of every sheet, read by a library that is not ours."""
    book = openpyxl.load_workbook(path)
    return {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book
    }


def test_every_cell_of_the_csv_files_is_there_with_its_type(export: Path) -> None:
    read = sheets(export / "day.xlsx")
    assert list(read) == ["Totals", "Visits", "Lines", "Postings", "Slips", "Stock"]
    numbers = dates = 0
    for title, rows in read.items():
        if title == "Totals":
            continue
        with (export / f"{title.lower()}.csv").open(encoding="utf-8", newline="") as file:
            written = list(csv.reader(file))
        assert rows[0] == written[0]
        assert len(rows) == len(written) > 1
        for row, plain in zip(rows[1:], written[1:], strict=True):
            for name, value, text in zip(written[0], row, plain, strict=True):
                if not text:
                    assert value is None
                elif name in TEXTS:
                    assert value == text
                elif name == "expires_on":
                    assert value == datetime.fromisoformat(text)
                    dates += 1
                else:
                    assert isinstance(value, int | float)
                    assert Decimal(str(value)) == Decimal(text)
                    numbers += 1
    assert numbers > 200
    assert dates > 5


def test_totals_come_first_and_are_those_of_the_books(sealed: Table, export: Path) -> None:
    totals = {name: (value, unit) for name, value, unit in sheets(export / "day.xlsx")["Totals"]}
    day = days.day(sealed.books, 1)
    assert totals["visits"] == (day.visits, "visits")
    assert totals["brought"] == (day.brought / 100, "credits")
    assert totals["slips_counted"] == (3, "slips")
    assert totals["date"] == (datetime(2026, 11, 28), None)
    assert totals["day"] == (1, None)
    assert totals["market"] == ("Oak Street Market", None)
    assert totals["crew: table"] == (2, "people")
    for account, credits in days.balances(sealed.books).items():
        assert totals[f"balance: {account}"] == (credits / 100, "credits")


def test_the_sheet_of_stock_is_the_stock(sealed: Table, export: Path) -> None:
    heading, *rows = sheets(export / "day.xlsx")["Stock"]
    column = heading.index("quantity")
    found = {row[0]: row[column] for row in rows}
    assert found == {good: held / 1000 for good, held in reports.stock(sealed.books).items()}


def test_headings_stay_in_sight_and_numbers_show_their_decimals(export: Path) -> None:
    book = openpyxl.load_workbook(export / "day.xlsx")
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet["A1"].font.bold
        assert sheet.column_dimensions["A"].width >= 8
    assert book["Lines"]["H2"].number_format == "#,##0.000"
    assert book["Postings"]["F2"].number_format == "#,##0.00"
    assert book["Slips"]["H2"].number_format == "yyyy-mm-dd"


def test_no_text_is_a_formula_or_a_link(export: Path) -> None:
    book = openpyxl.load_workbook(export / "day.xlsx")
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert "'=cmd|' /C calc'!A0" in {cell.value for cell in book["Stock"]["B"]}
    with zipfile.ZipFile(export / "day.xlsx") as parts:
        for name in parts.namelist():
            assert b"hyperlink" not in parts.read(name)


def test_the_bytes_depend_neither_on_the_hour_nor_on_where_it_is(
    sealed: Table, export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    try:
        again = export_day(sealed.books, 1, tmp_path / "again", sealed.market)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert (again / "day.xlsx").read_bytes() == (export / "day.xlsx").read_bytes()
    with zipfile.ZipFile(again / "day.xlsx") as parts:
        assert {one.date_time[:3] for one in parts.infolist()} == {(1980, 1, 31)}
        core = parts.read("docProps/core.xml").decode()
    assert core.count("2026-11-28T00:00:00Z") == 2


def test_nothing_that_is_not_public_is_in_it(sealed: Table, export: Path) -> None:
    with zipfile.ZipFile(export / "day.xlsx") as parts:
        everything = b"".join(parts.read(name) for name in parts.namelist()).lower()
    for word in (b"ana-handle", b"visit key", b"neighbour", b"trousers", b"10:0"):
        assert word not in everything


def test_what_one_sheet_cannot_hold_goes_on_on_the_next(
    export: Path, sealed: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = sheets(export / "day.xlsx")
    monkeypatch.setattr(workbook, "SHEET_ROWS", len(whole["Visits"]) - 1)
    assert len(whole["Lines"]) > len(whole["Visits"])
    again = sheets(export_day(sealed.books, 1, tmp_path / "split", sealed.market) / "day.xlsx")
    for title, wanted in whole.items():
        parts = [part for name, part in again.items() if name.rstrip(" 0123456789") == title]
        assert [row for part in parts for row in part[1:]] == wanted[1:]
        assert all(part[0] == wanted[0] for part in parts)
        assert len(parts) == max(1, -(-(len(wanted) - 1) // workbook.SHEET_ROWS))


@pytest.mark.parametrize("room", [1000, 6000])
def test_a_full_disk_is_said_to_be_full(export: Path, sealed: Table, room: int) -> None:
    (export / "day.xlsx").unlink()
    with room_for(room), pytest.raises(OSError, match="File too large"):
        workbook.write(extract(sealed.books, 1, sealed.market), export)
