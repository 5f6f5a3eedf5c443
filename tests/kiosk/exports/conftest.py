"""One market day in which everything happens that can happen, in real books with a real key."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from db import catalogue, corrections, days, ledger, market, paper, slips, stock
from db.catalogue import Good
from db.connection import Books, open_books
from db.weighing import Exchange, Line
from kiosk.slips.signing import MarketKey, PublicKey

DOMAIN = b"a test's seal\0"
OPENING = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
GOODS = (
    Good("tomatoes", 0, "produce", "good", "kg", 200, {"en": "tomatoes", "es": "tomates"}),
    Good("honey", 0, "staples", "good", "jar", 400, {"en": "honey"}),
    Good("flour", 0, "staples", "good", "kg", 115, {"en": "=cmd|' /C calc'!A0"}),
    Good("childcare", 0, "care", "service", "h", 400, {"en": "child care"}),
)


@dataclass
class Table:
    """Real books, and what a test needs to go on with them. `slips_and_keys` is everything that was
    ever on a slip or in a key and must not be in an export; `tags` find a typed code for whoever has
    the market's key, and stand in the journal alone."""

    books: Books
    key: MarketKey
    market: market.Market
    slips_and_keys: list[bytes] = field(default_factory=list)
    tags: list[bytes] = field(default_factory=list)
    minted: int = 0
    keys: int = 0

    def mint(self, amount: int, expires: int) -> slips.NewSlip:
        self.minted += 1
        content = sha256(b"slip %d" % self.minted).digest() * 3
        new = slips.NewSlip(
            sha256(content).digest()[:16],
            sha256(b"tag" + content).digest()[:16],
            amount,
            slips.days_since_epoch(self.books.today()),
            expires,
            content[:84],
        )
        self.slips_and_keys += [new.content, new.content[:8]]
        self.tags.append(new.tag)
        return new

    def visit(self, *lines: Line, **how: object) -> ledger.Booked:
        self.keys += 1
        exchange = Exchange(lines, **how)  # type: ignore[arg-type]
        return ledger.book(self.books, exchange, f"visit key {self.keys}", self.mint)

    def close(self, counted: int | None = None) -> days.Seal:
        return days.close_day(self.books, counted, lambda said: self.key.sign(DOMAIN, said))

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        return PublicKey(public_key).verify(DOMAIN, message, signature)


def reference(booked: ledger.Booked) -> bytes:
    new = booked.slips[0][0]
    assert new is not None
    return new.reference


def open_table(folder: Path, now: datetime = OPENING) -> Table:
    """Books with a founded market, goods and nothing else; each look at the clock takes a second."""
    ticks = iter(range(10**6))
    books = open_books(folder, create=True, clock=lambda: now + timedelta(seconds=next(ticks)))
    key = MarketKey(bytes(range(32)))
    founded = market.Market("Oak Street Market", "Oak Street", "en", key.public.raw, False)
    market.found(books, founded, market.Rules(slip_step=50, slip_days=90))
    catalogue.save_goods(books, GOODS, 0, "the assembly of 1 November")
    return Table(books, key, founded)


def live_a_day(table: Table) -> None:
    """Open a day and do in it everything that can be done; it stays open."""
    books = table.books
    crew = [("table", "Ana-handle"), ("table", "Bo-handle"), ("stock", "Cleo-handle")]
    days.open_day(books, crew)
    first = table.visit(Line("tomatoes", 3000))  # issues 6
    table.visit(Line("honey", 1000, True), slips=(reference(first),))  # 6 in, 2 out
    lost = table.visit(Line("childcare", 2000))  # issues 8
    table.visit(Line("honey", 2000), gift=True)
    table.visit(Line("tomatoes", 1500, True), solidarity=True)
    table.visit(Line("flour", 333))  # 0.38, rounded up to a half
    table.visit(Line("childcare", 500, True), Line("flour", 250), solidarity=True)
    undone = table.visit(Line("honey", 250), Line("tomatoes", 125, True))
    corrections.undo(books)
    corrections.bring_back(books, "brought back", table.mint)
    table.visit(Line("tomatoes", 1000))
    ruined = table.visit(Line("honey", 1000))
    slips.void(books, reference(lost), "found torn on the floor, said a neighbour")
    new, _ = slips.reissue(books, reference(ruined), "washed with the trousers", table.mint)
    table.visit(Line("tomatoes", 500, True), slips=(new.reference,))
    corrections.undo(books)
    stock.spoil(books, "tomatoes", 700, "rotten")
    stock.count_stock(books, "honey", 5000)
    stock.count_stock(books, "flour", 100)
    catalogue.set_rate(books, "honey", 350, days.current(books), "too dear, said the assembly")
    table.visit(Line("honey", 1000))
    paper.declare_lost(books, books.today(), days.current(books), "the other laptop was stolen")
    of_lost_books = table.mint(450, slips.days_since_epoch(books.today()) + 90)
    with books.transaction():
        paper.take_in(books, of_lost_books)
    table.visit(Line("honey", 1000, True), slips=(of_lost_books.reference,))
    assert undone.visit


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    made = open_table(tmp_path / "data")
    live_a_day(made)
    yield made
    made.books.close()


@pytest.fixture
def sealed(table: Table) -> Table:
    table.close(counted=3)
    return table


def columns(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, by a reader that is not ours."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of an export, byte by byte."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}
