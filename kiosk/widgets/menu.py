"""A list of things that a person can do, each with its key: by key, by arrows, or by pointer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static


class Choice(NamedTuple):
    """One thing to do: `key` as typed, `label` and `about` in the language spoken now, safe."""

    key: str
    label: str
    about: str
    name: str


class Menu(Static, can_focus=True):
    """The choices, one below the other."""

    DEFAULT_CSS = """
    Menu { height: auto; text-wrap: nowrap; text-overflow: ellipsis; }
    """
    BINDINGS = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("enter", "choose", show=False),
    ]

    class Chosen(Message):
        """Someone wants to do `name`."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    at: reactive[int] = reactive(0)

    def __init__(self, choices: Sequence[Choice] = ()) -> None:
        super().__init__()
        self.choices = list(choices)

    def show(self, choices: Sequence[Choice]) -> None:
        """Show these choices; the chosen one stays where it was."""
        self.choices = list(choices)
        self.at = min(self.at, max(0, len(self.choices) - 1))
        self.refresh(layout=True)

    def render(self) -> Content:
        width = max((len(one.label) for one in self.choices), default=0) + 3
        lines = []
        for number, one in enumerate(self.choices):
            chosen = number == self.at and self.has_focus
            lines.append(
                Content.assemble(
                    ("> " if chosen else "  ", "bold $accent"),
                    (f"{one.key}  ", "bold $accent"),
                    (one.label.ljust(width), "bold"),
                    (one.about, "$quiet"),
                )
            )
        return Content("\n").join(lines)

    def on_key(self, event: events.Key) -> None:
        for number, one in enumerate(self.choices):
            if (event.character or "").upper() == one.key:
                event.stop()
                self.at = number
                self.post_message(self.Chosen(one.name))

    def on_click(self, event: events.Click) -> None:
        if 0 <= event.y < len(self.choices):
            self.at = event.y
            self.post_message(self.Chosen(self.choices[event.y].name))

    def action_move(self, by: int) -> None:
        """Up or down, round the end."""
        if self.choices:
            self.at = (self.at + by) % len(self.choices)

    def action_choose(self) -> None:
        """Do what is marked."""
        if self.choices:
            self.post_message(self.Chosen(self.choices[self.at].name))
