"""Whose books these are, read in a millisecond, before the books are open.

The first picture of the screen says whose table it is and speaks its language; it does not wait for
migrations and keys. Nothing is decided by a glance: whether the books can be used at all, opening
them says (db/connection.py). It needs no peewee, which alone would take longer to import.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from db.terms import Market

FILE = "books.sqlite"


def glance(folder: Path) -> Market | None:
    """The market whose books lie in `folder`; None where there is none or it can't be told."""
    import sqlite3

    file = (folder / FILE).absolute()
    if not file.is_file():
        return None
    try:
        # Reading alone: what a crash left in the write-ahead log is for the opening to bring in.
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=0)) as database:
            row = database.execute(
                "SELECT name, place, language, public_key, practice FROM market"
            ).fetchone()
        name, place, language, public_key, practice = row
        return Market(str(name), str(place), str(language), bytes(public_key), bool(practice))
    except (sqlite3.Error, TypeError, ValueError):
        return None
