"""The books as a whole: whatever people do at the table, in whatever order, the sums hold.

The machine knows nothing of how the books are kept. It keeps its own list of the slips in people's
pockets, and adds up the journal again in the plainest way.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from db import audit, catalogue, chain, corrections, days, journal, ledger, reports, slips, stock
from db.errors import Refused
from db.slips import NewSlip
from db.weighing import Exchange, Line
from tests.db.table import GOODS, Table, copied_table, found_table

IDS = [one.id for one in GOODS]
STORED = [one.id for one in GOODS if one.kind == "good"]
SERVICES = {one.id for one in GOODS if one.kind == "service"}

goods = st.sampled_from(IDS)
stored = st.sampled_from(STORED)
quantities = st.integers(1, 9000)
lines = st.lists(st.builds(Line, goods, quantities, st.booleans()), max_size=3)
choices = st.integers(0, 50)


@cache
def _pattern() -> Path:
    folder = Path(mkdtemp(prefix="pattern-"))
    found_table(folder).books.close()
    return folder


@pytest.fixture(scope="module", autouse=True)
def _tidy() -> Any:
    yield
    shutil.rmtree(_pattern())
    _pattern.cache_clear()


class MarketDays(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(prefix="books-")
        self.table: Table = copied_table(_pattern(), Path(self.folder.name))
        self.books = self.table.books
        self.open = True
        days.open_day(self.books)
        self.keys = 0
        self.out: dict[bytes, int] = {}
        self.visits: list[tuple[Exchange, tuple[bytes, ...]]] = []
        self.undone: list[Exchange] = []

    def teardown(self) -> None:
        try:
            assert audit.verify(self.books) == []
            self.each_slip_ends_once()
        finally:
            self.books.close()
            self.folder.cleanup()

    def each_slip_ends_once(self) -> None:
        out: set[str] = set()
        for kind, body in self.entries():
            ended = [reference for reference, _ in body.get("slips_in", ())]
            ended += body.get("slips_void", ())
            ended += [body["slip"]] if kind in ("void", "reissue") else []
            assert len(set(ended)) == len(ended)
            assert set(ended) <= out
            out -= set(ended)
            revived = set(body.get("slips_good", ()))
            assert not revived & out
            issued = [new["reference"] for new in body.get("slips_out", ())]
            issued += [body["new"]["reference"]] if kind == "reissue" else []
            issued += [body["paper"]["reference"]] if kind == "paper" else []
            assert not set(issued) & out
            out |= revived | set(issued)
        assert out == {reference.hex() for reference in self.out}

    def entries(self) -> list[tuple[str, Any]]:
        rows = self.books.sql("SELECT kind, body FROM entry ORDER BY id")
        return [(kind, json.loads(raw)) for kind, raw in rows]

    def key(self) -> str:
        self.keys += 1
        return f"key {self.keys}"

    def some_slip(self, choice: int) -> bytes | None:
        return list(self.out)[choice % len(self.out)] if self.out else None

    def made(self, booked: ledger.Booked) -> dict[bytes, int]:
        return {one.reference: one.amount for one, _ in booked.slips if isinstance(one, NewSlip)}

    # The market day

    @precondition(lambda self: not self.open)
    @rule(rate=st.none() | st.integers(0, 2000))
    def open_day(self, rate: int | None) -> None:
        if rate is not None:
            catalogue.set_rate(self.books, "tomatoes", rate, 0, "assembly between days")
        self.table.clock.forward(days=7)
        days.open_day(self.books, [("table", "Ana")])
        self.open, self.visits, self.undone = True, [], []

    @precondition(lambda self: self.open and len(self.visits) > 2)
    @rule(counted=st.none() | st.integers(0, 5))
    def close_day(self, counted: int | None) -> None:
        self.table.close(counted)
        self.open = False

    # Visits

    @precondition(lambda self: self.open)
    @rule(good=goods, quantity=quantities)
    def bring(self, good: str, quantity: int) -> None:
        self.book(Exchange((Line(good, quantity),)))

    @precondition(lambda self: self.open)
    @rule(good=goods, quantity=quantities)
    def take_without_slips(self, good: str, quantity: int) -> None:
        self.book(Exchange((Line(good, quantity, taken=True),), solidarity=True))

    @precondition(lambda self: self.open and self.out)
    @rule(good=goods, quantity=st.integers(1, 2000), choice=choices, gift=st.booleans())
    def spend(self, good: str, quantity: int, choice: int, gift: bool) -> None:
        slip = self.some_slip(choice)
        assert slip is not None
        self.book(Exchange((Line(good, quantity, taken=True),), (slip,), gift=gift))

    @precondition(lambda self: self.open)
    @rule(
        typed=lines,
        chosen=st.lists(choices, max_size=3),
        solidarity=st.booleans(),
        gift=st.booleans(),
    )
    def visit(self, typed: list[Line], chosen: list[int], solidarity: bool, gift: bool) -> None:
        handed = dict.fromkeys(filter(None, map(self.some_slip, chosen)))
        self.book(Exchange(tuple(typed), tuple(handed), solidarity, gift))

    def book(self, exchange: Exchange) -> None:
        key, before = self.key(), journal.head(self.books)
        try:
            booked = ledger.book(self.books, exchange, key, self.table.mint)
        except Refused:
            assert journal.head(self.books) == before
            return
        assert ledger.book(self.books, exchange, key, self.table.mint).repeated
        for reference in exchange.slips:
            del self.out[reference]
        new = self.made(booked)
        self.out.update(new)
        self.visits.append((exchange, tuple(new)))

    @precondition(lambda self: self.open)
    @rule()
    def undo(self) -> None:
        worth = {one.reference: one.amount for one in self.table.mint.made}
        try:
            corrections.undo(self.books)
        except Refused:
            assert not self.visits or not set(self.visits[-1][1]) <= self.out.keys()
            return
        exchange, issued = self.visits.pop()
        for reference in issued:
            del self.out[reference]
        self.out.update({reference: worth[reference] for reference in exchange.slips})
        self.undone.append(exchange)

    @precondition(lambda self: self.open)
    @rule()
    def bring_back(self) -> None:
        try:
            booked = corrections.bring_back(self.books, self.key(), self.table.mint)
        except Refused:
            return
        exchange = self.undone.pop()
        for reference in exchange.slips:
            del self.out[reference]
        new = self.made(booked)
        self.out.update(new)
        self.visits.append((exchange, tuple(new)))

    # A steward

    @precondition(lambda self: self.open and self.out)
    @rule(choice=choices)
    def void(self, choice: int) -> None:
        reference = self.some_slip(choice)
        assert reference is not None
        assert slips.void(self.books, reference, "puddle") == self.out.pop(reference)

    @precondition(lambda self: self.open and self.out)
    @rule(choice=choices)
    def reissue(self, choice: int) -> None:
        reference = self.some_slip(choice)
        assert reference is not None
        new, _ = slips.reissue(self.books, reference, "torn", self.table.mint)
        assert new.amount == self.out.pop(reference)
        self.out[new.reference] = new.amount

    @precondition(lambda self: self.open)
    @rule(amount=st.integers(1, 2000))
    def honour(self, amount: int) -> None:
        self.out[self.table.honoured(amount).reference] = amount

    @precondition(lambda self: self.open)
    @rule(good=stored, quantity=quantities)
    def spoil(self, good: str, quantity: int) -> None:
        stock.spoil(self.books, good, quantity, "mould")

    @precondition(lambda self: self.open)
    @rule(good=stored, counted=st.integers(0, 9000))
    def count(self, good: str, counted: int) -> None:
        stock.count_stock(self.books, good, counted)
        assert reports.stock(self.books).get(good, 0) == counted

    @precondition(lambda self: self.open)
    @rule(
        good=goods,
        rate=st.integers(0, 2000),
        step=st.sampled_from([1, 10, 50, 100]),
        expiry=st.sampled_from([0, 0, 7, 30]),
        limit=st.sampled_from([None, None, 500, 3000]),
    )
    def decide(self, good: str, rate: int, step: int, expiry: int, limit: int | None) -> None:
        catalogue.set_rate(self.books, good, rate, days.current(self.books), "assembly")
        self.table.decide(
            slip_step=step, slip_days=expiry, solidarity_visit=limit, solidarity_day=limit
        )

    # What holds after every step

    @invariant()
    def every_entry_balances(self) -> None:
        unbalanced = self.books.sql(
            "SELECT entry FROM posting GROUP BY entry HAVING sum(credits) <> 0"
        )
        assert unbalanced.fetchall() == []

    @invariant()
    def balances_are_the_sums_of_postings(self) -> None:
        sums = self.books.sql("SELECT account, sum(credits) FROM posting GROUP BY account")
        assert days.balances(self.books) == dict(sums.fetchall())

    @invariant()
    def outstanding_is_what_is_in_peoples_pockets(self) -> None:
        assert self.table.balance("slips:outstanding") == -sum(self.out.values())
        kept = self.books.sql("SELECT reference, amount FROM slip WHERE state = 'issued'")
        assert dict(kept.fetchall()) == self.out

    @invariant()
    def the_chain_verifies(self) -> None:
        assert list(chain.verify_chain(self.books)) == []

    @invariant()
    def stock_is_the_sum_of_what_moved(self) -> None:
        moved: Counter[str] = Counter()
        for _, body in self.entries():
            for good, _, quantity, _, _ in body.get("lines", ()):
                if good not in SERVICES:
                    moved[good] += quantity
        assert reports.stock(self.books) == moved

    @invariant()
    def totals_are_the_sums_of_the_visits_that_stand(self) -> None:
        for day in days.all_days(self.books):
            chosen = reports.LedgerFilter(day=day.number)
            keys = reports.ledger_keys(self.books, chosen)
            rows = reports.ledger_rows(self.books, keys)
            visits = [row for row in rows if row.kind == "visit" and not row.undone]
            moved: Counter[str] = Counter()
            for row in visits:
                for line in row.moved:
                    moved[line.direction] += line.credits
            assert day.visits == len(visits)
            assert day.numbered == sum(row.kind == "visit" for row in rows)
            assert day.brought == moved["brought"]
            assert day.work == moved["work"]
            assert day.taken == -moved["taken"] - moved["received"]
            assert day.slips_in == sum(len(row.slips_in) for row in visits)
            assert day.slips_out == sum(len(row.slips_out) for row in visits)
            assert day.redeemed == sum(sum(row.slips_in) for row in visits)
            assert day.issued == sum(sum(row.slips_out) for row in visits)
            posted = self.posted(day.number)
            assert day.solidarity == posted["solidarity"]
            assert day.rounding == posted["rounding"]
            assert day.spoilage == posted["spoilage"]
            assert day.gifts + day.voided == -posted["gifts"]

    def posted(self, day: int) -> Counter[str]:
        sums = self.books.sql(
            "SELECT account, sum(credits) FROM posting JOIN entry ON entry.id = posting.entry "
            "WHERE entry.day = ? GROUP BY account",
            (day,),
        )
        return Counter(dict(sums.fetchall()))


MarketDays.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestMarketDays = MarketDays.TestCase
