"""Whoever changes the books behind the kiosk's back is found out, in words that name the place."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from db import audit
from db.connection import open_books
from db.errors import BooksAreWrong, DataFolderUnusable
from db.findings import Finding
from db.models import PROJECTIONS, entry_key
from tests.db.table import Table, dump, refused
from tests.db.tampering import rewrite, taken_back, tamper


def entries(table: Table) -> list[Any]:
    return list(table.books.sql("SELECT * FROM entry ORDER BY id"))


def seq_of(table: Table, kind: str) -> int:
    """Number of the first entry of a kind."""
    (seq,) = table.books.sql("SELECT min(seq) FROM entry WHERE kind = ?", (kind,)).fetchone()
    return int(seq)


def first(table: Table) -> Finding:
    return audit.verify(table.books)[0]


# Changes past the triggers


def test_honest_books_verify(busy: Table) -> None:
    assert audit.verify(busy.books) == []
    assert [path.name for path in busy.books.file.parent.glob(".verify-*")] == []


def test_one_changed_byte_in_any_entry_names_that_entry(busy: Table) -> None:
    for key, kiosk, seq, *_, raw, _, _ in entries(busy):
        place = seq * 7 % len(raw)
        bent = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with taken_back(busy.books):
            tamper(busy.books, "UPDATE entry SET body = ? WHERE id = ?", (bent, key))
            assert first(busy) == Finding(
                f"entry {kiosk}/{seq}", "its words were changed after they were written"
            )
    assert audit.verify(busy.books) == []


@pytest.mark.parametrize(
    "changed",
    [
        "recorded_at = recorded_at - 60000",
        "day = 2",
        "kind = 'rules'",
        "hash = zeroblob(32)",
        "prev_hash = zeroblob(32)",
        "seq = 50",
        "id = id + 1000",
    ],
)
def test_a_changed_column_names_the_entry(busy: Table, changed: str) -> None:
    tamper(busy.books, f"UPDATE entry SET {changed} WHERE seq = 5")
    kiosk = busy.books.kiosk
    seq = {"seq = 50": 50, "id = id + 1000": 6}.get(changed, 5)
    assert first(busy).where == f"entry {kiosk}/{seq}"


def test_an_entry_moved_to_another_kiosk_is_found(busy: Table) -> None:
    tamper(busy.books, "UPDATE entry SET kiosk = '0000' WHERE seq = 5")
    assert first(busy).where == "entry 0000/5"


def test_a_missing_entry_is_named(busy: Table) -> None:
    tamper(busy.books, "DELETE FROM entry WHERE seq = 5")
    assert first(busy) == Finding(f"entry {busy.books.kiosk}/6", "entry 5 should come here")


def test_a_missing_end_is_found(busy: Table) -> None:
    last = len(entries(busy))
    tamper(busy.books, "DELETE FROM entry WHERE seq = ?", (last,))
    found = first(busy)
    assert found.where == f"table posting, entry {busy.books.kiosk}/{last}"
    assert found.what.startswith("no entry made the row")


def test_a_missing_journal_is_found(busy: Table) -> None:
    tamper(busy.books, "DELETE FROM entry")
    assert "no entry made the row" in first(busy).what


def test_an_entry_that_was_hashed_anew_alone_is_found_by_the_next(busy: Table) -> None:
    (prev, raw) = busy.books.sql("SELECT prev_hash, body FROM entry WHERE seq = 5").fetchone()
    lie = raw.replace(b'"visit":2', b'"visit":7')
    assert lie != raw
    digest = sha256(prev + lie).digest()
    tamper(busy.books, "UPDATE entry SET body = ?, hash = ? WHERE seq = 5", (lie, digest))
    assert first(busy) == Finding(
        f"entry {busy.books.kiosk}/6", "it does not follow the entry before it"
    )


def test_two_entries_in_each_others_place_are_found(busy: Table) -> None:
    one, other = entry_key(busy.books.kiosk, 4), entry_key(busy.books.kiosk, 5)
    for old, new in ((one, 1), (other, one), (1, other)):
        tamper(busy.books, "UPDATE entry SET id = ? WHERE id = ?", (new, old))
    assert first(busy) == Finding(f"entry {busy.books.kiosk}/5", "entry 4 should come here")


@pytest.mark.parametrize(
    "raw", [b"", b"not words", b"[]", b"null", b'{"kiosk":7}', b"\xff", b"[" * 100_000]
)
def test_words_that_are_no_entrys_are_found_whatever_their_hash(busy: Table, raw: bytes) -> None:
    rewrite(busy.books, 5, lambda _: raw)
    assert first(busy) == Finding(
        f"entry {busy.books.kiosk}/5", "its columns do not say what its words say"
    )


def test_words_in_another_spelling_are_found_whatever_their_hash(busy: Table) -> None:
    rewrite(busy.books, 5, lambda body: json.dumps(body, sort_keys=True).encode())
    assert first(busy) == Finding(
        f"entry {busy.books.kiosk}/5", "its words are not written as the kiosk writes them"
    )


def test_what_the_database_finds_wrong_with_its_own_file_is_said(busy: Table) -> None:
    busy.books.sql("PRAGMA ignore_check_constraints = 1")
    tamper(busy.books, "UPDATE entry SET hash = zeroblob(5) WHERE seq = 5")
    busy.books.sql("PRAGMA ignore_check_constraints = 0")
    assert first(busy) == Finding("file books.sqlite", "CHECK constraint failed in entry")


def test_a_check_of_the_chain_alone_finds_what_is_wrong_with_the_file_too(busy: Table) -> None:
    assert audit.verify_chain_alone(busy.books) == []
    words = "UPDATE entry SET body = ? WHERE seq = 5"
    (raw,) = busy.books.sql("SELECT body FROM entry WHERE seq = 5").fetchone()
    tamper(busy.books, words, (raw[:-1],))
    (bent,) = audit.verify_chain_alone(busy.books)
    assert bent.where == f"entry {busy.books.kiosk}/5"
    tamper(busy.books, words, (raw,))
    busy.books.sql("PRAGMA ignore_check_constraints = 1")
    tamper(busy.books, "UPDATE slip SET reference = x'00' WHERE state = 'redeemed'")
    busy.books.sql("PRAGMA ignore_check_constraints = 0")
    (fault,) = audit.verify_chain_alone(busy.books)
    assert fault == Finding("file books.sqlite", "CHECK constraint failed in slip")


# Journals that were hashed anew: the chain fits, the words can't be


def with_(**changed: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda body: {**body, **changed}


def without(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda body: {key: value for key, value in body.items() if key != name}


def test_a_slip_redeemed_twice_is_found(busy: Table) -> None:
    (spent,) = busy.books.sql("SELECT reference FROM slip WHERE state = 'redeemed'").fetchone()
    last = len(entries(busy))
    rewrite(busy.books, last, with_(slips_in=[[spent.hex(), 600]]))
    found = first(busy)
    assert found.where == f"entry {busy.books.kiosk}/{last}"
    assert "already handed in" in found.what


def test_a_visit_in_a_sealed_day_is_found(busy: Table) -> None:
    last = len(entries(busy))
    rewrite(busy.books, last, with_(day=1))
    tamper(busy.books, "UPDATE entry SET day = 1 WHERE seq = ?", (last,))
    assert "is closed and sealed" in first(busy).what


@pytest.mark.parametrize(
    ("kind", "change", "what"),
    [
        ("visit", with_(postings=[["goods", 1]]), "do not balance"),
        ("visit", with_(slips_in=[["00" * 16, 1]]), "do not hold it"),
        ("visit", with_(lines=[["gold", "brought", 1, 1, 1]]), "FOREIGN KEY"),
        ("visit", with_(lines=[["tomatoes", "brought", 2**70, 1, 1]]), "64-bit range"),
        ("visit", with_(slips_in=[["zz", 1]]), "hexadecimal"),
        ("visit", with_(postings=[["goods", 2**63 - 1], ["gifts", 1 - 2**63]]), str(2**63 - 1)),
        ("visit", with_(lines=[["tomatoes", "brought", 2**50, 1, 1]]), str(2**50)),
        ("visit", without("totals"), "'totals'"),
        ("visit", with_(key="back"), "this key is booked already"),
        ("reversal", with_(visit=9, of=3), "reversed already"),
        ("void", with_(slip="00" * 16), "do not hold it"),
        ("seal", with_(statement={"counted": None}), "does not say what the journal shows"),
        ("seal", with_(statement=[]), "list indices"),
        ("found", with_(rules=[]), "attribute"),
    ],
)
def test_words_that_can_not_be_name_their_entry(
    busy: Table, kind: str, change: Callable[[dict[str, Any]], dict[str, Any]], what: str
) -> None:
    seq = seq_of(busy, kind)
    rewrite(busy.books, seq, change)
    found = first(busy)
    kiosk = busy.books.kiosk
    named = {"back": 8}.get(change({}).get("key", ""), seq)
    assert found.where == f"entry {kiosk}/{named}"
    assert what in found.what


def test_a_kind_that_nobody_knows_is_found(busy: Table) -> None:
    rewrite(busy.books, 5, with_(kind="coup"))
    tamper(busy.books, "UPDATE entry SET kind = 'coup' WHERE seq = 5")
    assert "coup" in first(busy).what


@pytest.mark.parametrize("name", ["date", "day", "difference", "head", "kiosk", "seq", "totals"])
def test_a_seal_that_says_something_else_is_found(busy: Table, name: str) -> None:
    def lie(body: dict[str, Any]) -> dict[str, Any]:
        said = body["statement"][name]
        lies = {**said, "brought": 1} if isinstance(said, dict) else f"{said}0"
        return {**body, "statement": {**body["statement"], name: lies}}

    seq = seq_of(busy, "seal")
    rewrite(busy.books, seq, lie)
    assert first(busy).where == f"entry {busy.books.kiosk}/{seq}"


def test_a_quieter_past_contradicts_the_tables(busy: Table) -> None:
    """Nothing in the rewritten journal is impossible, but the tables remember more."""
    rewrite(busy.books, len(entries(busy)), with_(lines=[]))
    assert first(busy).where == f"table movement, entry {busy.books.kiosk}/{len(entries(busy))}"


# Tables that were changed beside the journal


EDITS = {
    "posting": ("SET credits = credits + 1 WHERE account = 'goods'", "credits", 4),
    "movement": ("SET quantity = quantity + 1", "quantity", 4),
    "balance": ("SET credits = credits + 100 WHERE account = 'solidarity'", "credits", 0),
    "market": ("SET public_key = zeroblob(32)", "public_key", 0),
    "signing_key": ("SET last_good = last_good + 1", "last_good", 1),
    "rule": ("SET value = 77", "value", 16),
    "decision": ("SET words = 'never decided'", "words", 2),
    "good": ("SET rate = 1 WHERE id = 'honey'", "rate", 0),
    "barcode": ("SET good = 'tomatoes'", "good", 0),
    "rate": ("SET credits = 1 WHERE good = 'honey'", "credits", 2),
    "stock": ("SET quantity = quantity - 1000 WHERE good = 'honey'", "quantity", 0),
    "day": ("SET taken = taken - 1", "taken", 3),
    "flow": ("SET brought_credits = brought_credits + 1", "brought_credits", 0),
    "turnover": ("SET taken = taken + 1", "taken", 0),
    "visit": ("SET reversed_in = NULL", "reversed_in", 6),
    "slip": ("SET state = 'issued', ended_in = NULL WHERE state = 'redeemed'", "state", 4),
}
"""What is set, the column that is named first, and the entry that made the first wrong row, 0 where
rows are made by many."""
TABLES = [table._meta.table_name for table in PROJECTIONS]


@pytest.mark.parametrize("name", EDITS)
def test_a_row_changed_beside_the_journal_is_found(busy: Table, name: str) -> None:
    change, column, seq = EDITS[name]
    tamper(busy.books, f"UPDATE {name} {change}")
    (finding,) = audit.verify(busy.books)
    entry = f", entry {busy.books.kiosk}/{seq}" if seq else ""
    assert finding.where == f"table {name}{entry}"
    assert finding.what.startswith(f"{column} of the row ")
    assert ", and the journal says " in finding.what


def rows(table: Table, name: str) -> list[tuple[Any, ...]]:
    return list(table.books.sql(f"SELECT * FROM {name}"))


def columns(table: Table, name: str) -> list[str]:
    return [row[1] for row in table.books.sql(f"PRAGMA table_info({name})")]


def other(value: Any) -> Any:
    """Something else of the same type."""
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1])
    if isinstance(value, str):
        return value[:-1] + ("x" if value[-1:] != "x" else "y")
    return 1 if value is None else value + 1


@pytest.mark.parametrize("name", TABLES)
def test_any_value_and_any_missing_row_of_a_projection_is_found(busy: Table, name: str) -> None:
    kept = rows(busy, name)
    assert kept, "there is something to change"
    row = kept[-1]
    where = " AND ".join(f"{column} IS ?" for column in columns(busy, name))
    for column, value in zip(columns(busy, name), row, strict=True):
        changed = f"UPDATE {name} SET {column} = ? WHERE {where}"
        with taken_back(busy.books):
            # What the table itself refuses nobody can do.
            with suppress(sqlite3.IntegrityError):
                tamper(busy.books, changed, (other(value), *row))
            if rows(busy, name) != kept:
                assert name in first(busy).where, column
    tamper(busy.books, f"DELETE FROM {name} WHERE {where}", row)
    assert name in first(busy).where


def test_a_slip_out_of_nowhere_is_found(busy: Table) -> None:
    tamper(
        busy.books,
        "INSERT INTO slip SELECT randomblob(16), randomblob(16), 100000, issued, 0, 'issued', "
        "issued_in, NULL FROM slip LIMIT 1",
    )
    assert "no entry made the row" in first(busy).what


# The schema and the file

SCHEMAS = {
    "DROP TRIGGER entry_is_never_updated": ("trigger entry_is_never_updated", "it was removed"),
    "DROP INDEX job_open": ("index job_open", "it was removed"),
    "CREATE TABLE debts (name TEXT)": ("table debts", "it is none of the kiosk's"),
    "CREATE INDEX quick ON entry (kind)": ("index quick", "it is none of the kiosk's"),
    "CREATE VIEW rich AS SELECT 1": ("view rich", "it is none of the kiosk's"),
    "CREATE TRIGGER quiet AFTER INSERT ON entry BEGIN SELECT 1; END": (
        "trigger quiet", "it is none of the kiosk's",
    ),
    "ALTER TABLE balance ADD COLUMN more INTEGER": ("table balance", "it is not as the kiosk made it"),
    "DROP TABLE decision": ("table decision", "it was removed"),
    "DROP TABLE code_try": ("table code_try", "it was removed"),
}  # fmt: skip


@pytest.mark.parametrize("change", SCHEMAS)
def test_a_changed_schema_is_found(busy: Table, change: str) -> None:
    busy.books.sql(change)
    name, what = SCHEMAS[change]
    assert Finding(f"{name} of the database", what) in audit.verify(busy.books)


def test_the_first_wrong_entry_is_named_though_the_guards_are_gone(busy: Table) -> None:
    busy.books.sql("DROP TRIGGER posting_is_never_updated")
    busy.books.sql("UPDATE posting SET credits = 1 - credits")
    findings = audit.verify(busy.books)
    assert findings[0].where == f"table posting, entry {busy.books.kiosk}/4"
    assert findings[1].where == "trigger posting_is_never_updated of the database"


def test_a_made_up_migration_is_found(busy: Table) -> None:
    tamper(busy.books, "UPDATE schema_migration SET name = 'x' || name")
    assert first(busy).where == "table schema_migration"


# Replay


def test_a_replay_gives_every_projection_anew(busy: Table, tmp_path: Path) -> None:
    fresh = open_books(tmp_path / "fresh", create=True)
    audit.replay(busy.books, fresh)
    live, replayed = dump(busy.books), dump(fresh)
    for name in {table._meta.table_name for table in PROJECTIONS} | {"entry"}:
        assert replayed[name] == live[name], name
    assert replayed["secret"] == replayed["job"] == replayed["crew"] == []
    fresh.close()


def test_a_replay_that_fails_leaves_nothing(busy: Table, tmp_path: Path) -> None:
    rewrite(busy.books, len(entries(busy)), with_(postings=[["goods", 1]]))
    fresh = open_books(tmp_path / "fresh", create=True)
    with refused(fresh, BooksAreWrong):
        audit.replay(busy.books, fresh)
    fresh.close()


def test_without_room_for_a_replay_the_folder_is_named(busy: Table) -> None:
    folder = busy.books.file.parent
    folder.rename(folder.with_name("moved"))
    with pytest.raises(DataFolderUnusable) as caught:
        audit.verify(busy.books)
    assert caught.value.facts == {"folder": folder, "why": os.strerror(errno.ENOENT)}


def test_whoever_waits_for_a_check_hears_how_far_it_is(
    busy: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "HEARD_EVERY", 4)
    heard: list[int] = []

    def hear(number: int) -> None:
        heard.append(number)
        assert len(list(busy.books.file.parent.glob(".verify-*"))) == 1

    assert audit.verify(busy.books, hear) == []
    assert heard == list(range(0, len(entries(busy)), 4))
