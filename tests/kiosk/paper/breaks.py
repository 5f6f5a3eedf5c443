"""Every byte of a print job at which a printer can be gone, and what must hold after a restart.

`python -m tests.kiosk.paper.breaks` tries all of them in steps of STEP bytes, with a printer that
answers and with a silent one; the suite tries some.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from db.errors import PrinterTrouble
from kiosk.paper import escpos
from kiosk.paper.escpos import encoded
from kiosk.paper.printer import FateUnknown
from kiosk.paperwork import picture
from kiosk.running.printqueue import unknown_fates
from kiosk.till import Till, open_till
from tests.db.table import Clock
from tests.kiosk.paper.printer_server import Paper, PrinterServer, printer_server
from tests.kiosk.tills import found, handed_out

QUESTIONS = 9
"""Bytes of the three questions before a job, and of those after it."""

STEP = 256


def market(folder: Path, server: PrinterServer) -> Till:
    """A market with an open day that prints at `server`."""
    till = found(folder, Clock())
    till.use_printer("network", server.address, "58", cut=True)
    return till


def bytes_of(till: Till) -> int:
    """How many bytes a connection carries that prints a slip of `till`."""
    job = handed_out(till).job
    length = len(encoded(picture(till.ready(job)), cut=True))
    till.undo()
    return length + 2 * QUESTIONS


def broken_at(till: Till, server: PrinterServer, at: int) -> Till:
    """Print a slip at a printer that is gone after `at` bytes, restart, and let a person answer what
    is asked. Asserts what must hold; gives the till of the restart."""
    slip = handed_out(till)
    out_before = till.outstanding().credits
    printed_before = len(server.papers())
    server.hang_up_at = at
    try:
        till.print_now(slip.job)
    except PrinterTrouble as error:
        asked = isinstance(error, FateUnknown)
    else:
        asked = False
    server.settle()
    server.hang_up_at = None
    till.close()

    till = open_till(till.folder, Clock())
    came = [paper for paper in server.papers()[printed_before:] if paper.whole and paper.ended]
    assert [job.id for job in unknown_fates(till)] == ([slip.job] if asked else [])
    job = next(one for one in till.pending() if one.id == slip.job)
    assert asked or job.state == "sent" or (job.state == "queued" and not came), job
    if not came:
        again = till.print_once_more(slip.job)
        assert again.copy == (1 if job.state == "queued" else 2), (
            "a copy is marked, and only a copy"
        )
        wanted = picture(till.ready(slip.job))
        till.print_now(slip.job)
        server.settle()
        came = server.whole()[-1:]
        assert came[0].image.tobytes() == wanted.tobytes()
    assert read(came[-1]) == slip.text, "the same serial, whatever happened"
    till.confirm(slip.job)
    assert till.pending() == []
    assert till.outstanding().credits == out_before, "one value"
    return till


def read(paper: Paper) -> str:
    """What both codes on a paper say."""
    import zxingcpp

    first, second = zxingcpp.read_barcodes(
        paper.image.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode
    )
    assert first.text == second.text
    return str(first.text)


def main() -> int:
    """The long form: all offsets in steps."""
    for silent in (False, True):
        if silent:
            escpos.ANSWER_SECONDS = 0.05
        with tempfile.TemporaryDirectory() as folder, printer_server() as server:
            till = market(Path(folder) / "market", server)
            last = bytes_of(till)
            server.silent = silent
            offsets = sorted({*range(32), *range(0, last, STEP), *range(last - 32, last + 1)})
            for at in offsets:
                till = broken_at(till, server, at)
            sound = till.verify() == []
            till.close()
            kind = "silent" if silent else "answering"
            print(f"{kind} printer: {len(offsets)} of {len(offsets)} offsets of {last} bytes: one "
                  f"slip, its paper, copies marked; books {'right' if sound else 'WRONG'}")  # fmt: skip
            if not sound:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
