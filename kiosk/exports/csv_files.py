"""A market day as CSV files, for any spreadsheet and any script.

RFC 4180 in UTF-8 with `\\n`: a header row, one meaning a column, units in the header where there are
units; kiosk/exports/csv_schema.py says what each column is. Amounts are credits and quantities are
units, both as decimal numbers with a point. A text that a spreadsheet would take for a formula gets an
apostrophe before it; numbers stay numbers.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Any

from db.amounts import format_credits, format_quantity
from db.sums import TOTALS as DAY_TOTALS
from kiosk.exports import csv_schema
from kiosk.exports.extract import Extract
from kiosk.exports.rows import Entry, Visit
from kiosk.text import safe

Cells = Iterator[tuple[object, ...]]

RESOURCES = csv_schema.RESOURCES
VISITS = csv_schema.VISITS.columns
LINES = csv_schema.LINES.columns
SLIPS = csv_schema.SLIPS.columns
POSTINGS = csv_schema.POSTINGS.columns
STOCK = csv_schema.STOCK.columns
TOTALS = csv_schema.TOTALS.columns
PASSES = 1

INTERIM = "INTERIM"
SEALED = "sealed"

_PIECES = {"visits": "visits", "undone": "visits", "slips_in": "slips", "slips_out": "slips"}
_VISIT_CREDITS = (
    "brought", "taken", "work", "redeemed", "issued", "solidarity", "gifts", "rounding",
)  # fmt: skip
_FORMULA = frozenset("=+-@")
_TEXT_LENGTH = 200
_MOST_CELLS = 4096
_MOST_ROWS = 500  # kept until they are written


class _Cells(dict[int, str]):
    """Amounts as cells: the same few stand in a million rows."""

    def __init__(self, spell: Callable[[int], str]) -> None:
        super().__init__()
        self._spell = spell

    def __missing__(self, value: int) -> str:
        if len(self) >= _MOST_CELLS:
            self.clear()
        cell = self[value] = self._spell(value)
        return cell


class _Table:
    """A CSV file that is being written. Its rows are put together cell by cell, because the texts among
    them are few and need their quotation marks once, not once a row."""

    def __init__(self, path: Path, header: tuple[str, ...]) -> None:
        self._file = path.open("x", encoding="utf-8", newline="")
        self.rows = [",".join(header) + "\n"]

    def __enter__(self) -> _Table:
        return self

    def flush(self) -> None:
        """Write the rows that were added."""
        self._file.write("".join(self.rows))
        self.rows.clear()

    def __exit__(self, *failed: object) -> None:
        with self._file:
            self.flush()


_credits = _Cells(format_credits)
_quantity = _Cells(format_quantity)


def write(extract: Extract, folder: Path) -> None:
    """Write visits, lines, slips, postings, stock and totals of a day into `folder`.

    The same books give the same bytes. Raises OSError.
    """
    with ExitStack() as files:
        tables = [
            files.enter_context(_Table(folder / name, header))
            for name, header in (
                ("visits.csv", VISITS),
                ("lines.csv", LINES),
                ("slips.csv", SLIPS),
                ("postings.csv", POSTINGS),
            )
        ]
        visits, lines, slips, postings = (table.rows for table in tables)
        day, goods = extract.number, _Goods(extract)
        for entry in extract.entries():
            if entry.kind == "goods":
                goods.renamed()
            if entry.booked is not None:
                visits.append(_visit(day, entry.booked))
            before = f"{day},{entry.seq},{entry.kind},{entry.visit or ''},"
            for good, direction, quantity, rate, credits in entry.lines:
                named, unit = goods.at(entry, good)
                lines.append(
                    f"{before}{named},{direction},{_quantity[quantity]},{unit},{_credits[rate]},"
                    f"{_credits[credits]}\n"
                )
            for account, credits in entry.postings:
                postings.append(f"{before}{_cell(account)},{_credits[credits]}\n")
            for change, reference, amount, expires in entry.slips:
                slips.append(f"{before}{change},{reference},{_credits[amount]},{expires}\n")
            if len(lines) + len(postings) > _MOST_ROWS:
                for table in tables:
                    table.flush()
    _write(folder / "stock.csv", STOCK, _stock(extract))
    _write(folder / "totals.csv", TOTALS, total_rows(extract))


def _visit(day: int, visit: Visit) -> str:
    totals = visit.totals
    credits = ",".join([_credits[totals[name]] for name in _VISIT_CREDITS])
    return (
        f"{day},{visit.number},{'undone' if visit.undone else 'booked'},{visit.brings_back or ''},"
        f"{totals['slips_in']},{totals['slips_out']},{credits}\n"
    )


class _Goods:
    """The cells that say what a good was at an entry. Ask in the order of the journal."""

    def __init__(self, extract: Extract) -> None:
        self._catalogue = extract.catalogue()
        self._known: dict[str, tuple[str, str]] = {}

    def at(self, entry: Entry, good: str) -> tuple[str, str]:
        """Its id and its name, and its unit."""
        cells = self._known.get(good)
        if cells is None:
            name, _, unit = self._catalogue.at(entry.key, good)
            cells = self._known[good] = f"{_cell(good)},{_cell(name)}", _cell(unit)
        return cells

    def renamed(self) -> None:
        """The journal says something new of a good from here on."""
        self._known.clear()


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


@lru_cache(maxsize=4096)
def text_cell(text: str) -> str:
    """Outside text as one line that no spreadsheet takes for a formula."""
    line = safe(text, _TEXT_LENGTH)
    # Full-width signs count too: some spreadsheets read `＝` as `=`.
    return f"'{line}" if unicodedata.normalize("NFKC", line[:1]) in _FORMULA else line


@lru_cache(maxsize=4096)
def _cell(text: str) -> str:
    """`text_cell` with the quotation marks that a CSV file needs around it."""
    cell = text_cell(text)
    return '"{}"'.format(cell.replace('"', '""')) if '"' in cell or "," in cell else cell


def _stock(extract: Extract) -> Cells:
    for good, name, category, unit, quantity in extract.stock():
        yield (
            text_cell(good), text_cell(name), text_cell(category), _quantity[quantity],
            text_cell(unit),
        )  # fmt: skip


def total_rows(extract: Extract) -> Cells:
    """Name, value and unit of everything that is said of the day as a whole."""
    yield "market", text_cell(extract.market.name), ""
    yield "state", INTERIM if extract.interim else SEALED, ""
    yield from statement_rows(extract.statement)
    for role in sorted(set(extract.roles)):
        yield text_cell(f"crew: {role}"), extract.roles.count(role), "people"


def statement_rows(statement: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Name, value and unit of what a seal's statement says: the part of totals.csv that is signed."""
    counted, difference = statement["counted"], statement["difference"]
    rows = [
        ("kiosk", text_cell(str(statement["kiosk"])), ""),
        ("day", str(statement["day"]), ""),
        ("date", text_cell(str(statement["date"])), ""),
        ("last_entry", str(statement["seq"]), ""),
        ("journal_head", text_cell(str(statement["head"])), "sha256"),
        ("slips_counted", "" if counted is None else str(counted), "slips"),
        ("slips_difference", "" if difference is None else str(difference), "slips"),
    ]
    for name in DAY_TOTALS:
        value = statement["totals"][name]
        if name in _PIECES:
            rows.append((name, str(value), _PIECES[name]))
        else:
            rows.append((name, format_credits(value), "credits"))
    for account, credits in sorted(statement["balances"].items()):
        rows.append((text_cell(f"balance: {account}"), format_credits(credits), "credits"))
    return rows
