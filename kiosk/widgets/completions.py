"""The goods that the words on the entry line can mean, best first; the marked one is what Enter takes."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from db.catalogue import Good
from kiosk.widgets.columns import cells, fit
from kiosk.wording import credits, good_name, unit

MOST = 5
_MARK, _GAP, _UNIT, _RATE = 2, 3, 9, 12
"""Widths of what stands before and behind a name."""


class Completions(Static):
    """At most MOST goods with unit and rate."""

    DEFAULT_CSS = """
    Completions { height: auto; max-height: 6; border-bottom: solid $line; text-wrap: nowrap;
                  text-overflow: ellipsis; }
    """

    at: reactive[int] = reactive(0)

    class Taken(Message):
        """The marked good was clicked."""

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self.goods: list[Good] = []
        self.display = False

    def show(self, goods: Sequence[Good], *, marked: str | None = None) -> None:
        """Show these goods; the one with the id `marked` is marked, else the first one."""
        self.goods = list(goods[:MOST])
        self.at = next((at for at, one in enumerate(self.goods) if one.id == marked), 0)
        self.display = bool(self.goods)
        self.refresh(layout=True)

    @property
    def marked(self) -> Good | None:
        """The good that Enter takes."""
        return self.goods[self.at] if self.goods else None

    def move(self, by: int) -> None:
        """Mark the next or the previous one, round the end."""
        if self.goods:
            self.at = (self.at + by) % len(self.goods)

    def render(self) -> Content:
        room = self.content_size.width - _MARK - _GAP - _UNIT - _RATE
        longest = max((cells(good_name(one)) for one in self.goods), default=0)
        width = max(8, min(longest, room))
        lines = []
        for number, one in enumerate(self.goods):
            marked = number == self.at
            lines.append(
                Content.assemble(
                    ("> " if marked else "  ", "bold $accent"),
                    (fit(good_name(one), width) + " " * _GAP, "bold" if marked else ""),
                    (fit(unit(one.unit), _UNIT), "$quiet"),
                    (credits(one.rate), "$quiet"),
                )
            )
        return Content("\n").join(lines)

    def on_click(self, event: events.Click) -> None:
        if 0 <= event.y < len(self.goods):
            self.at = event.y
            self.post_message(self.Taken())
