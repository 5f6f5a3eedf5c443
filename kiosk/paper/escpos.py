"""Receipt printers that speak ESC/POS, however they are connected.

A paper is one raster image, printed dot by dot as it was drawn, and a cut where the printer has a
knife. Before it, a printer is asked how it is; one that answers is asked again after it. A printer
that never answers is trusted with the paper and not with its fate: silence is UNKNOWN. How bytes
reach a printer is in kiosk/paper/connections.py.

The commands are those of Epson's reference for ESC/POS. They are written here because python-escpos
splits tall pictures, prints to standard output on the way, and reads silence as enough paper.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from db.errors import PrinterTrouble
from kiosk.messages import _
from kiosk.paper.printer import (
    READY,
    UNKNOWN,
    FateUnknown,
    PrinterState,
    Readiness,
    nobody_asks,
    trouble,
)

if TYPE_CHECKING:
    from PIL.Image import Image

    from kiosk.paper.connections import Connection

START = b"\x1b@"
RASTER = b"\x1dv0\x00"
CUT = b"\x1dVB\x00"
"""GS V 66 0: feed to the knife, and cut but for one point."""
FEED = b"\x1bd\x04"
"""ESC d 4: to the edge at which paper is torn off."""
STATUS = b"\x10\x04"
"""DLE EOT, with the number of what is asked."""

ANSWER_SECONDS = 1.0
"""How long a printer has to say how it is; real-time status needs a few milliseconds."""
END_SECONDS = 120.0
"""How long one that answered before has to print what it took in: a slip is 47 kB on 58 mm, 73 kB on
80 mm, and those take 49 and 77 s over a line of 9,600 baud (4 and 6 s at 115,200)."""
WHOLE_SECONDS = 900.0
"""How long a paper may take altogether: 10 minutes at 1,200 baud, the slowest line."""
_INVERTED = bytes(range(255, -1, -1))  # a set bit is light in a picture and dark in a printer

PIECE = 1024
"""Bytes in one go: the connection's own time limit counts for each."""

_PRINTER, _OFFLINE_CAUSE, _PAPER = 1, 2, 4
_OFFLINE = 0x08
_COVER_OPEN, _PAPER_STOP, _ERROR = 0x04, 0x20, 0x40
_PAPER_END = 0x60
_FIXED, _ANSWER = 0x93, 0x12  # bits that every answer to DLE EOT has


class EscposPrinter:
    """Prints over connections that `connect` opens, one for each paper."""

    def __init__(self, address: str, connect: Callable[[], Connection], *, cut: bool) -> None:
        self.address = address
        self._connect = connect
        self._cut = cut

    @property
    def label(self) -> str:
        """What people call it, in the language spoken now."""
        return _("receipt printer {address}").format(address=self.address)

    def print(
        self, image: Image, name: str, dpi: int, begins: Callable[[], None] = nobody_asks
    ) -> None:
        """See kiosk.paper.printer.Printer."""
        job = encoded(image, cut=self._cut)
        connection = self._opened()
        try:
            before = state_of(connection)
            if before.readiness is Readiness.TROUBLE:
                raise PrinterTrouble(why=before.sentence)
            begins()
            _send(connection, job)
            if before.readiness is Readiness.READY:
                _see_to_the_end(connection)
        finally:
            connection.close()

    def state(self) -> PrinterState:
        """What the printer says of itself now."""
        try:
            connection = self._opened()
        except PrinterTrouble as error:
            return trouble(str(error.facts["why"]))
        try:
            return state_of(connection)
        finally:
            connection.close()

    def forget(self, name: str) -> None:
        """Nothing is kept."""

    def _opened(self) -> Connection:
        try:
            return self._connect()
        except OSError as error:
            raise PrinterTrouble(why=said(error)) from error


def encoded(image: Image, *, cut: bool) -> bytes:
    """The whole job of a picture: reset, one raster image, cut or feed.

    The picture's dots are the printer's: nothing is resampled. Raises ValueError where it is taller
    or wider than one raster image can be.
    """
    from PIL import Image as Pictures

    width = (image.width + 7) // 8
    if width > 0xFFFF or image.height > 0xFFFF:
        raise ValueError("the picture does not fit one raster image")
    dots = Pictures.new("1", (8 * width, image.height), 1)  # light where rows end within a byte
    dots.paste(image.convert("1", dither=Pictures.Dither.NONE), (0, 0))
    size = width.to_bytes(2, "little") + image.height.to_bytes(2, "little")
    raster = dots.tobytes().translate(_INVERTED)
    return START + RASTER + size + raster + (CUT if cut else FEED)


def state_of(connection: Connection, seconds: float = 0.0) -> PrinterState:
    """What the printer says, with at least `seconds` for its first answer; silence is UNKNOWN."""
    try:
        _drain(connection)
        printer = _asked(connection, _PRINTER, max(seconds, ANSWER_SECONDS))
        if printer is None:
            return UNKNOWN
        paper = _asked(connection, _PAPER, ANSWER_SECONDS)
        cause = _asked(connection, _OFFLINE_CAUSE, ANSWER_SECONDS)
    except OSError as error:
        return trouble(said(error))
    if paper is not None and paper & _PAPER_END:
        return trouble(_("it is out of paper"))
    if cause is not None:
        for bit, sentence in (
            (_COVER_OPEN, _("its cover is open")),
            (_PAPER_STOP, _("it is out of paper")),
            (_ERROR, _("it reports an error: look at its lights")),
        ):
            if cause & bit:
                return trouble(sentence)
    if printer & _OFFLINE:
        return trouble(_("it is offline"))
    return UNKNOWN if paper is None or cause is None else READY


def _asked(connection: Connection, what: int, seconds: float) -> int | None:
    """The answer to DLE EOT `what`, None where none comes in time. Raises OSError."""
    connection.write(STATUS + bytes((what,)))
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        for byte in reversed(connection.read(left)):
            if byte & _FIXED == _ANSWER:
                return byte
    return None


def _drain(connection: Connection) -> None:
    """Forget what the printer said before it was asked."""
    while connection.read(0):
        pass


def _send(connection: Connection, job: bytes) -> None:
    """Send all of a job. Raises PrinterTrouble where nothing of it went out, else FateUnknown."""
    sent = 0
    end = time.monotonic() + WHOLE_SECONDS
    while sent < len(job):
        why = ""
        try:
            taken = connection.write(job[sent : sent + PIECE])
            if not taken or time.monotonic() > end:
                why = _("it takes no more: is it out of paper?")
        except OSError as error:
            taken, why = 0, said(error)
        sent += taken
        if why:
            raise (FateUnknown if sent else PrinterTrouble)(why=why)


def _see_to_the_end(connection: Connection) -> None:
    """A printer that answers says, after the paper, whether it still is well; raises FateUnknown."""
    after = state_of(connection, END_SECONDS)
    if after.readiness is Readiness.TROUBLE:
        raise FateUnknown(why=after.sentence)
    if after.readiness is Readiness.UNKNOWN:
        raise FateUnknown(why=_("it stopped answering"))


def said(error: OSError) -> str:
    """What went wrong with a connection, for people."""
    sentences = {
        errno.ECONNREFUSED: _("nothing answers at its address"),
        errno.EHOSTUNREACH: _("nothing answers at its address"),
        errno.ENETUNREACH: _("this computer has no network"),
        errno.ENOENT: _("it is not connected"),
        errno.ENXIO: _("it is not connected"),
        errno.ENODEV: _("it is not connected"),
        errno.EBUSY: _("another program is using it"),
        errno.EACCES: _("this user may not use it; on Debian, join the groups “lp” and “dialout”"),
        errno.EPIPE: _("the connection broke"),
        errno.ECONNRESET: _("the connection broke"),
        errno.ECONNABORTED: _("the connection broke"),
    }
    if isinstance(error, TimeoutError):
        return _("it does not answer")
    return sentences.get(error.errno or 0) or str(error.strerror or error)
