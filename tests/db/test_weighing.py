"""What an exchange comes to: every case of the sum, and postings that balance whatever is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.amounts import MAX_AMOUNT, MAX_QUANTITY
from db.catalogue import Good
from db.market import SLIP_STEPS
from db.weighing import Exchange, Line, Weighing, movement, totals_of, weigh
from tests.db.table import GOODS, typed

KNOWN = {one.id: one for one in GOODS}


def weighed(
    *lines: str,
    slips: tuple[int, ...] = (),
    solidarity: bool = False,
    gift: bool = False,
    slip_step: int = 1,
) -> Weighing:
    priced = [(KNOWN[typed(line).good], typed(line)) for line in lines]
    return weigh(priced, slips, solidarity=solidarity, gift=gift, slip_step=slip_step)


def test_what_was_brought_is_handed_out_as_a_slip() -> None:
    sums = weighed("3 tomatoes")
    assert (sums.brought, sums.issued, sums.short) == (600, 600, 0)
    assert sums.postings() == [["goods", 600], ["slips:outstanding", -600]]


def test_nothing_is_asked_for_unless_it_is_said() -> None:
    assert not Line("honey", 1000).taken
    assert Exchange() == Exchange((), (), solidarity=False, gift=False)
    assert weigh([(KNOWN["honey"], Line("honey", 1000, taken=True))], ()).short == 400


def test_hours_given_are_work_and_not_goods() -> None:
    sums = weighed("2 childcare")
    assert (sums.work, sums.brought, sums.issued) == (800, 0, 800)
    assert sums.postings() == [["work", 800], ["slips:outstanding", -800]]


def test_hours_had_are_taken() -> None:
    sums = weighed("-1 childcare", slips=(500,))
    assert (sums.taken, sums.work, sums.issued) == (400, 0, 100)


def test_brought_six_took_four_slips_five_hands_out_seven() -> None:
    sums = weighed("3 tomatoes", "-1 honey", slips=(500,))
    assert (sums.brought, sums.taken, sums.redeemed, sums.issued) == (600, 400, 500, 700)
    assert sums.postings() == [["goods", 200], ["slips:outstanding", -200]]


def test_an_even_exchange_needs_no_slip() -> None:
    sums = weighed("2 tomatoes", "-1 honey")
    assert (sums.issued, sums.short) == (0, 0)
    assert sums.postings() == []


def test_what_is_missing_is_short() -> None:
    sums = weighed("-1 honey", slips=(100,))
    assert (sums.short, sums.solidarity, sums.issued) == (300, 0, 0)


def test_solidarity_covers_what_is_short_and_no_more() -> None:
    sums = weighed("-1 honey", slips=(100,), solidarity=True)
    assert (sums.short, sums.solidarity, sums.issued) == (0, 300, 0)
    assert sums.postings() == [["goods", -400], ["slips:outstanding", 100], ["solidarity", 300]]


def test_solidarity_that_nobody_needs_changes_nothing() -> None:
    assert weighed("3 tomatoes", solidarity=True) == weighed("3 tomatoes")


def test_a_gift_asks_for_no_slip() -> None:
    sums = weighed("3 tomatoes", gift=True)
    assert (sums.gift, sums.issued, sums.paid_back) == (600, 0, 0)
    assert sums.postings() == [["goods", 600], ["gifts", -600]]


def test_hours_are_given_with_goods() -> None:
    sums = weighed("1 tomatoes", "1 childcare", gift=True)
    assert (sums.gift, sums.issued, sums.paid_back) == (600, 0, 0)
    even = weighed("2 tomatoes", "-1 honey", gift=True)
    assert (even.gift, even.issued, even.paid_back, even.short) == (0, 0, 0, 0)


def test_a_slip_given_back_pays_back_solidarity() -> None:
    sums = weighed(slips=(500,), gift=True)
    assert (sums.gift, sums.paid_back, sums.issued) == (0, 500, 0)
    assert sums.postings() == [["slips:outstanding", 500], ["solidarity", -500]]


def test_a_gift_beyond_what_was_brought_pays_back_the_rest() -> None:
    sums = weighed("1 tomatoes", slips=(500,), gift=True)
    assert (sums.gift, sums.paid_back) == (200, 500)


def test_a_gift_that_is_less_than_what_was_taken_is_still_short() -> None:
    assert weighed("1 tomatoes", "-1 honey", gift=True).short == 200


@pytest.mark.parametrize(
    ("lines", "step", "issued", "rounding"),
    [
        (("1 lemons",), 50, 50, 25),
        (("3 lemons",), 50, 100, 25),
        (("2 lemons",), 50, 50, 0),
        (("1 lemons",), 100, 0, -25),
        (("2 lemons",), 100, 100, 50),
        (("0.999 lemons",), 10, 30, 5),
        (("0.4 lemons",), 50, 0, -10),
    ],
)
def test_slips_are_rounded_to_the_step(
    lines: tuple[str, ...], step: int, issued: int, rounding: int
) -> None:
    sums = weighed(*lines, slip_step=step)
    assert (sums.issued, sums.rounding) == (issued, rounding)
    assert dict(map(tuple, sums.postings())).get("rounding", 0) == rounding


def test_movements_are_signed_as_they_change_the_account() -> None:
    tomatoes, childcare = KNOWN["tomatoes"], KNOWN["childcare"]
    assert movement(tomatoes, typed("3 tomatoes")) == ["tomatoes", "brought", 3000, 200, 600]
    assert movement(tomatoes, typed("-3 tomatoes")) == ["tomatoes", "taken", -3000, 200, -600]
    assert movement(childcare, typed("1 childcare")) == ["childcare", "work", 1000, 400, 400]
    assert movement(childcare, typed("-1 childcare")) == ["childcare", "received", -1000, 400, -400]


goods = st.builds(
    lambda kind, rate: Good("any", 1, "care", kind, "h", rate, {"en": "any"}),
    st.sampled_from(["good", "service"]),
    st.integers(0, MAX_AMOUNT),
)
lines = st.lists(
    st.tuples(goods, st.builds(Line, st.just("any"), st.integers(1, MAX_QUANTITY), st.booleans())),
    max_size=6,
)


@given(
    lines,
    st.lists(st.integers(1, MAX_AMOUNT), max_size=3),
    st.booleans(),
    st.booleans(),
    st.sampled_from(SLIP_STEPS),
)
def test_every_exchange_that_may_be_booked_balances(
    priced: list[tuple[Good, Line]], slips: list[int], solidarity: bool, gift: bool, step: int
) -> None:
    sums = weigh(priced, slips, solidarity=solidarity, gift=gift, slip_step=step)
    assert (sums.short > 0) == (sum(credits for _, credits in sums.postings()) != 0)
    assert not (sums.short and (sums.issued or sums.gift or sums.paid_back or solidarity))
    assert not (gift and sums.issued)
    assert abs(sums.rounding) < step
    assert sums.issued % step == 0
    assert all(credits for _, credits in sums.postings())
    moved = sum(movement(good, line)[4] for good, line in priced)
    assert moved == sums.brought + sums.work - sums.taken
    totals = totals_of(sums, len(slips), 1)
    assert totals["visits"] == 1
    assert all(totals.values())


def test_without_a_step_a_slip_is_exact_to_the_hundredth() -> None:
    line = typed("1 lemons")
    assert weigh([(KNOWN[line.good], line)], ()).issued == 25
