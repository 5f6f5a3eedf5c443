"""A copy of open books that is whole, holds no secret and no name that is due to be forgotten, and
never changes again.

The copy is made by SQLite's backup interface at one moment of the books, while others go on writing
them. The slips of papers that still wait for the printer are wiped out of it: whoever finds a backup
can spend nothing. Their jobs say `lost` there, because nobody can print them from the copy; on the
machine itself they wait as before. Where a copy lies, how it gets there and when it is trusted is left
to kiosk/backup/making.py, checking it to db/audit.py.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import peewee

from db import crew, days
from db.connection import Books
from db.errors import NoMarket
from db.journal import head
from db.models import Entry, Slip, Visit, entry_key
from db.models import Job as JobTable

PAGES_AT_ONCE = 4096  # 16 MB: a few of them a second are told about
_PRAGMAS = {"cache_size": -32_000, "temp_store": "memory", "trusted_schema": 0}

Tell = Callable[[int, int], None]
"""Gets how much is done and how much there is in all. What it raises ends the copying."""


@dataclass(frozen=True, slots=True)
class Moment:
    """How far books go: the `kiosk` whose machine they are on, the `seq`, `head` hash and time (`at`,
    milliseconds since 1970, UTC) of its last entry, the number of its newest market `day` (0 before
    the first) and whether that is open."""

    kiosk: str
    seq: int
    head: bytes
    at: int
    day: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class LostPaper:
    """A slip whose paper had not been confirmed when the books were copied: `amount` in hundredths."""

    day: int
    visit: int
    amount: int


class StillBooks(Books):
    """Books that nobody writes any more: read from a file that is opened without locks, so that
    nothing is left beside it."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        address = f"{file.absolute().as_uri()}?immutable=1"
        self.database = peewee.SqliteDatabase(
            address, uri=True, pragmas=_PRAGMAS, lock_type="DEFERRED", thread_safe=False
        )


def open_still(file: Path) -> StillBooks:
    """The books in a file that nobody writes; raises NoMarket, DatabaseDamaged."""
    books = StillBooks(file)
    try:
        with books.reading():
            books.connect()
            row = books.sql("SELECT value FROM local WHERE name = 'kiosk'").fetchone()
            if row is None:
                raise NoMarket(folder=file.parent)
            books.kiosk = str(row[0])
    except BaseException:
        books.close()
        raise
    return books


def copy_books(books: Books, to: Path, tell: Tell | None = None) -> None:
    """Copy open books into the new file `to`, which only its owner can read, without any secret.

    All of it is of one moment, however long it takes and whoever writes meanwhile. It is not durable
    yet. Raises FileExistsError, OSError and what the database raises, in our words.
    """
    os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

    def progress(_status: int, remaining: int, total: int) -> None:
        if tell is not None:
            tell(total - remaining, total)

    with books.reading(), closing(sqlite3.connect(to, isolation_level=None)) as copy:
        copy.execute("PRAGMA synchronous = off")
        with books.database.atomic("DEFERRED"):
            books.sql("SELECT 1 FROM entry LIMIT 1").fetchone()  # from here on it is one moment
            books.database.connection().backup(copy, pages=PAGES_AT_ONCE, progress=progress)
        _wipe(copy, crew.last_date_due(books))


def _wipe(copy: sqlite3.Connection, names_until: date) -> None:
    """Take out of a copy the waiting slips, and the names of the crew that are due, without a journal
    that would keep what they were."""
    copy.execute("PRAGMA locking_mode = exclusive")
    copy.execute("PRAGMA journal_mode = memory").fetchone()
    copy.execute("PRAGMA secure_delete = on").fetchone()
    copy.execute("BEGIN")
    # Zeros of the same length go exactly where the secret lay (see db/jobs.py).
    copy.execute(
        "UPDATE secret SET content = zeroblob(length(content)) WHERE job IN ("
        "SELECT id FROM job WHERE kind = 'slip' AND state IN ('queued', 'sending', 'sent'))"
    )
    copy.execute(
        "UPDATE job SET state = 'lost' "
        "WHERE kind = 'slip' AND state IN ('queued', 'sending', 'sent')"
    )
    crew.forget_in_copy(copy, names_until)
    copy.execute("COMMIT")


def moment(books: Books) -> Moment:
    """How far the books go now."""
    with books.reading():
        seq, hash_ = head(books)
        row = books.sql(
            "SELECT recorded_at FROM entry WHERE id = ?", (entry_key(books.kiosk, seq),)
        ).fetchone()
        return Moment(
            books.kiosk,
            seq,
            hash_,
            row[0] if row is not None else 0,
            days.last(books),
            days.current(books) != 0,
        )


def holds(books: Books, kiosk: str, seq: int, head: bytes) -> bool:
    """Whether the books know the entry `seq` of a kiosk by this hash: whether they are what became of
    the books that ended there."""
    with books.reading():
        row = books.sql("SELECT hash FROM entry WHERE id = ?", (entry_key(kiosk, seq),)).fetchone()
    return row is not None and row[0] == head


def lost_papers(books: Books) -> list[LostPaper]:
    """Slips in people's pockets, or nowhere, whose paper nobody had confirmed when the backup was made
    from which these books come. Those that were handed in, voided or reissued since are settled."""
    query = (
        JobTable.select(Entry.day, Visit.number, Slip.amount)
        .join(Slip, on=(Slip.reference == JobTable.reference))
        .join(Entry, on=(Entry.id == JobTable.entry))
        .left_outer_join(Visit, on=(Visit.id == JobTable.entry))
        .where((JobTable.state == "lost") & (Slip.state == "issued"))
        .order_by(JobTable.id)
    )
    with books.reading():
        return [LostPaper(day, visit or 0, amount) for day, visit, amount in books.rows(query)]
