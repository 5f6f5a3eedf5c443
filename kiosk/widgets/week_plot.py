"""Figures of weeks as upright bars: what came in above the weeks' dates, what went out below them.

Drawn in whole and half blocks, which a Linux console has; up and down say the direction, so that no
colour is needed for it. What the figures mean is left to who shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.widget import Widget

from kiosk.widgets.columns import cells, fit

GUTTER = 9
"""Cells at the left of the bars: the scale, and what the bars are."""

_GAP = 2
"""Cells between two dates, at least."""

Line = tuple[str, str]
"""Safe text, and its style."""


@dataclass(frozen=True, slots=True)
class Bars:
    """One figure a week: `amounts`, what it is called, its style. What is below zero has no bar."""

    name: str
    amounts: Sequence[int]
    style: str


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn: bars upwards, and downwards where there are any, to one scale. `dates` name
    the weeks; `scale` says an amount in words."""

    up: Bars
    down: Bars | None
    dates: Sequence[str]
    scale: Callable[[int], str]


def draw(plot: Plot, width: int, height: int) -> list[list[Line]]:
    """The lines of a plot, `width` cells wide: each as parts with their styles."""
    rows = height - 1 if plot.down is None else (height - 1) // 2
    slot = (width - GUTTER) // max(1, len(plot.dates))
    if rows < 1 or slot < 1:
        return []
    sides = [plot.up] if plot.down is None else [plot.up, plot.down]
    most = max((amount for side in sides for amount in side.amounts), default=0)
    steps = [[step(amount, most, rows) for amount in side.amounts] for side in sides]
    scale = plot.scale(most) if most > 0 else ""
    lines = _side(plot.up, _upward(steps[0], rows, slot), scale)
    lines.append([(" " * GUTTER, ""), (_dates(plot.dates, slot), "$quiet")])
    if plot.down is not None:
        lines += _side(plot.down, _downward(steps[1], rows, slot), scale, below=True)
    return lines


def step(amount: int, most: int, rows: int) -> int:
    """How many half cells an amount is high where `most` fills `rows` cells: whatever is more than
    nothing is seen."""
    if amount <= 0 or most <= 0:
        return 0
    full = 2 * rows
    return max(1, min(full, (2 * amount * full + most) // (2 * most)))


def _upward(steps: Sequence[int], rows: int, slot: int) -> list[str]:
    return [
        "".join(_bar(one - 2 * (rows - row - 1), "▄", slot) for one in steps) for row in range(rows)
    ]


def _downward(steps: Sequence[int], rows: int, slot: int) -> list[str]:
    return ["".join(_bar(one - 2 * row, "▀", slot) for one in steps) for row in range(rows)]


def _bar(left: int, half: str, slot: int) -> str:
    """A week's bar in one line, where `left` half cells of it are left from this line on."""
    wide = max(1, slot - 1)
    block = "█" if left >= 2 else half if left == 1 else " "
    return block * wide + " " * (slot - wide)


def _side(bars: Bars, drawn: list[str], scale: str, *, below: bool = False) -> list[list[Line]]:
    """The lines of one direction, with the scale at the bars' far end and their name beside it."""
    labels = [scale, bars.name] if len(drawn) > 1 else [bars.name]
    labels += [""] * (len(drawn) - len(labels))
    if below:
        labels.reverse()
    lines = []
    for label, row in zip(labels, drawn, strict=True):
        shown = fit(label, GUTTER - 1) if cells(label) > GUTTER - 1 else label
        gutter = " " * (GUTTER - 1 - cells(shown)) + shown + " "
        lines.append([(gutter, bars.style if label == bars.name else "$quiet"), (row, bars.style)])
    return lines


def _dates(dates: Sequence[str], slot: int) -> str:
    """The dates below the weeks' bars, as many as there is room for; the last one that fits is
    whole."""
    line = ""
    for place, name in enumerate(dates):
        start = place * slot
        if start >= cells(line) + (_GAP if line else 0) and start + cells(name) <= slot * len(
            dates
        ):
            line += " " * (start - cells(line)) + name
    return line


class WeekPlot(Widget):
    """A plot that fills its room."""

    DEFAULT_CSS = """
    WeekPlot { height: 7; margin: 0 0 1 0; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._plot: Plot | None = None

    def show(self, plot: Plot) -> None:
        """Show this plot."""
        self._plot = plot
        self.refresh()

    def render(self) -> Content:
        if self._plot is None:
            return Content("")
        drawn = draw(self._plot, self.size.width, self.size.height)
        return Content("\n").join(Content.assemble(*line) for line in drawn)
