"""A day in figures: none is torn from its label, however large they are."""

from __future__ import annotations

from datetime import date

import pytest

from db.days import Day
from kiosk import messages
from kiosk.screens.day import CARD_WIDTH, FIGURES_WIDTH
from kiosk.widgets.day_figures import day_figures, day_list

LABELS = ("brought", "taken", "slips out", "slips in", "solidarity")


def day(amount: int) -> Day:
    """A day whose totals are all `amount` hundredths."""
    totals = ("brought", "taken", "work", "redeemed", "issued", "solidarity")
    zero = ("gifts", "rounding", "spoilage", "voided", "undone", "slips_in", "slips_out")
    return Day(
        number=14, date=date(2026, 11, 28), sealed=False, counted=None, crew=(),
        visits=27, **dict.fromkeys(totals, amount), **dict.fromkeys(zero, 0),
    )  # fmt: skip


def said(word: str, amount: str) -> str:
    return f"{messages._(word)} {amount}"


@pytest.mark.parametrize("language", messages.LANGUAGES)
@pytest.mark.parametrize("width", [CARD_WIDTH, FIGURES_WIDTH])
@pytest.mark.parametrize("amount", [0, 900, 123_456, 1_234_567])
def test_figures_fit_and_stay_with_their_labels(language: str, width: int, amount: int) -> None:
    with messages.speaking(language):
        shown = str(day_figures(day(amount), width))
        lines = shown.splitlines()
        assert messages._("{visits}, in credits:").split("}")[1] in lines[0]
        assert all(len(line) <= width for line in lines)
        assert len(lines) in (2, 3)
        words = " ".join(shown.split())
        for label in LABELS:
            assert said(label, "") in words
    labels = [line.split() for line in str(day_list(day(amount))).splitlines()[2:]]
    assert len(labels) == len(LABELS)


def test_a_quiet_day_is_one_line_of_figures() -> None:
    assert str(day_figures(day(900), FIGURES_WIDTH, "Today")).splitlines() == [
        "Today   27 visits, in credits:",
        "brought 18   taken 9   slips out 9   slips in 9   solidarity 9",
    ]


def test_large_figures_stand_in_columns() -> None:
    assert str(day_figures(day(1_234_567), CARD_WIDTH)).splitlines() == [
        "27 visits, in credits:",
        "brought 24691.34   slips out 12345.67   solidarity 12345.67",
        "taken   12345.67   slips in  12345.67",
    ]
