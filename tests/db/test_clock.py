"""A clock that is set back, ahead, or to 1970: the order is kept, and no slip gains or loses by it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from db import days
from db.clock import DateToConfirm, behind_ms, time_of_books
from db.connection import Books, open_books
from db.errors import SlipExpired
from tests.db.table import Table, dump, second_table

HOUR_MS = 3_600_000


def times(table: Table) -> list[int]:
    """When each entry says that it was made, in the order of the journal."""
    rows = table.books.sql("SELECT body FROM entry ORDER BY id").fetchall()
    return [json.loads(body)["at"] for (body,) in rows]


def test_an_hour_backwards_keeps_the_order(table: Table) -> None:
    table.visit("1 tomatoes")
    table.clock.forward(hours=-1)
    table.visit("2 tomatoes")
    table.clock.forward(minutes=30)
    table.visit("3 tomatoes")
    assert times(table) == sorted(times(table))
    assert behind_ms(table.books) == HOUR_MS // 2
    table.clock.forward(hours=2)
    table.visit("4 tomatoes")
    assert times(table)[-1] == table.books.clock_time()
    assert behind_ms(table.books) == 0


def test_a_clock_of_1970_goes_on_with_the_last_entrys_date(table: Table) -> None:
    before = table.books.today()
    table.clock.at = datetime(1970, 1, 1, 0, 3, tzinfo=UTC)
    table.visit("1 tomatoes")
    assert table.books.today() == before
    assert times(table)[-1] == times(table)[-2]


def test_an_expired_slip_is_not_good_again_when_the_clock_is_turned_back(table: Table) -> None:
    table.decide(slip_days=7)
    slip = table.handed_out("2 tomatoes")
    table.clock.forward(days=10)
    table.visit("1 tomatoes")
    table.clock.forward(days=-10)
    with pytest.raises(SlipExpired):
        table.visit("-1 honey", slips=[slip])
    again = second_table(table.books.file.parent)  # a kiosk that is started with that clock
    again.clock.at = table.clock.at
    with pytest.raises(SlipExpired):
        again.visit("-1 honey", slips=[slip])
    again.books.close()


def test_what_was_refused_while_the_clock_was_ahead_leaves_no_date_behind(table: Table) -> None:
    table.decide(slip_days=7)
    slip = table.handed_out("2 tomatoes")
    table.clock.forward(days=10)
    with pytest.raises(SlipExpired):
        table.visit("-1 honey", slips=[slip])
    table.clock.forward(days=-10)
    assert table.visit("-1 honey", slips=[slip], solidarity=True).visit == 2


def test_a_year_ahead_in_an_open_day_turns_nobody_away_and_leaves_no_date_behind(
    table: Table,
) -> None:
    table.decide(slip_days=7)
    slip, today = table.handed_out("2 tomatoes"), table.books.today()
    table.clock.forward(days=365)
    table.visit("1 tomatoes")
    assert table.books.today() == today
    with pytest.raises(
        SlipExpired
    ):  # by this clock it is; the heading says that the clock is wrong
        table.visit("-1 tomatoes", slips=[slip])
    table.clock.forward(days=-365, minutes=1)
    table.visit("-1 tomatoes", slips=[slip])
    assert times(table) == sorted(times(table))
    assert times(table)[-1] == table.books.clock_time()
    table.close()
    assert days.open_day(table.books) == 2
    assert table.day().date == today


def test_a_day_may_be_left_open_for_weeks(table: Table) -> None:
    table.clock.forward(days=31)
    table.visit("1 tomatoes")
    assert times(table)[-1] == table.books.clock_time()


def test_a_clock_is_believed_to_a_month_and_no_millisecond_longer() -> None:
    newest, month = 1_795_867_200_000, 2_678_400_000
    for ahead, believed in (0, True), (1, True), (month, True), (month + 1, False):
        clock = newest + ahead
        assert time_of_books(clock, newest, is_open=True) == (clock if believed else newest)
        assert time_of_books(clock, newest, is_open=False) == clock
    assert time_of_books(newest - 1, newest, is_open=False) == newest


def test_between_market_days_the_clock_is_believed(table: Table) -> None:
    table.close()
    table.clock.forward(days=300)
    table.decide(slip_days=9)
    assert times(table)[-1] == table.books.clock_time()


def test_a_day_is_not_opened_on_a_date_that_nobody_confirmed(table: Table) -> None:
    table.close()
    table.clock.forward(days=61)
    before = dump(table.books)
    with pytest.raises(DateToConfirm) as caught:
        days.open_day(table.books)
    assert caught.value.facts["last"] == "2026-11-28"
    on = date.fromisoformat(str(caught.value.facts["date"]))
    with pytest.raises(DateToConfirm):
        days.open_day(table.books, said=date(2026, 11, 29))
    assert dump(table.books) == before
    assert days.open_day(table.books, said=on) == 2
    assert table.day().date == on


def test_a_day_that_would_open_before_the_last_one_is_asked_about_and_follows_it(
    table: Table,
) -> None:
    table.close()
    last = table.day().date
    table.clock.at = datetime(1970, 1, 1, tzinfo=UTC)
    with pytest.raises(DateToConfirm) as caught:
        days.open_day(table.books)
    assert caught.value.facts == {
        "clock": "1970-01-01", "last": last.isoformat(), "date": last.isoformat(),
    }  # fmt: skip
    days.open_day(table.books, said=last)
    assert table.day().date == last


def test_market_days_as_usual_ask_nothing(table: Table) -> None:
    for _week in range(3):
        table.close()
        table.clock.forward(days=7)
        days.open_day(table.books)
    table.close()
    table.clock.forward(days=60)
    assert days.open_day(table.books) == 5


def test_the_first_day_asks_nothing(founded: Table) -> None:
    assert days.open_day(founded.books) == 1


def test_the_entry_of_another_program_counts(table: Table) -> None:
    assert behind_ms(table.books) == 0
    other = second_table(table.books.file.parent)
    other.clock.forward(hours=3)
    other.visit("1 tomatoes")
    other.books.close()
    assert behind_ms(table.books) == 3 * HOUR_MS


def test_empty_books_have_no_last_entry(tmp_path: object, table: Table) -> None:
    folder = table.books.file.parent / "empty"
    empty = open_books(folder, create=True, clock=table.clock)
    assert (empty.newest, empty.now()) == (0, empty.clock_time())
    empty.close()


def test_a_look_at_the_clock_makes_nobody_read_anew(table: Table, tmp_path: Path) -> None:
    """The table looks each second: what a visit needs to know stays known, unless somebody wrote."""
    asked: list[int] = []

    def read(_books: Books) -> int:
        asked.append(1)
        return 1

    table.visit("1 honey")
    table.books.known(read)
    behind_ms(table.books)
    table.books.known(read)
    assert len(asked) == 1
    other = second_table(tmp_path)
    other.visit("1 honey")
    other.books.close()
    behind_ms(table.books)
    table.books.known(read)
    assert len(asked) == 2
