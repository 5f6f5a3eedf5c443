"""A market's table for the tests of the books: a clock to set, slips from a fake mint, and visits
written as they are typed (`visit("3 tomatoes", "-1 honey")`)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from db import catalogue, corrections, days, keys, ledger, market, paper, slips, stock
from db.amounts import parse_quantity
from db.catalogue import Good
from db.connection import FILE, Books, open_books
from db.errors import KioskError
from db.market import Market, Rules
from db.slips import NewSlip, days_since_epoch
from db.weighing import Exchange, Line

OAK = Market("Oak Square", "by the fountain", "en", bytes(range(32)), practice=False)
GOODS = (
    Good("tomatoes", 0, "produce", "good", "kg", 200, {"en": "tomatoes"}),
    Good("honey", 0, "staples", "good", "jar", 400, {"en": "honey"}, barcodes=("4000000000017",)),
    Good("childcare", 0, "care", "service", "h", 400, {"en": "child care", "es": "cuidado"}),
    Good("lemons", 0, "produce", "good", "each", 25, {"en": "lemons"}, {"en": ("lemon",)}),
    Good("leaflets", 0, "culture", "good", "each", 0, {"en": "leaflets"}),
)


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Mint:
    """Makes slips whose bytes differ, and keeps them for the test to look for."""

    clock: Clock
    name: str = "mint"
    made: list[NewSlip] = field(default_factory=list)

    def __call__(self, amount: int, expires: int) -> NewSlip:
        seed = f"{self.name} {len(self.made)}"
        content = b"".join(sha256(f"{seed} {part}".encode()).digest() for part in range(3))[:84]
        slip = NewSlip(
            sha256(b"reference" + content).digest()[:16],
            sha256(b"tag" + content).digest()[:16],
            amount,
            days_since_epoch(self.clock().date()),
            expires,
            content,
        )
        self.made.append(slip)
        return slip


@dataclass
class Table:
    """Open books with what a day at them needs."""

    books: Books
    clock: Clock
    mint: Mint
    visits: int = 0

    def visit(
        self,
        *lines: str,
        slips: Sequence[NewSlip | bytes] = (),
        solidarity: bool = False,
        gift: bool = False,
        key: str | None = None,
    ) -> ledger.Booked:
        self.visits += 1
        exchange = exchanged(*lines, slips=slips, solidarity=solidarity, gift=gift)
        return ledger.book(
            self.books, exchange, key or f"{self.mint.name} {self.visits}", self.mint
        )

    def handed_out(self, *lines: str) -> NewSlip:
        """A visit that ends in one slip."""
        ((slip, _),) = self.visit(*lines).slips
        assert slip is not None
        return slip

    def honoured(self, amount: int, since: date | None = None) -> NewSlip:
        """A slip of books that are lost, taken into these, which say first that they are."""
        paper.declare_lost(self.books, since or self.books.today(), 0, "the laptop was stolen")
        slip = self.mint(amount, 0)
        with self.books.transaction():
            paper.take_in(self.books, slip)
        return slip

    def close(self, counted: int | None = None) -> days.Seal:
        return days.close_day(self.books, counted, signed)

    def day(self) -> days.Day:
        return days.day(self.books, days.last(self.books))

    def decide(self, **rules: Any) -> None:
        """Set rules anew; those that are not named go back to what they are by default."""
        market.set_rules(
            self.books, Rules(**rules), days.current(self.books), "decided by the assembly"
        )

    def balance(self, account: str) -> int:
        return days.balances(self.books).get(account, 0)


def exchanged(
    *lines: str,
    slips: Sequence[NewSlip | bytes] = (),
    solidarity: bool = False,
    gift: bool = False,
) -> Exchange:
    """An exchange from lines as they are typed: a quantity (minus: taken) and a good's id."""
    return Exchange(
        tuple(typed(line) for line in lines),
        tuple(one if isinstance(one, bytes) else one.reference for one in slips),
        solidarity,
        gift,
    )


def typed(line: str) -> Line:
    quantity, good = line.split()
    return Line(good, parse_quantity(quantity.lstrip("-")), quantity.startswith("-"))


def signed(statement: bytes) -> bytes:
    """Stands for a signature: 64 bytes that depend on the statement."""
    return sha256(statement).digest() * 2


def found_table(folder: Path) -> Table:
    """A founded market with goods, no day open yet."""
    clock = Clock()
    books = open_books(folder, create=True, clock=clock)
    market.found(books, OAK)
    catalogue.save_goods(books, GOODS, 0, "goods of the first day")
    return Table(books, clock, Mint(clock))


def copied_table(pattern: Path, folder: Path) -> Table:
    """The market of `pattern`, founded already, in a folder of its own."""
    shutil.copyfile(pattern / FILE, folder / FILE)
    return second_table(folder, "mint")


def second_table(folder: Path, name: str = "second mint") -> Table:
    """One more connection to the books in `folder`; its mint makes slips of its own `name`."""
    clock = Clock()
    return Table(open_books(folder, clock=clock), clock, Mint(clock, name))


def dump(books: Books) -> dict[str, list[Any]]:
    """Every row of every table."""
    names = [
        name
        for (name,) in books.sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        )
    ]
    return {name: books.sql(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in names}


def live_two_days(table: Table) -> None:
    """A day with one of everything in it, sealed, and the next one open."""
    slip = table.handed_out("3 tomatoes")
    table.visit("2 childcare", "-1 honey", slips=[slip])
    table.visit("-1 honey", solidarity=True)
    corrections.undo(table.books)
    corrections.bring_back(table.books, "back", table.mint)
    catalogue.set_rate(table.books, "honey", 450, 1, "honey is scarce, assembly of the day")
    slips.void(table.books, table.handed_out("1 tomatoes").reference, "found in a puddle")
    slips.reissue(table.books, table.handed_out("1 tomatoes").reference, "torn", table.mint)
    stock.spoil(table.books, "tomatoes", 500, "mould")
    stock.count_stock(table.books, "honey", 12_000)
    table.decide(solidarity_visit=900, slip_step=50)
    keys.hand_over(
        table.books, sha256(b"the next key").digest(), "the laptop was stolen",
        last_good=table.books.today(), sign=signed,
    )  # fmt: skip
    table.close(counted=1)
    days.open_day(table.books, [("gate", "Bo")])
    table.honoured(450)
    table.visit("1 tomatoes")


@contextmanager
def refused(
    books: Books, error: type[KioskError], **facts: object
) -> Iterator[pytest.ExceptionInfo[KioskError]]:
    """What happens inside is refused with exactly this error and these facts (among its others),
    and leaves every row of every table as it was."""
    before = dump(books)
    with pytest.raises(error) as caught:
        yield caught
    assert caught.type is error
    assert facts.items() <= caught.value.facts.items()
    assert dump(books) == before
