"""The journal: nothing in it changes, whoever changes it is found out, and a replay gives the
tables that stand in the books."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import catalogue, corrections, days, journal, slips, stock
from db.connection import open_books
from db.errors import BooksAreWrong, BooksUnwritable, DataFolderUnusable
from db.journal import GENESIS, Finding
from db.models import LINES_PER_ENTRY, PROJECTIONS, entry_key
from tests.db.table import Table, dump, refused
from tests.db.tampering import by_the_library, rewrite, tamper


@pytest.fixture
def busy(table: Table) -> Table:
    """A day with one of everything in it, and the next one open."""
    slip = table.handed_out("3 tomatoes")
    table.visit("2 childcare", "-1 honey", slips=[slip])
    table.visit("-1 honey", solidarity=True)
    corrections.undo(table.books)
    corrections.bring_back(table.books, "back", table.mint)
    catalogue.set_rate(table.books, "honey", 450, 1, "honey is scarce, assembly of the day")
    slips.void(table.books, table.handed_out("1 tomatoes").reference, "found in a puddle")
    slips.reissue(table.books, table.handed_out("1 tomatoes").reference, "torn", table.mint)
    stock.spoil(table.books, "tomatoes", 500, "mould")
    stock.count_stock(table.books, "honey", 12_000)
    table.decide(solidarity_visit=900, slip_step=50)
    table.close(counted=1)
    days.open_day(table.books, [("gate", "Bo")])
    table.visit("1 tomatoes")
    return table


def entries(table: Table) -> list[Any]:
    return list(table.books.sql("SELECT * FROM entry ORDER BY id"))


def seq_of(table: Table, kind: str) -> int:
    """Number of the first entry of a kind."""
    (seq,) = table.books.sql("SELECT min(seq) FROM entry WHERE kind = ?", (kind,)).fetchone()
    return int(seq)


def first(table: Table) -> Finding:
    return journal.verify(table.books)[0]


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


def test_before_the_first_entry_the_head_is_zeros(tmp_path: Path) -> None:
    books = open_books(tmp_path, create=True)
    assert journal.head(books) == (0, bytes(32))
    assert journal.verify(books) == []
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


# Changes past the triggers


def test_honest_books_verify(busy: Table) -> None:
    assert journal.verify(busy.books) == []
    assert [path.name for path in busy.books.file.parent.glob(".verify-*")] == []


def test_one_changed_byte_in_any_entry_names_that_entry(busy: Table) -> None:
    for key, kiosk, seq, *_, raw, _, _ in entries(busy):
        place = seq * 7 % len(raw)
        bent = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        tamper(busy.books, "UPDATE entry SET body = ? WHERE id = ?", (bent, key))
        assert first(busy) == Finding(
            f"entry {kiosk}/{seq}", "its words were changed after they were written"
        )
        tamper(busy.books, "UPDATE entry SET body = ? WHERE id = ?", (raw, key))
    assert journal.verify(busy.books) == []


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
    tamper(busy.books, "DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)")
    assert first(busy).where == "table posting"


def test_a_missing_journal_is_found(busy: Table) -> None:
    tamper(busy.books, "DELETE FROM entry")
    assert first(busy).where == "table posting"


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
        ("visit", with_(lines=[["tomatoes", "brought", 2**70, 1, 1]]), "too large"),
        ("visit", with_(slips_in=[["zz", 1]]), "hexadecimal"),
        ("visit", without("totals"), "'totals'"),
        ("visit", with_(key="back"), "UNIQUE"),
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
    assert first(busy).where == "table movement"


# Tables that were changed beside the journal


EDITS = {
    "posting": "UPDATE posting SET credits = credits + 1 WHERE account = 'goods'",
    "movement": "UPDATE movement SET quantity = quantity + 1",
    "balance": "UPDATE balance SET credits = credits + 100 WHERE account = 'solidarity'",
    "market": "UPDATE market SET public_key = zeroblob(32)",
    "rule": "UPDATE rule SET value = -1",
    "decision": "UPDATE decision SET words = 'never decided'",
    "good": "UPDATE good SET rate = 1 WHERE id = 'honey'",
    "barcode": "UPDATE barcode SET good = 'tomatoes'",
    "rate": "UPDATE rate SET credits = 1 WHERE good = 'honey'",
    "stock": "UPDATE stock SET quantity = quantity - 1000 WHERE good = 'honey'",
    "day": "UPDATE day SET taken = taken - 1",
    "flow": "UPDATE flow SET brought_credits = brought_credits + 1",
    "visit": "UPDATE visit SET reversed_in = NULL",
    "slip": "UPDATE slip SET state = 'issued', ended_in = NULL WHERE state = 'redeemed'",
}


def test_every_projection_is_tried_here() -> None:
    names = {table._meta.table_name for table in PROJECTIONS}
    assert names == EDITS.keys()


@pytest.mark.parametrize("name", EDITS)
def test_a_row_changed_beside_the_journal_is_found(busy: Table, name: str) -> None:
    tamper(busy.books, EDITS[name])
    (finding,) = journal.verify(busy.books)
    assert finding.where == f"table {name}"
    assert str(finding).startswith(f"table {name}: the row ")


def test_a_slip_out_of_nowhere_is_found(busy: Table) -> None:
    tamper(
        busy.books,
        "INSERT INTO slip SELECT randomblob(16), randomblob(16), 100000, issued, 0, 'issued', "
        "issued_in, NULL FROM slip LIMIT 1",
    )
    assert first(busy).where == "table slip"


def test_a_slip_that_vanished_is_found(busy: Table) -> None:
    tamper(busy.books, "DELETE FROM slip WHERE reference = (SELECT max(reference) FROM slip)")
    assert first(busy).where == "table slip"


# Replay


def test_a_replay_gives_every_projection_anew(busy: Table, tmp_path: Path) -> None:
    fresh = open_books(tmp_path / "fresh", create=True)
    journal.replay(busy.books, fresh)
    live, replayed = dump(busy.books), dump(fresh)
    for name in {table._meta.table_name for table in PROJECTIONS} | {"entry"}:
        assert replayed[name] == live[name], name
    assert replayed["secret"] == replayed["job"] == replayed["crew"] == []
    fresh.close()


def test_a_replay_that_fails_leaves_nothing(busy: Table, tmp_path: Path) -> None:
    rewrite(busy.books, len(entries(busy)), with_(postings=[["goods", 1]]))
    fresh = open_books(tmp_path / "fresh", create=True)
    with refused(fresh, BooksAreWrong):
        journal.replay(busy.books, fresh)
    fresh.close()


def test_without_room_for_a_replay_the_folder_is_named(busy: Table) -> None:
    folder = busy.books.file.parent
    folder.rename(folder.with_name("moved"))
    with pytest.raises(DataFolderUnusable) as caught:
        journal.verify(busy.books)
    assert caught.value.facts["folder"] == folder
