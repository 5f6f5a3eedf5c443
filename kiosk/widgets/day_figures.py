"""A day in figures: its visits, then its credits, in a line, in two, or one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from db.amounts import format_credits
from kiosk.messages import _
from kiosk.wording import visits

if TYPE_CHECKING:
    from db.days import Day

_BETWEEN = "   "


def day_figures(day: Day, width: int, title: str = "") -> Content:
    """In one line where that fits into `width` cells, else in two lines with columns. `title` is
    safe text that stands before the visits."""
    figures = _figures(day)
    line = Content(_BETWEEN).join(_figure(*one) for one in figures)
    if line.cell_length > width:
        brought, taken, out, into, solidarity = figures
        columns = ((brought, taken), (out, into), (solidarity,))
        grid = [_column(column) for column in columns]
        upper = Content(_BETWEEN).join(column[0] for column in grid)
        lower = Content(_BETWEEN).join(column[1] for column in grid if len(column) > 1)
        line = Content("\n").join((upper, lower))
    return Content("\n").join((_headline(day, title), line))


def day_list(day: Day, title: str = "") -> Content:
    """The same, each figure on a line of its own."""
    return Content("\n").join((_headline(day, title), Content(""), *_column(_figures(day), 7)))


def _headline(day: Day, title: str) -> Content:
    said = _("{visits}, in credits:").format(visits=visits(day.visits))
    return Content.assemble((f"{title}{_BETWEEN}" if title else "", "bold"), said)


def _figures(day: Day) -> tuple[tuple[str, str, str], ...]:
    """Label, figure and look of what a day comes to."""
    return (
        (_("brought"), format_credits(day.brought + day.work), "bold $into"),
        (_("taken"), format_credits(day.taken), "bold $outof"),
        (_("slips out"), format_credits(day.issued), "bold"),
        (_("slips in"), format_credits(day.redeemed), "bold"),
        (_("solidarity"), format_credits(day.solidarity), "bold"),
    )


def _figure(label: str, figure: str, look: str) -> Content:
    return Content.assemble((f"{label} ", "$quiet"), (figure, look))


def _column(figures: tuple[tuple[str, str, str], ...], least: int = 0) -> list[Content]:
    """Labels and figures below each other, the figures at least `least` cells wide."""
    labels = max(len(label) for label, _figure, _look in figures)
    wide = max(least, *(len(figure) for _label, figure, _look in figures))
    return [
        _figure(label.ljust(labels), figure.rjust(wide), look) for label, figure, look in figures
    ]
