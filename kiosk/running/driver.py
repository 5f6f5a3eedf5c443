"""The terminal driver: Textual's own, with the input filter between its reads and its parser.

It asks the terminal for less than Textual does: the pointer, pastes in brackets and painting in one
go. Without kitty's keyboard protocol, reports of focus and sizes in the stream there is no sequence
left that a terminal sends and the table needs, but keys and pointer events. What may pass, the
filter says (kiosk/scanning/filter.py); who typed it, kiosk/scanning/burst.py.

It paints on standard output, where Textual's paints on standard error: that may be a launcher's log or
the system's journal, and slips are in the picture.
"""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterable
from typing import Any

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._time import get_time
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.keys import Keys
from textual.message import Message

from kiosk.running.supervisor import WIPED
from kiosk.scanning.filter import InputFilter, Noise, Passed, PassedPaste, Passing

READ_BYTES = 4096
MOST_READS = 16
"""Reads in a row before their keys are told."""

IDLE_SECONDS = 0.1
"""How often the thread looks whether the app is over."""

_ESCAPE = "\x1b"
_NO_FOCUS_REPORTS = "\x1b[?1004l"
_NO_KITTY_KEYS = "\x1b[<u"


class Interference(events.Event, bubble=False):
    """Something was read that no key of the table sends; `time` says when."""


def key_sequences() -> frozenset[str]:
    """The sequences that terminals send for keys, as Textual knows them."""
    return frozenset(
        sequence
        for sequence, keys in ANSI_SEQUENCES_KEYS.items()
        if sequence.startswith(("\x1b[", "\x1bO"))
        and isinstance(keys, tuple)
        and Keys.Ignore not in keys
        and not sequence.endswith(("u", "R"))  # kitty's keys; reports of the cursor
    )


class Quiet(events.Event, bubble=False):
    """All that was read before `time` has been told."""


class EventMaker:
    """From what passes the filter to Textual's events, each with the time of its read."""

    def __init__(self) -> None:
        self._parser = XTermParser()

    def events(self, passing: Iterable[Passing]) -> Iterable[Message]:
        """The events, in order."""
        for one in passing:
            for event in self._made(one):
                event.time = one.at
                yield event

    def _made(self, one: Passing) -> Iterable[Message]:
        if isinstance(one, Noise):
            return [Interference()]
        if isinstance(one, PassedPaste):
            return [events.Paste(one.text)]
        if one.text == _ESCAPE:  # the parser would wait for the rest of a sequence
            return [events.Key("escape", _ESCAPE)]
        return self._parser.feed(one.text)


class FilteringDriver(LinuxDriver):
    """Textual's driver for Linux, behind the filter."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self._file = sys.__stdout__
        self._filter = InputFilter(key_sequences())
        self._at_work = False

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is not None:
            self.write(_NO_FOCUS_REPORTS + _NO_KITTY_KEYS)
            self.flush()

    def stop_application_mode(self) -> None:
        if self._writer_thread is not None:
            self.write(WIPED)
        super().stop_application_mode()

    def _request_terminal_sync_mode_support(self) -> None:
        self._filter.expect_reply()
        super()._request_terminal_sync_mode_support()

    def _query_in_band_window_resize(self) -> None:
        """Not asked for: a window's new size comes as a signal, which nobody can type."""

    def run_input_thread(self) -> None:
        """Read, filter, parse, until the app is over or the terminal is gone."""
        maker = EventMaker()
        at = get_time()
        told = False
        while not self.exit_event.is_set():
            behind = told and self._waits(0)
            told = behind or self._waits(self._patience())
            if told:
                self._at_work = True
                # What came while we told of other keys was typed right behind them.
                at = at if behind else get_time()
                passing = self._read_all(at)
                if passing is None:
                    self._app.call_later(self._app.exit, 3)
                    return
            else:
                passing = self._filter.tick(get_time())
            for event in maker.events(passing):
                self.process_message(event)
            self._at_work = False

    def _read_all(self, at: float) -> list[Passing] | None:
        """What may pass of all that can be read now; None where the terminal is gone. To tell of a
        key takes longer than to read it: what belongs together is read together."""
        passing: list[Passing] = []
        for _read in range(MOST_READS):
            data = self._read()
            if not data:
                return None
            passing += self._filter.read(data, at)
            if not self._waits(0):
                break
        return passing

    def _waits(self, seconds: float) -> bool:
        """Whether there is something to read, or will be within so many seconds."""
        return bool(select.select([self.fileno], [], [], seconds)[0])

    def ask_for_quiet(self) -> bool:
        """Tell the app, behind all that was read, that nothing more was: gives whether that is so.

        Called from the app's thread, which may be late itself on a busy machine: what has been read
        must reach it before it takes the time that has passed for a person's pause.
        """
        if self._at_work or self._waits(0):
            return False
        self.process_message(Quiet())
        return True

    def _patience(self) -> float:
        deadline = self._filter.deadline
        if deadline is None:
            return IDLE_SECONDS
        return min(IDLE_SECONDS, max(0.0, deadline - get_time()))

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, READ_BYTES)
        except OSError:  # Linux says so when the other end of the terminal is closed
            return b""


__all__ = ["EventMaker", "FilteringDriver", "Interference", "Passed", "key_sequences"]
