"""Bars of weeks: as high as their share, up for in and down for out, whatever the room."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from kiosk.widgets.week_plot import GUTTER, Bars, Plot, draw, step

UP = Bars("in", (0, 100, 50, 1), "$into")
DOWN = Bars("out", (0, 25, 100, 0), "$outof")
DATES = ("2 Nov", "9 Nov", "16 Nov", "23 Nov")


def drawn(plot: Plot, width: int, height: int) -> list[str]:
    return ["".join(text for text, _style in line) for line in draw(plot, width, height)]


def test_what_came_in_stands_above_the_dates_and_what_went_out_below() -> None:
    lines = drawn(Plot(UP, DOWN, DATES, str), GUTTER + 20, 7)
    assert [line.rstrip() for line in lines] == [
        "     100      ████",
        "      in      ████ ▄▄▄▄",
        "              ████ ████ ▄▄▄▄",
        "         2 Nov     16 Nov",
        "              ████ ████",
        "     out           ████",
        "     100           ████",
    ]


def test_bars_without_a_counterpart_have_the_whole_height() -> None:
    lines = drawn(Plot(UP, None, DATES, str), GUTTER + 20, 5)
    columns = ["".join(line[GUTTER + at] for line in lines[:-1]) for at in (0, 5, 10, 15)]
    assert columns == ["    ", "████", "  ██", "   ▄"]


def test_two_sides_have_one_scale() -> None:
    lines = drawn(Plot(Bars("in", (100,), ""), Bars("out", (50,), ""), ("x",), str), 30, 9)
    assert [line[GUTTER] for line in lines] == ["█", "█", "█", "█", "x", "█", "█", " ", " "]


def test_whatever_is_more_than_nothing_is_seen_and_nothing_is_not() -> None:
    assert (step(0, 100, 4), step(-5, 100, 4), step(5, 0, 4)) == (0, 0, 0)
    assert (step(1, 10**9, 4), step(50, 100, 4), step(100, 100, 4)) == (1, 4, 8)


@given(
    st.lists(st.integers(-(10**6), 10**12), max_size=60),
    st.booleans(),
    st.integers(0, 130),
    st.integers(0, 40),
)
def test_a_plot_never_leaves_its_room(
    amounts: list[int], both: bool, width: int, height: int
) -> None:
    down = Bars("out", amounts, "") if both else None
    plot = Plot(Bars("in", amounts, ""), down, ["28 Nov"] * len(amounts), str)
    lines = drawn(plot, width, height)
    assert len(lines) <= height
    assert all(cell_len(line) <= max(width, 0) for line in lines)
