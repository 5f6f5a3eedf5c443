"""From a kill to the next verdict: the real app in a terminal, after years of books and after none.

Both markets died by SIGKILL with as much in their write-ahead log as it ever holds, and both are
killed again after each measurement, so that every start has to bring the log in. A slip is scanned
the moment the program is started; the clock stops when its verdict stands on the screen.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from db.connection import FILE, PRAGMAS, open_books
from db.terms import Market
from db.weighing import Exchange, Line
from kiosk.founding import found_market, suggested_goods
from kiosk.till import Till
from tests.bench.market import ONE, Mint, a_folder, hand_out
from tests.bench.table import Effort, Row, in_turns, milliseconds
from tests.bench.years import SLIPS_FILE, copied_years
from tests.kiosk.terminal import at_terminal

_ROUNDS = 7
_LOG = PRAGMAS["wal_autocheckpoint"] * 4096 * 0.9
"""Bytes of a log that is nearly folded in."""


def rows(effort: Effort) -> list[Row]:
    """Seconds from the start of the program to the verdict, with and without years of visits."""
    with a_folder() as folder:
        old = copied_years(effort, folder / "old")
        text = (old / SLIPS_FILE).read_text().split()[0]
        young = folder / "young"
        first = _founded(young)
        sides = []
        for market, slip in ((old, text), (young, first)):
            subprocess.run([sys.executable, "-m", __name__, str(market)], check=False)
            log = (market / f"{FILE}-wal").stat().st_size
            assert log > _LOG, f"the log has {log:,} bytes"
            sides.append(partial(_to_verdict, market, slip))
        mine, theirs = in_turns(3 if effort.quick else _ROUNDS, *sides)
    return [
        Row(
            f"killed, started, scanned: verdict with {effort.records:,} visits ÷ with none",
            milliseconds(mine),
            milliseconds(theirs),
            mine / theirs,
            2.0,
            1.1,
        )
    ]


def _founded(folder: Path) -> str:
    """A market on its first day, with one slip out; gives the slip's text."""
    till = found_market(
        folder, Market("Oak Square", "", "en", b"", practice=False), goods=suggested_goods()
    )
    till.open_day([("table", "Ana")])
    text = _slip(till)
    till.close()
    return text


def _slip(till: Till) -> str:
    (slip,) = till.book(Exchange((Line("honey", ONE),)), "the first visit").slips
    till.confirm(slip.job)
    return slip.text


def _to_verdict(folder: Path, slip: str) -> float:
    began = time.perf_counter()
    with at_terminal(folder) as terminal:
        terminal.scan(slip, until="G O O D")
        return time.perf_counter() - began


def _die(folder: Path) -> None:
    """Fill the log of these books, and be killed."""
    books = open_books(folder)
    books.sql("PRAGMA wal_autocheckpoint = 0")
    mint = Mint()
    while not (log := folder / f"{FILE}-wal").exists() or log.stat().st_size <= _LOG:
        hand_out(books, mint, 5, 2)
        books.sql("UPDATE job SET state = 'confirmed' WHERE state = 'queued'")
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    _die(Path(sys.argv[1]))
