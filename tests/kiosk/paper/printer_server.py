"""A receipt printer on the network of this machine: a real TCP server that prints pictures.

It understands `ESC @`, `ESC d`, `GS v 0`, `GS V` and `DLE EOT` and nothing else, keeps what was
printed as pictures, and can be all that a printer can be: silent, out of paper, stuck in the middle,
slow, or gone at any byte. Tests wait for it on conditions, never for a time.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from PIL import Image

PATIENCE = 30.0
"""Seconds after which what a test waits for is a fault."""

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close by a reset, as a pulled cable ends


@dataclass
class Paper:
    """What came out: a picture with a dark dot for each dot that was burnt; `whole` where all rows
    of the raster came, `ended` by `cut` or `feed`, or by nothing where the paper hangs in the slot."""

    image: Image.Image
    whole: bool
    ended: str = ""


@dataclass
class Interpreter:
    """What the bytes of one connection do. `answer` gives the status byte for a question."""

    answer: Callable[[int], int | None]
    papers: list[Paper] = field(default_factory=list)
    strange: list[bytes] = field(default_factory=list)
    """Bytes that are no command of ours."""
    resets: int = 0
    _waiting: bytes = b""

    def feed(self, data: bytes) -> bytes:
        """Take bytes in; gives what the printer says to them."""
        self._waiting += data
        said = b""
        while self._waiting:
            length = self._length()
            if length is None or length > len(self._waiting):
                break
            command, self._waiting = self._waiting[:length], self._waiting[length:]
            said += self._do(command)
        return said

    def torn(self) -> list[Paper]:
        """The rows of a raster that broke off, as they hang in the slot; none or one."""
        if not self._waiting.startswith(b"\x1dv0") or len(self._waiting) < 8:
            return []
        width = int.from_bytes(self._waiting[4:6], "little")
        rows = (len(self._waiting) - 8) // width
        if not rows:
            return []
        return [Paper(_picture(width, rows, self._waiting[8 : 8 + width * rows]), False)]

    def _length(self) -> int | None:
        """Bytes of the command that begins what waits; None where that can't be said yet."""
        begin = self._waiting[:2]
        if len(begin) < 2:
            return None
        if begin == b"\x1dv":
            if len(self._waiting) < 8:
                return None
            width, height = struct.unpack("<HH", self._waiting[4:8])
            return 8 + int(width) * int(height)
        if begin == b"\x1dV":
            return None if len(self._waiting) < 3 else 4 if self._waiting[2] in (65, 66) else 3
        return {b"\x1b@": 2, b"\x1bd": 3, b"\x10\x04": 3}.get(begin, 1)

    def _do(self, command: bytes) -> bytes:
        if command == b"\x1b@":
            self.resets += 1
        elif command[:4] == b"\x1dv0\x00":
            width, height = struct.unpack("<HH", command[4:8])
            self.papers.append(Paper(_picture(width, height, command[8:]), True))
        elif command[:2] == b"\x1dV" and self.papers:
            self.papers[-1].ended = "cut"
        elif command[:2] == b"\x1bd" and self.papers:
            self.papers[-1].ended = "feed"
        elif command[:2] == b"\x10\x04" and len(command) == 3:
            said = self.answer(command[2])
            return b"" if said is None else bytes((said,))
        else:
            self.strange.append(command)
        return b""


def _picture(width: int, rows: int, raster: bytes) -> Image.Image:
    return Image.frombytes("1", (8 * width, rows), bytes(byte ^ 0xFF for byte in raster))


class PrinterServer:
    """The printer. Its state may be changed at any time, from any thread."""

    def __init__(self) -> None:
        self.silent = False
        self.paper = True
        self.cover_open = False
        self.hang_up_at: int | None = None
        """Byte of a connection at which it is gone, once."""
        self.hold_at: int | None = None
        """Byte of a connection at which it takes nothing more until `release`."""
        self.bytes_a_second = 0.0
        """How fast it takes bytes; 0 for as fast as they come."""
        self.finished: list[Interpreter] = []
        """Connections that ended, in their order."""
        self._changed = threading.Condition()
        self._released = threading.Event()
        self._released.set()
        self._holding = False
        self._dropped = False
        self._closed = False
        self._now: Interpreter | None = None
        self._accepted = 0
        self._listener: socket.socket | None = None
        self._port = 0
        self.switch_on()

    # From outside

    @property
    def address(self) -> str:
        """As it stands in the settings."""
        return f"127.0.0.1:{self._port}"

    def switch_on(self) -> None:
        """Listen, at the same address as before."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        listener.bind(("127.0.0.1", self._port))
        listener.listen()
        self._port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._serve, args=(listener,), daemon=True).start()

    def switch_off(self) -> None:
        """Listen no more: whoever connects is refused."""
        if self._listener is not None:
            # Shut down first: an accept that waits would keep it open.
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def close(self) -> None:
        """Gone for good."""
        self._closed = True
        self.switch_off()
        self._released.set()

    def papers(self) -> list[Paper]:
        """All that came out so far, in order; a torn one, too."""
        with self._changed:
            ended = [*self.finished, *([self._now] if self._now else [])]
            return [paper for one in ended for paper in (*one.papers, *one.torn())]

    def whole(self) -> list[Paper]:
        """The papers that came out whole and were ended."""
        return [paper for paper in self.papers() if paper.whole and paper.ended]

    def strange(self) -> list[bytes]:
        """What was sent and is no command of a slip."""
        return [command for one in self.finished for command in one.strange]

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition on the printer holds."""
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE), "the printer never came to that"

    def settle(self) -> None:
        """Wait until every connection has ended and what it carried is printed."""
        self.wait_for(lambda: self._now is None and self._accepted == len(self.finished))

    def wait_until_held(self) -> None:
        """Wait until it stands still at `hold_at`."""
        self.wait_for(lambda: self._holding)

    def release(self) -> None:
        """Go on after `hold_at`."""
        self.hold_at = None
        self._released.set()

    def drop(self) -> None:
        """End the connection that is held, with what it has not read yet."""
        self._dropped = True
        self.release()

    # Inside

    def _serve(self, listener: socket.socket) -> None:
        while not self._closed:
            try:
                connection, _peer = listener.accept()
            except OSError:
                return
            interpreter = Interpreter(self._answer)
            with self._changed:
                self._now, self._dropped = interpreter, False
                self._accepted += 1
            with connection, suppress(OSError):
                self._talk(connection, interpreter)
            with self._changed:
                self._now = None
                self.finished.append(interpreter)
                self._changed.notify_all()

    def _talk(self, connection: socket.socket, interpreter: Interpreter) -> None:
        taken = 0
        while not self._closed:
            stops = [at - taken for at in (self.hang_up_at, self.hold_at) if at is not None]
            data = b""
            if all(stop > 0 for stop in stops):
                data = connection.recv(min([512, *stops]))
                if not data:
                    return
            taken += len(data)
            self._pace(len(data))
            with self._changed:
                said = interpreter.feed(data)
                self._changed.notify_all()
            if said:
                connection.sendall(said)
            if self.hold_at is not None and taken >= self.hold_at:
                self._hold()
            if self._dropped or (self.hang_up_at is not None and taken >= self.hang_up_at):
                self.hang_up_at = None
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                return

    def _pace(self, taken: int) -> None:
        if self.bytes_a_second:
            time.sleep(taken / self.bytes_a_second)

    def _hold(self) -> None:
        self._released.clear()
        with self._changed:
            self._holding = True
            self._changed.notify_all()
        self._released.wait(PATIENCE)
        with self._changed:
            self._holding = False
            self._changed.notify_all()

    def _answer(self, what: int) -> int | None:
        """DLE EOT, as Epson's reference has it."""
        if self.silent:
            return None
        well = self.paper and not self.cover_open
        if what == 1:
            return 0x12 if well else 0x1A
        if what == 2:
            return 0x12 | (0 if self.paper else 0x20) | (0x04 if self.cover_open else 0)
        return 0x12 if self.paper else 0x72


@contextmanager
def printer_server() -> Iterator[PrinterServer]:
    """A printer that is there for a while."""
    server = PrinterServer()
    try:
        yield server
    finally:
        server.close()
