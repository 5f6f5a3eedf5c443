"""What a market day's exports are made of: one reading of the books, row by row.

Every row is bounded by the journal's entries of the day, up to the seal, so that an export made years
later says the same: names and units are those that were in force at the entry, the stock is what the
movements had left by then. Only the journal of this kiosk counts. How rows are written is left to the
formats. Amounts are hundredths of a credit, quantities thousandths of a unit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from db import days
from db.catalogue import goods
from db.connection import Books
from db.days import TOTALS, Seal
from db.journal import STORED
from db.market import Market
from db.models import entry_key
from db.slips import date_of

_SEQ = 0xFFFFFFFF

Modules = Sequence[Sequence[bool]]
"""The rows of a QR without its quiet zone, True for a dark module."""

DrawSeal = Callable[[Seal], Modules]
"""Makes the code that stands on a day's closing slip."""


class Visit(NamedTuple):
    """One visit and what it came to; `brings_back` is the undone visit that it repeats, else 0."""

    number: int
    undone: bool
    brings_back: int
    totals: dict[str, int]


class Line(NamedTuple):
    """One movement of a good or of hours, signed as it changes the account; `rate` in hundredths a
    unit. `visit` is 0 where the entry is none; an undone visit has its lines a second time, negated,
    under the kind `reversal`."""

    entry: int
    kind: str
    visit: int
    good: str
    name: str
    unit: str
    direction: str
    quantity: int
    rate: int
    credits: int


class Posting(NamedTuple):
    """One posting; those of an entry balance to zero."""

    entry: int
    kind: str
    visit: int
    account: str
    credits: int


class SlipChange(NamedTuple):
    """A slip that was `issued`, `redeemed`, `voided`, `reissued` (ended for a new one) or `restored`
    (good again, because the visit that took it was undone). `expires` is a date, `never`, or empty
    where the slip was not issued by this entry."""

    entry: int
    kind: str
    visit: int
    change: str
    reference: str
    amount: int
    expires: str


class Stock(NamedTuple):
    """What the day's end left of a good."""

    good: str
    name: str
    category: str
    unit: str
    quantity: int


class Moved(NamedTuple):
    """What one good moved that day in one direction: sums, signed as in a `Line`. Name, category and
    unit are those of the day's end."""

    good: str
    name: str
    category: str
    unit: str
    direction: str
    quantity: int
    credits: int


class Circulation(NamedTuple):
    """Credits on slips that were out when a market day ended; of an open day, now."""

    day: int
    date: str
    credits: int


class _Words(NamedTuple):
    name: str
    category: str
    unit: str


@dataclass(frozen=True, slots=True)
class Extract:
    """One market day as it is exported.

    `statement` is what the seal signs, or, before there is one (`seal` None), what it would say now.
    `roles` are those of the crew, one a person. `first` and `last` are keys of entries. Rows are read
    when they are asked for: use it inside one reading of the books.
    """

    books: Books
    market: Market
    number: int
    statement: dict[str, Any]
    seal: Seal | None
    roles: tuple[str, ...]
    first: int
    last: int
    draw_seal: DrawSeal | None = None

    @property
    def interim(self) -> bool:
        """Whether the day is still open."""
        return self.seal is None

    def visits(self) -> Iterator[Visit]:
        """The day's visits by number, undone ones included."""
        rows = self.books.sql(
            "SELECT visit.number, visit.reversed_in IS NOT NULL, before.number, entry.body "
            "FROM visit JOIN entry ON entry.id = visit.id "
            "LEFT JOIN visit AS before ON before.id = visit.brings_back "
            "WHERE visit.id BETWEEN ? AND ? ORDER BY visit.id",
            (self.first, self.last),
        )
        for number, undone, brings_back, body in rows:
            written = json.loads(body)["totals"]
            totals = {name: written.get(name, 0) for name in TOTALS}
            yield Visit(number, bool(undone), brings_back or 0, totals)

    def lines(self) -> Iterator[Line]:
        """The day's movements in the order of the journal."""
        undone = self._undone()
        catalogue = _Catalogue(self.books, self.market.language, self.last)
        rows = self.books.sql(
            "SELECT movement.entry, entry.kind, visit.number, movement.good, movement.direction, "
            "movement.quantity, movement.rate, movement.credits "
            "FROM movement JOIN entry ON entry.id = movement.entry "
            "LEFT JOIN visit ON visit.id = movement.entry "
            "WHERE movement.id BETWEEN ? AND ? ORDER BY movement.id",
            (self.first << 8, self.last << 8 | 0xFF),
        )
        for entry, kind, visit, good, direction, quantity, rate, credits in rows:
            name, _, unit = catalogue.at(entry, good)
            yield Line(
                entry & _SEQ, kind, visit or undone.get(entry, 0), good, name, unit, direction,
                quantity, rate, credits,
            )  # fmt: skip

    def postings(self) -> Iterator[Posting]:
        """The day's postings in the order of the journal."""
        undone = self._undone()
        rows = self.books.sql(
            "SELECT posting.entry, entry.kind, visit.number, posting.account, posting.credits "
            "FROM posting JOIN entry ON entry.id = posting.entry "
            "LEFT JOIN visit ON visit.id = posting.entry "
            "WHERE posting.id BETWEEN ? AND ? ORDER BY posting.id",
            (self.first << 8, self.last << 8 | 0xFF),
        )
        for entry, kind, visit, account, credits in rows:
            yield Posting(entry & _SEQ, kind, visit or undone.get(entry, 0), account, credits)

    def slips(self) -> Iterator[SlipChange]:
        """What happened to slips that day, in the order of the journal."""
        rows = self.books.sql(
            "SELECT id, kind, body FROM entry WHERE id BETWEEN ? AND ? "
            "AND kind IN ('visit', 'reversal', 'void', 'reissue') ORDER BY id",
            (self.first, self.last),
        )
        for entry, kind, raw in rows:
            body = json.loads(raw)
            for change, reference, amount, expires in self._changes(kind, body):
                yield SlipChange(
                    entry & _SEQ, kind, body.get("visit", 0), change, reference, amount, expires
                )

    def stock(self) -> Iterator[Stock]:
        """What all movements up to the end of the day left of each good that was ever stored."""
        catalogue = _Catalogue(self.books, self.market.language, self.last)
        rows = self.books.sql(
            "SELECT good, SUM(quantity) FROM movement WHERE id BETWEEN ? AND ? "
            f"AND direction IN ({', '.join('?' * len(STORED))}) GROUP BY good ORDER BY good",
            (entry_key(self.books.kiosk, 0) << 8, self.last << 8 | 0xFF, *sorted(STORED)),
        )
        for good, quantity in rows:
            yield Stock(good, *catalogue.at(self.last, good), quantity)

    def moved(self) -> Iterator[Moved]:
        """The day's movements, summed by good and direction; what was undone cancels out."""
        catalogue = _Catalogue(self.books, self.market.language, self.last)
        rows = self.books.sql(
            "SELECT good, direction, SUM(quantity), SUM(credits) FROM movement "
            "WHERE id BETWEEN ? AND ? GROUP BY good, direction ORDER BY good, direction",
            (self.first << 8, self.last << 8 | 0xFF),
        )
        for good, direction, quantity, credits in rows:
            yield Moved(good, *catalogue.at(self.last, good), direction, quantity, credits)

    def circulation(self, most: int) -> list[Circulation]:
        """The last `most` days up to this one, as their seals say it, the oldest first."""
        kiosk = self.books.kiosk
        rows = self.books.sql(
            "SELECT day.number, entry.body FROM day JOIN entry ON entry.id = day.sealed_in "
            "WHERE day.id > ? AND day.id < ? ORDER BY day.id",
            (entry_key(kiosk, max(0, self.number - most)), entry_key(kiosk, self.number)),
        )
        said = [(number, json.loads(body)["statement"]) for number, body in rows]
        said.append((self.number, self.statement))
        return [
            Circulation(number, one["date"], -one["balances"].get("slips:outstanding", 0))
            for number, one in said
        ]

    def _undone(self) -> dict[int, int]:
        """Numbers of the visits that were undone, by the entry that reversed them."""
        rows = self.books.sql(
            "SELECT reversed_in, number FROM visit "
            "WHERE id BETWEEN ? AND ? AND reversed_in IS NOT NULL",
            (self.first, self.last),
        )
        return dict(rows)

    def _changes(self, kind: str, body: dict[str, Any]) -> Iterator[tuple[str, str, int, str]]:
        if kind == "visit":
            for reference, amount in body["slips_in"]:
                yield "redeemed", reference, amount, ""
            for new in body["slips_out"]:
                yield "issued", new["reference"], new["amount"], _expiry(new)
        elif kind == "reversal":
            for reference in body["slips_void"]:
                yield "voided", reference, self._amount(reference), ""
            for reference in body["slips_good"]:
                yield "restored", reference, self._amount(reference), ""
        elif kind == "void":
            yield "voided", body["slip"], body["amount"], ""
        else:
            new = body["new"]
            yield "reissued", body["slip"], new["amount"], ""
            yield "issued", new["reference"], new["amount"], _expiry(new)

    def _amount(self, reference: str) -> int:
        query = "SELECT amount FROM slip WHERE reference = ?"
        return int(self.books.sql(query, (bytes.fromhex(reference),)).fetchone()[0])


def extract(
    books: Books, number: int, market: Market, draw_seal: DrawSeal | None = None
) -> Extract:
    """The market day `number` of this kiosk; raises DayNotOpen where it never was."""
    seal = days.seal(books, number)
    query = "SELECT opened_in, crew FROM day WHERE id = ?"
    first, crew = books.sql(query, (entry_key(books.kiosk, number),)).fetchone()
    statement = days.statement(books, number, None) if seal is None else json.loads(seal.statement)
    return Extract(
        books,
        market,
        number,
        statement,
        seal,
        tuple(one["role"] for one in json.loads(crew)),
        first,
        entry_key(books.kiosk, statement["seq"]),
        draw_seal,
    )


def _expiry(new: dict[str, Any]) -> str:
    return date_of(new["expires"]).isoformat() if new["expires"] else "never"


class _Catalogue:
    """Names and units as they were at an entry. Ask in the order of the journal."""

    def __init__(self, books: Books, language: str, last: int) -> None:
        self._language = language
        # What another kiosk's journal named is not in ours: the words of now are better than none.
        self._known = {
            one.id: _Words(one.name(language), one.category, one.unit)
            for one in goods(books, retired=True)
        }
        # The table of rates knows which entries named goods, so that no other entry is read.
        self._changes = iter(
            books.sql(
                "SELECT id, body FROM entry WHERE kind = 'goods' AND id IN "
                "(SELECT entry FROM rate WHERE entry BETWEEN ? AND ?) ORDER BY id",
                (entry_key(books.kiosk, 0), last),
            ).fetchall()
        )
        self._next = next(self._changes, None)

    def at(self, entry: int, good: str) -> _Words:
        """What the journal up to `entry` says of a good."""
        while self._next is not None and self._next[0] <= entry:
            for one in json.loads(self._next[1])["goods"]:
                names = one["names"]
                name = names.get(self._language) or next(iter(names.values()), one["id"])
                self._known[one["id"]] = _Words(name, one["category"], one["unit"])
            self._next = next(self._changes, None)
        return self._known[good]
