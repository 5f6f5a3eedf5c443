"""What an exported day must say, worked out from the words of its entries alone.

This is the other way to the rows that kiosk/exports/csv_files.py writes: it knows no database, and it
remembers from entry to entry what a row needs. Words may be anyone's: what does not fit raises one of
`db.findings.WORDS_OF_NO_ENTRY`. Reading the files is left to kiosk/exports/check.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from db.amounts import format_credits, format_quantity
from db.errors import N_
from db.models import LAST_SEQ
from db.slips import date_of
from db.sums import STORED, TOTALS
from kiosk.exports import csv_files
from kiosk.exports.csv_files import text_cell

Cell = str | frozenset[str] | None
"""What a cell must hold: a text, one of several, or (None) nobody can say."""
Row = tuple[Cell, ...]
Body = Mapping[str, Any]

_VISIT_CREDITS = (
    "brought", "taken", "work", "redeemed", "issued", "solidarity", "gifts", "rounding",
)  # fmt: skip
_TOTAL_OF = {
    "brought": ("brought", 1), "work": ("work", 1), "taken": ("taken", -1),
    "received": ("taken", -1), "spoiled": ("spoilage", -1), "missing": ("spoilage", -1),
}  # fmt: skip
"""Which total a direction belongs to, and the sign with which it does."""


_EITHER_WAY = {"visit": 1, "reversal": -1}
_BETWEEN_DAYS = ("found", "goods", "key", "lost", "rate", "rules")
_OTHER_DAY = N_("it is of another market day")
_OTHER_KEY = N_("it hands over a key that was not in force")
_UNBALANCED = N_("its postings do not add up to zero")
_OTHER_TOTALS = N_("its totals are not what its lines, slips and postings come to")


class Contradiction(Exception):
    """An entry contradicts itself; the argument is a marked sentence."""


@dataclass(slots=True)
class Known:
    """What the entries so far have said. `whole` is whether they began with the founding: else what
    earlier days decided is not known here. `key` is the public key in force, in hexadecimal digits,
    empty where no entry and no seal named one yet."""

    whole: bool
    language: str = ""
    market: str = ""
    key: str = ""
    goods: dict[str, Any] = field(default_factory=dict)
    stock: dict[str, int] = field(default_factory=dict)
    balances: dict[str, int] = field(default_factory=dict)

    def learn(self, body: Body) -> None:
        """Take in what an entry says for all days to come; raises Contradiction."""
        kind = body["kind"]
        if kind == "found":
            self.language, self.market, self.key = body["language"], body["name"], body["key"]
        elif kind == "key":
            if self.key not in ("", body["statement"]["old"]):
                raise Contradiction(_OTHER_KEY)
            self.key = body["statement"]["key"]
        elif kind == "goods":
            self.goods.update((one["id"], one) for one in body["goods"])
        for good, direction, quantity, _rate, _credits in body.get("lines", ()):
            if direction in STORED:
                self.stock[good] = self.stock.get(good, 0) + quantity
        for account, credits in body.get("postings", ()):
            self.balances[account] = self.balances.get(account, 0) + credits

    def name(self, good: str) -> Cell:
        """The name that stands beside a good."""
        known = self.goods.get(good)
        if known is None:
            return None
        names = known["names"]
        if not self.language:
            return frozenset(text_cell(name) for name in (*names.values(), known["id"]))
        return text_cell(names.get(self.language) or next(iter(names.values()), known["id"]))

    def word(self, good: str, what: str) -> Cell:
        """Category or unit of a good."""
        known = self.goods.get(good)
        return None if known is None else text_cell(known[what])

    def stock_rows(self) -> Iterator[Row]:
        """The rows of stock.csv, where everything since the founding is known."""
        for good in sorted(self.stock, key=str.encode):
            yield (
                text_cell(good), self.name(good), self.word(good, "category"),
                format_quantity(self.stock[good]), self.word(good, "unit"),
            )  # fmt: skip


class Day:
    """One market day, entry by entry. `undone` are the numbers of the entries that others reverse."""

    def __init__(self, known: Known, number: int, undone: Iterable[int]) -> None:
        self.known = known
        self.totals = dict.fromkeys(TOTALS, 0)
        self.roles: list[str] = []
        self.date = ""
        self._number = number
        self._undone = set(undone)
        self._visits: dict[int, int] = {}
        self._amounts: dict[int, dict[str, int]] = {}

    def add(self, body: Body) -> dict[str, list[Row]]:
        """The rows of each file that come from an entry. Raises WORDS_OF_NO_ENTRY, Contradiction."""
        self.known.learn(body)
        kind, seq = body["kind"], body["seq"]
        if kind == "open":
            self.date, self.roles = body["date"], [one["role"] for one in body["crew"]]
        if kind == "visit":
            self._visits[seq] = body["visit"]
            if seq in self._undone:
                amounts = dict(body["slips_in"])
                amounts.update((new["reference"], new["amount"]) for new in body["slips_out"])
                self._amounts[seq] = amounts
        slips = list(self._slips(body))
        came = self._came_to(body, slips)
        self._check(body, came)
        for name, amount in came.items():
            self.totals[name] += amount
        before = (str(self._number), str(seq), kind, str(body.get("visit", "")))
        return {
            "visits.csv": [self._visit(body, came)] if kind == "visit" else [],
            "lines.csv": [(*before, *self._line(*line)) for line in body.get("lines", ())],
            "slips.csv": [
                (*before, change, reference, format_credits(amount), expires)
                for change, reference, amount, expires in slips
            ],
            "postings.csv": [
                (*before, text_cell(account), format_credits(credits))
                for account, credits in body.get("postings", ())
            ],
        }

    def _visit(self, body: Body, came: Mapping[str, int]) -> Row:
        back = body.get("brings_back")
        return (
            str(self._number), str(body["visit"]),
            "undone" if body["seq"] in self._undone else "booked",
            str(self._visits[back & LAST_SEQ]) if back else "",
            str(came.get("slips_in", 0)), str(came.get("slips_out", 0)),
            *(format_credits(came.get(name, 0)) for name in _VISIT_CREDITS),
        )  # fmt: skip

    def _line(self, good: str, direction: str, quantity: int, rate: int, credits: int) -> Row:
        return (
            text_cell(good), self.known.name(good), direction, format_quantity(quantity),
            self.known.word(good, "unit"), format_credits(rate), format_credits(credits),
        )  # fmt: skip

    def _slips(self, body: Body) -> Iterator[tuple[str, str, int, str]]:
        """What happened to slips: change, reference, amount, expiry."""
        kind = body["kind"]
        if kind == "visit":
            for reference, amount in body["slips_in"]:
                yield "redeemed", reference, amount, ""
            for new in body["slips_out"]:
                yield "issued", new["reference"], new["amount"], _expiry(new["expires"])
        elif kind == "reversal":
            amounts = self._amounts[body["of"]]
            for reference in body["slips_void"]:
                yield "voided", reference, amounts[reference], ""
            for reference in body["slips_good"]:
                yield "restored", reference, amounts[reference], ""
        elif kind == "void":
            yield "voided", body["slip"], body["amount"], ""
        elif kind == "reissue":
            new = body["new"]
            yield "reissued", body["slip"], new["amount"], ""
            yield "issued", new["reference"], new["amount"], _expiry(new["expires"])
        elif kind == "paper":
            new = body["paper"]
            yield "honoured", new["reference"], new["amount"], _expiry(new["expires"])

    def _came_to(self, body: Body, slips: Iterable[tuple[str, str, int, str]]) -> dict[str, int]:
        """What an entry adds to the totals of its day, from its lines, slips and postings."""
        came = dict.fromkeys(TOTALS, 0)
        kind = body["kind"]
        if kind == "visit":
            came["visits"] = 1
        elif kind == "reversal":
            came["visits"], came["undone"] = -1, 1
        for _good, direction, _quantity, _rate, credits in body.get("lines", ()):
            if direction in _TOTAL_OF:
                name, sign = _TOTAL_OF[direction]
                came[name] += sign * credits
        if kind in _EITHER_WAY:
            self._add_slips(came, _EITHER_WAY[kind], slips)
        elif kind == "void":
            came["voided"] = body["amount"]
        for account, credits in body.get("postings", ()):
            if account in ("solidarity", "rounding"):
                came[account] += credits
            elif account == "gifts":
                came["gifts"] -= credits
        came["gifts"] -= came["voided"]
        return came

    @staticmethod
    def _add_slips(
        came: dict[str, int], sign: int, slips: Iterable[tuple[str, str, int, str]]
    ) -> None:
        for change, _reference, amount, _expires in slips:
            is_in = change in ("redeemed", "restored")
            came["slips_in" if is_in else "slips_out"] += sign
            came["redeemed" if is_in else "issued"] += sign * amount

    def _check(self, body: Body, came: Mapping[str, int]) -> None:
        if body["kind"] not in _BETWEEN_DAYS and body["day"] != self._number:
            raise Contradiction(_OTHER_DAY)
        if sum(credits for _account, credits in body.get("postings", ())) != 0:
            raise Contradiction(_UNBALANCED)
        if "totals" in body and body["totals"] != {name: n for name, n in came.items() if n}:
            raise Contradiction(_OTHER_TOTALS)


def total_rows(market: str, statement: Mapping[str, Any], roles: list[str]) -> Iterator[Row]:
    """The rows of totals.csv."""
    yield "market", text_cell(market), ""
    yield "state", csv_files.SEALED, ""
    yield from csv_files.statement_rows(statement)
    for role in sorted(set(roles)):
        yield text_cell(f"crew: {role}"), str(roles.count(role)), "people"


def _expiry(days: int) -> str:
    return date_of(days).isoformat() if days else "never"
