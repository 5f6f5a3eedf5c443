"""The command `kiosk` stays behind the full screen and starts it again when it has crashed.

The app runs in a child process. A child that ends by itself, as somebody wanted or with a sentence of
its own, ends the command with its status; one that crashes or is killed is started again at once, with
a calm line on the screen meanwhile, and after several crashes in a row the command gives up and says
so. The terminal is given back as it was found. What was typed for a visit is kept on disk by the app
(kiosk/running/visitkeeping.py), the key of an open day too (kiosk/keys/resting.py): this module holds
nothing but, between two children, the place of the one table (kiosk/running/onetable.py).

A fork, not a new program: the command has loaded only what the app needs as well, so the first paint
waits a millisecond for it.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from db.errors import N_, KioskError, Trouble
from kiosk.machine import log
from kiosk.messages import _
from kiosk.running import onetable

CRASHED = 70
"""Status of a child that met a fault of the program; all others are ends that somebody wanted."""

MOST_CRASHES = 5
WITHIN_SECONDS = 60.0
"""After so many crashes within such a time the command gives up."""
LONGEST_PAUSE = 2.0
"""Seconds between a crash and the next start: none after the first, then more and more."""

FORWARDED = ("SIGTERM", "SIGHUP", "SIGINT", "SIGWINCH")
ENDING = ("SIGTERM", "SIGHUP", "SIGINT")

_MODES = (2026, 1000, 1002, 1003, 1006, 1015, 1004, 2004)
_SCREEN_AGAIN = "".join(f"\x1b[?{mode}l" for mode in _MODES) + "\x1b[0m"
"""No half-painted frame, no pointer, no pastes in brackets, no colour."""
_CLEARED = "\x1b[2J\x1b[3;3H"
WIPED = "\x1b[2J\x1b[H"
"""An empty screen: the console of Linux has none of before that it could go back to."""
_LEFT = f"{WIPED}\x1b[?1049l\x1b[?25h\x1b[?7h"
"""The screen of before, the cursor, and lines that wrap."""


class KeepsCrashing(Trouble):
    sentence = N_(
        "The kiosk ended by itself {number} times in a row. What was booked is in the books. "
        "{file} says where it happened; start it once more, or restart the machine."
    )


def supervised(run: Callable[[], int], folder: Path) -> int:
    """Let `run` show the app in a child, again and again until it ends as somebody wanted; gives its
    exit status. Raises KeepsCrashing, TableIsOpen where another command shows it, and whatever the
    handlers of signals raise that were there."""
    crashes: list[float] = []
    onetable.take(folder)
    with _terminal_as_it_was() as terminal, _Child() as child:
        while True:
            status = child.status_of(run)
            if child.ended_by:
                terminal.leave()
                return 128 + child.ended_by
            if status is not None and status != CRASHED:
                return status
            onetable.take(folder)
            crashes = [one for one in crashes if time.monotonic() - one < WITHIN_SECONDS]
            crashes.append(time.monotonic())
            log.open_log(folder)
            log.note("the table ended by itself, crash {number} in a row", number=len(crashes))
            if len(crashes) >= MOST_CRASHES:
                raise KeepsCrashing(number=len(crashes), file=folder / log.FILE)
            terminal.say(_("The kiosk starts again. Everything that was booked is in the books."))
            time.sleep(min(LONGEST_PAUSE, 0.5 * (len(crashes) - 1)))
            if child.ended_by:
                terminal.leave()
                return 128 + child.ended_by
            terminal.forget_input()


class _Child:
    """The app's process, and the signals that are meant for it."""

    def __init__(self) -> None:
        self.ended_by = 0
        """Number of the signal that asked the command to end; 0 for none."""
        self._id = 0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> _Child:
        for name in FORWARDED:
            number = getattr(signal, name)
            self._before[number] = signal.signal(number, self._forward)
        return self

    def __exit__(self, *_error: object) -> None:
        self._end()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _forward(self, number: int, _frame: object) -> None:
        if signal.Signals(number).name in ENDING:
            self.ended_by = number
        if self._id:
            with suppress(ProcessLookupError):
                os.kill(self._id, number)

    def status_of(self, run: Callable[[], int]) -> int | None:
        """What `run` gives in a child, or the status it leaves with; None where it was killed."""
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        self._id = os.fork()
        if self._id == 0:
            for number in self._before:
                signal.signal(number, signal.SIG_DFL)
            _be_the_child(run)
        onetable.let_go()  # the child holds it, and may let go so that a disk can be taken out
        _process, ended = os.waitpid(self._id, 0)
        self._id = 0
        return os.WEXITSTATUS(ended) if os.WIFEXITED(ended) else None

    def _end(self) -> None:
        """Somebody leaves while the child runs: it must not stay behind."""
        if self._id:
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(self._id, signal.SIGTERM)
                os.waitpid(self._id, 0)


def _be_the_child(run: Callable[[], int]) -> None:
    """Run and end, whatever happens: nothing of the command's own way home is gone here."""
    status = CRASHED
    try:
        status = run()
    except KioskError as error:
        from kiosk.messages import sentence

        status = error.status
        with suppress(OSError, ValueError):
            sys.stderr.write(sentence(error) + "\n")
    except BaseException as error:
        log.fault("the table", error)
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(status)


class _Terminal:
    """The terminal between two children. It stays as the app had it, without echo: what a scanner
    still types must not be shown."""

    def __init__(self, inputs: int, outputs: int) -> None:
        self._inputs, self._outputs = inputs, outputs

    def say(self, words: str) -> None:
        """One line on an empty screen; safe text."""
        self._write(_SCREEN_AGAIN + _CLEARED + words)

    def leave(self) -> None:
        """What was on the screen before the app."""
        self._write(_SCREEN_AGAIN + _LEFT)

    def forget_input(self) -> None:
        """What was typed while nobody was there is nobody's."""
        import termios

        with suppress(OSError, termios.error):
            termios.tcflush(self._inputs, termios.TCIFLUSH)

    def _write(self, text: str) -> None:
        with suppress(OSError):
            os.write(self._outputs, text.encode())


@contextmanager
def _terminal_as_it_was() -> Iterator[_Terminal]:
    import termios

    inputs, outputs = sys.__stdin__.fileno(), sys.__stdout__.fileno()  # type: ignore[union-attr]
    before = None
    with suppress(OSError, termios.error):
        before = termios.tcgetattr(inputs)
        # What a child leaves behind is this: no key between two children is shown or ends anything.
        quiet = [*before]
        quiet[3] = before[3] & ~(termios.ISIG | termios.ECHO | termios.ICANON)
        termios.tcsetattr(inputs, termios.TCSANOW, quiet)
    terminal = _Terminal(inputs, outputs)
    try:
        yield terminal
    except BaseException:
        terminal.leave()
        raise
    finally:
        if before is not None:
            with suppress(OSError, termios.error):
                termios.tcsetattr(inputs, termios.TCSANOW, before)
