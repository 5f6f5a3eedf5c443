"""Hash the journals again: is every entry the one that was written, after the one before it?

Hashing is all that this does, so that it costs hardly more than hashing. That columns say what words
say, and that words can be, is left to the replay (db/audit.py).
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from io import BytesIO
from queue import SimpleQueue
from threading import Thread
from typing import Any

from db.connection import Books
from db.errors import N_
from db.findings import ENTRY, Finding, found
from db.journal import GENESIS
from db.models import LAST_SEQ

READ_AT_ONCE = 384  # entries: some 200 kB, which stay in a processor's own memory until hashed
READS_AHEAD = 4
PAGES_KEPT_KB = 100
"""What the connection that reads keeps of the file: every page is read once, so the less the faster."""

SWITCH_SECONDS = 0.00002
"""How long the thread that reads waits for its turn while the other one hashes. Python's own 5 ms are
longer than it takes to hash all that was read: then nothing would be read beside it."""

# One row for many entries: a row costs as much as hashing its body, and a statement more turns of the
# two threads. SQLite reads a range of keys in their order. A row is lines: how many entries, then
# their bodies. No body of ours has a line's end in it; were it ever otherwise, there would be more
# lines than entries, and then entries are looked at one by one.
_PARTS = f"""
WITH RECURSIVE part (start) AS (
    SELECT ? UNION ALL SELECT start + {READ_AT_ONCE} FROM part WHERE start <= ? - {READ_AT_ONCE}
)
SELECT (
    SELECT CAST(COUNT(*) || char(10) || group_concat(body, char(10)) || char(10) AS BLOB)
    FROM entry WHERE id BETWEEN start AND start + {READ_AT_ONCE} - 1
)
FROM part
"""


class Walk:
    """Goes along the journals entry by entry and says what does not fit the entry before it."""

    def __init__(self) -> None:
        self._owner, self._seq, self._prev = "", 0, GENESIS

    def misfits(self, row: tuple[Any, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Marked sentences and their facts, of the next entry: its columns in their order."""
        _key, owner, number, _at, _day, _kind, raw, prev_hash, digest = row
        if owner != self._owner:
            self._owner, self._seq, self._prev = owner, 0, GENESIS
        if number != self._seq + 1:
            yield N_("entry {wanted} should come here"), {"wanted": self._seq + 1}
        if prev_hash != self._prev:
            yield N_("it does not follow the entry before it"), {}
        if sha256(prev_hash + raw).digest() != digest:
            yield N_("its words were changed after they were written"), {}
        self._seq, self._prev = number, digest


def all_entries(books: Books) -> Iterator[tuple[Any, ...]]:
    """The stored rows of all journals, as tuples in the order of the columns; those, too, whose keys
    no entry of ours can have."""
    return iter(books.sql("SELECT * FROM entry ORDER BY id"))


def entries(books: Books, first: int, last: int) -> Iterator[tuple[Any, ...]]:
    """The stored rows of the journal between two keys, in the same order."""
    query = "SELECT * FROM entry WHERE id BETWEEN ? AND ? ORDER BY id"
    return iter(books.sql(query, (first, last)))


def verify_chain(books: Books) -> Iterator[Finding]:
    """Hash every journal again from the bytes that are stored; yields what does not fit.

    A journal whose bodies come to its last hash is whole. Where one is not, its entries are looked
    at one by one. What is not committed yet is not seen.
    """
    for first, last in _journals(books):
        if not _is_whole(books, first, last):
            walk = Walk()
            for stored in entries(books, first, last):
                for what, facts in walk.misfits(stored):
                    yield found(ENTRY, what, kiosk=stored[1], seq=stored[2], **facts)


def _journals(books: Books) -> Iterator[tuple[int, int]]:
    """The least and the greatest key of each journal that holds an entry."""
    (key,) = books.sql("SELECT min(id) FROM entry").fetchone()
    while key is not None:
        last = key | LAST_SEQ
        yield key & ~LAST_SEQ, last
        (key,) = books.sql("SELECT min(id) FROM entry WHERE id > ?", (last,)).fetchone()


def _is_whole(books: Books, first: int, last: int) -> bool:
    end = "SELECT id, hash FROM entry WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1"
    newest, head = books.sql(end, (first, last)).fetchone()
    digest, number, anew = GENESIS, 0, sha256().copy  # a copy costs less than a new one
    for part in _read_ahead(books, first, newest):
        lines = BytesIO(part)
        read, hashed = int(next(lines)), 0
        for hashed, line in enumerate(lines, 1):  # noqa: B007, the last is how many there were
            step = anew()
            step.update(digest)
            step.update(line[:-1])
            digest = step.digest()
        if hashed != read:
            return False
        number += read
    return bool((newest, head) == (first | number, digest))


@contextmanager
def _quick_turns() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _read_ahead(books: Books, first: int, last: int) -> Iterator[bytes]:
    """The entries between two keys up to the first large gap, in rows of `_PARTS`. While some are
    hashed, the next are read: on a connection of its own, because the books are used from one thread.
    """
    read: SimpleQueue[bytes | BaseException | None] = SimpleQueue()
    wanted: SimpleQueue[bool] = SimpleQueue()

    def reader() -> None:
        try:
            for (part,) in beside.execute(_PARTS, (first, last)):
                if part is None or not wanted.get():
                    break
                read.put(part)
            read.put(None)
        except BaseException as error:  # whatever it was: who waits for it must hear of it
            read.put(error)

    address = f"{books.file.absolute().as_uri()}?mode=ro"
    with (
        _quick_turns(),
        closing(sqlite3.connect(address, uri=True, check_same_thread=False)) as beside,
    ):
        beside.execute(f"PRAGMA cache_size = -{PAGES_KEPT_KB}")
        thread = Thread(target=reader, name="reads the journal")
        thread.start()
        try:
            for _part in range(READS_AHEAD):
                wanted.put(True)
            while (part := read.get()) is not None:
                if isinstance(part, BaseException):
                    raise part
                wanted.put(True)
                yield part
        finally:
            wanted.put(False)
            thread.join()
