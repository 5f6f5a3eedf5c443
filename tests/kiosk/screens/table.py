"""A table for the tests of the screens: a real market, the real app, keys and scans by the clock.

Nothing here depends on how fast the machine is. The capture of scans is given a clock of its own:
between two pressed keys it moves on by as much as a person needs, within a scan by a millisecond a
character. After each, `settled` waits until nothing is left to happen: no key is held back, no scan
waits, the till has answered, the printer is done, and no widget has a message left.
"""

from __future__ import annotations

import asyncio
import atexit
import io
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from rich.console import Console
from textual import events
from textual.geometry import Size
from textual.keys import _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot
from textual.widgets import Input

from db.market import Market, Rules
from kiosk import messages
from kiosk.app import KioskApp
from kiosk.config import Settings
from kiosk.founding import found_market, suggested_goods
from kiosk.till import Till

T = TypeVar("T")

PERSON = 0.1
"""Seconds between two keys that a person presses."""

MACHINE = 0.001
"""Seconds between two characters of a scanner."""

QUIET_ROUNDS = 3
PATIENCE = 150_000
"""Rounds after which a table that never settles is a fault: minutes, for a backup is a process of its own
that lets everything else go first."""

NARROW, WIDE = (80, 24), (120, 40)


class AtTable:
    """Somebody at the table: what they press and scan, and what they then see."""

    def __init__(self, app: KioskApp, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot
        self.now = 1_000_000.0
        self.asked = 0
        self.waiting = 0
        self.waits_for_printer = True
        """Whether the table counts as settled only once the printer is done."""

    def clock(self) -> float:
        """The time that the capture of scans sees."""
        return self.now

    # What they do

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, named as Textual names them (`enter`, `f8`, `a`, `-`).

        The table settles after each; only letters that are typed into a line come in one go.
        """
        for key, following in pairwise((*keys, "enter")):
            self.now += PERSON
            self._post(_key(key))
            self.now += PERSON
            typed = isinstance(self.app.focused, Input) and len(key) == len(following) == 1
            if not typed:
                await self.settled()

    async def type(self, text: str) -> None:
        """Type a text at a person's pace."""
        await self.press(*text)

    async def write(self, *lines: str) -> None:
        """Fill in fields from top to bottom: each text is typed and ended with Enter."""
        for line in lines:
            await self.press(*line, "enter")

    async def scan(self, text: str, end: str = "enter") -> None:
        """What a wedge scanner does: every character and the end key, a millisecond apart."""
        self.now += PERSON
        for key in (*text, end):
            self._post(_key(key))
            self.now += MACHINE
        await self._swallowed()
        self.now += 10 * PERSON
        await self.settled()

    async def paste(self, text: str) -> None:
        """Paste a text, as a terminal hands it over in one piece."""
        self.now += PERSON
        event = events.Paste(text)
        event.time = self.now
        self.app.post_message(event)
        self.now += PERSON
        await self.settled()

    async def resize(self, width: int, height: int) -> None:
        """Make the terminal another size."""
        await self.pilot.resize_terminal(width, height)
        self.app.post_message(events.Resize(Size(width, height), Size(width, height)))
        await self.settled()

    def _post(self, event: events.Key) -> None:
        event.time = self.now
        self.app.post_message(event)

    # What they see

    def lines(self) -> list[str]:
        """What stands on the screen, line by line, without colours and trailing blanks."""
        app = self.app
        console = Console(
            width=app.size.width,
            height=app.size.height,
            file=io.StringIO(),
            force_terminal=True,
            color_system="truecolor",
            record=True,
            legacy_windows=False,
        )
        update = app.screen._compositor.render_update(
            full=True, screen_stack=app._background_screens, simplify=False
        )
        console.print(update)
        return [line.rstrip() for line in console.export_text().splitlines()]

    def text(self) -> str:
        """What stands on the screen, as one text."""
        return "\n".join(self.lines())

    def words(self) -> str:
        """What stands on the screen with every run of blanks, line ends and upright lines as one
        blank, so that a sentence that was broken into two lines is found whole."""
        return " ".join(self.text().replace("│", " ").split())

    def marked(self) -> str:
        """The line that is marked in a list."""
        return next(line for line in self.lines() if line.lstrip().startswith(">"))

    @property
    def on(self) -> str:
        """The class of the screen on top: `HomeScreen`."""
        return type(self.app.screen).__name__

    # The till behind it

    async def ask(self, use: Callable[[Till], T]) -> T:
        """What the books say, asked in their own thread."""
        return await self.app.ask(use)

    # Waiting

    async def settled(self) -> None:
        """Wait until nothing is left to happen."""
        quiet = rounds = 0
        while rounds < PATIENCE:
            rounds += not self.app.backups.is_busy  # another program's pace says nothing of ours
            asked = self.asked
            if self._over():
                return
            await self.pilot._wait_for_screen()
            self.app.screen._on_timer_update()
            still = asked == self.asked and not self._busy()
            quiet = quiet + 1 if still else 0
            if quiet == QUIET_ROUNDS:
                return
            await asyncio.sleep(0 if still else 0.001)
        raise AssertionError(f"the table never settles: {', '.join(self._reasons())}")

    async def _swallowed(self) -> None:
        """Wait until every key of a scan has reached the capture, while its clock stands still."""
        while not self.app._message_queue.empty():
            await asyncio.sleep(0)
        await self.pilot._wait_for_screen()

    def _over(self) -> bool:
        return self.app._exception is not None or self.app._exit

    def _busy(self) -> bool:
        return next(self._reasons(), None) is not None

    def _reasons(self) -> Iterator[str]:
        """What is left to happen."""
        app = self.app
        if self.waiting > 0:
            yield f"{self.waiting} questions to the till"
        if app._capture.deadline is not None:
            yield f"keys are held until {app._capture.deadline - self.now:+.3f}"
        if app.scans.busy:
            yield "scans wait"
        if app.backups.is_busy:
            yield "a backup is being made"
        yield from self._printing()
        for worker in app.workers:
            if worker.group == "work" and not worker.is_finished:
                yield f"{worker} works"
        for pump in (app, *app.screen.walk_children(with_self=True)):
            if not pump._message_queue.empty():
                yield f"{pump} has messages"

    def _printing(self) -> Iterator[str]:
        if self.waits_for_printer and self.app.printing:
            yield "the printer prints"
        if self.app.table.known and not self.app.queue.answer:
            yield "the print queue was not answered"

    def watch(self) -> None:
        """Know when the till is at work."""
        till = self.app.till
        for name in ("ask", "start"):
            setattr(till, name, self._counted(getattr(till, name)))

    def _counted(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def counted(*arguments: Any) -> Any:
            self.asked += 1
            self.waiting += 1
            try:
                return await call(*arguments)
            finally:
                self.waiting -= 1

        return counted


def _key(name: str) -> events.Key:
    key = name
    if len(key) == 1 and not key.isalnum():
        key = _character_to_key(key)
    character: str | None = name if len(name) == 1 else None
    if character is None:
        import unicodedata

        try:
            character = unicodedata.lookup(_get_unicode_name_from_key(key))
        except KeyError:
            character = {"enter": "\r", "tab": "\t", "escape": "\x1b"}.get(name)
    return events.Key(key, character)


@cache
def _pattern(practice: bool, passphrase: str | None) -> Path:
    """A market with the suggested goods, founded once for all tests and copied for each. It was
    founded some months ago, for the books' time never goes back."""
    then = datetime.now().astimezone() - timedelta(weeks=20)
    beside = Path(tempfile.mkdtemp(prefix="market-"))
    atexit.register(shutil.rmtree, beside, ignore_errors=True)
    folder = beside / "market"
    wanted = Market("Oak Street Market", "Oak Street", "en", b"", practice)
    found_market(
        folder, wanted, passphrase=passphrase, goods=suggested_goods(), clock=lambda: then
    ).close()
    return folder


def founded(
    folder: Path,
    *,
    practice: bool = True,
    passphrase: str | None = None,
    rules: Rules | None = None,
    crew: Iterable[tuple[str, str]] | None = (),
    before: Callable[[Till], object] | None = None,
    asks_again: bool = True,
) -> Path:
    """A market in `folder`, with an open day unless `crew` is None; `before` may book in it. With a
    passphrase, `asks_again` says whether a start on the open day asks for it."""
    from kiosk.slips import keyfile  # noqa: F401 - its cost is paid once, not by the first test

    shutil.copytree(_pattern(practice, passphrase), folder)
    from kiosk.till import open_till

    till = open_till(folder)
    try:
        if passphrase is not None:
            till.unlock(passphrase)
            till.change_settings(Settings(ask_again=asks_again))
        if rules is not None:
            till.set_rules(rules, "decided by the assembly")
        if crew is not None:
            till.open_day(tuple(crew))
        if before is not None:
            before(till)
    finally:
        till.close()
    return folder


@asynccontextmanager
async def at_table(folder: Path, size: tuple[int, int] = NARROW) -> AsyncIterator[AtTable]:
    """The app of the market in `folder` (none there: a first run), settled and ready."""
    messages.use("en")
    began = datetime.now()  # the heading's clock stands still: no minute turns within a test
    app = KioskApp(folder, lambda: began)
    table = AtTable(app, None)  # type: ignore[arg-type]
    table.watch()
    with patch("kiosk.running.listening.get_time", table.clock):
        async with app.run_test(size=size, notifications=True) as pilot:
            table.pilot = pilot
            await table.settled()
            yield table
    messages.use("en")


def play(
    folder: Path,
    script: Callable[[AtTable], Awaitable[None]],
    size: tuple[int, int] = NARROW,
) -> None:
    """Run a script at the table of `folder`."""

    async def run() -> None:
        async with at_table(folder, size) as table:
            await script(table)

    asyncio.run(run())
