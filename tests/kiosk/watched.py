"""The real kiosk, watched from within: what reaches its screens, and where it stands.

Run by the tests as a program in a pseudo-terminal: `python -m tests.kiosk.watched SOCKET`, the number
of an inherited socket. A line that comes there asks; the app's own loop answers it when all that was
sent is read and nothing is held back or waits. That it answers shows that it is not frozen.

Nothing is replaced but what becomes of a scan, if asked: it is then taken by the capture as ever, and
told instead of acted upon, so that a place is still there for the next attack.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import time
from queue import SimpleQueue
from typing import Any

from textual import events
from textual.app import App
from textual.message import Message
from textual.widgets import Input

from kiosk.app import KioskApp
from kiosk.backup.keeper import BackupKeeper
from kiosk.cli import main
from kiosk.running.driver import FilteringDriver, Interference, Quiet
from kiosk.running.scans import Scans
from kiosk.till import Till
from kiosk.widgets.form import Pick
from kiosk.widgets.menu import Menu
from kiosk.widgets.row_list import RowList

INPUT = (
    events.Key, events.Paste, events.MouseEvent, events.Resize, events.AppFocus, events.AppBlur,
    events.CursorPosition,
)  # fmt: skip
HELD = (events.Key, events.Paste, Interference, Quiet)

LOOK_SECONDS = 0.006
"""From one look at whether all is done to the next."""


class Watch:
    """What has reached the screens since the last answer."""

    def __init__(self, link: socket.socket) -> None:
        self.link = link
        self.input: list[str] = []
        self.taken: list[str] = []
        """What the capture took for scans."""
        self.scans: SimpleQueue[str] = SimpleQueue()
        """What the till was asked about."""
        self.slip = ""
        """The scan that is told and not acted upon; empty for none."""
        self.acts = True
        """Whether other scans are acted upon."""
        self.verdict: Any = None
        """The verdict that stood on top when the attacks began; others are put away."""
        self.bytes_read = 0
        self.longest_read = 0
        self.longest_pause = self.read_at = 0.0
        self.told = self.heard = 0

    def attach(self) -> None:
        """Look on where input passes: at the terminal, behind the capture of scans, at the till."""
        self._attach_to_driver()
        self._attach_to_app()
        self._attach_to_scans()

    def _attach_to_driver(self) -> None:
        watch, read, tell = self, FilteringDriver._read, FilteringDriver.process_message

        def reading(driver: FilteringDriver) -> bytes:
            data = read(driver)
            watch.bytes_read += len(data)
            watch.longest_read = max(watch.longest_read, len(data))
            now = time.monotonic()
            if watch.read_at:
                watch.longest_pause = max(watch.longest_pause, now - watch.read_at)
            watch.read_at = now
            return data

        def telling(driver: FilteringDriver, message: Message) -> None:
            watch.told += isinstance(message, HELD)
            tell(driver, message)

        FilteringDriver._read = reading  # type: ignore[method-assign]
        FilteringDriver.process_message = telling  # type: ignore[method-assign]

    def _attach_to_app(self) -> None:
        watch, to_screens, hear = self, App.on_event, KioskApp.on_event
        mounted = KioskApp.on_mount

        async def on_event(app: App[Any], event: events.Event) -> None:
            if isinstance(event, INPUT) and not event.is_forwarded:
                watch.input.append(repr(event))
            await to_screens(app, event)

        async def hearing(app: KioskApp, event: events.Event) -> None:
            counts = isinstance(event, HELD) and not event.is_forwarded
            try:
                await hear(app, event)
            finally:
                watch.heard += counts

        async def on_mount(app: KioskApp) -> None:
            app.run_worker(watch.answer(app), group="watch")
            await mounted(app)

        App.on_event = on_event  # type: ignore[method-assign]
        KioskApp.on_event = hearing  # type: ignore[method-assign]
        KioskApp.on_mount = on_mount  # type: ignore[method-assign]

    def _attach_to_scans(self) -> None:
        watch, take, scan = self, Scans.take, Till.scan

        async def taking(scans: Scans, text: str, ender: str) -> None:
            watch.taken.append(text)
            if watch.acts and text != watch.slip:
                await take(scans, text, ender)

        def scanning(till: Till, text: str) -> Any:
            watch.scans.put(text)  # in the books' thread
            return scan(till, text)

        Scans.take = taking  # type: ignore[method-assign]
        Till.scan = scanning  # type: ignore[method-assign]

    async def answer(self, app: KioskApp) -> None:
        """Answer each question when the kiosk has settled, or when it does not."""
        reader, writer = await asyncio.open_connection(sock=self.link)
        while line := await reader.readline():
            asked = json.loads(line)
            settled = await self._settle(app, asked["sent"], asked["seconds"])
            if asked.get("remember"):
                self.verdict = getattr(app.screen, "verdict", None)
            if settled and asked.get("away") and await self._put_verdicts_away(app):
                settled = await self._settle(app, asked["sent"], asked["seconds"])
            self.slip = asked.get("slip", self.slip)
            self.acts = asked.get("acts", self.acts)
            writer.write(json.dumps(self._report(app, settled)).encode() + b"\n")
            await writer.drain()

    async def _settle(self, app: KioskApp, sent: int, seconds: float) -> bool:
        """Wait until `sent` bytes are read and nothing is left to do; gives whether that came."""
        end = time.monotonic() + seconds
        quiet = 0
        while quiet < 2:
            await asyncio.sleep(LOOK_SECONDS if not quiet else 0)
            quiet = 0 if self.bytes_read < sent or self._busy(app) else quiet + 1
            if time.monotonic() > end:
                return False
        return True

    def _busy(self, app: KioskApp) -> list[str]:
        driver: Any = app._driver
        what = {
            "held": app._capture.deadline is not None or driver._filter.deadline is not None,
            "scans": app.scans.busy,
            "driver": driver._at_work or self.told != self.heard,
            "printing": bool(app.printing),
            "work": any(one.group == "work" and not one.is_finished for one in app.workers),
        }
        return [name for name, true in what.items() if true]

    async def _put_verdicts_away(self, app: KioskApp) -> bool:
        """Leave what scans have put on top, without a key; gives whether there was anything."""
        before = app.screen
        while _is_verdict(app.screen) and app.screen.verdict is not self.verdict:  # type: ignore[attr-defined]
            await app.pop_screen()
        if self.verdict is not None and not _is_verdict(app.screen):
            await app.show("verdict", self.verdict)
        return app.screen is not before

    def _report(self, app: KioskApp, settled: bool) -> dict[str, Any]:
        told = {
            "input": self.input,
            "taken": self.taken,
            "scans": [self.scans.get() for _scan in range(self.scans.qsize())],
            "longest_read": self.longest_read,
            "longest_pause": self.longest_pause,
            "unsettled": [] if settled else [*self._busy(app), self.bytes_read],
            "screens": [
                [type(screen).__name__, _name(screen.focused)] for screen in app.screen_stack
            ],
            "size": [*app.size],
            "fields": [_fields(screen) for screen in app.screen_stack],
            "draft": repr(vars(app.draft)) if app.draft is not None else "",
            "looks": [app.theme, app.table.settings.language],
        }
        self.input, self.taken, self.longest_read = [], [], 0
        self.longest_pause = self.read_at = 0.0
        return told


def _is_verdict(screen: Any) -> bool:
    return type(screen).__name__ == "VerdictScreen"


def _name(widget: Any) -> str:
    return "" if widget is None else f"{type(widget).__name__}#{widget.id}"


def _fields(screen: Any) -> list[str]:
    """What is typed, picked and marked on a screen."""
    told = []
    for one in screen.walk_children():
        if isinstance(one, Input):
            told.append(f"{one.value} {one.cursor_position}")
        elif isinstance(one, Pick):
            told.append(one.value)
        elif isinstance(one, Menu | RowList):
            told.append(str(one.at))
    return told


if __name__ == "__main__":
    # What is written while nobody did anything is to be the fault of what was sent.
    BackupKeeper.FIRST_SECONDS = 1e9
    Watch(socket.socket(fileno=int(sys.argv[1]))).attach()
    os.environ.pop("TEXTUAL_DRIVER", None)
    sys.exit(main(sys.argv[2:]))
