"""Whether a screen ever waits: what screens read of years of books, and scrolling through them all.

The other side of each ratio is one frame at 60 a second. Reading happens in the books' thread, where
a scan waits for it; drawing in the app's, where everything does. Both are processor time of that thread,
so that a machine with other work says the same; the file is in the system's memory by then.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from db import days, reports
from db.reports import LedgerFilter
from db.season import SEASON, YEAR, season
from kiosk.app import KioskApp, read_table
from kiosk.till import Till, open_till
from kiosk.typed.ledger_search import look, parse
from kiosk.widgets.ledger_list import LedgerList
from tests.bench.market import a_folder
from tests.bench.table import Effort, Row, milliseconds
from tests.bench.years import SLIPS_FILE, copied_years

FRAME = 1 / 60
_STOPS = 400
"""Places at which the ledger is drawn between its newest and its oldest entry."""


def rows(effort: Effort) -> list[Row]:
    """Each reading of a screen, then scrolling from end to end."""
    with a_folder() as folder:
        market = copied_years(effort, folder / "market")
        till = open_till(market)
        found = []
        for name, read in _readings(till).items():
            found.append(
                _row(f"{name}, read at {effort.records:,} visits", _median(read, effort.rounds))
            )
        till.close()
        entries, longest = asyncio.run(_scrolled(market))
    found.append(_row(f"longest frame while {entries:,} entries scroll from end to end", longest))
    return found


def _row(what: str, seconds: float) -> Row:
    shown = milliseconds(seconds), milliseconds(FRAME)
    return Row(f"{what} ÷ a frame", *shown, seconds / FRAME, 1.0)


def _readings(till: Till) -> dict[str, Callable[[], object]]:
    books, day = till.books, till.newest_day()
    newest = day.number
    text = (till.folder / SLIPS_FILE).read_text().split()[0]
    (reference,) = books.sql("SELECT reference FROM slip ORDER BY reference LIMIT 1").fetchone()
    every = reports.ledger_keys(books)
    middle = len(every) // 2

    def narrowed(typed: str) -> Callable[[], object]:
        find = [one.id for one in till.finder("en").complete("tomatoes")]
        return lambda: look(books, parse(typed), lambda _name: find, LedgerFilter()).more()

    return {
        "Home": lambda: read_table(till),
        "verdict of a scan": lambda: till.scan(text),
        "undo: what it would do": till.undoable,
        "print queue": till.pending,
        "Today: goods": lambda: reports.goods_of_day(books, newest),
        "Today: slips in pockets": till.outstanding,
        "closing: what the seal would say": lambda: days.statement(books, newest, None),
        "a season": lambda: season(books, day.date, SEASON),
        "a year": lambda: season(books, day.date, YEAR),
        "stock": lambda: reports.stock(books),
        "decisions": lambda: reports.decisions(books),
        "days to export": lambda: days.all_days(books),
        "a visit by its number": lambda: reports.visit(books, newest, 3),
        "ledger": lambda: reports.ledger_keys(books),
        "a page in its middle": lambda: reports.ledger_rows(books, every[middle : middle + 64]),
        "ledger of a day": narrowed(f"day {newest}"),
        "ledger of a visit": narrowed("14/28"),
        "ledger of a slip": narrowed(f"slip {reference.hex()}"),
        "ledger of slips that begin so, a part": narrowed(f"slip {reference.hex()[:4]}"),
        "ledger of a number, a part": narrowed("28"),
        "ledger of a good, a part": narrowed("tomatoes"),
        "ledger of what went out, a part": narrowed("out"),
    }


def _median(read: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        began = time.thread_time()
        read()
        taken.append(time.thread_time() - began)
    return median(taken)


async def _scrolled(market: Path) -> tuple[int, float]:
    """How many entries there are, and the longest frame, with rows and while they are still read."""
    gc.disable()  # as the command line does
    app = KioskApp(market)
    async with app.run_test(size=(80, 24)) as pilot:
        while not app.table.known:
            await pilot.pause(0)
        await app.show("ledger")
        while not (found := list(app.screen.query(LedgerList))) or not _is_there(found[0]):
            await pilot.pause(0)
        ledger = found[0]
        longest = 0.0
        for stop in range(_STOPS + 1):
            began = time.thread_time()
            ledger.scroll_to(y=ledger.max_scroll_y * stop // _STOPS, animate=False, immediate=True)
            app.screen._on_timer_update()
            longest = max(longest, time.thread_time() - began)
            while not _is_there(ledger):
                await asyncio.sleep(0)
            began = time.thread_time()
            app.screen._on_timer_update()
            longest = max(longest, time.thread_time() - began)
        assert ledger.scroll_offset.y == ledger.max_scroll_y
        return ledger.count, longest


def _is_there(ledger: LedgerList) -> bool:
    """Whether no row that can be seen is still to come."""
    if not ledger.count:
        return False
    top = ledger.scroll_offset.y
    last = min(top + ledger.scrollable_content_region.height, ledger.count)
    return all(ledger.row(at, 80)[0][0] != "…" for at in (top, last - 1))
