"""A market day as a workbook (XLSX), for people who open things in a spreadsheet.

The sheets are the day's CSV files (kiosk/exports/csv_files.py), which lie in the folder already, in
typed cells: numbers are numbers and dates are dates. A text is never a formula, a link or markup. Rows
stream from disk to disk; what a spreadsheet can't hold on one sheet goes on on the next.
"""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

from db.errors import N_
from kiosk.exports.extract import Extract
from kiosk.exports.resources import Resource
from kiosk.text import safe

FILE = "day.xlsx"
RESOURCES = (
    Resource(
        FILE,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        N_("The tables of this folder as one workbook for a spreadsheet."),
        binary=True,
    ),
)
PASSES = 18
"""It reads no entries, but takes about as long as so many readings of them."""

SHEETS = ("totals", "visits", "lines", "postings", "slips", "stock")
"""CSV files in the order of their sheets: what a reader wants to know first comes first."""

SHEET_ROWS = 1_000_000
"""Rows below the heading of one sheet: a spreadsheet holds 1,048,576 in all."""

_A4 = 9
_BATCH = 50  # rows between two words of how far it is
_CREDITS, _QUANTITY, _PIECES, _DATE = "#,##0.00", "#,##0.000", "0", "yyyy-mm-dd"
_FORMATS = {
    "day": _PIECES, "entry": _PIECES, "visit": _PIECES, "brings_back_visit": _PIECES,
    "slips_in": _PIECES, "slips_out": _PIECES, "quantity": _QUANTITY,
    "rate_credits_per_unit": _CREDITS, "expires_on": _DATE,
}  # fmt: skip
_UNITS = {"credits": _CREDITS, "visits": _PIECES, "slips": _PIECES, "people": _PIECES}
_NAMED = {"day": _PIECES, "last_entry": _PIECES, "date": _DATE}
"""Totals have one column for all values: what a row holds shows in its unit or its name."""

_WIDTHS = {
    "good": 18, "name": 28, "category": 14, "unit": 10, "kind": 11, "direction": 11, "state": 10,
    "account": 22, "reference": 40, "change": 11, "expires_on": 12, "value": 24, "entry": 8,
}  # fmt: skip
"""In characters; other columns are a little wider than their heading."""


def write(extract: Extract, folder: Path) -> None:
    """Write `day.xlsx` into `folder` from the CSV files there; the same files give the same bytes.

    Raises OSError.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    paths = [folder / f"{name}.csv" for name in SHEETS]
    rows = sum(map(_rows, paths))
    options = {"constant_memory": True, "tmpdir": str(folder)}
    workbook = Workbook(folder / FILE, options)
    workbook.use_zip64()
    created = datetime.combine(date.fromisoformat(extract.statement["date"]), datetime.min.time())
    title = f"{safe(extract.market.name)}, market day {extract.number}"
    workbook.set_properties({"title": title, "created": created})
    writer = _Writer(workbook, extract.read, PASSES * extract.size, rows)
    try:
        for path in paths:
            writer.add(path)
        workbook.close()
    except FileCreateError as error:  # an OSError in the library's clothes
        raise error.args[0] from error
    finally:
        writer.let_go()


class _Writer:
    """Writes CSV files as sheets of an XlsxWriter workbook. `read` hears how much is done of the
    `readings` that so many `rows` are worth."""

    def __init__(
        self, workbook: Any, read: Callable[[int], None], readings: int, rows: int
    ) -> None:
        self._workbook = workbook
        self._read, self._readings, self._rows = read, readings, rows
        self._written = self._told = 0
        self._bold = workbook.add_format({"bold": True, "bottom": 1})
        self._styles = {
            shown: workbook.add_format({"num_format": shown})
            for shown in (_CREDITS, _QUANTITY, _PIECES, _DATE)
        }

    def add(self, path: Path) -> None:
        """One CSV file as one sheet, or as many as it takes."""
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            columns, rows = next(reader), self._counted(reader)
            title, first = path.stem.capitalize(), next(rows, None)
            for number in count(1):
                left = rows if first is None else chain([first], rows)
                sheet = title if number == 1 else f"{title} {number}"
                self._sheet(sheet, columns, islice(left, SHEET_ROWS))
                first = next(rows, None)
                if first is None:
                    return

    def _counted(self, rows: Iterator[list[str]]) -> Iterator[list[str]]:
        for row in rows:
            yield row
            self._written += 1
            if self._written % _BATCH == 0:
                done = self._readings * self._written // self._rows
                self._read(done - self._told)
                self._told = done

    def _sheet(self, title: str, columns: list[str], rows: Iterator[list[str]]) -> None:
        sheet = self._workbook.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)  # one page wide, as long as it takes
        formats = [_format(name) for name in columns]
        for at, name in enumerate(columns):
            sheet.set_column(at, at, _WIDTHS.get(name, max(8, len(name) + 4)))
            sheet.write_string(0, at, name, self._bold)
        last = 0
        for last, row in enumerate(rows, start=1):
            for at, cell in enumerate(row):
                shown = formats[at] or _format_of_total(columns[at], row)
                self._cell(sheet, last, at, cell, shown)
        sheet.autofilter(0, 0, last, len(columns) - 1)

    def _cell(self, sheet: Any, row: int, column: int, text: str, shown: str) -> None:
        if not text:
            return
        if shown == _DATE and text[:1].isdigit():
            sheet.write_datetime(row, column, date.fromisoformat(text), self._styles[shown])
        elif shown and shown != _DATE:
            sheet.write_number(row, column, Decimal(text), self._styles[shown])
        else:
            # The library takes what begins like this for its own markup and writes it as it is.
            sheet.write_string(row, column, f"'{text}" if text.startswith("<r>") else text)

    def let_go(self) -> None:
        """Close the library's files for rows, which lie beside the workbook, where it did not."""
        for sheet in self._workbook.worksheets():
            with contextlib.suppress(OSError):
                sheet._opt_close()


def _rows(path: Path) -> int:
    """How many rows a CSV file has below its heading; none of ours has a line break in a cell."""
    with path.open("rb") as file:
        return sum(1 for _ in file) - 1


def _format(column: str) -> str:
    """How the numbers of a column are shown; empty for a column of texts."""
    return _CREDITS if column.endswith("_credits") else _FORMATS.get(column, "")


def _format_of_total(column: str, row: list[str]) -> str:
    name, _, unit = row if column == "value" else ("", "", "")
    return _UNITS.get(unit) or _NAMED.get(name, "")
