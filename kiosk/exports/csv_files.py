"""A market day as CSV files, for any spreadsheet and any script.

RFC 4180 in UTF-8 with `\\n`: a header row, one meaning a column, units in the header where there are
units. Amounts are credits and quantities are units, both as decimal numbers with a point. A text that
a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from db.amounts import format_credits, format_quantity
from db.days import TOTALS as DAY_TOTALS
from kiosk.exports.extract import Extract
from kiosk.text import safe

Cells = Iterator[tuple[object, ...]]

VISITS = (
    "day", "visit", "state", "brings_back_visit", "slips_in", "slips_out", "brought_credits",
    "taken_credits", "work_credits", "redeemed_credits", "issued_credits", "solidarity_credits",
    "gifts_credits", "rounding_credits",
)  # fmt: skip
"""`state` is `booked` or `undone`."""

LINES = (
    "day", "entry", "kind", "visit", "good", "name", "direction", "quantity", "unit",
    "rate_credits_per_unit", "amount_credits",
)  # fmt: skip
POSTINGS = ("day", "entry", "kind", "visit", "account", "amount_credits")
SLIPS = ("day", "entry", "kind", "visit", "change", "reference", "amount_credits", "expires_on")
STOCK = ("good", "name", "category", "quantity", "unit")
TOTALS = ("name", "value", "unit")

INTERIM = "INTERIM"
SEALED = "sealed"

_PIECES = {"visits": "visits", "undone": "visits", "slips_in": "slips", "slips_out": "slips"}
_VISIT_CREDITS = (
    "brought", "taken", "work", "redeemed", "issued", "solidarity", "gifts", "rounding",
)  # fmt: skip
_FORMULA = frozenset("=+-@")
_TEXT_LENGTH = 200

_credits = lru_cache(maxsize=4096)(format_credits)
_quantity = lru_cache(maxsize=4096)(format_quantity)


def write(extract: Extract, folder: Path) -> None:
    """Write visits, lines, slips, postings, stock and totals of a day into `folder`.

    The same books give the same bytes. Raises OSError.
    """
    _write(folder / "visits.csv", VISITS, _visits(extract))
    _write(folder / "lines.csv", LINES, _lines(extract))
    _write(folder / "slips.csv", SLIPS, _slips(extract))
    _write(folder / "postings.csv", POSTINGS, _postings(extract))
    _write(folder / "stock.csv", STOCK, _stock(extract))
    _write(folder / "totals.csv", TOTALS, total_rows(extract))


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


def _visits(extract: Extract) -> Cells:
    for number, undone, brings_back, totals in extract.visits():
        yield (
            extract.number,
            number,
            "undone" if undone else "booked",
            brings_back or "",
            totals["slips_in"],
            totals["slips_out"],
            *(_credits(totals[name]) for name in _VISIT_CREDITS),
        )


def _lines(extract: Extract) -> Cells:
    day = extract.number
    for entry, kind, visit, good, name, unit, direction, quantity, rate, credits in extract.lines():
        yield (
            day, entry, kind, visit or "", text_cell(good), text_cell(name), direction,
            _quantity(quantity), text_cell(unit), _credits(rate), _credits(credits),
        )  # fmt: skip


def _postings(extract: Extract) -> Cells:
    day = extract.number
    for entry, kind, visit, account, credits in extract.postings():
        yield day, entry, kind, visit or "", text_cell(account), _credits(credits)


def _slips(extract: Extract) -> Cells:
    day = extract.number
    for entry, kind, visit, change, reference, amount, expires in extract.slips():
        yield day, entry, kind, visit or "", change, reference, _credits(amount), expires


def _stock(extract: Extract) -> Cells:
    for good, name, category, unit, quantity in extract.stock():
        yield (
            text_cell(good), text_cell(name), text_cell(category), _quantity(quantity),
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
