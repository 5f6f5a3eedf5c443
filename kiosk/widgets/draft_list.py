"""The lines and slips of the visit that is being typed, one below the other."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from db.amounts import format_credits, worth
from kiosk.messages import _
from kiosk.running.draft import Draft, DraftLine
from kiosk.verdicts import Verdict
from kiosk.widgets.columns import cells, fit
from kiosk.wording import good_name, quantity, short_date

_WORD, _CREDITS = 6, 8
"""Widths of the columns; the name takes what these and the quantities leave."""

_NARROWEST, _WIDEST, _APART = 6, 14, 2
"""The column of quantities: as wide as the widest of them, and cells before the name."""


class DraftList(VerticalScroll, can_focus=False):
    """What was typed so far; `chosen` is the place of the chosen item, -1 for none."""

    DEFAULT_CSS = """
    DraftList { width: 1fr; height: 1fr; min-width: 24; min-height: 1; }
    DraftList #items { height: auto; text-wrap: nowrap; }
    """

    chosen: reactive[int] = reactive(-1)

    class Clicked(Message):
        """An item was chosen with the pointer."""

    def compose(self) -> ComposeResult:
        yield Static("", id="items", markup=False)

    def show(self, draft: Draft) -> None:
        """Show all of it; the newest item stays in view."""
        self.draft = draft
        self.chosen = min(self.chosen, draft.size - 1)
        self._draw()
        at = self.chosen if self.chosen >= 0 else draft.size - 1
        self.call_after_refresh(self.scroll_to_region, Region(0, max(0, at), 1, 1), animate=False)

    def move(self, by: int) -> None:
        """Choose another item; below the last one nothing is chosen."""
        size = self.draft.size
        if size:
            at = self.chosen if self.chosen >= 0 else size
            self.chosen = (at + by) % (size + 1)
            if self.chosen == size:
                self.chosen = -1
            self.show(self.draft)

    def watch_chosen(self) -> None:
        if self.is_mounted and hasattr(self, "draft"):
            self._draw()

    def on_resize(self) -> None:
        if hasattr(self, "draft"):
            self._draw()

    def _draw(self) -> None:
        width = max(24, self.scrollable_content_region.width)
        widest = max((cells(_much(item)) for item in self.draft.items), default=0)
        much = max(_NARROWEST, min(_WIDEST, widest + _APART))
        lines = [self._line(at, item, width, much) for at, item in enumerate(self.draft.items)]
        self.query_one("#items", Static).update(Content("\n").join(lines))

    def _line(self, at: int, item: DraftLine | Verdict, width: int, column: int) -> Content:
        chosen = at == self.chosen
        if isinstance(item, DraftLine):
            word, style = (_("out"), "$outof") if item.taken else (_("in"), "$into")
            name = good_name(item.good)
            credits = worth(item.quantity, item.good.rate)
        else:
            word, style = _("slip"), "$accent"
            name = self._slip_words(item)
            credits = item.amount or 0
        # Figures are never cut; a long one takes room from the name.
        much = _much(item)
        if much:
            much += " " * max(_APART, column - cells(much))
        figure = format_credits(credits).rjust(_CREDITS - 1)
        room = width - 2 - _WORD - cells(much) - len(figure) - 2
        return Content.assemble(
            ("> " if chosen else "  ", "bold $accent"),
            (fit(word, _WORD), f"bold {style}"),
            much,
            (fit(name, room) + " ", "bold" if chosen else ""),
            (figure, "bold"),
        )

    def _slip_words(self, slip: Verdict) -> str:
        date = short_date(slip.issued) if slip.issued else ""
        if slip.slip is not None and slip.slip.visit:
            return _("of {date}, visit {visit}").format(date=date, visit=slip.slip.visit)
        if slip.unheld is not None:
            return _("of {date}, from paper").format(date=date)
        return _("of {date}").format(date=date)

    def on_click(self, event: events.Click) -> None:
        at = round(self.scroll_y) + event.y
        if 0 <= at < self.draft.size:
            self.chosen = at
            self.post_message(self.Clicked())


def _much(item: DraftLine | Verdict) -> str:
    return quantity(item.quantity, item.good) if isinstance(item, DraftLine) else ""
