"""The years that are made up for measurements are those of a market: the same again, and right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db import audit, days, journal, market, reports
from db.connection import Books, open_books
from db.models import entry_key
from kiosk.exports.extract import extract
from tests.bench.years import KIOSKS, SLIPS_FILE, Plan, years

PLAN = Plan(visits=600)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    opened = open_books(years(tmp_path_factory.mktemp("years"), PLAN))
    yield opened
    opened.close()


def test_the_same_plan_gives_the_same_books(books: Books, tmp_path: Path) -> None:
    again = open_books(years(tmp_path, PLAN))
    hashes = "SELECT id, hash FROM entry ORDER BY id"
    assert again.sql(hashes).fetchall() == books.sql(hashes).fetchall()
    again.close()


def test_another_seed_gives_other_books(books: Books, tmp_path: Path) -> None:
    other = open_books(years(tmp_path, Plan(visits=600, seed=2)))
    assert journal.head(other) != journal.head(books)
    other.close()


def test_they_hold_all_that_happens_at_a_market(books: Books) -> None:
    kinds = {kind for (kind,) in books.sql("SELECT DISTINCT kind FROM entry")}
    assert kinds == {
        "found", "goods", "rate", "open", "visit", "reversal", "void", "reissue", "spoilage", "count",
        "seal",
    }  # fmt: skip
    states = {state for (state,) in books.sql("SELECT DISTINCT state FROM slip")}
    assert states == {"issued", "redeemed", "voided", "reissued"}
    assert {
        kiosk for (kiosk,) in books.sql("SELECT DISTINCT kiosk FROM visit, entry USING (id)")
    } == (set(KIOSKS[:2]))
    assert days.balances(books).keys() >= {"goods", "work", "gifts", "solidarity", "spoilage"}
    assert min(reports.stock(books).values()) >= 0


def test_their_replay_is_right(books: Books) -> None:
    assert audit.verify(books) == []


def test_the_last_day_is_open_and_has_slips_to_scan(books: Books) -> None:
    assert days.current(books) == days.last(books) == 50
    assert len((books.file.parent / SLIPS_FILE).read_text().split()) == 50


def test_books_of_another_plan_are_not_taken_for_these(books: Books) -> None:
    with pytest.raises(SystemExit, match="another plan"):
        years(books.file.parent, Plan(visits=601))


# What the books tell without counting is what counting tells


def test_slips_that_are_out_are_those_of_the_slips_table(books: Books) -> None:
    counted = books.sql("SELECT count(*), sum(amount) FROM slip WHERE state = 'issued'").fetchone()
    told = reports.outstanding(books)
    assert (told.slips, told.credits) == counted
    assert told.slips > 0


def test_the_ledger_has_every_entry_of_every_journal(books: Books) -> None:
    keys = [key for (key,) in books.sql("SELECT id FROM entry ORDER BY id")]
    told = reports.ledger_keys(books)
    assert list(told) == keys
    assert told[-64:] == keys[-64:]
    assert [told[-1], told[0], len(told)] == [keys[-1], keys[0], len(keys)]
    assert told == reports.ledger_keys(books)


@pytest.mark.parametrize("number", [1, 2, 25, 49, 50])
def test_the_stock_of_an_exported_day_is_what_all_movements_before_its_end_left(
    books: Books, number: int
) -> None:
    day = extract(books, number, market.market(books))
    wanted = books.sql(
        "SELECT good, SUM(quantity) FROM movement WHERE id BETWEEN ? AND ? "
        "AND direction NOT IN ('work', 'received') GROUP BY good ORDER BY good",
        (entry_key(books.kiosk, 0) << 8, day.last << 8 | 0xFF),
    ).fetchall()
    assert [(one.good, one.quantity) for one in day.stock()] == wanted
    assert wanted
