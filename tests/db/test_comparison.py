"""Where books differ from their journal, said row by row in words that name the row."""

from __future__ import annotations

import pytest

from db import audit
from tests.db.table import Table
from tests.db.tampering import taken_back, tamper


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        (
            "UPDATE balance SET credits = credits + 7 WHERE account = 'goods'",
            "table balance",
            "credits of the row goods is {seven_more}, and the journal says {goods}",
        ),
        (
            "DELETE FROM balance WHERE account = 'goods'",
            "table balance",
            "the row goods, {goods} is missing",
        ),
        (
            "INSERT INTO balance VALUES ('hidden', 1)",
            "table balance",
            "no entry made the row hidden, 1",
        ),
        (
            "INSERT INTO balance VALUES ('zzz', 1)",
            "table balance",
            "no entry made the row zzz, 1",
        ),
        (
            "DELETE FROM balance WHERE account = 'work'",
            "table balance",
            "the row work, {work} is missing",
        ),
    ],
)
def test_a_row_that_is_not_the_journal_s_is_named(
    busy: Table, change: str, where: str, what: str
) -> None:
    kept = dict(busy.books.sql("SELECT account, credits FROM balance").fetchall())
    assert kept["goods"] and kept["work"]
    tamper(busy.books, change)
    (finding,) = audit.verify(busy.books)
    assert finding.where == where
    assert finding.what == what.format(seven_more=kept["goods"] + 7, **kept)


def test_what_a_row_does_not_say_is_shown_as_a_dash(busy: Table) -> None:
    key, entry = busy.books.sql(
        "SELECT id, reversed_in FROM visit WHERE reversed_in IS NOT NULL"
    ).fetchone()
    tamper(busy.books, "UPDATE visit SET reversed_in = NULL")
    found = [str(one) for one in audit.verify(busy.books)]
    assert f"reversed_in of the row {key} is –, and the journal says {entry}" in found[0]


def test_the_first_row_that_differs_is_named_with_four_of_its_columns(busy: Table) -> None:
    rows = busy.books.sql("SELECT * FROM movement ORDER BY id").fetchall()
    for at in (0, 3, len(rows) - 1):
        with taken_back(busy.books):
            tamper(busy.books, "DELETE FROM movement WHERE id = ?", (rows[at][0],))
            (finding,) = [
                one for one in audit.verify(busy.books) if one.where.startswith("table movement")
            ]
            shown = ", ".join(map(str, rows[at][:4]))
            assert finding.what == f"the row {shown} is missing"
    spent = busy.books.sql("SELECT reference FROM slip ORDER BY reference").fetchone()[0]
    tamper(busy.books, "UPDATE slip SET amount = amount + 1 WHERE reference = ?", (spent,))
    (finding,) = [one for one in audit.verify(busy.books) if one.where.startswith("table slip")]
    assert f"amount of the row {spent.hex()} is " in finding.what
