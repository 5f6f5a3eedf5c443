"""The real kiosk, watched from within: what reaches its screens, and where it stands.

Run by the tests as a program in a pseudo-terminal: `python -m tests.kiosk.watched REPORT`. Nothing is
replaced. On a signal the event loop writes to the file REPORT what has happened since the last one;
that it answers shows that it is not frozen.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from textual import events
from textual.app import App
from textual.message import Message

from kiosk.app import KioskApp
from kiosk.cli import main
from kiosk.driver import FilteringDriver, Interference, Quiet
from kiosk.till import Till

INPUT = (
    events.Key, events.Paste, events.MouseEvent, events.Resize, events.AppFocus, events.AppBlur,
    events.CursorPosition,
)  # fmt: skip


HELD = (events.Key, events.Paste, Interference, Quiet)


class Watch:
    """What has reached the screens since the last report."""

    def __init__(self, report: Path) -> None:
        self.report = report
        self.input: list[str] = []
        self.scans: SimpleQueue[str] = SimpleQueue()
        self.bytes_read = 0
        self.longest_read = 0
        self.longest_pause = self.read_at = 0.0
        self.told = self.heard = 0
        self.reports = 0

    def attach(self) -> None:
        """Look on where input passes: behind the capture of scans, at the till, at the terminal."""
        watch = self
        to_screens, scan, read = App.on_event, Till.scan, FilteringDriver._read
        tell, hear, mounted = (
            FilteringDriver.process_message, KioskApp.on_event, KioskApp.on_mount,
        )  # fmt: skip

        async def on_event(app: App[Any], event: events.Event) -> None:
            if isinstance(event, INPUT) and not event.is_forwarded:
                watch.input.append(repr(event))
            await to_screens(app, event)

        def scanning(till: Till, text: str) -> Any:
            watch.scans.put(text)  # in the books' thread
            return scan(till, text)

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

        async def hearing(app: KioskApp, event: events.Event) -> None:
            counts = isinstance(event, HELD) and not event.is_forwarded
            try:
                await hear(app, event)
            finally:
                watch.heard += counts

        async def on_mount(app: KioskApp) -> None:
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGUSR1, watch.tell, app)
            loop.add_signal_handler(signal.SIGUSR2, watch.put_verdict_away, app)
            await mounted(app)

        App.on_event = on_event  # type: ignore[method-assign]
        Till.scan = scanning  # type: ignore[method-assign]
        FilteringDriver._read = reading  # type: ignore[method-assign]
        FilteringDriver.process_message = telling  # type: ignore[method-assign]
        KioskApp.on_event = hearing  # type: ignore[method-assign]
        KioskApp.on_mount = on_mount  # type: ignore[method-assign]

    def tell(self, app: KioskApp) -> None:
        """Write what has happened since the last report, as one line."""
        self.reports += 1
        driver: Any = app._driver
        held = app._capture.deadline is not None or driver._filter.deadline is not None
        scanning = bool(app._scans._unfinished_tasks)  # type: ignore[attr-defined]
        told = {
            "report": self.reports,
            "input": self.input,
            "scans": [self.scans.get() for _scan in range(self.scans.qsize())],
            "bytes": self.bytes_read,
            "longest_read": self.longest_read,
            "told": [self.told, self.heard, held, scanning],
            "longest_pause": self.longest_pause,
            "busy": held or scanning or driver._at_work or self.told != self.heard,
            "screens": [
                [type(screen).__name__, _name(screen.focused)] for screen in app.screen_stack
            ],
            "makes_way": bool(getattr(app.screen, "makes_way", False)),
            "size": [*app.size],
        }
        self.input, self.longest_read = [], 0
        self.longest_pause = self.read_at = 0.0
        with self.report.open("a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")

    def put_verdict_away(self, app: KioskApp) -> None:
        """Leave what a scan has put on top, without a key."""
        if type(app.screen).__name__ == "VerdictScreen":
            app.pop_screen()


def _name(widget: Any) -> str:
    return "" if widget is None else f"{type(widget).__name__}#{widget.id}"


if __name__ == "__main__":
    Watch(Path(sys.argv[1])).attach()
    os.environ.pop("TEXTUAL_DRIVER", None)
    for asked_early in (signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(asked_early, signal.SIG_IGN)  # until the loop answers
    sys.exit(main(sys.argv[2:]))
