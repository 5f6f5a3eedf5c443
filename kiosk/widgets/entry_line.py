"""The one line of entry of a visit: words in, keys for the list and the completions out.

Up and Down choose a completion while something is typed, a line of the visit while nothing is; Del
on an empty line takes a line out. What the words mean is left to the screen.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.message import Message

from kiosk.widgets.plain_input import PlainInput

LONGEST = 120


class EntryLine(PlainInput):
    """An input without a frame that asks its screen before it acts."""

    BINDINGS = [
        Binding("up", "choose(-1)", show=False),
        Binding("down", "choose(1)", show=False),
    ]

    @dataclass
    class Choose(Message):
        """Up (-1) or down (1) was pressed."""

        by: int

    @dataclass
    class TakeOut(Message):
        """Del was pressed on an empty line."""

    def __init__(self) -> None:
        super().__init__(max_length=LONGEST, select_on_focus=False)

    def action_choose(self, by: int) -> None:
        """Tell the screen."""
        self.post_message(self.Choose(by))

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "delete" and not self.value:
            event.stop()
            event.prevent_default()
            self.post_message(self.TakeOut())
            return
        await super()._on_key(event)
