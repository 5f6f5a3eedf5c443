"""A season for bookkeepers: market days on which everything happens, in every order, on odd dates too."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from unittest.mock import patch

from db import catalogue, corrections, days, market, slips, stock
from db.connection import open_books
from db.errors import Refused
from db.weighing import Line
from kiosk.exports.folder import export_day
from tests.kiosk.exports.conftest import GOODS, Table, live_a_day, open_table

DATES = (28, 30, 30, 23, 31)
"""The days of November and December on which the kiosk's clock says it opens: the second and third day
are one, and at the fourth the clock was set back and not doubted, as it once could be."""

_GOODS = [one.id for one in GOODS]


@dataclass
class Season:
    """Sealed days 1 to `last` beside each other in `folder`, in `days` by number, and the open day."""

    table: Table
    folder: Path
    days: dict[int, Path]
    interim: Path

    @property
    def last(self) -> int:
        return max(self.days)


def live_a_season(data: Path, to: Path) -> Season:
    """Days of all kinds, each exported once it is sealed; the last one stays open."""
    table = open_table(data)
    chance = random.Random(28)
    exported = {}
    for number, on in enumerate(DATES, start=1):
        opening = datetime(2026, 11, 1, 10, tzinfo=UTC) + timedelta(days=on - 1)
        set_clock(table, data, opening)
        if number == 1:
            live_a_day(table)
        else:
            catalogue.set_rate(table.books, "flour", 100 + number, 0, "decided between the days")
            with patch("db.days.opening_date", return_value=opening.date()):
                days.open_day(table.books)
            if number != 3:  # a day on which nobody came
                live_at_random(table, chance, 40)
        table.close(chance.choice((None, 3)))
        exported[number] = export_day(table.books, number, to, table.market)
    set_clock(table, data, datetime(2027, 1, 9, 10, tzinfo=UTC))
    days.open_day(table.books)
    live_at_random(table, chance, 20)
    interim = export_day(table.books, len(DATES) + 1, to, table.market)
    return Season(table, to, exported, interim)


def set_clock(table: Table, data: Path, now: datetime) -> None:
    """Open the books again with a clock that says `now`, and a second more at each look."""
    ticks = count()
    table.books.close()
    table.books = open_books(data, clock=lambda: now + timedelta(seconds=next(ticks)))


def live_at_random(table: Table, chance: random.Random, steps: int) -> None:
    """So many things that a person can do; what the books refuse is refused."""
    for _ in range(steps):
        with suppress(Refused):
            _do_something(table, chance)


def _do_something(table: Table, chance: random.Random) -> None:
    books, out = table.books, _outstanding(table)
    good, quantity = chance.choice(_GOODS), chance.randrange(1, 4000)
    match chance.randrange(12):
        case 0:
            corrections.undo(books)
        case 1:
            table.keys += 1
            corrections.bring_back(books, f"again {table.keys}", table.mint)
        case 2:
            slips.void(books, chance.choice(out), "burnt") if out else None
        case 3:
            slips.reissue(books, chance.choice(out), "torn", table.mint) if out else None
        case 4:
            stock.spoil(books, good, quantity, "mould")
        case 5:
            stock.count_stock(books, good, quantity)
        case 6:
            day = days.current(books)
            catalogue.set_rate(books, good, chance.randrange(500), day, "by show of hands")
        case 7:
            step = chance.choice((1, 10, 100))
            rules = market.Rules(slip_step=step)
            market.set_rules(books, rules, days.current(books), "other steps")
        case _:
            lines = [
                Line(chance.choice(_GOODS), chance.randrange(1, 5000), chance.random() < 0.5)
                for _ in range(chance.randrange(4))
            ]
            handed = tuple(chance.sample(out, min(len(out), chance.randrange(3))))
            gift = chance.random() < 0.2
            table.visit(*lines, slips=handed, gift=gift, solidarity=chance.random() < 0.7)


def _outstanding(table: Table) -> list[bytes]:
    query = "SELECT reference FROM slip WHERE state = 'issued' ORDER BY reference"
    return [reference for (reference,) in table.books.sql(query)]
