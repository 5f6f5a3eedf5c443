"""The ledger, newest entry first: any number of entries, fetched a page at a time.

Nothing is fetched while lines are drawn: a row that is not here yet is `…` until the till has
answered. What an entry says in full is left to kiosk/screens/entry_card.py.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import events
from textual.message import Message

from db.errors import KioskError
from kiosk.messages import _
from kiosk.widgets.row_list import MARK, Part, RowList, column
from kiosk.wording import clock, entry_parts, entry_title

if TYPE_CHECKING:
    from db.catalogue import Good
    from db.reports import LedgerRow
    from kiosk.app import KioskApp
    from kiosk.till import Till

PAGE = 64
"""Rows that are fetched at once: more than any terminal shows."""

PAGES_KEPT = 16

_DAY, _CLOCK, _TITLE = 5, 7, 18
"""Widths of the columns; the text takes the rest."""

_NARROW, _NARROW_TITLE = 60, 10
"""Below this many cells the titles get less room."""


class LedgerList(RowList):
    """The entries with these keys, newest first. `days` says whether each row names its day."""

    app: KioskApp

    @dataclass
    class Opened(Message):
        """Someone wants to read a whole entry."""

        row: LedgerRow
        goods: Mapping[str, Good]

    def __init__(self, *, marks: bool = True, days: bool = True) -> None:
        super().__init__(marks=marks)
        self.days = days
        self._keys: Sequence[int] = range(0)
        self._shown = 0
        self._pages: dict[int, list[LedgerRow]] = {}
        self._coming: set[int] = set()
        self._goods: dict[str, Good] = {}

    def show(self, keys: Sequence[int], *, days: bool = True) -> None:
        """Show the entries with these keys (in the order of the journal). The marked entry stays
        marked while it is among them."""
        marked = self._keys[self.count - 1 - self.at] if self.at and self.count else None
        at = 0
        if marked is not None:
            place = bisect_left(keys, marked)
            if place < len(keys) and keys[place] == marked:
                at = len(keys) - 1 - place
        self.days = days
        self._goods |= {one.id: one for one in self.app.table.goods}
        if keys != self._keys:  # an entry never changes, and its undoing is another entry
            self._keys = keys
            self._shown += 1
            self._pages = {}
            self._coming = set()
        self.show_count(len(keys), at)
        self._fetch()

    def show_older(self, keys: Sequence[int]) -> None:
        """Show these entries, too: they are all older than those that are shown already."""
        if not keys:
            return
        # Pages count from the newest entry: all but a last one that was not full are as before.
        self._pages.pop(self.count // PAGE, None)
        self._keys = array("q", keys) + array("q", self._keys)
        self.show_count(len(self._keys))
        self._fetch()

    def row(self, at: int, width: int) -> Sequence[Part]:
        entry = self._row(at)
        if entry is None:
            return [("…", "quiet")]
        faint = "quiet" if entry.undone or entry.kind == "reversal" else ""
        parts: list[Part] = []
        if self.days:
            parts.append((column(str(entry.day or ""), _DAY - 2, right=True) + "  ", "quiet"))
        parts.append((column(clock(entry.at), _CLOCK), "quiet"))
        room = _TITLE if width >= _NARROW else _NARROW_TITLE
        title = entry_title(entry)
        parts.append((title + " " * max(2, room - len(title)), faint or "strong"))
        for number, (text, look) in enumerate(entry_parts(entry, self._goods)):
            if number:
                parts.append((" · ", "quiet"))
            parts.append((text, faint or look))
        return parts

    def header(self) -> str:
        """What stands above the columns."""
        day = column(_("day"), _DAY - 2, right=True) + "  " if self.days else ""
        return " " * len(MARK) + day + column(_("time"), _CLOCK) + _("entry")

    def _row(self, at: int) -> LedgerRow | None:
        rows = self._pages.get(at // PAGE, ())
        place = at % PAGE
        return rows[place] if place < len(rows) else None

    def action_choose(self) -> None:
        """Open the marked entry."""
        row = self._row(self.at) if self.count else None
        if row is not None:
            self.post_message(self.Opened(row, self._goods))

    # Fetching

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._fetch()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._fetch()

    def _fetch(self) -> None:
        """Ask for the pages that can be seen and are not here."""
        height = self.scrollable_content_region.height
        if not self.count or not height:
            return
        top = self.scroll_offset.y
        last = min(top + height, self.count) - 1
        for page in range(top // PAGE, last // PAGE + 1):
            if page not in self._pages and page not in self._coming:
                self._coming.add(page)
                self.run_worker(self._fetch_page(page, self._shown), exit_on_error=False)

    def _keys_on(self, page: int) -> list[int]:
        newest = self.count - page * PAGE
        return list(self._keys[max(0, newest - PAGE) : newest])[::-1]

    async def _fetch_page(self, page: int, shown: int) -> None:
        wanted, known = self._keys_on(page), frozenset(self._goods)
        try:
            rows, goods = await self.app.ask(lambda till: _read(till, wanted, known))
        except KioskError:
            self._coming.discard(page)
            return  # what can't be read stays `…` until it is asked for anew; verify says why
        if shown != self._shown or not self.is_mounted:
            return  # another ledger is shown by now
        while len(self._pages) >= PAGES_KEPT:
            del self._pages[next(iter(self._pages))]
        self._coming.discard(page)
        self._pages[page] = rows
        self._goods |= goods
        self.refresh()
        if wanted != self._keys_on(page):  # older entries joined this page meanwhile
            del self._pages[page]
            self._fetch()


def _read(
    till: Till, keys: list[int], known: frozenset[str]
) -> tuple[list[LedgerRow], dict[str, Good]]:
    """The rows with these keys, and the goods that they name and that are not `known`."""
    from db import reports

    rows = reports.ledger_rows(till.books, keys)
    strange = any(one.good not in known for row in rows for one in row.moved)
    goods = {one.id: one for one in till.goods(retired=True)} if strange else {}
    return rows, goods
