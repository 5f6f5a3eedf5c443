"""The goods that the words on the entry line can mean, best first; the marked one is what Enter takes."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from db.catalogue import Good
from kiosk.wording import credits, good_name, unit

MOST = 5


class Completions(Static):
    """At most MOST goods with unit and rate."""

    DEFAULT_CSS = """
    Completions { height: auto; max-height: 5; border-bottom: solid $line; text-wrap: nowrap;
                  text-overflow: ellipsis; }
    """

    at: reactive[int] = reactive(0)

    class Taken(Message):
        """The marked good was clicked."""

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self.goods: list[Good] = []
        self.display = False

    def show(self, goods: Sequence[Good]) -> None:
        """Show these goods; the first one is marked, or the same one as before where the goods are
        the same: they may be shown anew between the mark and the Enter that takes it."""
        shown = list(goods[:MOST])
        if [one.id for one in shown] != [one.id for one in self.goods]:
            self.at = 0
        self.goods = shown
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
        width = max((len(good_name(one)) for one in self.goods), default=0) + 3
        lines = []
        for number, one in enumerate(self.goods):
            marked = number == self.at
            lines.append(
                Content.assemble(
                    ("> " if marked else "  ", "bold $accent"),
                    (good_name(one).ljust(width), "bold" if marked else ""),
                    (unit(one.unit).ljust(9), "$quiet"),
                    (credits(one.rate), "$quiet"),
                )
            )
        return Content("\n").join(lines)

    def on_click(self, event: events.Click) -> None:
        if 0 <= event.y < len(self.goods):
            self.at = event.y
            self.post_message(self.Taken())
