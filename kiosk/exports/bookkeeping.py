"""A market day as bookkeepers want it: one transaction an entry, and where the day began and ended.

What formats for bookkeepers have in common. How a transaction is spelled, and which names a program
takes, is left to each of them. Credits are posted to the accounts of the books; beside them goods and
hours are posted in quantities, from where they came to where they went, so that both can be asserted.

The words of what the assembly decided (goods, rates, rules, that books are lost) are public. Why a slip
was voided or goods were spoiled may name a neighbour: those words stand in the journal alone, under the
entry that the transaction names.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from db import days
from db.amounts import format_credits
from db.models import entry_key
from db.sums import STORED
from kiosk.exports.extract import Extract
from kiosk.exports.names import Words
from kiosk.text import safe

STOCK = "stock"
SERVICES = "services"
FLOW = "flow"
OPENING = "equity:opening"
"""Accounts that only these formats have: goods on the shelves, hours given less hours had, where
both came from and went to (`flow:brought`, `flow:taken` …), and what was there before the day."""

FLOWS = ("brought", "taken", "spoiled", "found", "missing", "work", "received")
CREDIT_ACCOUNTS = (
    "goods", "work", "slips:outstanding", "solidarity", "gifts", "spoilage", "rounding", "paper",
)  # fmt: skip
"""Accounts that every market has; those of other markets come to them."""

_DECIDED = frozenset({"goods", "key", "lost", "rate", "rules"})
_VISITS = ("visit", "reversal")


class Move(NamedTuple):
    """Goods or hours that an entry moved: `quantity` in thousandths and `credits` in hundredths,
    both signed as they change `account`, which is STOCK or SERVICES; `flow` is the other side."""

    good: str
    account: str
    flow: str
    quantity: int
    credits: int


@dataclass(frozen=True, slots=True)
class Transaction:
    """One entry of the journal. `visit` is 0 where it is none; `reverses` is the entry that it takes
    back, 0 for none; `slips` are (reference, what became of it); `postings` are (account,
    hundredths) and balance; `words` are those of a decision of the assembly, and `rate` is the good
    and the new rate (hundredths a unit) where it was about one."""

    entry: int
    kind: str
    visit: int
    reverses: int
    words: str
    rate: tuple[str, int] | None
    slips: tuple[tuple[str, str], ...]
    postings: tuple[tuple[str, int], ...]
    moves: tuple[Move, ...]

    @property
    def title(self) -> str:
        """What it is, in two or three words."""
        if self.kind == "reversal":
            return f"visit {self.visit} undone"
        return f"visit {self.visit}" if self.visit else self.kind


class Standing(NamedTuple):
    """Every account's balance in hundredths, and of every good ever stored how many thousandths lie
    on the shelves."""

    balances: dict[str, int]
    stock: dict[str, int]


def transactions(extract: Extract) -> Iterator[Transaction]:
    """The day's entries in the order of the journal, streamed, from the seal before it on: what was
    decided between two days stands at the day that follows."""
    for raw in extract.journal():
        body = json.loads(raw)
        kind = body["kind"]
        moves = tuple(_move(*line) for line in body.get("lines", ()))
        postings = tuple((account, credits) for account, credits in body.get("postings", ()))
        if kind in _DECIDED or kind in _VISITS or moves or postings:
            words = body.get("decision", "") if kind in _DECIDED else ""
            rate = (body["good"], body["rate"]) if kind == "rate" else None
            yield Transaction(
                body["seq"], kind, body.get("visit", 0), body.get("of", 0), words, rate,
                tuple(_slips(kind, body)), postings, moves,
            )  # fmt: skip


def _move(good: str, direction: str, quantity: int, _rate: int, credits: int) -> Move:
    account = STOCK if direction in STORED else SERVICES
    return Move(good, account, f"{FLOW}:{direction}", quantity, credits)


def _slips(kind: str, body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for reference, _amount in body.get("slips_in", ()):
        yield reference, "redeemed"
    for new in body.get("slips_out", ()):
        yield new["reference"], "issued"
    for reference in body.get("slips_void", ()):
        yield reference, "voided"
    for reference in body.get("slips_good", ()):
        yield reference, "restored"
    if "slip" in body:
        yield body["slip"], "reissued" if kind == "reissue" else "voided"
    if "new" in body:
        yield body["new"]["reference"], "issued"
    if "paper" in body:
        yield body["paper"]["reference"], "honoured"


def write_paragraphs(path: Path, paragraphs: Iterable[Iterable[str]]) -> None:
    """Write a new file, each paragraph as its lines and an empty one; the same lines give the same
    bytes. Raises OSError."""
    with path.open("x", encoding="utf-8", newline="\n") as file:
        for lines in paragraphs:
            file.write("".join(f"{line}\n" for line in lines) + "\n")


def credits_of(hundredths: int) -> str:
    """An amount of credits, as both programs take it."""
    return f"{format_credits(hundredths)} CR"


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the day's transactions. `on` is the date that they carry; `opening` is what
    the days before left, `closing` what this one did; `goods` is everything that was stored up to
    its end or moved in it, by id; `rates` are hundredths a unit, in force at the day's end."""

    on: date
    opening: Standing
    closing: Standing
    goods: dict[str, Words]
    rates: dict[str, int]

    @property
    def accounts(self) -> list[str]:
        """Every account in which credits stand or can stand, those of all markets first."""
        others = self.closing.balances.keys() - set(CREDIT_ACCOUNTS)
        return [*CREDIT_ACCOUNTS, *sorted(others)]


def frame(extract: Extract) -> Frame:
    """What stands around a day's transactions: balances as the seals sign them, this day's and the
    one's before, and stock as the movements up to there come to."""
    sealed = days.seal(extract.books, extract.number - 1) if extract.number > 1 else None
    balances = json.loads(sealed.statement)["balances"] if sealed is not None else {}
    before = {row.good: row.quantity for row in replace(extract, last=extract.first - 1).stock()}
    catalogue = extract.catalogue()
    known = {good: catalogue.at(extract.last, good) for good in _moved(extract)}
    stock = {}
    for row in extract.stock():
        stock[row.good] = row.quantity
        known[row.good] = Words(row.name, row.category, row.unit)
    return Frame(
        _booked_on(extract),
        Standing(balances, before),
        Standing(extract.statement["balances"], stock),
        dict(sorted(known.items())),
        _rates(extract, known),
    )


def _moved(extract: Extract) -> list[str]:
    rows = extract.books.sql(
        "SELECT DISTINCT good FROM movement WHERE id BETWEEN ? AND ?",
        (extract.first << 8, extract.last << 8 | 0xFF),
    )
    return [good for (good,) in rows]


def _rates(extract: Extract, known: Collection[str]) -> dict[str, int]:
    rows = extract.books.sql(
        "SELECT good, credits FROM rate WHERE entry > ? AND entry <= ? ORDER BY entry",
        (entry_key(extract.books.kiosk, 0), extract.last),
    )
    return {good: rate for good, rate in sorted(dict(rows).items()) if good in known}


def _booked_on(extract: Extract) -> date:
    """The market day's date, or, where the clock was set back since, the latest before it: days stand
    in their order, and so must what they are asserted to come to."""
    (latest,) = extract.books.sql(
        "SELECT max(date) FROM day WHERE kiosk = ? AND number <= ?",
        (extract.books.kiosk, extract.number),
    ).fetchone()
    return date.fromisoformat(latest)


def mark(text: str) -> str:
    """Twelve symbols (hexadecimal) that tell `text` from other texts that a format spells alike."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def heading(extract: Extract, on: date) -> Iterator[str]:
    """What the first lines of a file say: whose day it is, and what kind of day. The first line can
    be read by programs: `kiosk E2RB, market day 14, 2026-11-28`."""
    said = extract.statement
    yield first_line(said["kiosk"], extract.number, said["date"])
    yield safe(extract.market.name)
    if extract.market.practice:
        yield "PRACTICE: nothing of this was real."
    if extract.interim:
        yield "INTERIM: the day was still open."
    if on.isoformat() != said["date"]:
        yield f"The kiosk's clock had been set back: it is booked on {on}."


def first_line(kiosk: str, number: int, on: str) -> str:
    """Whose day a file holds."""
    return f"kiosk {kiosk}, market day {number}, {on}"
