"""The keys that a filter lets through, told without reading or looked for part by part."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import pytest

from db import days, stock
from db.selection import Keys, LedgerFilter, LedgerSearch, ledger_keys
from tests.db.table import Table
from tests.db.tampering import tamper

FILTERS = (
    LedgerFilter(),
    LedgerFilter(day=0),
    LedgerFilter(day=1),
    LedgerFilter(day=2),
    LedgerFilter(day=3),
    LedgerFilter(visit=2),
    LedgerFilter(day=2, visit=1),
    LedgerFilter(goods=["honey"]),
    LedgerFilter(goods=["honey"], directions=["taken"]),
    LedgerFilter(directions=["brought", "work"]),
    LedgerFilter(day=0, goods=["honey"]),
    LedgerFilter(goods=[]),
)


@pytest.fixture
def two_days(table: Table) -> Table:
    """Two days, and decisions before, between and after them."""
    table.visit("3 tomatoes")
    table.visit("-1 honey", "2 childcare")
    table.close()
    table.decide(slip_days=30)
    days.open_day(table.books)
    table.visit("2 honey")
    table.visit("-1 honey", "-1 tomatoes", solidarity=True)
    stock.spoil(table.books, "tomatoes", 500, "mould")
    table.close()
    table.decide()
    return table


def kinds(table: Table, keys: Sequence[int]) -> list[str]:
    query = "SELECT kind FROM entry WHERE id = ?"
    return [table.books.sql(query, (key,)).fetchone()[0] for key in keys]


@pytest.mark.parametrize("part", [1, 2, 3, 1000])
@pytest.mark.parametrize("chosen", FILTERS)
def test_part_by_part_from_the_newest_back_is_the_same_as_at_once(
    two_days: Table, chosen: LedgerFilter, part: int
) -> None:
    search = LedgerSearch(two_days.books, chosen)
    found: list[int] = []
    while not search.done:
        found = [*search.more(part), *found]
    assert found == list(ledger_keys(two_days.books, chosen)) == sorted(found)


@pytest.mark.parametrize("part", [1, 2, 3, 1000])
def test_a_part_is_so_many_entries(
    two_days: Table, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    every = len(ledger_keys(two_days.books))
    monkeypatch.setattr("db.selection.PART", part)
    for asked in (part, None):
        search, times = LedgerSearch(two_days.books, LedgerFilter(goods=["honey"])), 0
        while not search.done:
            search.more(asked)
            times += 1
        assert times == -(-every // part)
    nothing = LedgerSearch(two_days.books, LedgerFilter(goods=["honey"]))
    assert list(nothing.more(0)) == []
    assert not nothing.done


@pytest.mark.parametrize(
    ("chosen", "inside"),
    [
        (LedgerFilter(), False),
        (LedgerFilter(day=1), False),
        (LedgerFilter(visit=2), True),
        (LedgerFilter(goods=[]), True),
        (LedgerFilter(directions=["taken"]), True),
        (LedgerFilter(reference=bytes(16)), True),
    ],
)
def test_only_what_stands_in_an_entry_is_looked_for_inside(
    chosen: LedgerFilter, inside: bool
) -> None:
    assert chosen.looks_inside == inside


def test_what_is_asked_for_must_be_true_of_an_entry_all_at_once(two_days: Table) -> None:
    chosen = LedgerFilter(day=2, visit=1, goods=["tomatoes"])
    assert list(ledger_keys(two_days.books, chosen)) == []
    keys = ledger_keys(two_days.books, LedgerFilter(day=2, visit=2, goods=["tomatoes"]))
    assert kinds(two_days, keys) == ["visit"]


def test_a_day_that_never_was_has_no_entries(two_days: Table) -> None:
    assert list(ledger_keys(two_days.books, LedgerFilter(day=9))) == []


def test_the_journals_of_two_kiosks_are_listed_without_what_lies_between(two_days: Table) -> None:
    own = list(ledger_keys(two_days.books))
    tamper(
        two_days.books,
        "INSERT INTO entry SELECT id + (5 << 32), '0000', seq, recorded_at, day, kind, body, "
        "prev_hash, hash FROM entry WHERE seq < 4",
    )
    assert list(ledger_keys(two_days.books)) == own + [key + (5 << 32) for key in own[:3]]


def test_a_day_has_its_entries_from_opening_to_seal(two_days: Table) -> None:
    books = two_days.books
    for number in (1, 2):
        every = books.sql("SELECT id FROM entry WHERE day = ? ORDER BY id", (number,)).fetchall()
        keys = ledger_keys(books, LedgerFilter(day=number))
        assert list(keys) == [key for (key,) in every]
        assert kinds(two_days, keys)[0] == "open"
        assert kinds(two_days, keys)[-1] == "seal"


def test_a_day_that_is_open_has_all_its_entries_so_far(two_days: Table) -> None:
    days.open_day(two_days.books)
    two_days.visit("1 honey")
    assert kinds(two_days, ledger_keys(two_days.books, LedgerFilter(day=3))) == ["open", "visit"]


def test_what_was_decided_between_days_is_of_none(two_days: Table) -> None:
    keys = ledger_keys(two_days.books, LedgerFilter(day=0))
    assert kinds(two_days, keys) == ["found", "goods", "rules", "rules"]


def test_a_slip_is_looked_up_where_it_was_issued_and_ended(two_days: Table) -> None:
    slip = two_days.mint.made[0]
    for chosen, number in (
        (LedgerFilter(reference=slip.reference), 1),
        (LedgerFilter(reference=slip.reference, day=1), 1),
        (LedgerFilter(reference=slip.reference, day=2), 0),
        (LedgerFilter(reference=slip.reference, goods=["honey"]), 0),
    ):
        assert len(ledger_keys(two_days.books, chosen)) == number


def test_keys_in_spans_are_a_sequence_like_any_other() -> None:
    spans = [range(3, 6), range(10, 11), range(20, 24)]
    keys, flat = Keys(spans), [key for span in spans for key in span]
    assert list(keys) == flat
    assert [keys[-1], keys[0], keys[2:5], keys[-3:]] == [flat[-1], flat[0], flat[2:5], flat[-3:]]
    assert array("q", keys) == array("q", flat)
    assert keys == Keys(list(spans))
    assert keys != Keys(spans[:2])
    with pytest.raises(IndexError):
        keys[len(flat)]
    assert (len(Keys([])), list(Keys([]))) == (0, [])
