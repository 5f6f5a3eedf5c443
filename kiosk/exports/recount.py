"""Count an exported day again from its rows: do the CSV files say what the seal says?

For whoever holds nothing but the folder. Reads files that anyone may have written, so nothing in them
is trusted: what can't be read is a finding. Whether the files are those that the kiosk wrote, and
whether the seal is signed, is left to kiosk/exports/check.py. Sums are integers: thousandths of a
credit.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from db.days import TOTALS
from db.errors import N_
from db.findings import Finding
from kiosk.exports import csv_files
from kiosk.messages import _, ngettext
from kiosk.text import safe

SCALE = 1000
"""Parts of a credit, of a unit or of a piece that are counted here."""

_NUMBER = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,15})(?:\.(?P<part>[0-9]{1,3}))?")
_LONGEST_LINE = 65_536  # characters; ours have fewer than a thousand
_ACCOUNTS = (
    "goods", "work", "slips:outstanding", "solidarity", "gifts", "spoilage", "rounding",
)  # fmt: skip
_DIRECTIONS = ("brought", "work", "taken", "received", "spoiled", "missing")
_PIECES = ("visits", "undone", "slips_in", "slips_out")

UNBALANCED = "unbalanced entries"

NAMES = {
    "visits": N_("number of visits"),
    "undone": N_("number of undone visits"),
    "slips_in": N_("number of slips handed in"),
    "slips_out": N_("number of slips handed out"),
    "brought": N_("what was brought"),
    "taken": N_("what was taken"),
    "work": N_("work given"),
    "redeemed": N_("slips handed in"),
    "issued": N_("slips handed out"),
    "solidarity": N_("solidarity"),
    "rounding": N_("rounding"),
    "spoilage": N_("what was spoiled"),
    "voided": N_("slips that were voided"),
    "account goods": N_("account of goods"),
    "account work": N_("account of work"),
    "account slips:outstanding": N_("account of slips that are out"),
    "account solidarity": N_("account of solidarity"),
    "account gifts": N_("account of gifts"),
    "account spoilage": N_("account of spoilage"),
    "account rounding": N_("account of rounding"),
}
"""What is counted here, as people say it."""


class Unreadable(Exception):
    """A file that can't be counted; the argument says why, for a person."""


def recount(folder: Path, statement: Mapping[str, Any]) -> list[Finding]:
    """What the rows in `folder` say otherwise than `statement`, whose totals are integers under the
    names of `db.days.TOTALS`."""
    findings: list[Finding] = []
    signed = _signed(statement["totals"])
    for name, count in (
        ("visits.csv", _count_visits),
        ("lines.csv", _count_lines),
        ("postings.csv", _count_postings),
        ("slips.csv", _count_slips),
    ):
        try:
            counted = count(folder / name)
        except Unreadable as error:
            findings.append(Finding(name, str(error)))
            continue
        findings += _differences(name, counted, signed)
    try:
        findings += _compare_totals(folder / "totals.csv", statement)
    except Unreadable as error:
        findings.append(Finding("totals.csv", str(error)))
    return findings


def _signed(totals: Mapping[str, int]) -> dict[str, int]:
    """The statement's totals in thousandths, with the sums that several kinds of rows share.

    A count or a void moves the accounts without a visit, so the accounts of a day are sums of what
    the totals name (db/ledger.py, db/stock.py, db/slips.py).
    """
    signed = {name: totals[name] * (SCALE if name in _PIECES else SCALE // 100) for name in TOTALS}
    signed["account slips:outstanding"] = signed["redeemed"] - signed["issued"] + signed["voided"]
    signed["account work"] = signed["work"]
    signed["account solidarity"] = signed["solidarity"]
    signed["account gifts"] = -signed["gifts"] - signed["voided"]
    signed["account spoilage"] = signed["spoilage"]
    signed["account rounding"] = signed["rounding"]
    signed["account goods"] = -sum(
        signed[f"account {name}"] for name in _ACCOUNTS if name != "goods"
    )
    signed[UNBALANCED] = 0
    return signed


def _differences(
    file: str, counted: Mapping[str, int], signed: Mapping[str, int]
) -> Iterator[Finding]:
    for name, value in counted.items():
        if value == signed[name]:
            continue
        if name == UNBALANCED:
            number = value // SCALE
            what = ngettext(
                "the postings of {number} entry do not add up to zero",
                "the postings of {number} entries do not add up to zero",
                number,
            ).format(number=number)
        else:
            what = _("{name}: the rows come to {counted}, and the seal says {signed}").format(
                name=_(NAMES[name]), counted=_shown(value), signed=_shown(signed[name])
            )
        yield Finding(file, what)


def _count_visits(path: Path) -> dict[str, int]:
    credits = tuple(name for name in csv_files.VISITS if name.endswith("_credits"))
    sums = dict.fromkeys((*_PIECES, *(name.removesuffix("_credits") for name in credits)), 0)
    del sums["gifts"]  # a count of the shelf gives gifts too: see the accounts
    for row in _rows(path, csv_files.VISITS):
        if row["state"] == "undone":
            sums["undone"] += SCALE
            continue
        sums["visits"] += SCALE
        for name in ("slips_in", "slips_out"):
            sums[name] += _number(row[name])
        for name in credits:
            if (total := name.removesuffix("_credits")) in sums:
                sums[total] += _number(row[name])
    return sums


def _count_lines(path: Path) -> dict[str, int]:
    by = dict.fromkeys(_DIRECTIONS, 0)
    for row in _rows(path, csv_files.LINES):
        _number(row["quantity"])
        if (direction := row["direction"]) in by:
            by[direction] += _number(row["amount_credits"])
    return {
        "brought": by["brought"],
        "work": by["work"],
        "taken": -by["taken"] - by["received"],
        "spoilage": -by["spoiled"] - by["missing"],
    }


def _count_postings(path: Path) -> dict[str, int]:
    accounts = dict.fromkeys(_ACCOUNTS, 0)
    unbalanced = balance = 0
    entry = ""
    for row in _rows(path, csv_files.POSTINGS):
        amount = _number(row["amount_credits"])
        if (account := row["account"]) in accounts:
            accounts[account] += amount
        if row["entry"] != entry:
            unbalanced += balance != 0
            entry, balance = row["entry"], 0
        balance += amount
    unbalanced += balance != 0
    return {
        **{f"account {name}": total for name, total in accounts.items()},
        UNBALANCED: unbalanced * SCALE,
    }


def _count_slips(path: Path) -> dict[str, int]:
    issued, redeemed = ("visit", "issued"), ("visit", "redeemed")
    unissued, restored = ("reversal", "voided"), ("reversal", "restored")
    voided = ("void", "voided")
    pieces = dict.fromkeys((issued, redeemed, unissued, restored, voided), 0)
    sums = dict(pieces)
    for row in _rows(path, csv_files.SLIPS):
        if (what := (row["kind"], row["change"])) in sums:
            pieces[what] += SCALE
            sums[what] += _number(row["amount_credits"])
    return {
        "slips_in": pieces[redeemed] - pieces[restored],
        "slips_out": pieces[issued] - pieces[unissued],
        "redeemed": sums[redeemed] - sums[restored],
        "issued": sums[issued] - sums[unissued],
        "voided": sums[voided],
    }


def _compare_totals(path: Path, statement: Mapping[str, Any]) -> Iterator[Finding]:
    wanted = [*csv_files.statement_rows(statement), ("state", csv_files.SEALED, "")]
    names = {name for name, _value, _unit in wanted}
    said = {}
    for row in _rows(path, csv_files.TOTALS):
        if row["name"] in names:
            said[row["name"]] = (row["value"], row["unit"])
    for name, value, unit in wanted:
        found = said.get(name, ("", ""))
        if found != (value, unit):
            what = _("its row “{name}” says “{said}”, and the seal says “{signed}”").format(
                name=safe(name), said=safe(found[0]), signed=safe(value)
            )
            yield Finding("totals.csv", what)


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """The rows of a CSV file by column; raises Unreadable for what is none of ours."""
    try:
        with path.open(encoding="utf-8", errors="strict", newline="") as file:
            reader = csv.reader(_bounded(file), strict=True)
            if tuple(next(reader, ())) != columns:
                raise Unreadable(_("its columns are not {columns}").format(columns=columns))
            for number, row in enumerate(reader, start=2):
                if len(row) != len(columns):
                    raise Unreadable(
                        _("row {row} has too many or too few cells").format(row=number)
                    )
                yield dict(zip(columns, row, strict=True))
    except OSError as error:
        raise Unreadable(_("it can't be read ({why})").format(why=error.strerror)) from error
    except (ValueError, csv.Error) as error:
        raise Unreadable(_("it is not a CSV file in UTF-8")) from error


def _bounded(file: TextIO) -> Iterator[str]:
    while line := file.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise Unreadable(_("it has a line that is longer than any of ours"))
        yield line


def _number(text: str) -> int:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise Unreadable(_("“{text}” is not a number").format(text=safe(text, 40)))
    value = int(match["whole"]) * SCALE + int((match["part"] or "").ljust(3, "0"))
    return -value if match["sign"] else value


def _shown(value: int) -> str:
    whole, part = divmod(abs(value), SCALE)
    return f"{'-' if value < 0 else ''}{whole}.{part:03d}".rstrip("0").rstrip(".")
