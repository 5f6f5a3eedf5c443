"""Booking a visit: once, whole, at the rates and within the limits that the assembly decided."""

from __future__ import annotations

import threading
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

import pytest

from db import audit, catalogue, corrections, days, journal, ledger, reports, slips
from db.amounts import MAX_AMOUNT, MAX_QUANTITY
from db.errors import (
    AbsurdQuantity,
    AmountOutOfRange,
    BadSetting,
    BooksUnwritable,
    DayNotOpen,
    EmptyVisit,
    KeyUsedDifferently,
    ShortOfCredits,
    SlipExpired,
    SlipSpent,
    SlipTwice,
    SolidarityDayLimit,
    SolidarityVisitLimit,
    UnknownGood,
    UnknownSlip,
    ZeroQuantity,
)
from db.ledger import KeyOfUndone
from db.slips import NewSlip
from db.weighing import Exchange, Line
from db.words import UnfitWords
from tests.db.table import Table, exchanged, refused, second_table


def test_a_visit_hands_out_what_is_due(table: Table) -> None:
    booked = table.visit("3 tomatoes", "2 childcare", "-1 honey")
    ((slip, job),) = booked.slips
    assert slip is not None and slip.amount == 1000
    assert (booked.day, booked.visit, booked.slips_in, booked.repeated) == (1, 1, 0, False)
    assert days.balances(table.books) == {"goods": 200, "work": 800, "slips:outstanding": -1000}
    assert reports.stock(table.books) == {"tomatoes": 3000, "honey": -1000}
    assert slips.slip(table.books, slip.reference) is not None
    assert job == 1


def test_visits_of_a_day_are_numbered_from_one(table: Table) -> None:
    assert [table.visit("1 tomatoes").visit for _ in range(3)] == [1, 2, 3]


def test_a_slip_is_redeemed_and_its_change_handed_out(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    booked = table.visit("-1 honey", slips=[slip])
    ((change, _),) = booked.slips
    assert change is not None and change.amount == 200
    assert booked.slips_in == 1
    assert table.balance("slips:outstanding") == -200


def test_a_slip_is_redeemed_once(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    table.visit("-1 honey", slips=[slip])
    with refused(table.books, SlipSpent, visit=2):
        table.visit("-1 honey", slips=[slip])


def test_small_slips_become_a_large_one(table: Table) -> None:
    several = [table.handed_out("1 tomatoes") for _ in range(3)]
    ((slip, _),) = table.visit(slips=several).slips
    assert slip is not None and slip.amount == 600


def test_leaflets_are_free(table: Table) -> None:
    booked = table.visit("-10 leaflets")
    assert booked.slips == ()
    assert table.balance("goods") == 0
    assert reports.stock(table.books)["leaflets"] == -10_000


# Refusals, each of which leaves everything as it was


def test_before_a_day_nothing_is_booked(founded: Table) -> None:
    with refused(founded.books, DayNotOpen):
        founded.visit("3 tomatoes")


def test_an_empty_visit_is_refused(table: Table) -> None:
    with refused(table.books, EmptyVisit):
        table.visit(solidarity=True)


def test_an_unknown_good_is_refused(table: Table) -> None:
    with refused(table.books, UnknownGood, text="gold"):
        table.visit("3 tomatoes", "1 gold")


def test_a_retired_good_is_refused(table: Table) -> None:
    honey = catalogue.good(table.books, "honey")
    catalogue.save_goods(table.books, [replace(honey, retired=True)], 1, "no more honey")
    with refused(table.books, UnknownGood, text="honey"):
        table.visit("1 honey")


def test_a_visit_after_the_seal_of_a_day_waits_for_the_next_one(table: Table) -> None:
    table.close()
    with refused(table.books, DayNotOpen):
        table.visit("3 tomatoes")


@pytest.mark.parametrize("quantity", [1, MAX_QUANTITY])
def test_the_least_and_the_greatest_quantity_are_booked(table: Table, quantity: int) -> None:
    line = Line("leaflets", quantity)
    ledger.book(table.books, Exchange((line,)), "key", table.mint)
    assert reports.stock(table.books) == {"leaflets": quantity}


@pytest.mark.parametrize("quantity", [0, -1])
def test_no_quantity_is_refused(table: Table, quantity: int) -> None:
    with refused(table.books, ZeroQuantity):
        ledger.book(table.books, Exchange((Line("honey", quantity),)), "key", table.mint)


def test_an_absurd_quantity_is_refused(table: Table) -> None:
    line = Line("leaflets", MAX_QUANTITY + 1)
    with refused(table.books, AbsurdQuantity, text="10000.001", limit="10000"):
        ledger.book(table.books, Exchange((line,)), "key", table.mint)


def test_an_absurd_number_of_lines_is_refused(table: Table) -> None:
    assert table.visit(*["1 leaflets"] * ledger.MAX_LINES).visit == 1
    with refused(table.books, AbsurdQuantity, text=101, limit=100):
        table.visit(*["1 leaflets"] * (ledger.MAX_LINES + 1))


def test_a_visit_that_is_short_is_refused(table: Table) -> None:
    slip = table.handed_out("1 tomatoes")
    with refused(table.books, ShortOfCredits, short="2"):
        table.visit("-1 honey", slips=[slip])


def test_a_slip_counts_once_in_a_visit(table: Table) -> None:
    slip = table.handed_out("1 tomatoes")
    with refused(table.books, SlipTwice):
        table.visit("-1 honey", slips=[slip, slip])


def test_a_slip_that_the_books_do_not_hold_is_refused(table: Table) -> None:
    with refused(table.books, UnknownSlip):
        table.visit("-1 honey", slips=[sha256(b"elsewhere").digest()[:16]])


def test_an_expired_slip_is_refused_the_day_after(table: Table) -> None:
    table.decide(slip_days=7)
    slip = table.handed_out("1 tomatoes")
    other = table.handed_out("1 tomatoes")
    table.clock.forward(days=7)
    table.visit(slips=[other])
    table.clock.forward(days=1)
    with refused(table.books, SlipExpired, expires="2026-12-05"):
        table.visit("-1 lemons", slips=[slip])


def test_the_largest_slip_is_handed_out_and_no_larger_one(table: Table) -> None:
    catalogue.set_rate(table.books, "honey", MAX_AMOUNT, 1, "gold rush")
    assert table.handed_out("1 honey").amount == MAX_AMOUNT
    with refused(table.books, AmountOutOfRange, amount="335544.3", limit="167772.15"):
        table.visit("2 honey")


def test_rounding_can_not_lift_a_slip_above_its_range(table: Table) -> None:
    table.decide(slip_step=100)
    catalogue.set_rate(table.books, "honey", MAX_AMOUNT, 1, "gold rush")
    assert table.handed_out("1 honey").amount == MAX_AMOUNT // 100 * 100
    with refused(table.books, AmountOutOfRange):
        table.visit("1.001 honey")


def test_a_mint_that_fails_books_nothing(table: Table) -> None:
    def locked(amount: int, expires: int) -> NewSlip:
        raise BadSetting(text="key", setting="mint", why="locked")

    with refused(table.books, BadSetting):
        ledger.book(table.books, exchanged("3 tomatoes"), "key", locked)


@pytest.mark.parametrize("key", ["", "  ", "x" * 121, "\udcff"])
def test_a_key_that_is_none_is_refused(table: Table, key: str) -> None:
    with refused(table.books, UnfitWords, setting="the key of a visit"):
        ledger.book(table.books, exchanged("3 tomatoes"), key, table.mint)


# Once


def test_the_same_key_again_books_nothing(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    first = table.visit("-1 honey", slips=[slip], key="once")
    seq = journal.head(table.books)
    again = table.visit("-1 honey", slips=[slip], key="once")
    assert journal.head(table.books) == seq
    assert again.repeated
    assert (again.day, again.visit, again.entry) == (first.day, first.visit, first.entry)
    assert (again.weighing, again.slips_in) == (first.weighing, first.slips_in)
    assert again.slips == ((None, first.slips[0][1]),)


@pytest.mark.parametrize(
    ("lines", "solidarity", "gift"),
    [
        (("1 tomatoes",), True, False),
        (("1 tomatoes",), False, True),
        (("1 tomatoes", "-1 honey"), True, False),
        (("1.5 tomatoes", "-1 lemons"), False, True),
    ],
)
def test_what_was_booked_comes_back_whatever_it_was(
    table: Table, lines: tuple[str, ...], solidarity: bool, gift: bool
) -> None:
    slip = table.handed_out("1 lemons")
    table.decide(slip_step=50)
    first = table.visit(*lines, slips=[slip], solidarity=solidarity, gift=gift, key="once")
    again = table.visit(*lines, slips=[slip], solidarity=solidarity, gift=gift, key="once")
    assert again.repeated
    assert again.weighing == first.weighing


def test_the_same_key_may_be_asked_after_the_day(table: Table) -> None:
    table.visit("3 tomatoes", key="once")
    table.close()
    assert table.visit("3 tomatoes", key="once").repeated


def test_spaces_around_a_key_do_not_make_another(table: Table) -> None:
    table.visit("3 tomatoes", key="once")
    assert table.visit("3 tomatoes", key=" once\n").repeated


@pytest.mark.parametrize(
    "other",
    [
        exchanged("3.001 tomatoes"),
        exchanged("-3 tomatoes"),
        exchanged("3 tomatoes", "1 honey"),
        exchanged("3 tomatoes", gift=True),
        exchanged("3 tomatoes", solidarity=True),
        exchanged("3 tomatoes", slips=[bytes(16)]),
    ],
)
def test_the_same_key_for_another_exchange_is_refused(table: Table, other: Exchange) -> None:
    table.visit("3 tomatoes", key="once")
    with refused(table.books, KeyUsedDifferently):
        ledger.book(table.books, other, "once", table.mint)


def test_the_key_of_an_undone_visit_says_so(table: Table) -> None:
    table.visit("3 tomatoes", key="once")
    corrections.undo(table.books)
    with refused(table.books, KeyOfUndone, visit=1):
        table.visit("3 tomatoes", key="once")


def test_two_tables_race_for_a_slip_and_exactly_one_wins(table: Table, tmp_path: Path) -> None:
    """Fifty times, two connections in two threads ask for the same slip at the same moment."""
    raced = [table.handed_out("2 tomatoes") for _ in range(50)]
    start = threading.Barrier(2)
    outcomes: dict[str, list[str]] = {"left": [], "right": []}

    def spend(name: str) -> None:
        here = second_table(tmp_path, name)
        for slip in raced:
            start.wait()
            try:
                here.visit("-1 honey", slips=[slip])
                outcomes[name].append("won")
            except Exception as error:  # what it is, is compared below
                outcomes[name].append(type(error).__name__)
        here.books.close()

    threads = [threading.Thread(target=spend, args=(name,)) for name in outcomes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pairs = [sorted(pair) for pair in zip(outcomes["left"], outcomes["right"], strict=True)]
    assert pairs == [["SlipSpent", "won"]] * 50
    assert table.day().visits == 100
    assert table.balance("slips:outstanding") == 0
    assert audit.verify(table.books) == []


# Rates and rules


def test_a_visit_keeps_the_rate_at_which_it_was_booked(table: Table) -> None:
    before = table.visit("1 honey")
    catalogue.set_rate(table.books, "honey", 700, 1, "the bees are ill")
    after = table.visit("1 honey")
    assert (before.weighing.brought, after.weighing.brought) == (400, 700)
    rates = [reports.visit(table.books, 1, number).moved[0].rate for number in (1, 2)]
    assert rates == [400, 700]
    assert table.balance("goods") == 1100


def test_slips_expire_as_the_assembly_decided(table: Table) -> None:
    assert table.handed_out("1 honey").expires == 0
    table.decide(slip_days=30)
    slip = table.handed_out("1 honey")
    assert slip.expires == slip.issued + 30


def test_solidarity_covers_up_to_its_limit_a_visit(table: Table) -> None:
    table.decide(solidarity_visit=400)
    assert table.visit("-1 honey", solidarity=True).weighing.solidarity == 400
    table.decide(solidarity_visit=399)
    with refused(table.books, SolidarityVisitLimit, limit="3.99", needed="4"):
        table.visit("-1 honey", solidarity=True)


def test_solidarity_covers_up_to_its_limit_a_day(table: Table) -> None:
    table.decide(solidarity_day=800)
    table.visit("-1 honey", solidarity=True)
    table.visit("-1 honey", solidarity=True)
    with refused(table.books, SolidarityDayLimit, limit="8", left="0", needed="0.25"):
        table.visit("-1 lemons", solidarity=True)
    table.visit("1 tomatoes", solidarity=True)
    table.close()
    days.open_day(table.books)
    assert table.visit("-2 honey", solidarity=True).weighing.solidarity == 800


def test_what_is_left_of_the_day_is_said(table: Table) -> None:
    table.decide(solidarity_day=500)
    table.visit("-1 honey", solidarity=True)
    with refused(table.books, SolidarityDayLimit, limit="5", left="1", needed="4"):
        table.visit("-1 honey", solidarity=True)
    table.decide(solidarity_day=300)
    with refused(table.books, SolidarityDayLimit, left="0"):
        table.visit("-1 honey", solidarity=True)


def test_a_limit_of_nothing_is_no_solidarity(table: Table) -> None:
    table.decide(solidarity_day=0)
    with refused(table.books, SolidarityDayLimit):
        table.visit("-1 lemons", solidarity=True)
    assert table.visit("1 lemons", solidarity=True).visit == 1


def test_what_is_paid_back_is_there_for_the_next(table: Table) -> None:
    table.decide(solidarity_day=400)
    slip = table.handed_out("1 tomatoes")
    table.visit("-1 honey", solidarity=True)
    table.visit(slips=[slip], gift=True)
    assert table.day().solidarity == 200
    assert table.visit("-0.5 honey", solidarity=True).weighing.solidarity == 200


def test_rounding_is_booked_openly(table: Table) -> None:
    table.decide(slip_step=50)
    table.visit("1 lemons")
    assert table.balance("rounding") == 25
    table.visit("0.8 lemons")
    assert table.balance("rounding") == 25 - 20
    table.decide(slip_step=100)
    assert table.visit("1 lemons").slips == ()
    assert table.balance("rounding") == 25 - 20 - 25
    assert table.day().rounding == -20


def test_the_next_visit_reads_neither_rules_nor_rates_again(table: Table) -> None:
    table.visit("1 tomatoes")
    seen: list[str] = []
    table.books.database.connection().set_trace_callback(seen.append)
    table.visit("1 tomatoes")
    table.books.database.connection().set_trace_callback(None)
    assert not [sql for sql in seen if sql.startswith("SELECT")]


def test_a_retry_needs_no_key_of_the_market(table: Table) -> None:
    """The first attempt was booked; since then the file of the key can't be read."""

    def unreadable(amount: int, expires: int) -> NoReturn:
        raise BooksUnwritable(why="the key is gone")

    exchange = exchanged("3 tomatoes")
    first = ledger.book(table.books, exchange, "the key", table.mint)
    again = ledger.book(table.books, exchange, "the key", unreadable)
    assert (again.visit, again.repeated) == (first.visit, True)
    with pytest.raises(BooksUnwritable):
        ledger.book(table.books, exchange, "another key", unreadable)
