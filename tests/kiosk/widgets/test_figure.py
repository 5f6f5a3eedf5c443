"""Large figures: each digit its own shape, three lines high, in signs that a Linux console has."""

from __future__ import annotations

from kiosk.widgets.figure import MOST_CELLS, Figure, large


def test_figures_are_told_apart_by_shape() -> None:
    assert len({tuple(large(digit)) for digit in "0123456789.-"}) == 12


def test_a_figure_is_three_lines_of_half_blocks() -> None:
    for text in ("0", "7", "12.5", "167772.15", "-3", ""):
        lines = large(text)
        assert len(lines) == 3
        assert set("".join(lines)) <= set("█▀▄ ")


def test_digits_stand_beside_each_other_and_do_not_touch() -> None:
    for text in ("88", "1.5", "04"):
        first, second = large(text[0]), large(text[1:])
        for whole, left, right in zip(large(text), first, second, strict=True):
            assert whole.startswith(left)
            assert whole.endswith(right)
            between = whole[len(left) : len(whole) - len(right)] if right else " "
            assert between.strip() == ""
    assert large("8")[0] + " " + large("8")[0] == large("88")[0]


def test_an_amount_that_is_too_wide_is_shown_plainly() -> None:
    figure = Figure(id="amount")
    for text in ("9", "99999", "1234.5", "123456", "167772.15"):
        figure.show(text)
        shown = str(figure.content)
        assert max(map(len, shown.splitlines())) <= MOST_CELLS
        assert shown in ("\n".join(large(text)), text)
    assert shown == "167772.15"


def test_what_has_no_picture_is_left_out() -> None:
    assert large("1a2") == large("12")
