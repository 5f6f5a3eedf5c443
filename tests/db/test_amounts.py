"""Credits and quantities: exact, in integers, and the same after a round trip."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.amounts import (
    MAX_AMOUNT,
    MAX_QUANTITY,
    checked_amount,
    format_credits,
    format_quantity,
    parse_credits,
    parse_fraction,
    parse_quantity,
    round_half_up,
    round_to_step,
    worth,
)
from db.errors import AbsurdQuantity, AmountOutOfRange, BadAmount, BadQuantity, ZeroQuantity


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", Fraction(3)),
        (" 3 ", Fraction(3)),
        ("1.5", Fraction(3, 2)),
        ("1,5", Fraction(3, 2)),
        ("1/2", Fraction(1, 2)),
        ("007", Fraction(7)),
        ("1,234", Fraction(1234, 1000)),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: Fraction) -> None:
    assert parse_fraction(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "x", "1.2.3", "1/0", "-1", "+1", "1e3", ".5", "5.", "1/2/3", "٣", "³", "1 2", "1\n2"],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(BadQuantity):
        parse_fraction(text)
    with pytest.raises(BadAmount):
        parse_credits(text)


def test_grams_of_a_good_in_kilograms() -> None:
    assert parse_quantity("250", Fraction(1, 1000)) == 250


def test_a_third_is_rounded_to_the_nearest_thousandth() -> None:
    assert parse_quantity("1/3") == 333
    assert parse_quantity("2/3") == 667


def test_nothing_at_all_is_refused() -> None:
    for text in ("0", "0.0004", "0/5"):
        with pytest.raises(ZeroQuantity):
            parse_quantity(text)


def test_the_largest_quantity_is_taken_and_the_next_is_not() -> None:
    assert parse_quantity("10000") == MAX_QUANTITY
    with pytest.raises(AbsurdQuantity) as refused:
        parse_quantity("10000.001")
    assert refused.value.facts["limit"] == "10000"


def test_credits_have_at_most_two_decimals() -> None:
    assert parse_credits("0,25") == 25
    assert parse_credits("1/4") == 25
    for text in ("0.125", "1/3"):
        with pytest.raises(BadAmount):
            parse_credits(text)


def test_a_slip_holds_what_three_bytes_hold() -> None:
    assert parse_credits("167772.15") == MAX_AMOUNT
    assert checked_amount(0) == 0
    for hundredths in (-1, MAX_AMOUNT + 1):
        with pytest.raises(AmountOutOfRange):
            checked_amount(hundredths)
    with pytest.raises(AmountOutOfRange):
        parse_credits("167772.16")


@given(st.integers(0, MAX_AMOUNT))
def test_credits_come_back_from_their_words(hundredths: int) -> None:
    assert parse_credits(format_credits(hundredths)) == hundredths


@given(st.integers(1, MAX_QUANTITY))
def test_quantities_come_back_from_their_words(thousandths: int) -> None:
    assert parse_quantity(format_quantity(thousandths)) == thousandths


@pytest.mark.parametrize(
    ("hundredths", "words"), [(700, "7"), (150, "1.5"), (-25, "-0.25"), (0, "0"), (10000, "100")]
)
def test_amounts_are_written_without_trailing_zeros(hundredths: int, words: str) -> None:
    assert format_credits(hundredths) == words


@given(st.integers(0, MAX_QUANTITY), st.integers(0, MAX_AMOUNT))
def test_worth_is_the_nearest_hundredth_half_up(quantity: int, rate: int) -> None:
    assert worth(quantity, rate) == round_half_up(Fraction(quantity * rate, 1000))


@given(st.fractions(min_value=0, max_value=10**9))
def test_half_is_rounded_up(value: Fraction) -> None:
    rounded = round_half_up(value)
    assert rounded - Fraction(1, 2) <= value < rounded + Fraction(1, 2)


@given(st.integers(0, MAX_AMOUNT), st.sampled_from([1, 5, 10, 25, 50, 100]))
def test_the_step_is_met_by_the_nearest_multiple(hundredths: int, step: int) -> None:
    rounded = round_to_step(hundredths, step)
    assert rounded % step == 0
    assert -step <= 2 * (hundredths - rounded) < step


def test_step_of_one_changes_nothing() -> None:
    assert round_to_step(123, 1) == 123
