"""Promises of the market's keys in the books: one in force, each handed over once, none comes back."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest

from db import audit, journal, keys, market, reports
from db.connection import open_books
from db.errors import MissingDecision, NoMarket
from db.keys import BadLastGoodDay
from db.terms import EPOCH, Handover
from tests.db.table import OAK, Table, refused, signed
from tests.db.tampering import rewrite


def new(number: int) -> bytes:
    return sha256(b"key %d" % number).digest()


def test_a_market_begins_with_the_key_of_its_founding(table: Table) -> None:
    (only,) = keys.keys(table.books)
    assert (only.public, only.since & 0xFFFFFFFF, only.last_good) == (OAK.public_key, 1, None)
    assert keys.in_force(table.books) == OAK.public_key


def test_a_key_is_in_force_from_its_entry_on(table: Table) -> None:
    for number in range(3):
        table.visit("1 tomatoes")
        made = keys.hand_over(table.books, new(number), "so it was decided", sign=signed)
        assert market.market(table.books).public_key == made.new == new(number)
    publics = [OAK.public_key, *map(new, range(3))]
    assert [one.public for one in keys.keys(table.books)] == publics
    for known, public in zip(keys.keys(table.books), publics, strict=True):
        assert keys.key_at(table.books, known.since) == public
        assert keys.key_at(table.books, known.since + 1) == public
    assert [one.old for one in keys.handovers(table.books)] == publics[:-1]
    assert audit.verify(table.books) == []
    with pytest.raises(NoMarket):
        keys.key_at(table.books, 0)


def test_what_is_signed_is_the_statement(table: Table) -> None:
    seen: list[bytes] = []
    made = keys.hand_over(
        table.books,
        new(1),
        "stolen",
        last_good=date(2026, 11, 20),
        sign=lambda said: (seen.append(said), signed(said))[1],
    )
    assert seen == [journal.canonical(made.statement())]
    assert made.signature == signed(seen[0])
    assert made.statement() == {
        "date": "2026-11-28",
        "key": new(1).hex(),
        "last_good": "2026-11-20",
        "old": OAK.public_key.hex(),
    }
    assert [one.last_good for one in keys.keys(table.books)] == [date(2026, 11, 20), None]
    assert Handover.read(made.statement(), made.signature.hex()) == made


def test_a_key_may_have_been_good_on_any_day_up_to_the_handover(table: Table) -> None:
    for number, last_good in enumerate((EPOCH, table.books.today())):
        made = keys.hand_over(table.books, new(number), "stolen", last_good=last_good)
        assert Handover.read(made.statement(), "") == made
    known = [one.last_good for one in keys.keys(table.books)]
    assert known == [EPOCH, table.books.today(), None]


def test_a_handover_of_lost_books_is_written_down_again(table: Table) -> None:
    made = Handover(OAK.public_key, new(1), date(2026, 11, 1), date(2026, 10, 1), bytes(64))
    with table.books.transaction():
        keys.repeat(table.books, made, "known from the market card")
    assert keys.handovers(table.books) == [made]
    assert keys.in_force(table.books) == new(1)
    assert reports.decisions(table.books)[0].words == "known from the market card"
    with refused(table.books, MissingDecision):
        keys.repeat(table.books, made, " ")


def test_a_handover_without_words_or_with_an_impossible_day_is_refused(table: Table) -> None:
    today = table.books.today()
    with refused(table.books, MissingDecision):
        keys.hand_over(table.books, new(1), "  ")
    for last_good in (today + timedelta(days=1), EPOCH - timedelta(days=1)):
        with refused(table.books, BadLastGoodDay):
            keys.hand_over(table.books, new(1), "stolen", last_good=last_good)


@pytest.mark.parametrize(
    "changed",
    [
        {"old": OAK.public_key.hex().upper()}, {"key": OAK.public_key.hex()}, {"key": "00"},
        {"date": "2026-11-31"}, {"date": "20261128"}, {"date": 7}, {"last_good": "2026-12-01"},
        {"last_good": "1999-01-01"}, {"last_good": ""}, {"more": None}, {"old": None},
    ],
)  # fmt: skip
def test_what_is_no_handover_is_not_read(changed: dict[str, object]) -> None:
    right = Handover(OAK.public_key, new(1), date(2026, 11, 28), None, bytes(64))
    assert Handover.read(right.statement(), "00" * 64) == right
    with pytest.raises((ValueError, TypeError, LookupError)):
        Handover.read({**right.statement(), **changed}, "00" * 64)
    for signature in ("00", "0" * 127, "zz" * 64, None, 5):
        with pytest.raises((ValueError, TypeError)):
            Handover.read(right.statement(), signature)


def test_books_from_before_know_the_key_of_their_founding_after_the_migration(
    table: Table,
) -> None:
    books = table.books
    kept = books.sql("SELECT * FROM signing_key").fetchall()
    books.sql("DROP TABLE signing_key")
    books.sql("DELETE FROM schema_migration WHERE name = '0006_signing_keys'")
    books.close()
    again = open_books(books.file.parent)
    assert again.sql("SELECT * FROM signing_key").fetchall() == kept
    assert audit.verify(again) == []
    again.close()


def test_books_without_a_market_have_no_key_in_force(founded: Table) -> None:
    founded.books.sql("DELETE FROM market")
    with pytest.raises(NoMarket):
        keys.in_force(founded.books)


def test_a_key_is_handed_over_without_a_signature_where_nobody_has_the_old_one(
    table: Table,
) -> None:
    made = keys.hand_over(table.books, new(1), "lost in the flood")
    assert (made.signature, keys.in_force(table.books)) == (b"", new(1))


def test_a_journal_that_hands_over_a_key_that_was_not_in_force_is_found(table: Table) -> None:
    keys.hand_over(table.books, new(1), "so it was decided", sign=signed)
    (seq,) = table.books.sql("SELECT seq FROM entry WHERE kind = 'key'").fetchone()

    def another(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "statement": {**body["statement"], "old": new(7).hex()}}

    rewrite(table.books, seq, another)
    (finding,) = audit.verify(table.books)
    assert finding.where == f"entry {table.books.kiosk}/{seq}"
