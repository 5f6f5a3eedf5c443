"""What the ledger, the day and the stock look like, filtered and in pages."""

from __future__ import annotations

from datetime import datetime

import pytest

from db import catalogue, corrections, days, keys, reports, slips, stock
from db.errors import UnknownVisit
from db.reports import Decided, GoodTotal, LedgerFilter, LedgerRow, Moved, Outstanding
from tests.db.table import Table, refused


def kinds(table: Table, **chosen: object) -> list[str]:
    keys = reports.ledger_keys(table.books, LedgerFilter(**chosen))  # type: ignore[arg-type]
    return [
        f"{row.kind} {row.visit or ''}".strip() for row in reports.ledger_rows(table.books, keys)
    ]


@pytest.fixture
def two_days(table: Table) -> Table:
    slip = table.handed_out("3 tomatoes")
    table.visit("-1 honey", "2 childcare", slips=[slip])
    table.close()
    days.open_day(table.books)
    table.visit("-1 honey", solidarity=True)
    table.visit("1 honey", gift=True)
    corrections.undo(table.books)
    stock.spoil(table.books, "tomatoes", 500, "mould")
    return table


def test_the_ledger_is_everything_in_order(two_days: Table) -> None:
    assert kinds(two_days) == [
        "found",
        "goods",
        "open",
        "visit 1",
        "visit 2",
        "seal",
        "open",
        "visit 1",
        "visit 2",
        "reversal 2",
        "spoilage",
    ]
    assert reports.ledger_keys(two_days.books) == reports.ledger_keys(
        two_days.books, LedgerFilter()
    )


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        ({"day": 1}, ["open", "visit 1", "visit 2", "seal"]),
        ({"day": 0}, ["found", "goods"]),
        ({"day": 9}, []),
        ({"visit": 2}, ["visit 2", "visit 2"]),
        ({"day": 2, "visit": 2}, ["visit 2"]),
        ({"goods": ["tomatoes"]}, ["visit 1", "spoilage"]),
        ({"goods": ["honey"], "directions": ["taken"]}, ["visit 2", "visit 1"]),
        ({"goods": ["tomatoes", "childcare"]}, ["visit 1", "visit 2", "spoilage"]),
        ({"goods": []}, []),
        ({"directions": ["spoiled"]}, ["spoilage"]),
        ({"day": 2, "goods": ["honey"]}, ["visit 1", "visit 2", "reversal 2"]),
    ],
)
def test_filters_let_through_what_they_name(
    two_days: Table, chosen: dict[str, object], wanted: list[str]
) -> None:
    assert kinds(two_days, **chosen) == wanted


def test_a_slip_leads_to_where_it_was_issued_and_ended(two_days: Table) -> None:
    first, second = two_days.mint.made[:2]
    assert kinds(two_days, reference=first.reference) == ["visit 1", "visit 2"]
    assert kinds(two_days, reference=second.reference) == ["visit 2"]
    assert kinds(two_days, reference=bytes(16)) == []


def test_a_row_says_what_happened(two_days: Table) -> None:
    at = datetime.fromtimestamp(two_days.clock().timestamp())
    row = reports.visit(two_days.books, 1, 2)
    assert row == LedgerRow(
        row.key, 5, "visit", 1, at, 2, False,
        (
            Moved("honey", "taken", -1000, 400, -400),
            Moved("childcare", "work", 2000, 400, 800),
        ),
        (600,), (1000,), 0, 0, 0, "",
    )  # fmt: skip
    solidarity, gift = (reports.visit(two_days.books, 2, number) for number in (1, 2))
    assert (solidarity.solidarity, solidarity.gift, solidarity.undone) == (400, 0, False)
    assert (gift.solidarity, gift.gift, gift.undone) == (0, 400, True)


def test_what_is_no_visit_says_neither_gift_nor_solidarity(two_days: Table) -> None:
    keys.hand_over(two_days.books, bytes(range(1, 33)), "the laptop was stolen")
    keys.hand_over(
        two_days.books, bytes(range(2, 34)), "and again", last_good=two_days.books.today()
    )
    rows = reports.ledger_rows(two_days.books, reports.ledger_keys(two_days.books)[-4:])
    assert [(row.kind, row.solidarity, row.gift, row.honoured) for row in rows] == [
        ("reversal", 0, 0, 0), ("spoilage", 0, 0, 0), ("key", 0, 0, 0), ("key", 0, 0, 0),
    ]  # fmt: skip
    assert [row.last_good for row in rows] == [None, None, None, two_days.books.today()]


def test_a_reissue_shows_its_new_slip(two_days: Table) -> None:
    reference = two_days.mint.made[1].reference
    slips.reissue(two_days.books, reference, "torn", two_days.mint)
    (row,) = reports.ledger_rows(two_days.books, reports.ledger_keys(two_days.books)[-1:])
    assert (row.kind, row.slips_out, row.words) == ("reissue", (1000,), "torn")


def test_a_visit_that_never_was_is_unknown(two_days: Table) -> None:
    for day, number in ((1, 3), (3, 1), (0, 1)):
        with refused(two_days.books, UnknownVisit, visit=f"{day}/{number}"):
            reports.visit(two_days.books, day, number)


def test_five_thousand_entries_come_in_pages_and_in_order(table: Table) -> None:
    with table.books.transaction():
        for number in range(5000):
            table.visit("-1 leaflets", key=f"{number}")
    keys = reports.ledger_keys(table.books, LedgerFilter(directions=["taken"]))
    assert len(keys) == 5000
    assert list(keys) == sorted(keys)
    seen = []
    for start in range(0, 5000, 50):
        page = reports.ledger_rows(table.books, keys[start : start + 50])
        assert [row.key for row in page] == list(keys[start : start + 50])
        seen += [row.visit for row in page]
    assert seen == list(range(1, 5001))


def test_a_page_keeps_the_order_asked_for_and_leaves_out_what_is_not_there(two_days: Table) -> None:
    keys = reports.ledger_keys(two_days.books)
    rows = reports.ledger_rows(two_days.books, [keys[3], 1, keys[2]])
    assert [row.key for row in rows] == [keys[3], keys[2]]
    assert reports.ledger_rows(two_days.books, []) == []


# Sums


def test_the_goods_of_a_day(two_days: Table) -> None:
    assert reports.goods_of_day(two_days.books, 1) == [
        GoodTotal("childcare", 2000, 800, 0, 0, 0, 0),
        GoodTotal("tomatoes", 3000, 600, 0, 0, 0, 0),
        GoodTotal("honey", 0, 0, 1000, 400, 0, 0),
    ]


def test_undone_visits_cancel_out(two_days: Table) -> None:
    assert reports.goods_of_day(two_days.books, 2) == [
        GoodTotal("honey", 0, 0, 1000, 400, 0, 0),
        GoodTotal("tomatoes", 0, 0, 0, 0, 500, 0),
    ]


def test_hours_had_and_counts_are_in_the_goods_of_a_day(table: Table) -> None:
    table.visit("-1 childcare", solidarity=True)
    stock.count_stock(table.books, "honey", 3000)
    stock.count_stock(table.books, "honey", 1000)
    assert reports.goods_of_day(table.books, 1) == [
        GoodTotal("childcare", 0, 0, 1000, 400, 0, 0),
        GoodTotal("honey", 0, 0, 0, 0, 0, 1000),
    ]


def test_a_day_without_movements_has_no_goods(two_days: Table) -> None:
    assert reports.goods_of_day(two_days.books, 3) == []
    two_days.close()
    days.open_day(two_days.books)
    assert reports.goods_of_day(two_days.books, 3) == []


def test_what_happens_between_days_belongs_to_none(two_days: Table) -> None:
    two_days.close()
    before = reports.goods_of_day(two_days.books, 2)
    catalogue.set_rate(two_days.books, "honey", 500, 0, "assembly")
    assert reports.goods_of_day(two_days.books, 2) == before


def test_slips_that_are_out_are_counted(two_days: Table) -> None:
    assert reports.outstanding(two_days.books) == Outstanding(1, 1000)
    two_days.visit(slips=[two_days.mint.made[1]], gift=True)
    assert reports.outstanding(two_days.books) == Outstanding(0, 0)


def test_decisions_come_newest_first(two_days: Table) -> None:
    at = datetime.fromtimestamp(two_days.clock().timestamp())
    two_days.decide(slip_days=7)
    catalogue.set_rate(two_days.books, "honey", 500, 2, "less honey")
    assert reports.decisions(two_days.books) == [
        Decided(at, "rate", "less honey"),
        Decided(at, "rules", "decided by the assembly"),
        Decided(at, "goods", "goods of the first day"),
    ]
    assert len(reports.decisions(two_days.books, limit=1)) == 1


def test_a_visit_is_known_by_its_key_though_it_was_undone(table: Table) -> None:
    table.visit("3 tomatoes", key="mine")
    corrections.undo(table.books)
    assert reports.is_booked(table.books, "mine")
    assert not reports.is_booked(table.books, "another")


def test_before_the_first_day_no_slip_is_out(founded: Table) -> None:
    assert reports.outstanding(founded.books) == Outstanding(0, 0)
