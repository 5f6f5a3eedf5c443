"""The driver: when what it reads was typed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from textual import events
from textual.app import App
from textual.message import Message

from kiosk.running.driver import FilteringDriver, Quiet

LONG_BEFORE = b"\r"


class ReaderAlone(FilteringDriver):
    """The driver's thread of input, run by a test over a pipe; `after_wait` is called between the
    end of a wait and the next look, where another thread may hold this one up."""

    def __init__(self, after_wait: Callable[[int], bytes | None]) -> None:
        super().__init__(App())
        self.fileno, self._typing = os.pipe()
        self._after_wait = after_wait
        self._waited = 0
        self.told: list[Message] = []

    def _waits(self, seconds: float) -> bool:
        waits = super()._waits(seconds)
        if seconds and not waits:
            self._waited += 1
            typed = self._after_wait(self._waited)
            if typed is None:
                self.exit_event.set()
            else:
                os.write(self._typing, typed)
        return waits

    def process_message(self, message: Message) -> None:
        self.told.append(message)

    def run(self) -> list[str]:
        """The keys that were told."""
        try:
            self.run_input_thread()
        finally:
            os.close(self.fileno)
            os.close(self._typing)
        return [message.key for message in self.told if isinstance(message, events.Key)]


def reader(*typed: bytes) -> ReaderAlone:
    """A reader to which each of `typed` comes just after it gave up waiting."""

    def after_wait(count: int) -> bytes | None:
        # One wait more, in which a held Escape becomes a key.
        return typed[count - 1] if count <= len(typed) else b"" if count == len(typed) + 1 else None

    async def made() -> ReaderAlone:
        return ReaderAlone(after_wait)

    return asyncio.run(made())


def test_escape_in_the_moment_between_two_waits_is_a_key_of_its_own() -> None:
    assert reader(LONG_BEFORE, b"\x1b").run() == ["enter", "escape"]


def test_a_key_in_the_moment_between_two_waits_has_its_own_time() -> None:
    thread = reader(LONG_BEFORE, b"a")
    assert thread.run() == ["enter", "a"]
    first, second = (message.time for message in thread.told if not isinstance(message, Quiet))
    assert second - first >= 0.05  # a whole wait lies between them
