"""The journal: what stands in it, and that nothing in it changes."""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import db
from db import audit, journal
from db.connection import open_books
from db.errors import BooksUnwritable
from db.journal import GENESIS
from db.models import LINES_PER_ENTRY, entry_key
from tests.db.table import Table, dump, refused
from tests.db.tampering import by_the_library


def entries(table: Table) -> list[Any]:
    return list(table.books.sql("SELECT * FROM entry ORDER BY id"))


# What stands in it


def test_an_entry_is_the_bytes_that_were_hashed(busy: Table) -> None:
    prev = GENESIS
    for seq, row in enumerate(entries(busy), 1):
        key, kiosk, number, at, day, kind, raw, prev_hash, digest = row
        assert (key, number) == (entry_key(kiosk, seq), seq)
        assert prev_hash == prev
        assert digest == sha256(prev + raw).digest()
        body = json.loads(raw)
        assert raw == by_the_library(body)
        said = (body["kiosk"], body["seq"], body["at"], body["day"], body["kind"])
        assert said == (kiosk, number, at, day, kind)
        prev = digest
    assert journal.head(busy.books) == (len(entries(busy)), prev)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(JSON)
def test_canonical_json_is_what_the_standard_library_writes(content: object) -> None:
    assert journal.canonical(content) == by_the_library(content)


@pytest.mark.parametrize("content", [2**64, "\ud800", {1: 2}, 0.5 + 1j])
def test_what_is_no_json_is_refused(content: object) -> None:
    with pytest.raises(ValueError):
        journal.canonical(content)


def test_every_kind_of_entry_is_tried_here(busy: Table) -> None:
    tried = {row[5] for row in entries(busy)}
    assert tried == set(journal._PROJECTIONS)


def test_who_replays_need_not_have_imported_what_makes_the_entries(
    busy: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = journal._PROJECTIONS
    monkeypatch.setattr(journal, "_PROJECTIONS", found := {})
    for name in {projection.__module__ for projection in known.values()}:
        monkeypatch.setattr(db, name.removeprefix("db."), sys.modules[name])
        monkeypatch.delitem(sys.modules, name)
    assert audit.verify(busy.books) == []
    assert found.keys() == known.keys()


def test_before_the_first_entry_the_head_is_zeros(tmp_path: Path) -> None:
    books = open_books(tmp_path, create=True)
    assert journal.head(books) == (0, bytes(32))
    assert audit.verify(books) == []
    books.close()


def test_postings_of_every_entry_balance(busy: Table) -> None:
    sums = busy.books.sql("SELECT entry, sum(credits) FROM posting GROUP BY entry").fetchall()
    assert len(sums) > 8
    assert {total for _, total in sums} == {0}


# Nothing changes


@pytest.mark.parametrize("table_name", ["entry", "posting", "movement"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {0} SET id = id",
        "DELETE FROM {0}",
        "DELETE FROM {0} WHERE id = (SELECT max(id) FROM {0})",
        "REPLACE INTO {0} SELECT * FROM {0} LIMIT 1",
    ],
)
def test_the_database_itself_refuses_changes(busy: Table, table_name: str, statement: str) -> None:
    with refused(busy.books, BooksUnwritable) as why, busy.books.transaction():
        busy.books.sql(statement.format(table_name))
    assert "is ever changed" in str(why.value)


def test_postings_that_do_not_balance_are_never_kept(table: Table) -> None:
    before = dump(table.books)
    body = {"decision": "", "lines": [], "postings": [["goods", 1]], "totals": {}}
    with pytest.raises(AssertionError, match="do not balance"), table.books.transaction():
        journal.append(table.books, "count", 1, body)
    assert dump(table.books) == before


def test_more_lines_than_an_entry_holds_are_never_kept(table: Table) -> None:
    before = dump(table.books)
    line = ["tomatoes", "found", 1, 0, 0]
    body = {"decision": "", "lines": [line] * (LINES_PER_ENTRY + 1), "postings": [], "totals": {}}
    with pytest.raises(AssertionError, match="257 lines"), table.books.transaction():
        journal.append(table.books, "count", 1, body)
    assert dump(table.books) == before
    body["lines"] = [line] * LINES_PER_ENTRY
    with table.books.transaction():
        journal.append(table.books, "count", 1, body)
    assert audit.verify(table.books) == []


def test_the_lines_of_an_entry_lie_behind_each_other_under_its_key(table: Table) -> None:
    entry = table.visit("3 tomatoes", "1 honey", "-2 lemons").entry
    for name, number in ("movement", 3), ("posting", 2):
        rows = table.books.sql(f"SELECT id FROM {name} WHERE entry = ? ORDER BY id", (entry,))
        assert [key for (key,) in rows] == [entry << 8 | line for line in range(number)]


def test_the_hash_of_an_entry_is_found_by_its_key(table: Table) -> None:
    seq, newest = journal.head(table.books)
    assert journal.hash_of(table.books, entry_key(table.books.kiosk, seq)) == newest
    assert journal.hash_of(table.books, entry_key(table.books.kiosk, seq + 1)) == b""
