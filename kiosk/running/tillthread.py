"""The one thread that uses the books, so that the screen never waits for a disk.

Everything that a screen wants of the till is a function that is sent here and awaited; functions are
done one after the other in the order in which they were sent.

Where the disk fails the thread stands by: it closes the books, so that their disk can be taken out
and mended, says to whoever asks what the trouble is, and opens them again when it is over. The key
that was unlocked stays unlocked. A full disk closes nothing, for it can still be read. It opens no books
while another table is open on them (kiosk/running/onetable.py): that is trouble, too, until it is over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from db.errors import DatabaseDamaged, KioskError, Trouble
from kiosk.machine import log
from kiosk.running import onetable
from kiosk.running.onetable import TableIsOpen

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from kiosk.keys.lock import StewardLock
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
        self._before: Till | None = None
        """The till that was closed because of trouble: it knows the market and its key."""
        self._folder: Path | None = None
        self.trouble: Trouble | None = None
        """What keeps the books from being written now, as far as anybody noticed."""
        self.behind_ms = 0
        """By how much the clock was behind the last entry, in milliseconds, at the last look."""

    @cached_property
    def _executor(self) -> ThreadPoolExecutor:
        # Made when the books are opened: the first paint does not wait for a thread either.
        from concurrent.futures import ThreadPoolExecutor

        return ThreadPoolExecutor(max_workers=1, thread_name_prefix="till")

    @property
    def steward(self) -> StewardLock | None:
        """Who may do what a steward does, also while the books are closed because of trouble; None
        where no market was open yet."""
        till = self._till or self._before
        return till.steward if till is not None else None

    @property
    def is_open(self) -> bool:
        """Whether a market is open."""
        return self._till is not None

    async def open(self, folder: Path) -> None:
        """Open the market in `folder`; raises what `open_till` raises. Where that is trouble that
        may pass, `trouble` is set and `look` opens it later."""
        self._folder = folder
        await self.start(lambda: self._opened(folder))

    async def start(self, make: Callable[[], Till]) -> None:
        """Take the till that `make` gives, made in its own thread. Raises TableIsOpen where another
        table was opened on its books meanwhile, and what `make` raises."""
        loop = asyncio.get_running_loop()
        self._till = await loop.run_in_executor(self._executor, self._made, make)
        self._folder = self._till.folder

    async def ask(self, use: Callable[[Till], T]) -> T:
        """What `use` gives or raises, done in the books' thread; raises `trouble` where the books
        are closed because of it.

        Once sent it is done even where nobody waits for it any more: what is being booked is booked.
        """
        self._refuse_closed()
        loop = asyncio.get_running_loop()
        return await asyncio.shield(loop.run_in_executor(self._executor, self._use, use))

    def now(self, use: Callable[[Till], T]) -> T:
        """What `use` gives or raises, done in the books' thread and waited for: for the printer's
        thread, never for the app's. Raises RuntimeError where no market is open any more."""
        self._refuse_closed()
        return self._executor.submit(self._use, use).result()

    async def look(self) -> None:
        """See whether the books are where they were, whether trouble is over, and whether another
        program set a passphrase or took it away."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._executor, self._look)

    def close(self) -> None:
        """Wait for what was sent, then close the books."""
        if self._till is not None:
            self._till.books.rests = True
            self._executor.submit(self._till.close).result()
            self._till = None
        self.trouble = None
        self._executor.shutdown(wait=True)

    # In the books' thread

    def _made(self, make: Callable[[], Till]) -> Till:
        till = make()
        try:
            onetable.take_up()  # where the market was founded just now
        except TableIsOpen:
            till.close()
            raise
        return till

    def _opened(self, folder: Path) -> Till:
        try:
            return _open_till(folder)
        except Trouble as error:
            from db.surroundings import may_pass

            if may_pass(error):
                self.trouble = error
                onetable.let_go()  # the disk that is waited for can be taken out
            raise

    def _refuse_closed(self) -> Till:
        if self._till is not None:
            return self._till
        raise self.trouble or RuntimeError("no market is open")

    def _use(self, use: Callable[[Till], T]) -> T:
        till = self._refuse_closed()
        try:
            return use(till)
        except Trouble as error:
            self._note(till, error)
            raise

    def _note(self, till: Till, error: Trouble) -> None:
        """Stand by where the trouble is the books' own; a stick or a printer has trouble, too."""
        from db.surroundings import DiskFails, diagnosis, leaves_books_open, of_the_books

        if not of_the_books(error, till.folder):
            return
        # What failed and is well again is opened anew: the books say whether the last step is there.
        known = error if isinstance(error, DatabaseDamaged) else diagnosis(till.folder)
        known = known or (error if isinstance(error, DiskFails) else None)
        if known is None:
            return
        self.trouble = known
        if not leaves_books_open(known):
            self._stand_by(till)

    def _stand_by(self, till: Till) -> None:
        self._before, self._till = till, None
        log.let_go()
        onetable.let_go()
        with suppress(Exception):  # what can't be closed is left behind
            till.close()

    def _look(self) -> None:
        from db.clock import behind_ms
        from db.surroundings import DataFolderGone, diagnosis, leaves_books_open

        till, folder = self._till, self._folder
        if till is not None and not till.books.is_in_place:
            self.trouble = DataFolderGone(folder=folder)
            self._stand_by(till)
        if self._till is not None and not self._is_the_table():
            self._stand_by(self._till)
        if self._till is not None:
            with suppress(Trouble):
                with self._till.books.reading():
                    self.behind_ms = behind_ms(self._till.books)
                self._till.heed_passphrase()
        if self.trouble is None or folder is None or self._waits_for_another_file():
            return
        found = diagnosis(folder)
        if found is not None:
            if type(found) is not type(self.trouble):
                self.trouble = found
            if self._till is not None and not leaves_books_open(found):
                self._stand_by(self._till)
        elif self._till is not None:
            self.trouble = None
        else:
            self._open_again(folder)

    def _waits_for_another_file(self) -> bool:
        """Damage does not pass by itself: another file must take its place."""
        before = self._before
        damaged = isinstance(self.trouble, DatabaseDamaged)
        return damaged and before is not None and before.books.is_in_place

    def _is_the_table(self) -> bool:
        """Whether the lock is held, or none can be had; where another table holds it that is the
        trouble."""
        try:
            onetable.take_up()
        except TableIsOpen as error:
            self.trouble = error
            return False
        return True

    def _open_again(self, folder: Path) -> None:
        if not self._is_the_table():
            return
        till = self._same_till(folder)
        if till is None:
            onetable.let_go()
            return
        self._till, self._before, self.trouble = till, None, None
        log.take_up()

    def _same_till(self, folder: Path) -> Till | None:
        """The till that was here, opened anew; None where that goes wrong, or another is here."""
        try:
            till = _open_till(folder)
        except Trouble as error:
            self.trouble = error
            return None
        except KioskError:  # nobody's books: those that were here are still away
            return None
        if self._before is not None and not till.follow(self._before):
            till.close()
            return None
        return till
