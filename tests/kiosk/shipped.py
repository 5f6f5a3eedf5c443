"""The catalogue that comes with the program, read plainly, for the tests that need real goods."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from db.amounts import parse_credits
from db.catalogue import Good

FILE = Path(__file__).parents[2] / "assets" / "catalogue.csv"


@cache
def rows() -> tuple[dict[str, str], ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, strict=True))


@cache
def goods() -> tuple[Good, ...]:
    return tuple(_good(number, row) for number, row in enumerate(rows(), 1))


def good(id: str) -> Good:
    return next(one for one in goods() if one.id == id)


def forms(one: Good) -> list[str]:
    """The id, the names and all other forms of a good."""
    return [one.id, *one.names.values(), *(form for some in one.others.values() for form in some)]


def _good(number: int, row: dict[str, str]) -> Good:
    return Good(
        row["id"],
        number,
        row["category"],
        row["kind"],
        row["unit"],
        parse_credits(row["rate"]),
        {"en": row["name_en"], "es": row["name_es"]},
        {"en": _several(row["plural_en"]), "es": _several(row["plural_es"])},
        _several(row["barcodes"]),
    )


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)
