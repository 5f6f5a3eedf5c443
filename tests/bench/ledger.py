"""Opening the ledger's screen of a long-running market against Textual's DataTable with its rows.

Ours is timed from the wish to see the ledger until its newest rows stand on the screen, books and
all; theirs from an empty table until the same rows, read and worded beforehand, are in it and drawn.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from textual.app import App, ComposeResult
from textual.widgets import DataTable

from db import days
from db.connection import open_books
from db.terms import Market
from kiosk.app import KioskApp
from kiosk.founding import found_market, suggested_goods
from kiosk.widgets.ledger_list import LedgerList
from tests.bench.growth import fill
from tests.bench.market import Mint, a_folder
from tests.bench.table import Effort, Row, in_turns, milliseconds

_LOOK_SECONDS = 0.001
"""Between two looks whether the rows are there. A loop without a pause would take the turns of the
thread that reads the books: one of 5 ms for each row, as no app does that waits for its messages."""

HEADINGS = ("day", "time", "entry", "what")


def rows(effort: Effort) -> list[Row]:
    """Both with the same number of entries."""
    entries = min(effort.records, 100_000)
    with a_folder() as folder:
        found_market(
            folder, Market("Oak Square", "", "en", b"", practice=False), goods=suggested_goods()
        ).close()
        books = open_books(folder)
        days.open_day(books)
        fill(books, Mint(), entries)
        books.close()
        mine, theirs = in_turns(
            1 if entries > 20_000 else effort.rounds,
            lambda: asyncio.run(_ledger(folder)),
            lambda: asyncio.run(_table(entries)),
        )
    return [
        Row(
            f"ledger of {entries:,} entries opened ÷ DataTable with as many rows",
            milliseconds(mine),
            milliseconds(theirs),
            mine / theirs,
            1 / 20,
            1 / 150,
        )
    ]


async def _ledger(folder: Path) -> float:
    app = KioskApp(folder)
    async with app.run_test(size=(80, 24)) as pilot:
        while not app.table.known:
            await asyncio.sleep(_LOOK_SECONDS)
        await pilot.pause()
        began = time.perf_counter()
        app.show("ledger")
        while not _is_there(app):
            await asyncio.sleep(_LOOK_SECONDS)
        app.screen._on_timer_update()
        return time.perf_counter() - began


def _is_there(app: KioskApp) -> bool:
    return any(one.count and one.row(0, 80)[0][0] != "…" for one in app.screen.query(LedgerList))


class _TableApp(App[None]):
    def compose(self) -> ComposeResult:
        yield DataTable()


async def _table(entries: int) -> float:
    worded = [
        (1, "10:42", f"visit {number}", "taken 1 honey · slips in 8 · slips out 4")
        for number in range(entries)
    ]
    app = _TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        table = app.query_one(DataTable)
        began = time.perf_counter()
        table.add_columns(*HEADINGS)
        table.add_rows(worded)
        await pilot.pause()
        app.screen._on_timer_update()
        return time.perf_counter() - began
