"""Which backups still hold names of the crew that the books have forgotten.

A backup never changes, so a name that was due after it was made stands in it until a newer one takes
its place. Only backups beside the books are asked: to look into every stick is no part of forgetting.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from db import crew
from db.backup import open_still
from db.connection import FILE
from db.errors import KioskError
from kiosk.backup.folder import Backup, backups_below
from kiosk.backup.place import place_name

if TYPE_CHECKING:
    from db.connection import Books


def with_forgotten_names(books: Books, place: Path) -> int:
    """How many backups of these books in a place hold names of days that the books hold none of."""
    kept = _days(books)
    try:
        found, _wrong = backups_below(place / place_name(books))
    except KioskError:
        return 0
    return sum(1 for one in found if _days_in(one) - kept)


def _days_in(backup: Backup) -> set[int]:
    try:
        with closing(open_still(backup.folder / FILE)) as books:
            return _days(books)
    except KioskError:  # a damaged one tells nobody
        return set()


def _days(books: Books) -> set[int]:
    return {number for number, _due, _count in crew.kept(books)}
