"""Handles of the crew are forgotten without a trace, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from db import audit, crew, days, market
from db.errors import BadSetting, DayNotOpen
from tests.db.table import Table

PEOPLE = ["Anastasia Brückner", "Bodhi Ó Súilleabháin", "Xochitl"]


def keep_for(table: Table, number: int) -> None:
    changed = replace(market.rules(table.books), crew_days=number)
    market.set_rules(table.books, changed, 0, "decided by the assembly")


def bytes_of(table: Table) -> bytes:
    """All files of the books, as they are while the books are open."""
    folder = table.books.file.parent
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


def left(table: Table) -> list[str]:
    """Names that still stand in a file."""
    content = bytes_of(table)
    return [who for who in PEOPLE if who.encode() in content]


def names(table: Table, number: int) -> list[str]:
    return [handle for _role, handle in days.day(table.books, number).crew]


def a_day(table: Table) -> None:
    days.open_day(table.books, [("table", who) for who in PEOPLE])
    table.handed_out("3 tomatoes")
    table.close()


def test_they_are_kept_for_as_long_as_the_rules_say(founded: Table) -> None:
    keep_for(founded, 7)
    a_day(founded)
    founded.clock.forward(days=6)
    assert crew.forget_due(founded.books) == 0
    assert names(founded, 1) == PEOPLE
    founded.clock.forward(days=1)
    assert crew.forget_due(founded.books) == len(PEOPLE)
    assert days.day(founded.books, 1).crew == (("table", ""),) * len(PEOPLE)
    assert crew.forget_due(founded.books) == 0


def test_a_clock_that_is_far_ahead_forgets_nothing_that_a_pause_would_not(founded: Table) -> None:
    keep_for(founded, 90)
    a_day(founded)
    founded.clock.forward(days=400)
    assert crew.forget_due(founded.books) == 0
    assert crew.date_of_forgetting(founded.books) == date(2027, 1, 27), (
        "60 days after the last entry"
    )
    assert crew.last_date_due(founded.books) < date(2026, 11, 28)
    founded.clock.forward(days=90 - 400)
    assert crew.forget_due(founded.books) == 0
    days.open_day(founded.books, said=date(2027, 2, 26))
    assert crew.forget_due(founded.books) == len(PEOPLE), "the next entry says what date it is"


def test_a_market_that_pauses_for_months_forgets_all_the_same(founded: Table) -> None:
    a_day(founded)
    founded.clock.forward(days=27)
    assert crew.forget_due(founded.books) == 0
    founded.clock.forward(days=100)
    assert crew.forget_due(founded.books) == len(PEOPLE)


def test_whose_handles_are_kept_is_told_with_the_day_they_are_due(founded: Table) -> None:
    keep_for(founded, 7)
    a_day(founded)
    founded.clock.forward(days=2)
    days.open_day(founded.books, [("table", PEOPLE[0])])
    assert crew.kept(founded.books) == [(1, date(2026, 12, 5), 3), (2, date(2026, 12, 7), 1)]
    crew.forget_day(founded.books, 1)
    assert crew.kept(founded.books) == [(2, date(2026, 12, 7), 1)]


def test_no_byte_of_them_is_left_and_the_books_are_right(founded: Table) -> None:
    keep_for(founded, 0)
    a_day(founded)
    assert left(founded) == PEOPLE, "the search finds what is there"
    crew.forget_due(founded.books)
    founded.books.forget_wiped()
    assert left(founded) == []
    assert audit.verify(founded.books) == []
    assert founded.books.sql("SELECT DISTINCT salt FROM crew").fetchall() == [(bytes(16),)]


def test_after_years_of_days_no_byte_of_any_is_left(founded: Table) -> None:
    keep_for(founded, 30)
    for week in range(150):
        founded.clock.forward(days=7)
        crew.forget_due(founded.books)
        days.open_day(founded.books, [("table", f"Somebody{week}Else"), ("gate", f"Who{week}Ever")])
        founded.close()
    kept = {number for number, _due, _count in crew.kept(founded.books)}
    founded.books.forget_wiped()
    content = bytes_of(founded)
    for week in range(150):
        stands = f"Somebody{week}Else".encode() in content or f"Who{week}Ever".encode() in content
        assert stands == (week + 1 in kept), week
    assert 0 < len(kept) < 6
    assert audit.verify(founded.books) == []


def test_an_open_day_keeps_its_crew_and_somebody_may_be_forgotten_at_once(table: Table) -> None:
    keep_for(table, 0)
    table.clock.forward(days=400)
    assert crew.forget_due(table.books) == 0
    assert names(table, 1) == ["Ana"]
    assert crew.forget_day(table.books, 1) == 1
    assert names(table, 1) == [""]
    assert audit.verify(table.books) == []
    with pytest.raises(DayNotOpen):
        crew.forget_day(table.books, 7)


def test_who_is_put_in_the_place_of_a_forgotten_one_is_found(founded: Table) -> None:
    a_day(founded)
    crew.forget_day(founded.books, 1)
    founded.books.sql("UPDATE crew SET handle = 'Eve' WHERE id = 2")
    assert [one.where for one in audit.verify(founded.books)] == ["table crew"]


def test_a_number_of_days_that_makes_no_sense_is_refused(founded: Table) -> None:
    for number in (-1, 10_000):
        with pytest.raises(BadSetting):
            keep_for(founded, number)


def test_nothing_is_kept_where_nobody_named_anybody(founded: Table, tmp_path: Path) -> None:
    days.open_day(founded.books)
    assert crew.kept(founded.books) == []
