"""A draft: lines in their order, the same good counted together, each slip once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.catalogue import Good
from db.errors import SlipTwice
from db.weighing import Line
from kiosk.running.draft import Draft, DraftLine
from kiosk.verdicts import Verdict

TOMATOES = Good("tomatoes", 1, "produce", "good", "kg", 200, {"en": "tomatoes"})
HONEY = Good("honey", 2, "staples", "good", "jar", 400, {"en": "honey"})
CARE = Good("childcare", 3, "care", "service", "h", 400, {"en": "child care"})


def line(good: Good, quantity: int, taken: bool = False) -> DraftLine:
    return DraftLine(good, quantity, taken, "as it was typed")


def slip(number: int, amount: int = 500) -> Verdict:
    return Verdict("good", None, bytes([number] * 16), amount)


def draft(*items: DraftLine | Verdict) -> Draft:
    """A draft to which these were added one after the other."""
    made = Draft("key")
    for item in items:
        if isinstance(item, DraftLine):
            made.add_line(item)
        else:
            made.add_slip(item)
    return made


def test_a_new_draft_is_empty() -> None:
    assert (draft().empty, draft().size) == (True, 0)
    assert draft().exchange().lines == ()


def test_the_same_good_in_the_same_direction_is_one_line() -> None:
    typed = draft(line(TOMATOES, 3000), line(HONEY, 1000), line(TOMATOES, 500))
    assert [(one.good.id, one.quantity) for one in typed.items] == [
        ("tomatoes", 3500),
        ("honey", 1000),
    ]


def test_what_is_brought_and_what_is_taken_of_a_good_stay_apart() -> None:
    typed = draft(line(HONEY, 2000), line(HONEY, 1000, taken=True))
    assert typed.exchange().lines == (Line("honey", 2000), Line("honey", 1000, taken=True))


def test_a_slip_is_part_of_a_draft_once() -> None:
    typed = draft(slip(1))
    with pytest.raises(SlipTwice):
        typed.add_slip(slip(1))
    typed.add_slip(slip(2))
    assert typed.exchange().slips == (bytes([1] * 16), bytes([2] * 16))


def test_a_slip_that_was_taken_out_may_come_again() -> None:
    typed = draft(slip(1), line(HONEY, 1000, taken=True))
    assert typed.remove(0) == slip(1)
    typed.add_slip(slip(1))
    assert typed.size == 2


def test_taking_a_line_out_asks_anew_whether_solidarity_is_wanted() -> None:
    typed = draft(line(HONEY, 1000, taken=True), line(TOMATOES, 1000))
    typed.solidarity = True
    typed.remove(0)
    assert not typed.solidarity


def test_a_draft_weighs_lines_work_and_slips() -> None:
    typed = draft(line(TOMATOES, 1500), line(CARE, 2000), line(HONEY, 1000, taken=True), slip(1))
    sums = typed.weighing(1)
    assert (sums.brought, sums.work, sums.taken, sums.redeemed) == (300, 800, 400, 500)
    assert (sums.issued, sums.short) == (1200, 0)


def test_what_is_short_is_covered_only_where_that_was_wished() -> None:
    typed = draft(line(HONEY, 1000, taken=True))
    assert (typed.weighing(1).short, typed.weighing(1).solidarity) == (400, 0)
    typed.solidarity = True
    assert (typed.weighing(1).short, typed.weighing(1).solidarity) == (0, 400)
    assert typed.exchange().solidarity


GOODS = st.sampled_from([TOMATOES, HONEY, CARE])
LINES = st.builds(line, GOODS, st.integers(1, 10_000_000), st.booleans())


@given(st.lists(LINES, max_size=12))
def test_nothing_that_was_typed_is_lost_or_doubled(typed: list[DraftLine]) -> None:
    sums: dict[tuple[str, bool], int] = {}
    for one in typed:
        key = (one.good.id, one.taken)
        sums[key] = sums.get(key, 0) + one.quantity
    booked = draft(*typed).exchange().lines
    assert {(one.good, one.taken): one.quantity for one in booked} == sums
    assert len(booked) == len(sums)
