"""Believable years of a market, written through the books' own functions.

    python -m tests.bench.years --visits 1000000 --to DIR

The market has one day a week, each sealed with its key but the last, which is open; two tables, so
that the journals of two kiosks lie in the same books; undone visits, lost, void and reissued slips,
spoilage, counts of the shelf and rates that change by decision. The same plan gives the same books,
to the last hash. What people do is left to `neighbours`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from db import catalogue, corrections, days, jobs, ledger, market, slips, stock
from db.amounts import UNIT
from db.connection import FILE, open_books
from db.slips import NewSlip, days_since_epoch
from db.terms import Market, Rules
from db.weighing import Exchange, Line
from kiosk.config import KEY_FILE
from kiosk.founding import suggested_goods
from kiosk.keys.seals import SEAL_DOMAIN
from kiosk.slips import keyfile
from kiosk.slips.signing import MarketKey
from kiosk.till import Till
from tests.bench.neighbours import PERISHABLE, Neighbours, PocketSlip, Season
from tests.bench.table import Effort

LAST_DAY = date(2026, 11, 21)
KIOSKS = ("0AK1", "0BK2", "0CK3")
"""The first is the one whose books these are. A replay reads the journals in this order."""

PLAN_FILE = "plan.json"
SLIPS_FILE = "slips.txt"
"""Texts of slips that are good and were issued on the last day, one a line, to be scanned."""

_WEEKS = 350
"""At most; a slip's dates begin in 2020."""
_FIRST_TABLE = 0.7
"""The share of the visits at the first kiosk's table."""
_LOST, _UNDONE, _BROUGHT_BACK = 0.03, 0.01, 0.5
_REAL_SLIPS = 50
_PRAGMAS = {"synchronous": "off", "cache_size": -400_000}
"""For the years that are made up; whoever opens the books has the usual ones again."""


@dataclass(frozen=True)
class Plan:
    """What makes the books: `visits` over all kiosks, about so many."""

    visits: int = 1_000_000
    kiosks: int = 2
    seed: int = 1

    def dates(self) -> list[date]:
        """Market days, one a week, the last one on LAST_DAY: more of them for more visits."""
        weeks = max(2, min(_WEEKS, self.visits // 12))
        return [LAST_DAY - timedelta(weeks=weeks - 1 - week) for week in range(weeks)]

    def crowds(self) -> list[tuple[date, int]]:
        """The market days and how many visits each has: more every year, few in the holidays."""
        dates = self.dates()
        weights = [
            (1 + number / len(dates)) * (0.6 if on.month in (1, 8) else 1)
            for number, on in enumerate(dates)
        ]
        share = self.visits / sum(weights)
        return [(on, round(weight * share)) for on, weight in zip(dates, weights, strict=True)]


def years(folder: Path, plan: Plan, *, tell: bool = False) -> Path:
    """The books of a plan in `folder`: those that lie there already, else they are made now."""
    plan_file = folder / PLAN_FILE
    if plan_file.exists():
        if json.loads(plan_file.read_text()) == asdict(plan):
            return folder
        raise SystemExit(f"{folder} holds the books of another plan")
    if (folder / FILE).exists():
        raise SystemExit(f"{folder} holds books that were not finished, or are somebody's")
    _Market(folder, plan).live(tell=tell)
    plan_file.write_text(json.dumps(asdict(plan)))
    return folder


def copied_years(effort: Effort, to: Path) -> Path:
    """Years of as many visits as an effort wants, in the folder `to`, to be changed at will."""
    plan = Plan(effort.records)
    if effort.years is None:
        return years(to, plan)
    kept = years(effort.years / f"{plan.visits}-{plan.kiosks}-{plan.seed}", plan)
    shutil.copytree(kept, to)
    return to


class _Market:
    """A market while its years pass."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.plan = plan
        self.chance = Random(plan.seed)
        self.now = datetime(2020, 1, 1, tzinfo=UTC)
        self.books = open_books(folder, create=True, clock=lambda: self.now)
        self._be(0)
        self.books.sql("UPDATE local SET value = ? WHERE name = 'kiosk'", (KIOSKS[0],))
        for name, value in _PRAGMAS.items():
            self.books.sql(f"PRAGMA {name} = {value}")
        self.key = MarketKey(self.chance.randbytes(32))
        keyfile.save(folder / KEY_FILE, self.key, None, keyfile.CHEAP)
        self.goods = suggested_goods()
        self.neighbours = Neighbours(
            self.chance,
            {one.id: one.rate for one in self.goods},
            [[] for _ in range(plan.kiosks)],
        )
        self.wiped = 0

    def _be(self, kiosk: int) -> None:
        """Write the journal of that kiosk from now on."""
        self.kiosk = kiosk
        self.books.kiosk = KIOSKS[kiosk]
        self.books.forget()

    def live(self, *, tell: bool) -> None:
        """All the years, up to the open last day."""
        crowds, began, done = self.plan.crowds(), time.monotonic(), 0
        with (
            patch("secrets.token_bytes", self.chance.randbytes),
            patch("db.ledger.enqueue", self._enqueue),
        ):
            self._found(crowds[0][0])
            for number, (on, visits) in enumerate(crowds, 1):
                with self.books.transaction():
                    self._day(on, visits, last=number == len(crowds))
                    self._papers_came_out()
                done += visits
                if tell and number % 25 == 0:
                    seconds = time.monotonic() - began
                    print(f"{on}: {done:,} visits, {seconds:.0f} s", file=sys.stderr, flush=True)
            self._real_slips()
        self.books.close()

    def _found(self, first: date) -> None:
        self.now = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=3)
        public = self.key.public.raw
        rules = Rules(solidarity_visit=2000, slip_step=25, slip_days=730)
        named = Market("Oak Square", "by the fountain", "en", public, practice=False)
        with self.books.transaction():
            market.found(self.books, named, rules)
            catalogue.save_goods(self.books, self.goods, 0, "goods of the first day")

    # A day

    def _day(self, on: date, visits: int, *, last: bool) -> None:
        chance = self.chance
        self.now = datetime(on.year, on.month, on.day, 9, 0, tzinfo=UTC)
        for kiosk in range(self.plan.kiosks):
            self._be(kiosk)
            crew = [("table", chance.choice(("Ana", "Ben", "Chloe", "Dora")))]
            days.open_day(self.books, [] if kiosk else crew)
        if on.month == 1 and on.day <= 7:
            self._assembly()
        season = Season(self.goods, on.month, chance)
        opens = self.now + timedelta(hours=1)
        for number in range(visits):
            self.now = opens + timedelta(seconds=4 * 3600 * number / visits)
            near = self.plan.kiosks == 1 or chance.random() < _FIRST_TABLE
            self._be(0 if near else chance.randrange(1, self.plan.kiosks))
            self._visit(season)
        self.now = opens + timedelta(hours=5)
        self._be(0)
        self._papers_of_people()
        self._shelves(counting=on.day <= 7)
        if not last:
            for kiosk in range(self.plan.kiosks):
                self._be(kiosk)
                self._close()
            self._be(0)

    def _close(self) -> None:
        till = Till(self.books.file.parent, self.books, self.key)
        day = till.newest_day()
        counted = day.slips_in - (self.chance.random() < 0.1 and day.slips_in > 0)
        if self.kiosk == 0:
            till.close_day(counted)
        else:
            days.close_day(self.books, counted, lambda said: self.key.sign(SEAL_DOMAIN, said))

    def _assembly(self) -> None:
        self._be(0)
        for one in self.chance.sample(self.goods, 6):
            rate = max(
                5, self.neighbours.rates[one.id] * self.chance.choice((80, 90, 110, 125)) // 100
            )
            self.neighbours.rates[one.id] = rate
            catalogue.set_rate(
                self.books, one.id, rate, days.current(self.books), "assembly of the new year"
            )

    def _papers_of_people(self) -> None:
        """Slips that were lost or spoiled by rain, and people say so."""
        for _ in range(self.chance.randrange(3)):
            for slip in self.neighbours.hands_in(0, self._today(), 1):
                new, _job = slips.reissue(self.books, slip.reference, "lost at home", self._mint)
                self._pocket(new)
        if self.chance.random() < 0.5:
            for slip in self.neighbours.hands_in(0, self._today(), 1):
                slips.void(self.books, slip.reference, "given back to the market")

    def _shelves(self, *, counting: bool) -> None:
        chance, shelf = self.chance, self.neighbours.shelf
        for good in self.goods:
            left = shelf.get(good.id, 0)
            if good.category in PERISHABLE and left > 0 and chance.random() < 0.6:
                step = 100 if good.unit in ("kg", "l") else UNIT
                gone = left * chance.randrange(20, 70) // 100 // step * step
                if gone:
                    stock.spoil(self.books, good.id, gone, "not taken in time")
                    shelf[good.id] = left - gone
            elif counting and good.kind == "good" and left > 0 and chance.random() < 0.05:
                counted = max(0, left + chance.choice((-2 * UNIT, -UNIT, UNIT)))
                stock.count_stock(self.books, good.id, counted)
                shelf[good.id] = counted

    def _enqueue(self, *of: Any) -> int:
        """Papers and names of the crew are on the machine where they were needed, not in others."""
        return jobs.enqueue(*of) if self.kiosk == 0 else 0

    def _papers_came_out(self) -> None:
        """As after a day: every paper was seen, and every secret wiped."""
        self.books.sql(
            "UPDATE job SET state = 'confirmed' WHERE state IN ('queued', 'sending', 'sent')"
        )
        self.books.sql(
            "UPDATE secret SET content = zeroblob(length(content)) WHERE job > ?", (self.wiped,)
        )
        self.wiped = self.books.sql("SELECT max(job) FROM secret").fetchone()[0] or 0

    # A visit

    def _visit(self, season: Season) -> None:
        exchange, handed = self._exchange(season)
        booked = ledger.book(self.books, exchange, self._new_key(), self._mint)
        if self.chance.random() < _UNDONE:
            corrections.undo(self.books)
            if self.chance.random() < _BROUGHT_BACK:
                booked = corrections.bring_back(self.books, self._new_key(), self._mint)
            else:
                self.neighbours.pockets[self.kiosk] += handed
                return
        self.neighbours.carries(exchange.lines)
        for new, _job in booked.slips:
            if new is not None:
                self._pocket(new)

    def _exchange(self, season: Season) -> tuple[Exchange, list[PocketSlip]]:
        chance, people = self.chance, self.neighbours
        does = chance.random()
        if does < 0.5:
            number = chance.choice((1, 1, 2) if len(people.pockets[0]) < 3000 else (1, 2, 2, 3))
            handed = people.hands_in(self.kiosk, self._today(), number)
            lines = people.takes(season, sum(slip.amount for slip in handed))
            if lines:
                references = tuple(slip.reference for slip in handed)
                return Exchange(tuple(lines), references), handed
            people.pockets[self.kiosk] += handed
        elif does < 0.54:
            lines = people.takes(season, 1500)
            if lines:
                return Exchange(tuple(lines), solidarity=True), []
        elif does < 0.62:
            return Exchange(tuple(people.gives_time(season))), []
        lines = people.brings(season)
        if chance.random() < 0.2:
            brought = {line.good for line in lines}
            lines += [one for one in people.takes(season, 200) if one.good not in brought]
        return Exchange(tuple(lines), gift=chance.random() < 0.05, solidarity=True), []

    def _pocket(self, new: NewSlip) -> None:
        if self.chance.random() >= _LOST:
            slip = PocketSlip(new.reference, new.amount, new.expires)
            self.neighbours.pockets[self.kiosk].append(slip)

    def _today(self) -> int:
        return days_since_epoch(self.now.date())

    def _new_key(self) -> str:
        return f"{self.books.now():012x}-{self.chance.getrandbits(64):016x}"

    def _mint(self, amount: int, expires: int) -> NewSlip:
        """A slip whose paper nobody will hold: to sign each would take longer than to book it."""
        draw = self.chance.randbytes
        return NewSlip(draw(16), draw(16), amount, self._today(), expires, draw(84))

    def _real_slips(self) -> None:
        """Slips of the open day that can be scanned."""
        till = Till(self.books.file.parent, self.books, self.key)
        brought = Exchange((Line("honey", 2000),))
        texts = []
        with self.books.transaction():
            for _ in range(_REAL_SLIPS):
                texts += [slip.text for slip in till.book(brought, self._new_key()).slips]
            self._papers_came_out()
        (self.books.file.parent / SLIPS_FILE).write_text("\n".join(texts) + "\n")


def main() -> None:
    """Make the books, or say that they are there."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.years", description=__doc__)
    parser.add_argument("--visits", type=int, default=Plan.visits)
    parser.add_argument("--kiosks", type=int, default=Plan.kiosks, choices=(1, 2, 3))
    parser.add_argument("--seed", type=int, default=Plan.seed)
    parser.add_argument("--to", type=Path, required=True, help="a folder for the books")
    asked = parser.parse_args()
    folder = years(asked.to, Plan(asked.visits, asked.kiosks, asked.seed), tell=True)
    print(f"{folder}: {(folder / FILE).stat().st_size / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
