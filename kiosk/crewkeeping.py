"""Whose handle is kept for how long: the assembly decides it, the table keeps to it by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import crew
from kiosk.machine.log import note

if TYPE_CHECKING:
    from db.connection import Books
    from kiosk.till import Till


def forget_due(books: Books) -> int:
    """Forget the handles that are due, in the file too; gives how many. The table does so when it
    starts and from time to time, whenever a day is opened or closed, and before a backup is made."""
    return _told(books, crew.forget_due(books))


def forget_day(till: Till, number: int) -> int:
    """Forget the handles of one day, because somebody wants so; gives how many. A steward's doing.

    Raises StewardNeeded, DayNotOpen.
    """
    till.require_steward()
    return _told(till.books, crew.forget_day(till.books, number))


def _told(books: Books, forgotten: int) -> int:
    if forgotten:
        books.forget_wiped()
        note("{names} names of the crew were forgotten", names=forgotten)
    return forgotten
