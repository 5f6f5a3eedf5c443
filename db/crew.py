"""The handles of the crew: kept beside the journal for a while, and forgotten without breaking it.

The entry that opens a day holds of each handle a salted commitment alone. To forget is to wipe handle
and salt, in place: a row that went would let others move, and leave copies of them behind. Then
nobody can tell any more whom the commitment was for. Copies that were made before, such as backups,
are not reached; a new one holds nothing that is due (`forget_in_copy`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from db.clock import LONGEST_PAUSE
from db.connection import Books
from db.errors import DayNotOpen
from db.market import rules
from db.models import entry_key

if TYPE_CHECKING:
    import sqlite3

_WIPE = """
UPDATE crew SET handle = CAST(zeroblob(length(CAST(handle AS BLOB))) AS TEXT),
    salt = zeroblob(length(salt))
WHERE id = ?
"""
_KEPT = """
SELECT crew.id, crew.handle, day.number, day.date, day.sealed_in IS NOT NULL
FROM crew JOIN day ON day.id = crew.day ORDER BY crew.id
"""


def shown(handle: str) -> str:
    """A handle as it is shown: nothing of one that was forgotten."""
    return handle.strip("\0")


def is_forgotten(handle: str, salt: bytes) -> bool:
    """Whether a row's handle and salt were wiped."""
    return not shown(handle) and not any(salt)


def kept(books: Books) -> list[tuple[int, date, int]]:
    """The days of which handles are kept: number, the date from which they are due to be forgotten
    once the day is closed, and how many."""
    keep = timedelta(days=rules(books).crew_days)
    counted: dict[int, tuple[date, int]] = {}
    with books.reading():
        for _id, handle, number, on, _sealed in books.sql(_KEPT).fetchall():
            if shown(handle):
                _due, count = counted.get(number, (None, 0))
                counted[number] = (date.fromisoformat(on) + keep, count + 1)
    return [(number, due, count) for number, (due, count) in counted.items()]


def forget_due(books: Books) -> int:
    """Forget the handles of closed days that were kept for as long as the rules say; gives how many."""
    before = last_date_due(books)
    with books.reading():
        if not _due(books.sql(_KEPT).fetchall(), before):
            return 0  # nobody waits for the one who writes where nothing is to be written
    with books.transaction():
        return _wipe(books, _due(books.sql(_KEPT).fetchall(), before))


def last_date_due(books: Books) -> date:
    """The handles of closed days up to this date are due to be forgotten."""
    with books.reading():
        return date_of_forgetting(books) - timedelta(days=rules(books).crew_days)


def date_of_forgetting(books: Books) -> date:
    """The date by which handles are due or not: today's, but not later than the longest usual pause
    after the last entry. What is forgotten does not come back when a clock far ahead is put right."""
    with books.reading():
        today, last = books.today(), books.date_of(books.newest)
    return last + timedelta(days=min((today - last).days, LONGEST_PAUSE))


def forget_in_copy(copy: sqlite3.Connection, until: date) -> None:
    """Forget the handles of closed days up to a date in a copy of the books, within the transaction
    that is open there."""
    for id in _due(copy.execute(_KEPT).fetchall(), until):
        copy.execute(_WIPE, (id,))


def _due(kept: Iterable[Sequence[Any]], until: date) -> list[int]:
    return [
        id
        for id, handle, _number, on, sealed in kept
        if shown(handle) and sealed and date.fromisoformat(on) <= until
    ]


def forget_day(books: Books, number: int) -> int:
    """Forget the handles of one day, open or closed; gives how many. Raises DayNotOpen where there
    never was such a day."""
    with books.transaction():
        day = entry_key(books.kiosk, number)
        if books.sql("SELECT 1 FROM day WHERE id = ?", (day,)).fetchone() is None:
            raise DayNotOpen()
        rows = books.sql("SELECT id, handle FROM crew WHERE day = ?", (day,)).fetchall()
        return _wipe(books, [id for id, handle in rows if shown(handle)])


def _wipe(books: Books, ids: Iterable[int]) -> int:
    wiped = 0
    for id in ids:
        wiped += books.sql(_WIPE, (id,)).rowcount
    return wiped
