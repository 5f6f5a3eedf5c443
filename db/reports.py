"""The read side: what the ledger, the day and the stock look like. Frozen dataclasses, never models.

Rows come in pages by key, so that a ledger of any length opens at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from peewee import fn

from db import sums
from db.connection import Books
from db.days import entries_of, open_totals
from db.errors import UnknownVisit
from db.models import Day, Decision, Entry, Movement, Paper, Visit
from db.selection import LedgerFilter as LedgerFilter
from db.selection import LedgerSearch as LedgerSearch
from db.selection import ledger_keys as ledger_keys


@dataclass(frozen=True, slots=True)
class Moved:
    """One line of an entry: `quantity` thousandths and `credits` hundredths, signed as they change
    the account; `rate` is the one at which it was booked."""

    good: str
    direction: str
    quantity: int
    rate: int
    credits: int


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One entry of the ledger. `at` is local time; `visit` is 0 where the entry is no visit;
    `slips_in` and `slips_out` are amounts in hundredths; `solidarity` and `gift` too, positive;
    `honoured` is a slip that was honoured from paper; `words` are those of a decision or a reason;
    `undone` tells a visit that was reversed; `last_good` is the last day on which a key that was stolen,
    and gave way to another, was surely the market's alone."""

    key: int
    seq: int
    kind: str
    day: int
    at: datetime
    visit: int
    undone: bool
    moved: tuple[Moved, ...]
    slips_in: tuple[int, ...]
    slips_out: tuple[int, ...]
    solidarity: int
    gift: int
    honoured: int
    words: str
    last_good: date | None = None


def ledger_rows(books: Books, keys: Sequence[int]) -> list[LedgerRow]:
    """The rows with these keys, in their order: a page at a time."""
    query = (
        Entry.select(
            Entry.id,
            Entry.seq,
            Entry.kind,
            Entry.day,
            Entry.recorded_at,
            Entry.body,
            Visit.reversed_in,
        )
        .left_outer_join(Visit, on=(Visit.id == Entry.id))
        .where(Entry.id << list(keys))
    )
    with books.reading():
        found = {row[0]: _row(row) for row in books.rows(query)}
    return [found[key] for key in keys if key in found]


def _row(row: Any) -> LedgerRow:
    key, seq, kind, day, at, raw, reversed_in = row
    body = json.loads(raw)
    totals = body.get("totals") or {}
    solidarity = dict(body.get("postings") or ()).get("solidarity", 0)
    new = [body["new"]] if "new" in body else body.get("slips_out", ())
    return LedgerRow(
        key,
        seq,
        kind,
        day,
        datetime.fromtimestamp(at / 1000),
        body.get("visit", 0),
        reversed_in is not None,
        tuple(Moved(*line) for line in body.get("lines", ())),
        tuple(amount for _, amount in body.get("slips_in", ())),
        tuple(one["amount"] for one in new),
        max(0, solidarity) if kind == "visit" else 0,
        totals.get("gifts", 0) if kind == "visit" else 0,
        body["paper"]["amount"] if kind == "paper" else 0,
        body.get("decision", ""),
        _last_good(body) if kind == "key" else None,
    )


def _last_good(body: dict[str, Any]) -> date | None:
    said = body["statement"]["last_good"]
    return None if said is None else date.fromisoformat(said)


def visit(books: Books, day: int, number: int) -> LedgerRow:
    """One visit; raises UnknownVisit."""
    first, beyond = entries_of(books, day)
    query = Visit.select(Visit.id).where(
        (Visit.id > first) & (Visit.id < beyond) & (Visit.number == number)
    )
    with books.reading():
        key = next(books.rows(query), None)
    if key is None:
        raise UnknownVisit(visit=f"{day}/{number}")
    return ledger_rows(books, key)[0]


@dataclass(frozen=True, slots=True)
class GoodTotal:
    """What moved of one good, in thousandths of its unit and hundredths of a credit, all positive
    but `found`, the difference that counts found. For a service `brought` is what was given and
    `taken` what was had."""

    good: str
    brought: int
    brought_credits: int
    taken: int
    taken_credits: int
    spoiled: int
    found: int


_INTO = ("brought", "work")
_OUT_OF = ("taken", "received")


def is_booked(books: Books, key: str) -> bool:
    """Whether a visit was booked with this idempotency key, undone or not."""
    with books.reading():
        return next(books.rows(Visit.select(Visit.id).where(Visit.key == key)), None) is not None


def goods_of_day(books: Books, day: int) -> list[GoodTotal]:
    """What moved on a market day, good by good, the largest first; undone visits cancel out."""
    first, beyond = entries_of(books, day)
    query = (
        Movement.select(
            Movement.good,
            Movement.direction,
            fn.SUM(Movement.quantity),
            fn.SUM(Movement.credits),
        )
        .where((Movement.id >= first << 8) & (Movement.id < beyond << 8))
        .group_by(Movement.good, Movement.direction)
    )
    with books.reading():
        return _good_totals(books.rows(query))


def _good_totals(rows: Iterable[Any]) -> list[GoodTotal]:
    sums: dict[str, dict[str, tuple[int, int]]] = {}
    for good, direction, quantity, credits in rows:
        sums.setdefault(good, {})[direction] = (quantity, credits)
    totals = []
    for good, by in sums.items():
        brought = [by.get(direction, (0, 0)) for direction in _INTO]
        taken = [by.get(direction, (0, 0)) for direction in _OUT_OF]
        totals.append(
            GoodTotal(
                good,
                sum(quantity for quantity, _ in brought),
                sum(credits for _, credits in brought),
                -sum(quantity for quantity, _ in taken),
                -sum(credits for _, credits in taken),
                -by.get("spoiled", (0, 0))[0],
                by.get("found", (0, 0))[0] + by.get("missing", (0, 0))[0],
            )
        )
    totals = [one for one in totals if any((one.brought, one.taken, one.spoiled, one.found))]
    return sorted(totals, key=lambda one: (-one.brought_credits - one.taken_credits, one.good))


def stock(books: Books) -> dict[str, int]:
    """Thousandths of each good that the movements leave on the shelves."""
    with books.reading():
        return sums.stock(books)


@dataclass(frozen=True, slots=True)
class Outstanding:
    """Slips that are out: how many, and their sum in hundredths."""

    slips: int
    credits: int


def outstanding(books: Books) -> Outstanding:
    """The slips that are in people's pockets.

    Told from the days' totals and the balance, for there may be a million slips: handed out less
    handed in, less those that a steward made void. A reissue puts one in the place of another. Those
    that were honoured from paper were handed out by books that are lost.
    """
    pieces = Day.select(fn.COALESCE(fn.SUM(Day.slips_out - Day.slips_in), 0))
    # Not a join: SQLite would go through all entries to find the void ones, decisions being few.
    kind = Entry.select(Entry.kind).where(Entry.id == Decision.entry)
    void = Decision.select(fn.COUNT(Decision.entry)).where(kind == "void")
    papers = Paper.select(fn.COUNT(Paper.entry))
    with books.reading():
        ((out,),), ((ended,),) = books.rows(pieces), books.rows(void)
        ((honoured,),) = books.rows(papers)
        owed = sums.balances(books).get("slips:outstanding", 0)
        for _, today in open_totals(books):
            out += today["slips_out"] - today["slips_in"]
    return Outstanding(out + honoured - ended, -owed)


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that the books carry: when, what kind of entry, its words."""

    at: datetime
    kind: str
    words: str


def decisions(books: Books, limit: int = 200) -> list[Decided]:
    """The newest decisions, newest first."""
    query = (
        Decision.select(Entry.recorded_at, Entry.kind, Decision.words)
        .left_outer_join(Entry, on=(Entry.id == Decision.entry))  # else entries would come first
        .order_by(Decision.entry.desc())
        .limit(limit)
    )
    with books.reading():
        return [
            Decided(datetime.fromtimestamp(at / 1000), kind, words)
            for at, kind, words in books.rows(query)
        ]
