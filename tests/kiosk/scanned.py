"""Hostile strings typed into the real kiosk in a pseudo-terminal, and what must not come of them.

`Guarded` is a running kiosk on one screen. `attack` types a string as a scanner does, a byte every
one or two milliseconds, or in one piece, and then says what was wrong: a key, click, paste or resize
that reached a screen, another screen or focus, an end or a freeze, a genuine scan that was lost.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from db.connection import FILE
from tests.kiosk.hostile import Hostile
from tests.kiosk.terminal import PATIENCE_SECONDS, Terminal, environment_for

SCREENS: dict[str, tuple[str, ...]] = {
    "HomeScreen": (),
    "VisitScreen": ("1", "3", " ", "t", "o", "m"),
    "HandOverScreen": ("1", "3", " ", "t", "o", "m", "enter", "enter"),
    "VerdictScreen": (),
    "CheckScreen": ("2", "7"),
    "LedgerScreen": ("3",),
    "TodayScreen": ("4",),
    "StewardScreen": ("9",),
    "HelpScreen": ("f1",),
    "CloseDayScreen": ("9", "1"),
    "GoodsScreen": ("9", "2"),
    "GoodScreen": ("9", "2", "enter"),
    "RateScreen": ("9", "2", "enter", "1"),
    "SlipsScreen": ("9", "3"),
    "QueueScreen": ("9", "4"),
    "RulesScreen": ("9", "5"),
    "MachineScreen": ("9", "6"),
    "VerifyScreen": ("9", "7"),
    "ExportScreen": ("9", "8"),
}
"""The keys from Home to each screen."""


STALL_SECONDS = 0.006
"""A pause that no scanner makes between two bytes."""

PAUSE_SECONDS = 0.02
"""A pause between two reads of one string, for which only a busy machine can be blamed."""

ASK_AGAIN_SECONDS = 0.5
"""A loop that is full of events may lose a signal: asyncio tells of both through one pipe."""


def dump(folder: Path) -> str:
    """Everything that stands in the books."""
    books = sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True)
    try:
        return "\n".join(books.iterdump())
    finally:
        books.close()


class Guarded:
    """A kiosk in a terminal, watched from within (watched.py)."""

    def __init__(self, terminal: Terminal, report: Path) -> None:
        self.terminal = terminal
        self._report = report
        self._reports = 0
        self._sent = 0
        self._chance = random.Random(7)
        self._longest_gap = 0.0
        self.stalled = False
        """Whether the last attack says nothing: the machine was too busy to type like a scanner, or
        to read a short code as it was typed."""

    def look(self) -> dict[str, Any]:
        """What has happened since the last look, said by the app's own loop."""
        begun = asked = time.monotonic()
        self.terminal.signal(signal.SIGUSR1)
        while (now := time.monotonic()) < begun + PATIENCE_SECONDS:
            if now > asked + ASK_AGAIN_SECONDS:
                asked = now
                self.terminal.signal(signal.SIGUSR1)
            self.terminal.read_for(0.003)
            if told := self._new_reports():
                return told
            if self.terminal.is_over:
                raise AssertionError(f"the kiosk ended, status {self.terminal.status()}")
        raise AssertionError("the kiosk is frozen")

    def _new_reports(self) -> dict[str, Any]:
        """All reports that are new, as one: a report that was asked for twice comes twice."""
        if not self._report.exists():
            return {}
        with self._report.open(encoding="utf-8") as file:
            file.seek(self._reports)
            lines = file.read()
        whole_lines = lines[: lines.rfind("\n") + 1]
        self._reports += len(whole_lines.encode())
        told: dict[str, Any] = {}
        for line in whole_lines.splitlines():
            told = _joined(told, json.loads(line)) if told else json.loads(line)
        return told

    def settle(self) -> dict[str, Any]:
        """Look until all that was sent is read, and nothing is held back or waits."""
        whole: dict[str, Any] = {"input": [], "scans": [], "longest_read": 0, "longest_pause": 0}
        end = time.monotonic() + PATIENCE_SECONDS
        quiet = 0
        while quiet < 2:
            told = self.look()
            whole = _joined(whole, told)
            busy = told["busy"] or told["bytes"] < self._sent
            quiet = 0 if busy else quiet + 1
            if time.monotonic() > end:
                raise AssertionError(f"the kiosk never settles: {whole}")
        return whole

    def wait(self, screen: str, size: list[int] | None = None) -> None:
        """Wait until this screen is on top, its focus stays where it is, and it has this size."""
        end = time.monotonic() + PATIENCE_SECONDS
        before: list[str] = []
        while True:
            told = self.settle()
            stood = told["screens"][-1]
            if stood == before and stood[0] == screen and told["size"] == (size or told["size"]):
                return
            before = stood
            assert time.monotonic() < end, f"{stood} instead of {screen}"
            self.terminal.read_for(0.1)

    def send(self, data: bytes, at_once: bool) -> None:
        """Write bytes, as a scanner or in one piece."""
        self._sent += len(data)
        if at_once:
            while data:
                data = data[self.terminal.write(data[:4000]) :]
                self.terminal.read_for(0)
            return
        for place in range(len(data)):
            begun = time.monotonic()
            self.terminal.write(data[place : place + 1])
            self.terminal.read_for(self._chance.uniform(0.001, 0.002))
            self._longest_gap = max(self._longest_gap, time.monotonic() - begun)

    def press(self, *keys: str) -> dict[str, Any]:
        """Press keys at a person's pace; each is settled before the next."""
        told = self.settle()
        for key in keys:
            before = self.terminal.written
            self.terminal.press(key)
            self._sent += self.terminal.written - before
            told = self.settle()
        return told

    def attack(self, hostile: Hostile, at_once: bool, slip: str) -> list[str]:
        """Type it, then a genuine scan; gives what was wrong."""
        before = self.settle()
        self._longest_gap = 0.0
        self.send(hostile.data, at_once)
        after = self.settle()
        late = not hostile.at_once and after["longest_read"] > 1
        slow = not at_once and self._longest_gap > STALL_SECONDS
        self.stalled = late or slow or after["longest_pause"] > PAUSE_SECONDS
        wrong = [f"reached a screen: {one}" for one in _harmful(after["input"], at_once)]
        self.terminal.signal(signal.SIGUSR2)
        after |= {key: self.settle()[key] for key in ("screens", "size")}
        if _kept(before) != _kept(after) and before["screens"] != after["screens"]:
            wrong.append(f"stood at {before['screens']}, now at {after['screens']}")
        if before["size"] != after["size"]:
            wrong.append(f"size {after['size']}")
        self.send(slip.encode() + b"\r", at_once=True)
        scanned = self.settle()
        if scanned["scans"] != [slip] or scanned["input"]:
            wrong.append(f"the scan behind it gave {scanned['scans']} {scanned['input']}")
        self.terminal.signal(signal.SIGUSR2)
        self.settle()
        return [f"{hostile.kind} {hostile.data[:60]!r} at once {at_once}: {one}" for one in wrong]


def _joined(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Two reports as one: where it stands now, and all that has happened."""
    longest = {key: max(before[key], after[key]) for key in ("longest_read", "longest_pause")}
    return after | longest | {key: before[key] + after[key] for key in ("input", "scans")}


def _harmful(inputs: list[str], at_once: bool) -> list[str]:
    """A pointer that moves, or a text that is pasted, in one piece, is what it seems."""
    allowed = ("MouseMove", "Paste") if at_once else ()
    return [one for one in inputs if not one.startswith(allowed or "\0")]


def _kept(told: dict[str, Any]) -> list[Any]:
    """The screens that a scan leaves alone: cards that only say something make way for it."""
    screens: list[Any] = told["screens"]
    return [one for one in screens if one[0] not in ("VerdictScreen", "HelpScreen", "EntryCard")]


@contextmanager
def guarded(folder: Path, screen: str, slip: str) -> Iterator[Guarded]:
    """A kiosk of the market in `folder` that shows `screen`."""
    report = folder.parent / f"report-{screen}"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.kiosk.watched", str(report)]
    terminal = Terminal(command, environment_for(folder))
    try:
        terminal.wait("Scan a slip at any time")
        terminal.draws = False
        at = Guarded(terminal, report)
        at.press(*SCREENS[screen])
        if screen == "VerdictScreen":
            at.send(slip.encode() + b"\r", at_once=True)
        at.wait(screen)
        with suppress(OSError):  # a scanner's clock does not stop for a busy machine
            os.setpriority(os.PRIO_PROCESS, 0, -10)
            os.setpriority(os.PRIO_PGRP, terminal.process_group, -10)
        yield at
    finally:
        terminal.close()
