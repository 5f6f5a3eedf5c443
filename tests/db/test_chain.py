"""The chain of each journal begins anew, and what does not fit is said of the entry that does not."""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from typing import Any

import pytest

from db.chain import READ_AT_ONCE, Walk, _is_whole, _read_ahead, entries, verify_chain
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
    stored = [row[6] for row in entries(busy.books)]
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
    *_, one, last = list(entries(busy.books))
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
