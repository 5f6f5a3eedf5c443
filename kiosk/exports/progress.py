"""How far an export is: entries that were read ÷ entries that will be, known before the first one.

Each part of the work (a format of a day) has its share of the whole. A part that reads more than it
said does not run ahead of its share; one that reads less has it when it ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from db.errors import N_, KioskError

Tell = Callable[[int, int], None]
"""Gets how much is done and how much there is in all. What it raises ends the export, and nothing is
left of the day that was being written."""


PATIENCE = 0.3
PAUSE = 0.1
"""Seconds until the first word, and between two."""


class ExportStopped(KioskError):
    """Somebody did not want to wait."""

    sentence = N_(
        "The export was stopped. Days that were written by then are whole, and nothing half is left."
    )
    status = 130  # as of any command that ctrl+c ends


def percent(done: int, total: int) -> int:
    """How much of it is done, rounded down: 100 is all of it and nothing else."""
    return 100 * done // total if total else 100


def bar(done: int, total: int, cells: int) -> str:
    """The same as a bar of so many cells."""
    full = cells * done // total if total else cells
    return "█" * full + "░" * (cells - full)


class Seldom:
    """Passes on how far it is a few times a second, for those who show it; the first word waits until
    it has taken a while."""

    def __init__(self, tell: Tell, now: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._now = now
        self._next = now() + PATIENCE

    def __call__(self, done: int, total: int) -> None:
        """Hear how far it is."""
        if self._now() >= self._next:
            self._next = self._now() + PAUSE
            self._tell(done, total)


class Progress:
    """The work of one export, `total` in all."""

    def __init__(self, tell: Tell | None, total: int) -> None:
        self._tell = tell
        self._total = total
        self._done = 0
        self._until = 0

    @contextmanager
    def part(self, size: int) -> Iterator[None]:
        """The next `size` of the work."""
        self._until = min(self._done + size, self._total)
        yield
        self.read(self._until - self._done)

    def read(self, entries: int) -> None:
        """So many entries more were read."""
        self._done = min(self._done + entries, self._until)
        if self._tell is not None:
            self._tell(self._done, self._total)
