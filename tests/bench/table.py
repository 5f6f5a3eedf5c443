"""Rows of the table of ratios: how two things are measured in turns, and how the result is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

Measure = Callable[[], float]
"""One round of one side: seconds, or anything else that is compared."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a run may cost: rounds of each side, and records in the large set of books. `years`
    is a folder in which made-up years are kept from run to run; None makes them anew."""

    rounds: int
    records: int
    quick: bool = False
    years: Path | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `least` and `aim` are bounds of the ratio, from below where `more` is
    better, else from above; None where nothing was promised. `ours` and `theirs` are shown as they
    are."""

    what: str
    ours: str
    theirs: str
    ratio: float
    least: float | None = None
    aim: float | None = None
    more: bool = False

    def reaches(self, bound: float | None) -> bool:
        """Whether the ratio is on the good side of a bound."""
        if bound is None:
            return True
        return self.ratio >= bound if self.more else self.ratio <= bound

    def verdict(self) -> str:
        """`aim`, `ok` or `MISSED`; empty where nothing was promised."""
        if self.least is None and self.aim is None:
            return ""
        if self.aim is not None and self.reaches(self.aim):
            return "aim"
        return "ok" if self.reaches(self.least) else "MISSED"


def in_turns(rounds: int, *sides: Measure) -> list[float]:
    """The median of each side, measured one after the other, `rounds` times; the order turns round
    each time, so that neither side always runs on what the other left behind."""
    measured: list[list[float]] = [[] for _ in sides]
    for number in range(rounds):
        order = list(enumerate(sides))
        for place, side in order if number % 2 == 0 else reversed(order):
            measured[place].append(side())
    return [median(values) for values in measured]


def milliseconds(seconds: float) -> str:
    """`0.0123` → `12.3 ms`."""
    return f"{1000 * seconds:,.1f} ms"


def microseconds(seconds: float) -> str:
    """`0.0000123` → `12.3 µs`."""
    return f"{1_000_000 * seconds:,.1f} µs"


def per_second(rate: float) -> str:
    """`1234.5` → `1,234/s`."""
    return f"{rate:,.0f}/s"


HEADINGS = ("what", "ours", "theirs", "ratio", "at least", "aim", "reached")


def lines(rows: list[Row]) -> Iterator[str]:
    """The table as Markdown, which reads as well in a terminal."""
    shown = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(cells[place]) for cells in shown) for place in range(len(HEADINGS))]
    for number, cells in enumerate(shown):
        padded = [cells[0].ljust(widths[0])]
        padded += [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
        yield f"| {' | '.join(padded)} |"
        if number == 0:
            rules = [f"-{'-' * widths[0]}-", *(f"-{'-' * width}:" for width in widths[1:])]
            yield f"|{'|'.join(rules)}|"


def _cells(row: Row) -> tuple[str, ...]:
    sign = "≥" if row.more else "≤"
    bounds = ["" if bound is None else f"{sign} {bound:.2g}" for bound in (row.least, row.aim)]
    return (row.what, row.ours, row.theirs, f"{row.ratio:.3g}", *bounds, row.verdict())
