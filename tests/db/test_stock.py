"""Stock is the sum of what moved: visits, what spoiled, and the differences that counts found."""

from __future__ import annotations

import pytest

from db import audit, catalogue, journal, reports, stock
from db.errors import AbsurdQuantity, DayNotOpen, UnknownGood, ZeroQuantity
from db.stock import MAX_STOCK, NotStored
from db.words import UnfitWords
from tests.db.table import Table, refused


def test_what_spoils_leaves_the_stock_at_its_worth(table: Table) -> None:
    table.visit("3 tomatoes")
    stock.spoil(table.books, "tomatoes", 500, "mould")
    assert reports.stock(table.books) == {"tomatoes": 2500}
    assert table.balance("spoilage") == 100
    assert table.balance("goods") == 500
    assert table.day().spoilage == 100
    row = reports.ledger_rows(table.books, reports.ledger_keys(table.books))[-1]
    assert (row.kind, row.words) == ("spoilage", "mould")
    assert audit.verify(table.books) == []


def test_a_count_books_what_is_missing(table: Table) -> None:
    table.visit("3 tomatoes")
    assert stock.count_stock(table.books, "tomatoes", 2000) == -1000
    assert reports.stock(table.books) == {"tomatoes": 2000}
    assert (table.balance("spoilage"), table.day().spoilage) == (200, 200)


def test_a_count_books_what_was_found_as_a_gift(table: Table) -> None:
    assert stock.count_stock(table.books, "honey", 2000) == 2000
    assert reports.stock(table.books) == {"honey": 2000}
    assert (table.balance("gifts"), table.day().gifts) == (-800, 800)
    assert stock.count_stock(table.books, "honey", 0) == -2000


def test_a_count_says_in_which_direction_it_differs(table: Table) -> None:
    catalogue.set_rate(table.books, "honey", 100_000, 1, "a thousandth of it is worth a credit")
    stock.count_stock(table.books, "honey", 1)
    assert (table.balance("gifts"), table.balance("spoilage")) == (-100, 0)
    stock.count_stock(table.books, "honey", 0)
    assert (table.balance("gifts"), table.balance("spoilage")) == (-100, 100)
    rows = reports.ledger_rows(table.books, reports.ledger_keys(table.books)[-2:])
    assert [(row.kind, row.moved[0].direction, row.words) for row in rows] == [
        ("count", "found", ""),
        ("count", "missing", ""),
    ]


def test_as_much_as_a_market_holds_may_be_counted(table: Table) -> None:
    assert stock.count_stock(table.books, "leaflets", MAX_STOCK) == MAX_STOCK


def test_a_count_that_fits_makes_no_entry(table: Table) -> None:
    table.visit("3 tomatoes")
    before = journal.head(table.books)
    assert stock.count_stock(table.books, "tomatoes", 3000) == 0
    assert stock.count_stock(table.books, "honey", 0) == 0
    assert journal.head(table.books) == before


def test_a_count_mends_a_stock_below_zero(table: Table) -> None:
    table.visit("-1 honey", solidarity=True)
    assert stock.count_stock(table.books, "honey", 0) == 1000


def test_what_is_free_moves_without_postings(table: Table) -> None:
    assert stock.count_stock(table.books, "leaflets", 50_000) == 50_000
    stock.spoil(table.books, "leaflets", 1000, "")
    assert reports.stock(table.books) == {"leaflets": 49_000}
    assert table.balance("goods") == 0
    assert audit.verify(table.books) == []


def test_what_spoils_is_booked_at_the_rate_of_today(table: Table) -> None:
    table.visit("1 honey")
    catalogue.set_rate(table.books, "honey", 300, 1, "enough honey")
    stock.spoil(table.books, "honey", 1000, "dropped")
    assert table.balance("spoilage") == 300


@pytest.mark.parametrize("quantity", [0, -1])
def test_nothing_does_not_spoil(table: Table, quantity: int) -> None:
    with refused(table.books, ZeroQuantity):
        stock.spoil(table.books, "honey", quantity, "")


def test_more_than_a_market_holds_does_not_spoil(table: Table) -> None:
    stock.spoil(table.books, "leaflets", MAX_STOCK, "")
    with refused(table.books, AbsurdQuantity, limit="100000"):
        stock.spoil(table.books, "leaflets", MAX_STOCK + 1, "")


@pytest.mark.parametrize("counted", [-1, MAX_STOCK + 1])
def test_absurd_counts_are_refused(table: Table, counted: int) -> None:
    with refused(table.books, AbsurdQuantity):
        stock.count_stock(table.books, "honey", counted)


def test_unknown_goods_are_refused(table: Table) -> None:
    with refused(table.books, UnknownGood):
        stock.spoil(table.books, "gold", 1, "")
    with refused(table.books, UnknownGood):
        stock.count_stock(table.books, "gold", 1)


def test_hours_are_neither_counted_nor_spoiled(table: Table) -> None:
    with refused(table.books, NotStored, good="childcare"):
        stock.spoil(table.books, "childcare", 1000, "overslept")
    with refused(table.books, NotStored, good="childcare"):
        stock.count_stock(table.books, "childcare", 1000)


def test_hours_given_and_had_are_not_stock(table: Table) -> None:
    table.visit("2 childcare")
    table.visit("-1 childcare", solidarity=True)
    assert reports.stock(table.books) == {}


def test_reasons_have_an_end(table: Table) -> None:
    with refused(table.books, UnfitWords, setting="a reason"):
        stock.spoil(table.books, "honey", 1000, "x" * 1001)


def test_stock_moves_while_a_day_is_open(table: Table) -> None:
    table.close()
    with refused(table.books, DayNotOpen):
        stock.spoil(table.books, "honey", 1000, "")
    with refused(table.books, DayNotOpen):
        stock.count_stock(table.books, "honey", 1000)
