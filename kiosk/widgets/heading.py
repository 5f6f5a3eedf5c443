"""The top of every screen: where one is on the left, day and clock on the right.

On Home a second line names the crew and the state of printer and language. One widget draws it all:
it stands on every screen, and a screen opens the faster the fewer widgets it has.
"""

from __future__ import annotations

from typing import NamedTuple

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from kiosk.messages import _


class _Line(NamedTuple):
    left: str
    look: str
    right: str


class Heading(Widget):
    """Two lines at most, and one above them where all is for practice; `show` sets all of it."""

    DEFAULT_CSS = """
    Heading { width: 100%; height: auto; border-bottom: solid $line; padding: 0 1;
              text-wrap: nowrap; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[_Line] = [_Line("", "bold", "")]
        self._practice = False

    def show(
        self, title: str, right: str, second: str = "", state: str = "", *, practice: bool = False
    ) -> None:
        """Show safe text; a heading without second line and state is one line high."""
        lines = [_Line(title, "bold", right)]
        if second or state:
            lines.append(_Line(second, "$quiet", state))
        higher = (len(lines), practice) != (len(self._lines), self._practice)
        self._lines, self._practice = lines, practice
        self.refresh(layout=higher)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines) + self._practice

    def render(self) -> Content:
        width = self.content_size.width
        drawn = [_drawn(line, width) for line in self._lines]
        if self._practice:
            words = Content(_("PRACTICE · nothing here counts")).truncate(width, ellipsis=True)
            blank = width - words.cell_length
            centred = " " * (blank // 2) + words + " " * (blank - blank // 2)
            drawn.insert(0, centred.stylize("bold $background on $warning"))
        return Content("\n").join(drawn)


def _drawn(line: _Line, width: int) -> Content:
    """The right is whole; the left is cut where there is no room for both."""
    right = Content(line.right)
    left = Content(line.left).truncate(max(0, width - right.cell_length), ellipsis=True)
    blank = " " * max(0, width - left.cell_length - right.cell_length)
    return left.stylize(line.look) + blank + right.stylize("$quiet")
