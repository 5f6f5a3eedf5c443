"""The chain of each journal begins anew, and what does not fit is said of the entry that does not."""

from __future__ import annotations

import sqlite3
import sys
import threading
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, ClassVar

import pytest

from db import audit
from db.chain import (
    READ_AT_ONCE,
    READS_AHEAD,
    SWITCH_SECONDS,
    Walk,
    _is_whole,
    _read_ahead,
    all_entries,
    entries,
    verify_chain,
)
from db.journal import GENESIS, head
from db.models import entry_key, keys_of
from tests.db.table import Table
from tests.db.tampering import unguarded


def journal(owner: str, bodies: list[bytes]) -> list[tuple[Any, ...]]:
    """The rows of a journal with these bodies."""
    rows: list[tuple[Any, ...]] = []
    prev = GENESIS
    for seq, raw in enumerate(bodies, 1):
        digest = sha256(prev + raw).digest()
        rows.append((entry_key(owner, seq), owner, seq, 0, 0, "visit", raw, prev, digest))
        prev = digest
    return rows


def read(table: Table, first: int, last: int) -> list[bytes]:
    """The bodies between two keys, as they are read to be hashed."""
    bodies: list[bytes] = []
    for part in _read_ahead(table.books, first, last):
        number, *some, rest = part.split(b"\n")
        assert (int(number), rest) == (len(some), b"")
        bodies += some
    return bodies


def said(rows: list[tuple[Any, ...]]) -> list[tuple[int, str]]:
    """What a walk says, each with the place of the row."""
    walk = Walk()
    return [(at, what) for at, row in enumerate(rows) for what, _facts in walk.misfits(row)]


def test_journals_of_several_kiosks_lie_one_behind_the_other() -> None:
    both = journal("K001", [b"a", b"b"]) + journal("K002", [b"c", b"d"])
    assert said(both) == []
    assert said(both[:2] + both[3:]) == [
        (2, "entry {wanted} should come here"),
        (2, "it does not follow the entry before it"),
    ]


def test_an_entry_that_was_hashed_from_elsewhere_does_not_follow() -> None:
    first, _second, third = journal("K001", [b"a", b"b", b"c"])
    other = journal("K001", [b"x", b"b"])[1]
    assert said([first, other, third]) == [
        (1, "it does not follow the entry before it"),
        (2, "it does not follow the entry before it"),
    ]


def test_a_journal_is_read_to_its_end_and_no_further(busy: Table) -> None:
    first, last = keys_of(busy.books.kiosk)
    seq, _digest = head(busy.books)
    stored = [row[6] for row in all_entries(busy.books)]
    assert stored == [row[6] for row in entries(busy.books, first, last)]
    assert len(stored) == seq
    assert read(busy, first + 1, first + seq) == stored
    assert [row[2] for row in entries(busy.books, first + 3, first + 5)] == [3, 4, 5]


def test_a_journal_longer_than_is_read_at_once_is_read_whole(busy: Table) -> None:
    many = journal(busy.books.kiosk, [b"%d" % n for n in range(READ_AT_ONCE * 4 + 7)])
    with unguarded(busy.books):
        busy.books.sql("DELETE FROM entry")
        with busy.books.transaction():
            for row in many:
                busy.books.sql("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    first, last = keys_of(busy.books.kiosk)
    assert read(busy, first + 1, many[-1][0]) == [row[6] for row in many]
    assert _is_whole(busy.books, first, last)
    assert list(verify_chain(busy.books)) == []


def test_a_whole_journal_is_seen_in_one_go_and_a_bent_one_is_not(busy: Table) -> None:
    first, last = keys_of(busy.books.kiosk)
    assert _is_whole(busy.books, first, last)
    with unguarded(busy.books):
        busy.books.sql("UPDATE entry SET hash = zeroblob(32) WHERE kind = 'seal'")
        assert _is_whole(busy.books, first, last)  # an entry between is for those who look at each
        busy.books.sql(
            "UPDATE entry SET hash = zeroblob(32) WHERE seq = (SELECT max(seq) FROM entry)"
        )
        assert not _is_whole(busy.books, first, last)


def test_two_entries_melted_into_one_are_found(busy: Table) -> None:
    """The bytes that are hashed are the same, but for a line's end: it is the count that tells."""
    *_, one, last = list(all_entries(busy.books))
    with unguarded(busy.books):
        busy.books.sql("DELETE FROM entry WHERE id IN (?, ?)", (one[0], last[0]))
        melted = (*one[:6], one[6] + b"\n" + last[6], one[7], last[8])
        busy.books.sql("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", melted)
    assert [found.where for found in verify_chain(busy.books)] == [
        f"entry {busy.books.kiosk}/{one[2]}"
    ]


def test_what_ends_the_reading_ends_the_check(busy: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the check would wait for ever for what nobody reads any more."""

    class Starved(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            if sql.lstrip().startswith("WITH"):
                raise MemoryError
            return super().execute(sql, *values)

    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *names, **more: connect(*names, factory=Starved, **more)
    )
    with pytest.raises(MemoryError):
        list(verify_chain(busy.books))


# Read ahead


def store(table: Table, rows: list[tuple[Any, ...]]) -> None:
    """Keep these rows as the whole journal."""
    with unguarded(table.books):
        table.books.sql("DELETE FROM entry")
        with table.books.transaction():
            for row in rows:
                table.books.sql("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


class Watched(sqlite3.Connection):
    """Counts the parts that were read, and who was still reading when it was closed."""

    parts = 0
    readers: ClassVar[list[str]] = []

    def execute(self, sql: str, *values: Any) -> Any:
        rows = super().execute(sql, *values)
        return self.counted(rows) if sql.lstrip().startswith("WITH") else rows

    def counted(self, rows: sqlite3.Cursor) -> Iterator[Any]:
        for row in rows:
            Watched.parts += 1
            yield row

    def close(self) -> None:
        Watched.readers = [one.name for one in threading.enumerate() if one not in BEFORE]
        super().close()


BEFORE: set[threading.Thread] = set()


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> type[Watched]:
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *names, **more: connect(*names, factory=Watched, **more)
    )
    monkeypatch.setattr(Watched, "parts", 0)
    BEFORE.clear()
    BEFORE.update(threading.enumerate())
    return Watched


def test_who_stops_early_stops_the_reading(busy: Table, watched: type[Watched]) -> None:
    """However long the journal is, only a few parts of it are in memory at a time."""
    many = journal(busy.books.kiosk, [b"%d" % n for n in range(READ_AT_ONCE * (READS_AHEAD + 9))])
    store(busy, many)
    reading = _read_ahead(busy.books, many[0][0], many[-1][0])
    assert next(reading).startswith(b"%d\n" % READ_AT_ONCE)
    reading.close()
    assert watched.parts <= READS_AHEAD + 2
    assert watched.readers == []


def test_a_large_gap_ends_the_reading(busy: Table, watched: type[Watched]) -> None:
    """An entry that somebody put far behind the others makes nobody look at what is between."""
    rows = journal(busy.books.kiosk, [b"a", b"b"])
    _first, last = keys_of(busy.books.kiosk)
    store(busy, [*rows, (last, *rows[1][1:])])
    assert read(busy, rows[0][0], last) == [b"a", b"b"]
    assert watched.parts == 2
    assert [(found.where, found.what) for found in verify_chain(busy.books)] == [
        (f"entry {busy.books.kiosk}/2", "entry 3 should come here"),
        (f"entry {busy.books.kiosk}/2", "it does not follow the entry before it"),
    ]


def test_the_turns_of_threads_are_as_they_were_after_the_reading(busy: Table) -> None:
    first, last = keys_of(busy.books.kiosk)
    as_it_was, before = sys.getswitchinterval(), 0.003
    sys.setswitchinterval(before)
    try:
        reading = _read_ahead(busy.books, first, last)
        next(reading)
        assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS)
        reading.close()
        assert sys.getswitchinterval() == pytest.approx(before)
    finally:
        sys.setswitchinterval(as_it_was)


@pytest.mark.parametrize("others", [[], [b"a", b"b"]])
@pytest.mark.parametrize("kiosk", ["0000", "K002"])
def test_an_entry_before_the_first_is_found(busy: Table, kiosk: str, others: list[bytes]) -> None:
    """Journals begin at 1; a place before it has a key, too."""
    made_up = (entry_key(kiosk, 0), kiosk, 0, 0, 0, "visit", b"c", GENESIS, GENESIS)
    neighbour = journal("K001", [b"a"])
    store(busy, [*neighbour, made_up, *journal(kiosk, others)])
    findings = [(found.where, found.what) for found in verify_chain(busy.books)]
    assert findings[0] == (f"entry {kiosk}/0", "entry 1 should come here")


@pytest.mark.parametrize("key", [-(1 << 63), -5, (1 << 63) - 1])
def test_an_entry_where_no_key_of_ours_is_is_found(busy: Table, key: int) -> None:
    """Whoever adds a row by hand may give it any number that SQLite can hold."""
    raw = b"a"
    digest = sha256(GENESIS + raw).digest()
    lie = (key, "K001", 1, 0, 0, "visit", raw, GENESIS, digest)
    with unguarded(busy.books):
        busy.books.sql("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", lie)
    (finding,) = audit.verify(busy.books)
    assert finding.where == "entry K001/1"
    with unguarded(busy.books):
        busy.books.sql("UPDATE entry SET hash = zeroblob(32) WHERE id = ?", (key,))
    assert [found.where for found in verify_chain(busy.books)] == ["entry K001/1"]


def test_what_is_wrong_in_one_journal_is_said_once_and_ends_no_other(busy: Table) -> None:
    first, second, third = (journal(f"K00{n}", [b"a", b"b", b"c"]) for n in (1, 2, 3))
    store(busy, [*first[:1], *first[2:], *second, *third[1:]])
    assert [found.where for found in verify_chain(busy.books)] == [
        "entry K001/3", "entry K001/3", "entry K003/2", "entry K003/2",
    ]  # fmt: skip
