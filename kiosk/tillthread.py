"""The one thread that uses the books, so that the screen never waits for a disk.

Everything that a screen wants of the till is a function that is sent here and awaited; functions are
done one after the other in the order in which they were sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from kiosk.till import Till

T = TypeVar("T")


def _open_till(folder: Path) -> Till:
    # Imported in the books' own thread: the first paint does not wait for the books.
    from kiosk.till import open_till

    return open_till(folder)


class TillThread:
    """A till behind a thread of its own."""

    def __init__(self) -> None:
        self._till: Till | None = None

    @cached_property
    def _executor(self) -> ThreadPoolExecutor:
        # Made when the books are opened: the first paint does not wait for a thread either.
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(max_workers=1, thread_name_prefix="till")

    @property
    def is_open(self) -> bool:
        """Whether a market is open."""
        return self._till is not None

    async def open(self, folder: Path) -> None:
        """Open the market in `folder`; raises what `open_till` raises."""
        await self.start(lambda: _open_till(folder))

    async def start(self, make: Callable[[], Till]) -> None:
        """Take the till that `make` gives, made in its own thread."""
        self._till = await asyncio.get_running_loop().run_in_executor(self._executor, make)

    async def ask(self, use: Callable[[Till], T]) -> T:
        """What `use` gives or raises, done in the books' thread.

        Once sent it is done even where nobody waits for it any more: what is being booked is booked.
        """
        till = self._till
        if till is None:
            raise RuntimeError("no market is open")
        future = asyncio.get_running_loop().run_in_executor(self._executor, use, till)
        return await asyncio.shield(future)

    def now(self, use: Callable[[Till], T]) -> T:
        """What `use` gives or raises, done in the books' thread and waited for: for the printer's
        thread, never for the app's. Raises RuntimeError where no market is open any more."""
        till = self._till
        if till is None:
            raise RuntimeError("no market is open")
        return self._executor.submit(use, till).result()

    def close(self) -> None:
        """Wait for what was sent, then close the books."""
        if self._till is not None:
            self._executor.submit(self._till.close).result()
            self._till = None
        self._executor.shutdown(wait=True)
