"""The top of every screen: where one is on the left, day and clock on the right.

On Home a second line names the crew and the state of printer and language.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from kiosk.messages import _


class Heading(Vertical):
    """Two lines at most; `show` sets all of it."""

    DEFAULT_CSS = """
    Heading { height: auto; border-bottom: solid $line; padding: 0 1; }
    Heading Horizontal { height: 1; }
    Heading .left { width: 1fr; text-overflow: ellipsis; text-wrap: nowrap; }
    Heading .right { width: auto; color: $quiet; text-align: right; }
    Heading .title { text-style: bold; }
    Heading .second { color: $quiet; }
    Heading .practice { width: 1fr; height: 1; background: $warning; color: $background;
                        text-align: center; text-style: bold; display: none; }
    Heading.-practice .practice { display: block; }
    Heading.-one-line .lower { display: none; }
    """

    def compose(self) -> ComposeResult:
        yield Static("", classes="practice", markup=False)
        with Horizontal():
            yield Static("", classes="left title", id="heading-title", markup=False)
            yield Static("", classes="right", id="heading-right", markup=False)
        with Horizontal(classes="lower"):
            yield Static("", classes="left second", id="heading-second", markup=False)
            yield Static("", classes="right", id="heading-state", markup=False)

    def show(
        self, title: str, right: str, second: str = "", state: str = "", *, practice: bool = False
    ) -> None:
        """Show safe text; a heading without second line and state is one line high."""
        self.set_class(practice, "-practice")
        self.set_class(not (second or state), "-one-line")
        self.query_one(".practice", Static).update(_("PRACTICE · nothing here counts"))
        self.query_one("#heading-title", Static).update(title)
        self.query_one("#heading-right", Static).update(right)
        self.query_one("#heading-second", Static).update(second)
        self.query_one("#heading-state", Static).update(state)
