"""Hostile strings typed into the real kiosk in a pseudo-terminal, and what must not come of them.

`Guarded` is a running kiosk in one place. `attack` types a string as a scanner does, a byte every
one or two milliseconds, or in one piece, and then says what was wrong: a key, click, paste or resize
that reached a screen; another screen, focus, field or draft; a write to the books or to a file; an
end or a freeze; a genuine scan right behind it that was lost.
"""

from __future__ import annotations

import json
import os
import random
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from db.connection import FILE
from kiosk.scanning.filter import FLOOD_LENGTH
from kiosk.scanning.gaps import TEAR_GAP
from tests.kiosk.hostile import Hostile
from tests.kiosk.places import PLACES
from tests.kiosk.terminal import PATIENCE_SECONDS, Terminal, environment_for

UNSETTLED_SECONDS = 60.0
"""A hundred verdicts one after the other take a busy machine a while."""

STALL_SECONDS = 0.006
"""A pause that no scanner makes between two bytes."""

PAUSE_SECONDS = 0.01
"""A pause between two reads of one string, for which only a busy machine can be blamed."""

STANDING = ("screens", "size", "fields", "draft", "looks")
"""What an attack must leave as it was."""


def dump(folder: Path) -> str:
    """Everything that stands in the books; nothing where there are none."""
    if not (folder / FILE).exists():
        return ""
    with closing(_books(folder)) as books:
        return "\n".join(books.iterdump())


def _books(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True)


class Traces:
    """Whether anything was written in a market's folder, asked often and cheaply."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._books = _books(folder) if (folder / FILE).exists() else None

    def now(self) -> list[Any]:
        """Changes with each commit that any other program makes, and with each file."""
        version = self._books.execute("PRAGMA data_version").fetchone() if self._books else ()
        files = [
            (str(path), one.st_size, one.st_mtime_ns)
            for path in sorted(self._folder.rglob("*"))
            if not path.name.startswith(FILE) and (one := path.stat())
        ]
        return [version, files]

    def close(self) -> None:
        """Ask no more."""
        if self._books is not None:
            self._books.close()


class Guarded:
    """A kiosk in a terminal, watched from within (watched.py)."""

    def __init__(self, terminal: Terminal, link: socket.socket, folder: Path) -> None:
        self.terminal = terminal
        self._link = link
        self._answer = b""
        self._sent = 0
        self._chance = random.Random(7)
        self._longest_gap = 0.0
        self._in_a_row = 0
        self._traces = Traces(folder)
        self._acts = True
        self._before: dict[str, Any] = {}
        self._traces_before: list[Any] = []
        self.stalled = False
        """Whether the last attack says nothing: the machine was too busy to type like a scanner, or
        to read a short code as it was typed."""

    def settle(self, **asked: Any) -> dict[str, Any]:
        """What has happened since the last answer, once all that was sent is read and done.

        `away=True` puts verdicts away before, `slip` is told from then on and not acted upon,
        nor is any scan after `acts=False`; `remember=True` keeps the verdict that is on top.
        """
        self._link.sendall(
            json.dumps({"sent": self._sent, "seconds": UNSETTLED_SECONDS, **asked}).encode() + b"\n"
        )
        end = time.monotonic() + UNSETTLED_SECONDS + PATIENCE_SECONDS
        while b"\n" not in self._answer:
            if self.terminal.is_over:
                raise AssertionError(f"the kiosk ended, status {self.terminal.status()}")
            if time.monotonic() > end:
                raise AssertionError("the kiosk is frozen")
            if self.terminal.read_until(self._link, 0.5):
                self._answer += self._link.recv(1 << 20)
        line, _end, self._answer = self._answer.partition(b"\n")
        told: dict[str, Any] = json.loads(line)
        if told["unsettled"]:
            raise AssertionError(f"the kiosk never settles: {told['unsettled']}")
        return told

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
        """Press keys at a person's pace, each when what the one before it did stands."""
        told = self._stood()
        for key in keys:
            before = self.terminal.written
            self.terminal.press(key)
            self._sent += self.terminal.written - before
            told = self._stood()
        return told

    def _stood(self) -> dict[str, Any]:
        """Look until a screen and its focus stay where they are."""
        before, told = {}, self.settle()
        while any(before.get(what) != told[what] for what in STANDING):
            self.terminal.read_for(0.06)
            before, told = told, self.settle()
        return told

    def guard(self, slip: str) -> None:
        """What stands now is what must stay; a scan of `slip` is told and not acted upon."""
        self._before = self.settle(remember=True, slip=slip)
        self._traces_before = self._traces.now()

    def attack(self, hostile: Hostile, at_once: bool, slip: str, acts: bool = True) -> list[str]:
        """Type it, then a genuine scan; gives what was wrong. `acts` says whether what is taken for
        a scan is acted upon, or only told."""
        if not self._before:
            self.guard(slip)
        if acts != self._acts:
            self.settle(acts=acts)
            self._acts = acts
        if hostile.kind == "letters" and self._is_at_text():
            return []
        self._longest_gap = 0.0
        self._make_a_pause(len(hostile.data) + len(slip))
        self.send(hostile.data, at_once)
        after = self.settle(away=True)
        bytewise = (hostile.kind == "pointer" and not at_once) or not hostile.at_once
        late = bytewise and after["longest_read"] > 1
        slow = not at_once and self._longest_gap > STALL_SECONDS
        self.stalled = late or slow or after["longest_pause"] > PAUSE_SECONDS
        wrong = [f"reached a screen: {one}" for one in _harmful(after["input"], at_once)]
        pasted = any(one.startswith("Paste") for one in after["input"])
        wrong += self._changed(after, except_for=("fields",) if pasted and at_once else ())
        self.send(slip.encode() + b"\r", at_once=True)
        scanned = self.settle(away=True)
        if scanned["taken"] != [slip] or scanned["input"]:
            wrong.append(f"the scan behind it gave {scanned['taken']} {scanned['input']}")
        wrong += self._changed(scanned, except_for=("fields",) if pasted and at_once else ())
        traces, self._traces_before = self._traces_before, self._traces.now()
        if traces != self._traces_before:
            wrong.append("something was written")
        self._before = scanned
        return [f"{hostile.kind} {hostile.data[:60]!r} at once {at_once}: {one}" for one in wrong]

    def _make_a_pause(self, more: int) -> None:
        """Nobody scans all of these without a pause, and what seems to is cut off as a flood."""
        self._in_a_row += more
        if self._in_a_row > FLOOD_LENGTH // 2:
            self.terminal.read_for(TEAR_GAP + 0.1)
            self._in_a_row = more

    def _is_at_text(self) -> bool:
        """Whether a line to type in has the focus."""
        kind, _hash, _id = self._before["screens"][-1][1].partition("#")
        return kind.endswith(("Input", "Line"))

    def act(self, slip: str) -> list[str]:
        """Let a genuine scan do what it does; gives what was wrong."""
        self.settle(slip="", acts=True)
        self._acts = True
        self.send(slip.encode() + b"\r", at_once=True)
        told = self.settle()
        self._before = {}
        if told["taken"] == [slip] and not told["input"]:
            return []
        return [f"the scan in the end gave {told['taken']} {told['input']}"]

    def _changed(self, after: dict[str, Any], except_for: tuple[str, ...]) -> list[str]:
        return [
            f"{what} was {self._before[what]}, now {after[what]}"
            for what in STANDING
            if what not in except_for and self._before[what] != after[what]
        ]

    def close(self) -> None:
        """End the kiosk."""
        self.terminal.close()
        self._traces.close()
        self._link.close()


def _harmful(inputs: list[str], at_once: bool) -> list[str]:
    """A pointer that moves, or a text that is pasted, in one piece, is what it seems."""
    allowed = ("MouseMove", "Paste") if at_once else ()
    return [one for one in inputs if not one.startswith(allowed or "\0")]


@contextmanager
def guarded(folder: Path, name: str, slip: str) -> Iterator[Guarded]:
    """A kiosk of the market in `folder`, at one of PLACES."""
    place = PLACES[name]
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "tests.kiosk.watched", str(theirs.fileno())]
    terminal = Terminal(command, environment_for(folder), inherits=(theirs.fileno(),))
    theirs.close()
    at = Guarded(terminal, ours, folder)
    try:
        terminal.wait(place.begins)
        terminal.draws = False
        at.press(*place.keys)
        if place.scans:
            at.send(slip.encode() + b"\r", at_once=True)
        at.wait(place.screen)
        with suppress(OSError):  # a scanner's clock does not stop for a busy machine
            os.setpriority(os.PRIO_PROCESS, 0, -10)
            os.setpriority(os.PRIO_PGRP, terminal.process_group, -10)
        yield at
    finally:
        at.close()
