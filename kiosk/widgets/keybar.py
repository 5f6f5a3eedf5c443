"""The bottom of every screen: the keys that do something here, each also a button for the pointer.

What stands there comes from the screen's own table of bindings, so that a key can't be shown and
not work.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from kiosk.messages import _


class KeyHint(Static):
    """One key and what it does; a click does it too."""

    def __init__(self, binding: Binding) -> None:
        super().__init__(markup=False)
        self.binding = binding
        self.draw()

    def draw(self) -> None:
        """Say it in the language spoken now."""
        key = self.binding.key_display or self.binding.key.upper()
        label = _(self.binding.description)
        self.update(Content.assemble((key, "bold $accent"), " ", label) if label else Content(key))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        # By the app, as for a key: an action that leaves this screen waits until its hints are gone.
        self.app.call_later(self._act, self.screen)

    async def _act(self, screen: Screen[Any]) -> None:
        if screen is self.app.screen:
            await screen.run_action(self.binding.action)


class KeyBar(Horizontal):
    """The hints in one line."""

    DEFAULT_CSS = """
    KeyBar { dock: bottom; height: 2; border-top: solid $line; padding: 0 1; }
    KeyBar KeyHint { width: auto; height: 1; padding: 0 2 0 0; }
    KeyBar KeyHint:hover { background: $chosen; }
    """

    def __init__(self, bindings: Sequence[Binding]) -> None:
        super().__init__()
        self._shown = list(bindings)

    def compose(self) -> ComposeResult:
        for binding in self._shown:
            yield KeyHint(binding)

    async def show(self, bindings: Sequence[Binding]) -> None:
        """Show other keys, or the same in another language."""
        wanted = list(bindings)
        if wanted == self._shown:
            for hint in self.query(KeyHint):
                hint.draw()
            return
        self._shown = wanted
        await self.remove_children()
        await self.mount_all([KeyHint(binding) for binding in wanted])
