"""A terminal for the tests: the real `kiosk` in a real pseudo-terminal, typed and scanned byte by byte.

A key is the bytes that a terminal sends for it, written alone and followed by a person's gap, since
faster keys are a scanner's. What the app then draws is read into a screen of cells, and every wait
is for words on that screen: nothing here relies on how fast the machine is.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyte
from PIL import Image, ImageColor

COLUMNS, LINES = 80, 24
DOTS = 6
"""Width of a cell, and half its height, in a picture of the screen."""

PERSON_SECONDS = 0.075
"""From one key to the next: nobody types faster for long, and no scanner as slowly."""

PATIENCE_SECONDS = 20.0
"""How long a loaded machine may take to draw what a key did; then the test fails."""

KEYS = {
    "enter": b"\r",
    "escape": b"\x1b",
    "backspace": b"\x7f",
    "delete": b"\x1b[3~",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "pagedown": b"\x1b[6~",
    "f1": b"\x1bOP",
    "f2": b"\x1bOQ",
    "f6": b"\x1b[17~",
    "f5": b"\x1b[15~",
    "f7": b"\x1b[18~",
    "f8": b"\x1b[19~",
    "f9": b"\x1b[20~",
    "ctrl+c": b"\x03",
    "ctrl+p": b"\x10",
    "ctrl+q": b"\x11",
    "ctrl+z": b"\x1a",
    "ctrl+backslash": b"\x1c",
}

# Sequences with a private marker that ask or set up what no screen shows; the screen of cells would
# print a part of them. Modes (`?…h`, `?…l`) are left to it.
_ASIDE = re.compile(rb"\x1b\[[<>=?][0-9;:]*\$?[a-gi-km-zA-Z]|\x1bP[^\x1b]*\x1b\\")
_HEX = re.compile("[0-9a-f]{6}")
_UNFINISHED = re.compile(rb"\x1b(\[[<>=?]?[0-9;:]*\$?|P[^\x1b]*\x1b?)?\Z")


class Terminal:
    """Somebody in front of a terminal in which a program runs."""

    def __init__(
        self,
        command: Sequence[str],
        environment: dict[str, str],
        inherits: Sequence[int] = (),
        errors: int | None = None,
    ) -> None:
        """`inherits` are open files that the program gets under the same numbers; `errors` is one
        that it gets as its standard error, which else is the terminal."""
        self.screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self.screen)
        self._rest = b""
        self.keys: list[str] = []
        """What was pressed so far, scans not counted."""
        self.written = 0
        """Bytes that were sent to the program."""
        self.draws = True
        """Whether what the program writes is drawn; that costs more than to write it."""
        self.output = bytearray()
        """Every byte that the program wrote."""
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self._process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs if errors is None else errors,
            env=environment,
            start_new_session=True,
            close_fds=True,
            pass_fds=inherits,
        )
        os.close(theirs)

    # What somebody does

    def press(self, *keys: str, until: str | None = None) -> None:
        """Press keys at a person's pace, named as in KEYS or as they are; wait for words if given."""
        for key in keys:
            self.keys.append(key)
            self.write(KEYS.get(key) or key.encode())
            self._pause(PERSON_SECONDS)
        if until is not None:
            self.wait(until)

    def press_now(self, key: str) -> None:
        """Press a key and wait for nothing."""
        self.keys.append(key)
        self.write(KEYS.get(key) or key.encode())

    def type(self, text: str, until: str | None = None) -> None:
        """Type a text, each letter when the one before it stands on the screen."""
        typed = ""
        for letter in text:
            typed += letter
            self.press(letter, until=typed.strip())
        if until is not None:
            self.wait(until)

    def scan(self, text: str, until: str | None = None) -> None:
        """What a fast scanner sends: the code and Enter, all at once. Whoever waits for words then
        takes a moment to read them, as a person does before the next key."""
        self.send(text.encode() + b"\r", until)
        if until is not None:
            self._pause(PERSON_SECONDS)

    def write(self, data: bytes) -> int:
        """Write bytes; gives how many the terminal took."""
        taken = os.write(self._ours, data)
        self.written += taken
        return taken

    def send(self, data: bytes, until: str | None = None) -> None:
        """Write bytes at once, whatever they are."""
        self.write(data)
        if until is not None:
            self.wait(until)

    # What somebody sees

    def lines(self) -> list[str]:
        """The screen, line by line, without trailing blanks."""
        return [line.rstrip() for line in self.screen.display]

    def words(self) -> str:
        """The screen with every run of blanks and line ends as one blank."""
        return " ".join(" ".join(self.screen.display).split())

    def wait(self, words: str) -> None:
        """Wait until these words stand on the screen."""
        self.wait_for(lambda: words in self.words(), f"“{words}”")

    def wait_for(self, true: Callable[[], bool], what: str) -> None:
        """Wait until something is true of the screen."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not true():
            self._read(0.05)
            if not true() and (self.is_over or time.monotonic() > end):
                shown = "\n".join(self.lines())
                raise AssertionError(f"{what} never came; the screen shows\n{shown}")

    def picture(self) -> Image.Image:
        """The screen as a camera sees it: every cell in its colours, half blocks as halves."""
        picture = Image.new("RGB", (COLUMNS, 2 * LINES))
        for row in range(LINES):
            for column in range(COLUMNS):
                cell = self.screen.buffer[row][column]
                ink, ground = _colour(cell.fg, "white"), _colour(cell.bg, "black")
                if cell.reverse:
                    ink, ground = ground, ink
                for half, signs in enumerate(("█▀", "█▄")):
                    colour = ink if cell.data in signs else ground
                    picture.putpixel((column, 2 * row + half), colour)
        return picture.resize((COLUMNS * DOTS, 2 * LINES * DOTS), Image.Resampling.NEAREST)

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(left)

    def _read(self, seconds: float) -> None:
        if not select.select([self._ours], [], [], seconds)[0]:
            return
        try:
            data = os.read(self._ours, 65536)
        except OSError:  # Linux says so when the other side is closed
            time.sleep(min(seconds, 0.01))
            return
        self.output += data
        if not self.draws:
            return
        data = self._rest + data
        cut = _UNFINISHED.search(data)
        data, self._rest = (data[: cut.start()], data[cut.start() :]) if cut else (data, b"")
        self._stream.feed(_ASIDE.sub(b"", data))

    def read_for(self, seconds: float) -> None:
        """Take what the program draws, for so long at least."""
        end = time.monotonic() + seconds
        self._read(0.0)
        while (left := end - time.monotonic()) > 0:
            self._read(left)

    def read_to_the_end(self) -> None:
        """Take all that a program that has ended had drawn."""
        self._process.wait(PATIENCE_SECONDS)
        while select.select([self._ours], [], [], 0)[0]:
            before = len(self.output)
            self._read(0.0)
            if len(self.output) == before:
                return

    def read_until(self, link: socket.socket, seconds: float) -> bool:
        """Take what the program draws until there is something to read at `link`; gives whether
        that came in so many seconds."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            ready = select.select([self._ours, link], [], [], left)[0]
            if self._ours in ready:
                self._read(0.0)
            if link in ready:
                return True
        return False

    def resize(self, columns: int, lines: int) -> None:
        """Make the window another size."""
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screen.resize(lines, columns)
        self.signal(signal.SIGWINCH)  # the system tells only whose session the terminal belongs to

    def signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        if not self.is_over:
            self._process.send_signal(number)

    # The end

    @property
    def process_group(self) -> int:
        """The group of the program's processes."""
        return self._process.pid

    @property
    def is_over(self) -> bool:
        """Whether the program has ended."""
        return self._process.poll() is not None

    def status(self) -> int:
        """Wait for the program's end; gives its exit status."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not self.is_over and time.monotonic() < end:
            self._read(0.02)
        return self._process.wait(1)

    def close(self) -> None:
        """End the program if it still runs, without asking."""
        if not self.is_over:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE_SECONDS)
        os.close(self._ours)


def _colour(name: str, otherwise: str) -> tuple[int, int, int]:
    """A colour of a cell: six hexadecimal digits, a name, or the terminal's own."""
    shown = otherwise if name == "default" else name
    red, green, blue = ImageColor.getrgb(f"#{shown}" if _HEX.fullmatch(shown) else shown)[:3]
    return red, green, blue


def environment_for(folder: Path) -> dict[str, str]:
    """The surroundings of a kiosk of the market in `folder`, and nothing of ours."""
    return {
        "HOME": str(folder.parent),
        "KIOSK_DATA": str(folder),
        "LANG": "C.UTF-8",
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "TERM": "xterm-256color",
        "TMPDIR": str(folder.parent),
    }


@contextmanager
def at_terminal(folder: Path, *arguments: str, errors: int | None = None) -> Iterator[Terminal]:
    """The full-screen kiosk of the market in `folder`."""
    program = [sys.executable, "-m", "kiosk", *arguments]
    terminal = Terminal(program, environment_for(folder), errors=errors)
    try:
        yield terminal
    finally:
        terminal.close()
