"""What brings queued papers to the printer while the table goes on.

Papers are printed one after the other, in their order, on a thread of their own, so that neither the
screen nor the books wait for a device. While a printer is away they stay queued and are tried again
after longer and longer pauses, or at once when somebody asks. A paper that broke off in the middle is
not tried again by itself: a person says whether it came out. What is queued is in the books
(db/jobs.py), so a crash loses nothing.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, TypeVar

from db.errors import KioskError, PrinterTrouble, Trouble, UnknownJob
from kiosk.machine.log import note
from kiosk.messages import _, sentence

if TYPE_CHECKING:
    from db.jobs import Job
    from kiosk.running.tillthread import TillThread
    from kiosk.till import Till

T = TypeVar("T")

LEAVING_SECONDS = 5.0
"""How long the app's end waits for the paper that is at the printer."""


class PrintQueue:
    """The queue of one table; everything but what the thread does is called on the app's loop."""

    PAUSES: ClassVar[tuple[float, ...]] = (2, 4, 8, 15, 30)
    """Seconds between two tries while the printer is away; the last one repeats."""
    CHECK_SECONDS: ClassVar[float] = 30
    """Seconds between two questions to a printer that has nothing to do."""

    def __init__(self, till: TillThread, changed: Callable[[], Awaitable[None]]) -> None:
        """`changed` is awaited whenever a paper or the printer's trouble is another than before."""
        self.printing: set[int] = set()
        """Jobs that are at the printer, or go there without a further pause."""
        self.trouble = ""
        """What is wrong with the printer, as a sentence; empty while nothing is known to be."""
        self.answer = ""
        """What the printer said of itself last: a `Readiness`, empty before it was asked."""
        self._till = till
        self._changed = changed
        self._order: list[int] = []
        self._came_out: set[int] = set()
        self._at_printer: set[int] = set()
        """Jobs that the printer took and the books do not know of yet."""
        self._wake = asyncio.Event()
        self._failures = 0
        self._noted = False
        self._checked = (
            False  # whether the trouble is what the printer said while nothing was printed
        )
        self._free = asyncio.Lock()
        self._thread: threading.Thread | None = None

    def add(self, job: int) -> None:
        """Print a queued job after those that wait already; the printer is tried at once."""
        if job not in self._order:
            self._order.append(job)
        self.printing.add(job)
        self._wake.set()

    def try_again(self) -> None:
        """Try the printer at once: it was mended, or another one was chosen."""
        self._wake.set()

    async def print_test(self) -> None:
        """Print a test slip once the printer is free; raises PrinterTrouble, BadSetting."""
        from kiosk.paperwork import print_test

        printer, market, paper = await self._till.ask(lambda till: till.test_print())
        await self.off_loop(lambda: print_test(printer, market, paper))

    async def came_out(self, job: int) -> None:
        """Somebody says that the paper came out: the slip's secret is wiped.

        While it is still printing that waits until the printer took it. Where nothing was sent
        nothing is wiped, for no paper can have come out.
        """
        if job in self.printing:
            self._came_out.add(job)
        elif await self._till.ask(lambda till: till.is_sent(job)):
            await self._till.ask(lambda till: till.confirm(job))

    async def confirm(self, job: int) -> None:
        """Somebody saw the paper of a job that was sent, perhaps in part: its secret is wiped."""
        await self._till.ask(lambda till: till.confirm(job))
        if not self._order:
            self.trouble = ""
        self._wake.set()

    async def run(self) -> None:
        """Print, for as long as the app runs, and ask the printer how it is in between."""
        while True:
            self._note_trouble()
            asked = self._wake.is_set()
            self._wake.clear()
            pause = self.CHECK_SECONDS
            if self._order:
                before = (self.trouble, len(self._order))
                failed = await self._try(self._order[0])
                if asked or not failed or before != (self.trouble, len(self._order)):
                    await self._changed()
                if not failed:
                    continue
                pause = self.PAUSES[min(self._failures, len(self.PAUSES)) - 1]
            else:
                await self._check()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)

    def _note_trouble(self) -> None:
        """Trouble that begins or is over stands in the log, not each try."""
        if bool(self.trouble) != self._noted:
            self._noted = bool(self.trouble)
            if self._noted:
                note("the printer has trouble; papers that wait: {papers}", papers=len(self._order))
            else:
                note("the printer is well again")

    def close(self) -> None:
        """The app ends: give the paper that is at the printer a moment to get there."""
        if self._thread is not None:
            self._thread.join(LEAVING_SECONDS)

    async def _check(self) -> None:
        """Ask the printer how it is; trouble of a paper that broke off stays until that is settled."""
        before = (self.trouble, self.answer)
        try:
            state = await self.off_loop(lambda: self._till.now(lambda till: till.printer()).state())
        except KioskError as error:
            if not self._is_of_the_books(error):
                self.answer, self.trouble, self._checked = "trouble", sentence(error), True
        else:
            self.answer = state.readiness.value
            if state.sentence:
                self.trouble, self._checked = needs_help(state.sentence), True
            elif self._checked:
                self.trouble, self._checked = "", False
        if before != (self.trouble, self.answer):
            await self._changed()

    async def _try(self, job: int) -> bool:
        """Try to print a job; gives whether the printer needs a pause."""
        from kiosk.paper.printer import FateUnknown

        self.printing.add(job)
        try:
            await self.off_loop(lambda: self._print(job))
            undone = not await self._till.ask(lambda till: till.is_sent(job))
            if undone or job in self._came_out:
                await self._till.ask(lambda till: till.confirm(job))
        except KioskError as error:
            gone = _is_gone(error)
            if self._is_of_the_books(error):
                self._failures += 1
            elif not gone:
                self._failures += 1
                self.trouble, self._checked = sentence(error), not isinstance(error, FateUnknown)
                self.answer = "trouble"
            if gone or isinstance(error, FateUnknown):
                self._order.remove(job)
            if not gone:
                self.printing.clear()
            self.printing.discard(job)
            return not gone
        else:
            self._order.remove(job)
            self._failures, self.trouble = 0, ""
            return False
        finally:
            self.printing.discard(job)
            self._came_out.discard(job)

    def _is_of_the_books(self, error: KioskError) -> bool:
        """Whether the printer has nothing to do with it: it is tried again when the books are well."""
        from kiosk.paper.printer import FateUnknown

        if isinstance(error, PrinterTrouble | FateUnknown) or not isinstance(error, Trouble):
            return False
        return self._till.trouble is not None

    async def off_loop(self, work: Callable[[], T]) -> T:
        """What `work` gives, done on the printer's thread when that is free; raises KioskError."""
        # A daemon, not an executor's thread: a printer that is stuck can't keep the app from ending.
        future: Future[T] = Future()

        def run() -> None:
            with suppress(InvalidStateError):  # nobody waits any more
                try:
                    future.set_result(work())
                except Exception as error:
                    future.set_exception(error)

        async with self._free:
            self._thread = threading.Thread(target=run, name="printer", daemon=True)
            self._thread.start()
            try:
                return await asyncio.wrap_future(future)
            except KioskError:
                raise
            except Exception as error:
                raise PrinterTrouble(why=error or type(error).__name__) from error

    def _print(self, job: int) -> None:
        """Print a job, on the printer's thread; what happens is in the books before this returns."""
        from kiosk.paper.printer import FateUnknown
        from kiosk.paperwork import put_on_paper

        books = self._till.now
        if job not in self._at_printer:
            printer = books(lambda till: till.printer())
            ready = books(lambda till: till.ready(job))
            try:
                put_on_paper(printer, ready, lambda: books(lambda till: till.sending(job)))
            except FateUnknown:
                raise
            except PrinterTrouble:
                books(lambda till: till.not_sent(job))
                raise
        # Where the disk does not take that, it is said again: nobody needs to be asked.
        self._at_printer.add(job)
        books(lambda till: till.sent(job))
        self._at_printer.discard(job)


def _is_gone(error: KioskError) -> bool:
    """Whether an error says that the job need not be printed any more."""
    from db.jobs import JobDone, NotQueued

    return isinstance(error, JobDone | NotQueued | UnknownJob)


def needs_help(what: str) -> str:
    """The sentence for a printer that says of itself what it lacks."""
    return _("The printer needs help: {what}. Papers wait until it is well.").format(what=what)


def unknown_fates(till: Till) -> list[Job]:
    """Jobs whose sending ended in the middle: only a person knows what became of them."""
    return [job for job in till.pending() if job.state == "sending"]
