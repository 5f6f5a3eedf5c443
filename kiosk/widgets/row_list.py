"""A list of any length, one line a row: only the lines that can be seen are ever made.

Who fills it overrides `row`; what a row means and where it comes from is left to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

Part = tuple[str, str]
"""Safe text, and how it looks: one of LOOKS, or nothing."""

LOOKS = ("quiet", "strong", "into", "outof", "accent", "trouble")

MARK = "> "


class RowList(ScrollView, can_focus=True):
    """Rows with one that is marked; arrows move the mark, Enter or a click chooses."""

    COMPONENT_CLASSES = {"row--chosen", *(f"row--{look}" for look in LOOKS)}
    DEFAULT_CSS = """
    RowList { height: 1fr; overflow-x: hidden; overflow-y: auto; }
    RowList > .row--chosen { background: $chosen; }
    RowList > .row--quiet { color: $quiet; }
    RowList > .row--strong { text-style: bold; }
    RowList > .row--into { color: $into; }
    RowList > .row--outof { color: $outof; }
    RowList > .row--accent { color: $accent; text-style: bold; }
    RowList > .row--trouble { color: $error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(-1)", show=False),
        Binding("end", "edge(1)", show=False),
        Binding("enter", "choose", show=False),
    ]

    at: reactive[int] = reactive(0, repaint=False)
    """Place of the marked row."""

    @dataclass
    class Chosen(Message):
        """Someone wants the row at this place."""

        rows: RowList
        at: int

    def __init__(self, *, marks: bool = True, id: str | None = None) -> None:
        super().__init__(id=id)
        self.marks = marks
        self.can_focus = marks
        self.count = 0

    def row(self, at: int, width: int) -> Sequence[Part]:
        """The parts of one row; what goes beyond `width` cells is cut."""
        raise NotImplementedError

    def show_count(self, count: int, at: int | None = None) -> None:
        """There are `count` rows now, other ones perhaps; the mark goes to `at`."""
        self.count = count
        self.virtual_size = Size(1, count)
        wanted = self.at if at is None else at
        self.set_reactive(RowList.at, max(0, min(wanted, count - 1)))
        self._keep_in_view()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        base = self.rich_style
        if at >= self.count:
            return Strip.blank(width, base)
        marked = self.marks and at == self.at
        if marked:
            base += self.get_component_rich_style("row--chosen", partial=True)
        parts: list[Part] = []
        if self.marks:
            parts.append((MARK if marked else " " * len(MARK), "accent"))
        parts += self.row(at, width - (len(MARK) if self.marks else 0))
        return Strip(self._segments(parts, width, base), width)

    def _segments(self, parts: Sequence[Part], width: int, base: Style) -> list[Segment]:
        segments: list[Segment] = []
        left = width
        for text, look in parts:
            style = base
            if look:
                style += self.get_component_rich_style(f"row--{look}", partial=True)
            size = cell_len(text)
            if size > left:
                cut = set_cell_size(text, max(0, left - 1)) + "…" if left else ""
                segments.append(Segment(cut, style))
                return segments
            segments.append(Segment(text, style))
            left -= size
        segments.append(Segment(" " * left, base))
        return segments

    # Moving

    def watch_at(self, old: int, new: int) -> None:
        self._keep_in_view()
        self.refresh_line(old)
        self.refresh_line(new)

    def _keep_in_view(self) -> None:
        height = self.scrollable_content_region.height
        top = self.scroll_offset.y
        if not self.marks or not height:
            return
        if self.at < top:
            self.scroll_to(y=self.at, animate=False)
        elif self.at >= top + height:
            self.scroll_to(y=self.at - height + 1, animate=False)

    def action_move(self, by: int) -> None:
        """Mark the next row or the one before."""
        self.at = max(0, min(self.at + by, self.count - 1))

    def action_page(self, by: int) -> None:
        """Move on by as many rows as can be seen."""
        self.action_move(by * max(1, self.scrollable_content_region.height - 1))

    def action_edge(self, by: int) -> None:
        """Mark the first row or the last."""
        self.at = 0 if by < 0 else max(0, self.count - 1)

    def action_choose(self) -> None:
        """Take the marked row."""
        if self.count:
            self.post_message(self.Chosen(self, self.at))

    def on_resize(self, _event: events.Resize) -> None:
        self._keep_in_view()

    def on_click(self, event: events.Click) -> None:
        at = event.y + self.scroll_offset.y
        if self.marks and 0 <= at < self.count:
            self.at = at
            self.action_choose()


def column(text: str, width: int, *, right: bool = False) -> str:
    """`text` in a column of `width` cells, cut with … where it is longer."""
    size = cell_len(text)
    if size > width:
        return set_cell_size(text, width - 1) + "…"
    blank = " " * (width - size)
    return blank + text if right else text + blank
