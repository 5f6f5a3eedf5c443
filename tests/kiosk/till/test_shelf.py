"""Goods at the table: found by what people type, worth what was decided, counted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.amounts import UNIT
from db.catalogue import Good
from db.errors import (
    GoodExists,
    MissingDecision,
    UnknownGood,
    WrongUnit,
)
from db.weighing import Line
from kiosk.till import Till
from tests.kiosk.tills import (
    GOODS,
    booked,
    handed_out,
    sound,
)


@pytest.mark.parametrize(
    ("phrase", "language", "line"),
    [
        ("3 kg tomatoes", "en", Line("tomatoes", 3 * UNIT)),
        ("250 g tomates", "es", Line("tomatoes", 250)),
        ("-1 honey", "en", Line("honey", UNIT, taken=True)),
        ("1/2 child care", "en", Line("childcare", 500)),
        ("honey", "es", Line("honey", UNIT)),
    ],
)
def test_words_become_a_line(till: Till, phrase: str, language: str, line: Line) -> None:
    assert till.line(phrase, language, taken=False) == line
    assert till.line(phrase, language, taken=True) == line._replace(taken=True)


def test_words_that_are_no_line_are_refused(till: Till) -> None:
    for phrase, error in (("3 kg diamonds", UnknownGood), ("3 kg honey", WrongUnit)):
        with pytest.raises(error):
            till.line(phrase, "en", taken=False)


def test_a_new_good_is_found_at_once(till: Till) -> None:
    with pytest.raises(UnknownGood):
        till.line("3 quinces", "en", taken=False)
    till.add_good(Good("quinces", 0, "produce", "good", "kg", 150, {"en": "quinces"}), "new")
    assert till.line("3 quinces", "en", taken=False) == Line("quinces", 3 * UNIT)
    with pytest.raises(GoodExists):
        till.add_good(GOODS[0], "once more")
    till.import_goods([replace(till.goods()[-1], retired=True)], "out of season")
    with pytest.raises(UnknownGood):
        till.line("3 quinces", "en", taken=False)
    with pytest.raises(GoodExists):
        till.add_good(Good("quinces", 0, "produce", "good", "kg", 150, {"en": "q"}), "again")


def test_a_rate_counts_from_its_decision_on(till: Till) -> None:
    first = handed_out(till)
    till.set_rate("tomatoes", 300, "decided by the assembly")
    assert (first.amount, handed_out(till).amount) == (600, 900)
    with pytest.raises(MissingDecision):
        till.set_rate("tomatoes", 100, " ")
    assert sound(till)


def test_what_rotted_and_what_was_counted_is_booked(till: Till) -> None:
    booked(till, "3 tomatoes")
    till.spoil("tomatoes", 500, "rotten")
    assert till.count_stock("tomatoes", 2000) == -500
    assert till.count_stock("tomatoes", 2000) == 0
    assert sound(till)
