"""Balances, stock and a day's totals are the same before the seal and after it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from runpy import run_path

import pytest

from db import audit, catalogue, days, reports, slips, sums
from db.amounts import MAX_AMOUNT, MAX_QUANTITY
from db.connection import MIGRATIONS, open_books
from db.errors import DayClosed
from db.journal import Recorded, head, post
from db.models import entry_key
from tests.db.table import Table, live_two_days, second_table


def read(table: Table, day: int) -> tuple[object, ...]:
    """What the sums are, with the day as it would be were it sealed."""
    books = table.books
    return (
        sums.balances(books),
        reports.stock(books),
        reports.outstanding(books),
        replace(days.day(books, day), sealed=True, counted=None),
    )


def kept(table: Table) -> dict[str, list[tuple[object, ...]]]:
    columns = "issued, redeemed, visits, taken"
    return {
        "balance": table.books.sql("SELECT * FROM balance").fetchall(),
        "stock": table.books.sql("SELECT * FROM stock").fetchall(),
        "day": table.books.sql(f"SELECT {columns} FROM day WHERE sealed_in IS NULL").fetchall(),
    }


def test_the_seal_changes_no_sum(table: Table) -> None:
    live_two_days(table)
    before = read(table, 2)
    table.close()
    assert read(table, 2) == before
    assert audit.verify(table.books) == []


def test_a_visit_writes_no_sum(table: Table) -> None:
    live_two_days(table)
    before, said = kept(table), read(table, 2)
    table.visit("3 tomatoes", "-1 honey")
    assert kept(table) == before
    assert kept(table)["day"] == [(0, 0, 0, 0)]
    assert read(table, 2) != said


def test_what_was_taken_back_is_in_no_sum(table: Table) -> None:
    """The totals are summed up entry by entry, and an entry may be gone the next time."""
    table.visit("3 tomatoes")
    assert days.day(table.books, 1).brought == 600
    with suppress(ZeroDivisionError), table.books.transaction():
        table.visit("1 tomatoes", key="taken back")
        assert days.day(table.books, 1).brought == 800
        raise ZeroDivisionError
    assert days.day(table.books, 1).brought == 600
    table.visit("2 tomatoes", key="instead")
    table.visit("5 tomatoes", key="after")
    assert days.day(table.books, 1).brought == 2000
    table.close()
    assert audit.verify(table.books) == []


def test_an_entry_of_the_open_day_is_read_once(table: Table) -> None:
    """However long the day is: what was summed up need not be read again, nor what follows."""
    for number in range(3):
        table.visit("1 tomatoes", key=f"visit {number}")
        days.day(table.books, 1)
        seen: list[str] = []
        table.books.database.connection().set_trace_callback(seen.append)
        days.day(table.books, 1)
        table.books.database.connection().set_trace_callback(None)
        (read,) = (sql for sql in seen if "group_concat" in sql)
        seq, _hash = head(table.books)
        assert f"id > {entry_key(table.books.kiosk, seq)} " in read


def test_what_moved_belongs_to_an_open_day(table: Table) -> None:
    live_two_days(table)
    sealed = (table.books.kiosk, 99, 0, 1, "visit", {}, bytes(32), days_key(table, 1))
    entry = Recorded(days_key(table, 99), *sealed)
    with pytest.raises(DayClosed):
        post(table.books, entry, [])


def days_key(table: Table, number: int) -> int:
    first: int = table.books.sql("SELECT min(id) FROM day").fetchone()[0]
    return first - 1 + number


@pytest.mark.parametrize(
    "added", [{"visits": True}, {"visits": 1.0}, {"hidden": 1}, {"visits": 1, "taken": "2"}]
)
def test_what_can_not_be_added_to_a_day_is_refused(added: dict[str, object]) -> None:
    sums.check_added("visit", {"totals": {"visits": 1, "taken": 2}})
    sums.check_added("rate", {})
    with pytest.raises(TypeError):
        sums.check_added("visit", {"totals": added})
    with pytest.raises(KeyError):
        sums.check_added("visit", {})


def test_an_entry_may_add_to_every_total() -> None:
    sums.check_added("visit", {"totals": dict.fromkeys(sums.TOTALS, 1)})


@pytest.mark.parametrize("sign", [1, -1])
def test_what_no_sum_could_hold_is_refused(sign: int) -> None:
    """A hundred lines of the largest quantity at the highest rate stay below the limit."""
    limit = 35_184_372_088_832
    assert limit > 100 * MAX_QUANTITY * MAX_AMOUNT // 1000
    sums.check_added("visit", {"totals": {"taken": sign * limit}})
    for body in (
        {"totals": {"taken": sign * (limit + 1)}},
        {"totals": {}, "postings": [["goods", sign * (limit + 1)]]},
        {"totals": {}, "lines": [["honey", "taken", 1, 1, sign * (limit + 1)]]},
    ):
        with pytest.raises(ValueError):
            sums.check_added("visit", body)


def test_books_from_before_keep_their_sums(table: Table) -> None:
    """With a day sealed and one open, as the kiosk wrote them when each visit wrote its sums."""
    live_two_days(table)
    said = read(table, 2)
    books = table.books
    today = days.day(books, 2)
    books.sql("DELETE FROM balance")
    books.sql("INSERT INTO balance SELECT account, sum(credits) FROM posting GROUP BY account")
    books.sql("DELETE FROM stock")
    where = f"direction IN {tuple(sorted(sums.STORED))}"
    books.sql(
        f"INSERT INTO stock SELECT good, sum(quantity) FROM movement WHERE {where} GROUP BY good"
    )
    for name in sums.TOTALS:
        books.sql(f"UPDATE day SET {name} = ? WHERE number = 2", (getattr(today, name),))
    for trigger in run_path(str(MIGRATIONS / "0003_fewer_pages.py"))["FOLLOWS"]:
        books.sql(trigger)
    books.sql("DROP INDEX day_open")
    books.sql("DELETE FROM schema_migration WHERE name = '0007_sums_at_the_seal'")
    books.close()
    table.books = open_books(books.file.parent, clock=table.clock)
    assert read(table, 2) == said
    assert audit.verify(table.books) == []


def test_what_another_table_did_is_known_at_the_next_visit(table: Table, tmp_path: Path) -> None:
    """What the books remember between visits ends where somebody else wrote."""
    table.visit("1 honey")
    other = second_table(tmp_path)
    catalogue.set_rate(other.books, "honey", 700, 1, "the bees are ill")
    assert table.visit("1 honey").weighing.brought == 700
    other.decide(slip_step=100)
    slip = table.handed_out("1.25 honey")
    assert slip.amount == 900
    there = other.visit("-1 tomatoes", solidarity=True)
    here = table.visit("-1 honey", slips=[slip], solidarity=True)
    assert here.visit == there.visit + 1
    with pytest.raises(slips.SlipSpent):
        other.visit("-1 honey", slips=[slip], solidarity=True)
    assert other.visit("1 honey").visit == here.visit + 1
    other.close()
    with pytest.raises(days.DayNotOpen):
        table.visit("1 honey")
    assert audit.verify(table.books) == []
    other.books.close()


def test_what_was_taken_back_is_not_remembered(table: Table) -> None:
    """A larger transaction around visits, a rate and a rule fails: all of it is as before."""
    table.visit("1 honey")
    with pytest.raises(ZeroDivisionError), table.books.transaction():
        table.visit("1 honey")
        catalogue.set_rate(table.books, "honey", 700, 1, "the bees are ill")
        table.decide(slip_step=100)
        assert table.visit("1 honey").weighing.brought == 700
        raise ZeroDivisionError
    booked = table.visit("1 honey")
    assert (booked.visit, booked.weighing.brought) == (2, 400)
    assert audit.verify(table.books) == []
