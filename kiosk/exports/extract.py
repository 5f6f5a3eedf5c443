"""What a market day's exports are made of: one reading of the journal, entry by entry.

Every row comes from the words of the day's entries, up to the seal, so that an export made years
later says the same: names and units are those that were in force at the entry, the stock is what the
movements had left by then. Only the journal of this kiosk counts. What the rows are is in
kiosk/exports/rows.py, names at an entry in kiosk/exports/names.py; how rows are written is left to the
formats.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from db import days
from db.connection import Books
from db.days import Seal
from db.journal import GENESIS
from db.keys import key_at
from db.market import Market
from db.models import LAST_SEQ, entry_key
from db.slips import date_of
from db.sums import STORED, TOTALS
from kiosk.exports.names import Catalogue
from kiosk.exports.rows import Circulation, Entry, Line, Moved, Posting, SlipChange, Stock, Visit

_BATCH = 250  # entries between two words of how far it is
_ZEROES = dict.fromkeys(TOTALS, 0)
_NONE: list[Any] = []
_NO_CHANGES: list[tuple[str, str, int, str]] = []


class Place(NamedTuple):
    """A place in the journal: an entry's number and its hash; (0, 32 zero bytes) is the beginning."""

    seq: int
    hash: bytes


Modules = Sequence[Sequence[bool]]
"""The rows of a QR without its quiet zone, True for a dark module."""

DrawSeal = Callable[[Seal], Modules]
"""Makes the code that stands on a day's closing slip."""


def _to_nobody(entries: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Extract:
    """One market day as it is exported.

    `statement` is what the seal signs, or, before there is one (`seal` None), what it would say now.
    `roles` are those of the crew, one a person. `first` and `last` are keys of the entries that rows
    are made of; the journal of the day begins with the entry after `follows`, the seal of the day
    before, and ends with `end`, the day's own seal. `read` is told how many entries more were read;
    `draw_seal` makes the code of the seal, where somebody wants it drawn.
    Rows are read when they are asked for: use it inside one reading of the books.
    """

    books: Books
    market: Market
    number: int
    statement: dict[str, Any]
    seal: Seal | None
    roles: tuple[str, ...]
    first: int
    last: int
    follows: Place
    end: int
    read: Callable[[int], None] = _to_nobody
    draw_seal: DrawSeal | None = None

    @property
    def interim(self) -> bool:
        """Whether the day is still open."""
        return self.seal is None

    @property
    def public_key(self) -> bytes:
        """The market's key that was in force when the day was sealed; of an open day, now."""
        return key_at(self.books, self.end)

    @property
    def size(self) -> int:
        """How many entries the day has."""
        return self.last - self.first + 1

    def entries(self) -> Iterator[Entry]:
        """The day's entries with their rows, in the order of the journal: each is read once."""
        rows = self.books.sql(
            "SELECT entry.id, entry.kind, entry.body, visit.reversed_in, before.number "
            "FROM entry LEFT JOIN visit ON visit.id = entry.id "
            "LEFT JOIN visit AS before ON before.id = visit.brings_back "
            "WHERE entry.id BETWEEN ? AND ? ORDER BY entry.id",
            (self.first, self.last),
        )
        for key, kind, raw, reversed_in, before in self._told(rows):
            body = orjson.loads(raw)
            visit = body.get("visit", 0)
            booked = None
            if kind == "visit":
                totals = {**_ZEROES, **body["totals"]}
                booked = Visit(visit, reversed_in is not None, before or 0, totals)
            yield Entry(
                key, kind, visit, booked, body.get("lines", _NONE), body.get("postings", _NONE),
                self._changes(kind, body),
            )  # fmt: skip

    def visits(self) -> Iterator[Visit]:
        """The day's visits by number, undone ones included."""
        for entry in self.entries():
            if entry.booked is not None:
                yield entry.booked

    def lines(self) -> Iterator[Line]:
        """The day's movements in the order of the journal."""
        catalogue = self.catalogue()
        for entry in self.entries():
            for good, direction, quantity, rate, credits in entry.lines:
                name, _, unit = catalogue.at(entry.key, good)
                yield Line(
                    entry.seq, entry.kind, entry.visit, good, name, unit, direction, quantity, rate,
                    credits,
                )  # fmt: skip

    def postings(self) -> Iterator[Posting]:
        """The day's postings in the order of the journal."""
        for entry in self.entries():
            for account, credits in entry.postings:
                yield Posting(entry.seq, entry.kind, entry.visit, account, credits)

    def slips(self) -> Iterator[SlipChange]:
        """What happened to slips that day, in the order of the journal."""
        for entry in self.entries():
            for change in entry.slips:
                yield SlipChange(entry.seq, entry.kind, entry.visit, *change)

    def catalogue(self) -> Catalogue:
        """Names and units of goods at each entry of the day."""
        return Catalogue(self.books, self.market.language, self.last)

    def journal(self) -> Iterator[bytes]:
        """The words of each entry since the seal of the day before, as they were hashed, up to the
        day's own seal; up to now where it has none."""
        rows = self.books.sql(
            "SELECT body FROM entry WHERE id BETWEEN ? AND ? ORDER BY id",
            (entry_key(self.books.kiosk, self.follows.seq + 1), self.end),
        )
        for (body,) in self._told(rows):
            yield body

    def stock(self) -> Iterator[Stock]:
        """What all movements up to the end of the day left of each good that was ever stored: the
        sums that the seals of the days before kept, and this day's own movements."""
        catalogue = self.catalogue()
        kiosk = self.books.kiosk
        rows = self.books.sql(
            "SELECT good, SUM(quantity) FROM ("
            "SELECT flow.good, brought - taken - spoiled + found AS quantity "
            "FROM flow JOIN good ON good.id = flow.good "
            "WHERE flow.day BETWEEN ? AND ? AND good.kind != 'service' "
            "UNION ALL SELECT good, quantity FROM movement WHERE id BETWEEN ? AND ? "
            f"AND direction IN ({', '.join('?' * len(STORED))})) GROUP BY good ORDER BY good",
            (
                entry_key(kiosk, 0), entry_key(kiosk, self.number - 1), self.first << 8,
                self.last << 8 | 0xFF, *sorted(STORED),
            ),
        )  # fmt: skip
        for good, quantity in rows:
            yield Stock(good, *catalogue.at(self.last, good), quantity)

    def _told(self, rows: Any) -> Iterator[Any]:
        while batch := rows.fetchmany(_BATCH):
            yield from batch
            self.read(len(batch))

    def moved(self) -> Iterator[Moved]:
        """The day's movements, summed by good and direction; what was undone cancels out."""
        catalogue = Catalogue(self.books, self.market.language, self.last)
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

    def _changes(self, kind: str, body: dict[str, Any]) -> list[tuple[str, str, int, str]]:
        if kind == "visit":
            changes = [
                ("redeemed", reference, amount, "") for reference, amount in body["slips_in"]
            ]
            return changes + [_issued(new) for new in body["slips_out"]]
        if kind == "reversal":
            void, good = body["slips_void"], body["slips_good"]
            changes = [("voided", reference, self._amount(reference), "") for reference in void]
            return changes + [
                ("restored", reference, self._amount(reference), "") for reference in good
            ]
        if kind == "void":
            return [("voided", body["slip"], body["amount"], "")]
        if kind == "reissue":
            new = body["new"]
            return [("reissued", body["slip"], new["amount"], ""), _issued(new)]
        if kind == "paper":
            return [("honoured", *_issued(body["paper"])[1:])]
        return _NO_CHANGES

    def _amount(self, reference: str) -> int:
        query = "SELECT amount FROM slip WHERE reference = ?"
        return int(self.books.sql(query, (bytes.fromhex(reference),)).fetchone()[0])


def extract(books: Books, number: int, market: Market) -> Extract:
    """The market day `number` of this kiosk; raises DayNotOpen where it never was."""
    seal = days.seal(books, number)
    query = "SELECT opened_in, crew, sealed_in FROM day WHERE id = ?"
    first, crew, sealed_in = books.sql(query, (entry_key(books.kiosk, number),)).fetchone()
    statement = days.statement(books, number, None) if seal is None else json.loads(seal.statement)
    last = entry_key(books.kiosk, statement["seq"])
    return Extract(
        books,
        market,
        number,
        statement,
        seal,
        tuple(one["role"] for one in json.loads(crew)),
        first,
        last,
        _seal_before(books, number),
        last if sealed_in is None else sealed_in,
    )


def _seal_before(books: Books, number: int) -> Place:
    """Where the day before was sealed: nothing was booked into a day that has its seal."""
    row = books.sql(
        "SELECT entry.id, entry.hash FROM day JOIN entry ON entry.id = day.sealed_in "
        "WHERE day.id = ?",
        (entry_key(books.kiosk, number - 1),),
    ).fetchone()
    return Place(0, GENESIS) if row is None else Place(row[0] & LAST_SEQ, row[1])


def _issued(new: dict[str, Any]) -> tuple[str, str, int, str]:
    return "issued", new["reference"], new["amount"], _expiry(new["expires"])


@lru_cache(maxsize=256)
def _expiry(days: int) -> str:
    return date_of(days).isoformat() if days else "never"
