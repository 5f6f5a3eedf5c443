"""Which entries a filter lets through: keys alone, in the order of the journal.

A journal has no gaps and a day's entries lie beside each other, so the keys of everything and of a day
are told without reading an entry. For all else lines or visits are looked through, a part of the journal
at a time where somebody waits for other things, too (`LedgerSearch`). What stands in an entry is left to
db/reports.py. Days are those of this kiosk.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, overload

from peewee import fn

from db.connection import Books
from db.journal import head
from db.models import LAST_SEQ, Day, Entry, Movement, Slip, Visit, entry_key, keys_of

PART = 10_000
"""Entries that are looked through at once: a few milliseconds."""


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """What the ledger shows: None is everything. `goods` are ids; `directions` as in a movement."""

    day: int | None = None
    visit: int | None = None
    goods: Collection[str] | None = None
    directions: Collection[str] | None = None
    reference: bytes | None = None

    @property
    def looks_inside(self) -> bool:
        """Whether it asks for more than the entries of a day, or all."""
        inside = (self.visit, self.goods, self.directions, self.reference)
        return any(one is not None for one in inside)


class Keys(Sequence[int]):
    """Keys that lie in spans, one after the other, without a list of them all."""

    def __init__(self, spans: Sequence[range]) -> None:
        self._spans = spans
        self._ends = [*accumulate(map(len, spans))]

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> list[int]: ...
    def __getitem__(self, at: int | slice) -> int | list[int]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        place = range(len(self))[at]
        span = bisect_right(self._ends, place)
        return self._spans[span][place - self._ends[span]]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Keys) and self._spans == other._spans

    __hash__ = None  # type: ignore[assignment]


class LedgerSearch:
    """A search through the ledger from its newest entries back, a part at a time."""

    def __init__(self, books: Books, chosen: LedgerFilter) -> None:
        self._books = books
        self._chosen = chosen
        with books.reading():
            self._spans = _spans(books, chosen)

    @property
    def done(self) -> bool:
        """Whether everything was looked through."""
        return not self._spans

    def all(self) -> Sequence[int]:
        """Every key that is found, in the order of the journal."""
        return self.more(sys.maxsize)

    def more(self, part: int | None = None) -> Sequence[int]:
        """Keys that were found in the next `part` entries, all older than those found before."""
        if not self._chosen.looks_inside:
            spans, self._spans = self._spans, []
            return spans[0] if len(spans) == 1 else Keys(spans)
        part = PART if part is None else part
        found: list[int] = []
        with self._books.reading():
            while self._spans and part > 0:
                span = self._spans.pop()
                if len(span) > part:
                    self._spans.append(span[:-part])
                    span = span[-part:]
                part -= len(span)
                found[:0] = _inside(self._books, self._chosen, span)
        return array("q", found)


def ledger_keys(books: Books, chosen: LedgerFilter | None = None) -> Sequence[int]:
    """Keys of the entries that a filter lets through, in the order of the journal."""
    return LedgerSearch(books, chosen or LedgerFilter()).all()


def _spans(books: Books, chosen: LedgerFilter) -> list[range]:
    """The keys among which a filter looks, in the order of the journal."""
    if chosen.day is None:
        spans = _journals(books)
    elif chosen.day:
        spans = [_of_day(books, chosen.day)]
    else:
        spans = _between_days(books)
    if chosen.reference is not None:
        query = Slip.select(Slip.issued_in, Slip.ended_in).where(Slip.reference == chosen.reference)
        ends = sorted({key for row in books.rows(query) for key in row if key is not None})
        spans = [range(key, key + 1) for key in ends if any(key in span for span in spans)]
    return [span for span in spans if span]


def _journals(books: Books) -> list[range]:
    """The keys of each journal, told from its first and its last entry."""
    spans: list[range] = []
    after = -1
    while (first := _edge(books, fn.MIN, after + 1, 2**63 - 1)) is not None:
        after = first | LAST_SEQ
        last = _edge(books, fn.MAX, first, after)
        assert last is not None
        spans.append(range(first, last + 1))
    return spans


def _edge(books: Books, edge: Any, first: int, last: int) -> int | None:
    """The least or the greatest key of the entries between two keys."""
    query = Entry.select(edge(Entry.id)).where(Entry.id.between(first, last))
    key: int | None = next(books.rows(query))[0]
    return key


def _of_day(books: Books, number: int) -> range:
    """The keys of a day, from its opening to its seal."""
    query = Day.select(Day.opened_in, Day.sealed_in)
    row = next(books.rows(query.where(Day.id == entry_key(books.kiosk, number))), None)
    if row is None:
        return range(0)
    opened, sealed = row
    return range(opened, (_newest(books) if sealed is None else sealed) + 1)


def _between_days(books: Books) -> list[range]:
    """The keys of what was written while no day was open."""
    first, last = keys_of(books.kiosk)
    query = Day.select(Day.opened_in, Day.sealed_in).where(Day.id.between(first, last))
    spans, after = [], first
    for opened, sealed in books.rows(query.order_by(Day.id)):
        spans.append(range(after + 1, opened))
        after = _newest(books) if sealed is None else sealed
    return [*spans, range(after + 1, _newest(books) + 1)]


def _newest(books: Books) -> int:
    return entry_key(books.kiosk, head(books)[0])


def _inside(books: Books, chosen: LedgerFilter, span: range) -> list[int]:
    """The keys in a span whose entries a filter that looks inside lets through."""
    found: set[int] | None = None
    if chosen.visit is not None:
        visits = Visit.select(Visit.id).where(
            Visit.id.between(span[0], span[-1]) & (Visit.number == chosen.visit)
        )
        found = {key for (key,) in books.rows(visits)}
    if chosen.goods is not None or chosen.directions is not None:
        moved = Movement.select(Movement.entry).where(
            Movement.id.between(span[0] << 8, span[-1] << 8 | 0xFF)
        )
        if chosen.goods is not None:
            moved = moved.where(Movement.good << list(chosen.goods))
        if chosen.directions is not None:
            moved = moved.where(Movement.direction << list(chosen.directions))
        moving = {key for (key,) in books.rows(moved)}
        found = moving if found is None else found & moving
    return [*span] if found is None else sorted(found)
