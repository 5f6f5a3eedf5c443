"""Hash the journals again: is every entry the one that was written, after the one before it?

Hashing is all that this does, so that it costs hardly more than hashing. That columns say what words
say, and that words can be, is left to the replay (db/audit.py).
"""

from __future__ import annotations

import sqlite3
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from hashlib import sha256
from itertools import count
from typing import Any

from db.connection import Books
from db.errors import N_
from db.findings import ENTRY, Finding, found
from db.journal import GENESIS
from db.models import LAST_SEQ

READ_AT_ONCE = 1536  # entries
READS_AHEAD = 2
SWITCH_SECONDS = 0.0002
"""How long the thread that reads waits for its turn while the other one hashes. Python's own 5 ms are
as long as it takes to hash all that was read: then nothing would be read beside it."""

# One row for many entries: a row costs as much as hashing its body. SQLite reads a range of keys in
# their order, and no body of ours has a line's end in it; were it ever otherwise, the hashes would
# differ, and then entries are looked at one by one.
_BODIES = "SELECT CAST(group_concat(body, char(10)) AS BLOB) FROM entry WHERE id BETWEEN ? AND ?"


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


def entries(books: Books, first: int = 0, last: int = (1 << 63) - 1) -> Iterator[tuple[Any, ...]]:
    """The stored rows of the journal between two keys, as tuples in the order of the columns."""
    query = "SELECT * FROM entry WHERE id BETWEEN ? AND ? ORDER BY id"
    return iter(books.sql(query, (first, last)))


def verify_chain(books: Books) -> Iterator[Finding]:
    """Hash every journal again from the bytes that are stored; yields what does not fit.

    A journal whose bodies come to its last hash is whole. Where one is not, its entries are looked
    at one by one. What is not committed yet is not seen.
    """
    start = 0
    next_one = "SELECT id FROM entry WHERE id >= ? ORDER BY id LIMIT 1"
    while (row := books.sql(next_one, (start,)).fetchone()) is not None:
        first, last = row[0] & ~LAST_SEQ, row[0] | LAST_SEQ
        if not _is_whole(books, first, last):
            walk = Walk()
            for stored in entries(books, first, last):
                for what, facts in walk.misfits(stored):
                    yield found(ENTRY, what, kiosk=stored[1], seq=stored[2], **facts)
        start = last + 1


def _is_whole(books: Books, first: int, last: int) -> bool:
    digest, number = GENESIS, 0
    for bodies in _read_ahead(books, first + 1):
        for raw in bodies:
            digest = sha256(digest + raw).digest()
        number += len(bodies)
    end = "SELECT id, hash FROM entry WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1"
    stored: tuple[int, bytes] = books.sql(end, (first, last)).fetchone()
    return stored == (first | number, digest)


@contextmanager
def _quick_turns() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _read_ahead(books: Books, first: int) -> Iterator[list[bytes]]:
    """The bodies of a journal up to its first large gap. While some are hashed, the next are read:
    on a connection of its own, because the books are used from one thread."""
    address = f"{books.file.absolute().as_uri()}?mode=ro"
    with (
        _quick_turns(),
        closing(sqlite3.connect(address, uri=True, check_same_thread=False)) as beside,
        ThreadPoolExecutor(1) as reader,
    ):

        def read(start: int) -> bytes | None:
            row = beside.execute(_BODIES, (start, start + READ_AT_ONCE - 1)).fetchone()
            return None if row[0] is None else bytes(row[0])

        starts = count(first, READ_AT_ONCE)
        coming = deque(reader.submit(read, next(starts)) for _ in range(READS_AHEAD))
        while (bodies := coming.popleft().result()) is not None:
            coming.append(reader.submit(read, next(starts)))
            yield bodies.split(b"\n")
