"""The figures of a season are those of its days, whatever was undone, voided or is still open."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import audit, catalogue, corrections, days, reports, slips
from db.catalogue import Good
from db.connection import open_books
from db.errors import Refused
from db.season import YEAR, Category, Season, season
from tests.db.table import Table, found_table

MONDAY = date(2026, 11, 23)
"""The week in which the table's clock stands."""


def next_week(table: Table) -> None:
    """Close the day, and open one a week later."""
    table.close()
    table.clock.forward(days=7)
    days.open_day(table.books)


def test_each_week_has_its_figures_and_its_categories(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    next_week(table)
    table.visit("-1 honey", "2 childcare", slips=[slip])
    table.visit("-1 lemons", solidarity=True)
    table.visit("2 tomatoes", gift=True)
    found = season(table.books, MONDAY + timedelta(days=13), weeks=3)
    empty, first, second = found.weeks
    assert (empty.monday, empty.days, empty.visits, empty.out) == (MONDAY - timedelta(7), 0, 0, 0)
    assert (first.monday, first.days, first.visits, first.brought, first.out) == (
        MONDAY, 1, 1, 600, 600,
    )  # fmt: skip
    assert (second.brought, second.work, second.taken, second.hours) == (400, 800, 425, 2000)
    assert (second.issued, second.redeemed, second.solidarity, second.gifts) == (1000, 600, 25, 400)
    assert second.out == 1000
    assert found.categories == (
        Category("produce", [0, 600, 400], [0, 0, 25]),
        Category("care", [0, 0, 800], [0, 0, 0]),
        Category("staples", [0, 0, 0], [0, 0, 400]),
    )
    assert not found.earlier


def test_what_was_undone_moved_nothing(table: Table) -> None:
    table.visit("-1 honey", "2 childcare")
    corrections.undo(table.books)
    for _closed in range(2):
        found = season(table.books, MONDAY)
        assert found.categories == ()
        assert (found.weeks[-1].hours, found.weeks[-1].out, found.weeks[-1].visits) == (0, 0, 0)
        if days.current(table.books):
            table.close()


def test_other_weeks_are_left_out_and_what_circulates_is_carried_over(table: Table) -> None:
    table.visit("3 tomatoes")
    next_week(table)
    table.visit("1 tomatoes")
    next_week(table)
    later = season(table.books, MONDAY + timedelta(days=7), weeks=1)
    assert [(week.brought, week.out) for week in later.weeks] == [(200, 800)]
    assert later.earlier
    assert sum(later.categories[0].came) == 200
    before = season(table.books, MONDAY - timedelta(days=1), weeks=2)
    assert not before.earlier and before.categories == ()
    assert [week.out for week in before.weeks] == [0, 0]


def test_closing_a_day_changes_no_figure(table: Table) -> None:
    table.visit("3 tomatoes", "-1 honey", "1.5 childcare")
    table.visit("-2 childcare", solidarity=True)
    before = season(table.books, MONDAY)
    table.close()
    assert season(table.books, MONDAY) == before


def test_a_season_of_absurd_length_is_bounded(table: Table) -> None:
    ten_years = 520
    assert len(season(table.books, MONDAY, weeks=10**9).weeks) == ten_years
    assert len(season(table.books, MONDAY, weeks=-1).weeks) == 1
    for until, last in (date.min, date(1999, 12, 27)), (date.max, date(8999, 12, 30)):
        found = season(table.books, until, weeks=ten_years)
        assert (len(found.weeks), found.weeks[-1].monday) == (ten_years, last)


def test_a_season_is_a_quarter_and_a_year_is_one(table: Table) -> None:
    for weeks, quarters in ((), 1), ((YEAR,), 4):
        assert len(season(table.books, MONDAY, *weeks).weeks) == quarters * 13


def test_a_good_counts_in_the_category_that_it_has_now(table: Table) -> None:
    table.visit("3 tomatoes")
    table.close()
    moved = Good("tomatoes", 0, "garden", "good", "kg", 200, {"en": "tomatoes"})
    catalogue.save_goods(table.books, [moved], 0, "decided")
    found = season(table.books, MONDAY)
    assert found.categories == (Category("garden", [0] * 12 + [600], [0] * 13),)
    assert audit.verify(table.books) == []


@pytest.mark.parametrize(
    ("name", "migration", "rows"), [("flow", "0004_flows", 4), ("turnover", "0008_turnover", 4)]
)
def test_books_from_before_have_their_sums_after_the_migration(
    table: Table, name: str, migration: str, rows: int
) -> None:
    table.visit("3 tomatoes", "-1 honey", "2 childcare")
    next_week(table)
    table.visit("1 tomatoes")
    next_week(table)
    table.visit("5 tomatoes")
    books = table.books
    kept = books.sql(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()
    assert len(kept) == rows
    books.sql(f"DROP TABLE {name}")
    books.sql(f"DELETE FROM schema_migration WHERE name = '{migration}'")
    books.close()
    again = open_books(books.file.parent)
    assert again.sql(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() == kept
    assert audit.verify(again) == []
    again.close()


def test_a_season_reads_no_movement_of_a_sealed_day(table: Table) -> None:
    """However many visits the past had: only the open day's movements and the sums are read."""
    for number in range(200):
        table.visit("1 tomatoes", key=f"past {number}")
    next_week(table)
    table.visit("1 tomatoes")
    seen: list[str] = []
    table.books.database.connection().set_trace_callback(seen.append)
    found = season(table.books, MONDAY + timedelta(days=7))
    table.books.database.connection().set_trace_callback(None)
    assert sum(found.categories[0].came) == 201 * 200
    plans = [
        row[3]
        for sql in seen
        for row in table.books.sql(f"EXPLAIN QUERY PLAN {sql}").fetchall()
        if "movement" in row[3] or "flow" in row[3] or "turnover" in row[3]
    ]
    assert sorted(plans) == [
        "SEARCH movement USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
        "SEARCH turnover USING PRIMARY KEY (day=?)",
    ]


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("visit"),
            st.lists(
                st.tuples(st.sampled_from(["tomatoes", "-honey", "childcare", "-lemons"]),
                          st.integers(1, 5)),
                min_size=1, max_size=3, unique_by=lambda line: line[0],
            ),
            st.booleans(),
        ),
        st.sampled_from([("undo",), ("redeem",), ("void",), ("reissue",), ("paper",), ("week",), ("day",)]),
    ),
    max_size=14,
)  # fmt: skip


@settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(steps=STEPS)
def test_whatever_happens_the_sums_are_those_of_the_books(
    tmp_path_factory: object, steps: list[tuple[object, ...]]
) -> None:
    folder: Path = tmp_path_factory.mktemp("season")  # type: ignore[attr-defined]
    table = found_table(folder)
    days.open_day(table.books)
    for step in steps:
        live(table, *step)
    found = season(table.books, table.clock().date(), weeks=20)
    balances = days.balances(table.books)
    assert found.weeks[-1].out == -balances.get("slips:outstanding", 0)
    _slips_are_counted(table, balances)
    _weeks_come_to_the_days(table, found)
    table.books.close()


def live(table: Table, what: str, *how: object) -> None:
    """Do one thing at the table, where it can be done."""
    out = [one for one in table.mint.made if (known := slips.slip(table.books, one.reference))
           and known.out]  # fmt: skip
    if what == "visit":
        lines, gift = how
        typed = [
            f"{'-' * good.startswith('-')}{number} {good.lstrip('-')}" for good, number in lines
        ]  # type: ignore[attr-defined]
        table.visit(*typed, solidarity=True, gift=bool(gift))
    elif what == "redeem" and out:
        table.visit("-1 honey", slips=out[:1], solidarity=True)
    elif what == "undo":
        with suppress(Refused):  # there is nothing, or its slip was ended since
            corrections.undo(table.books)
    elif what == "void" and out:
        slips.void(table.books, out[0].reference, "lost")
    elif what == "reissue" and out:
        slips.reissue(table.books, out[0].reference, "torn", table.mint)
    elif what == "paper":
        table.honoured(350)
    elif what == "week":
        next_week(table)
    elif what == "day":
        table.close()
        days.open_day(table.books)


def _slips_are_counted(table: Table, balances: dict[str, int]) -> None:
    counted = table.books.sql(
        "SELECT COUNT(*), COALESCE(SUM(amount), 0) FROM slip WHERE state = 'issued'"
    ).fetchone()
    assert reports.outstanding(table.books) == reports.Outstanding(*counted)
    assert counted[1] == -balances.get("slips:outstanding", 0)


def _weeks_come_to_the_days(table: Table, found: Season) -> None:
    every = days.all_days(table.books)
    for name in ("visits", "brought", "work", "taken", "issued", "redeemed", "solidarity", "gifts"):
        assert sum(getattr(week, name) for week in found.weeks) == sum(
            getattr(day, name) for day in every
        )
    came = sum(sum(one.came) for one in found.categories)
    went = sum(sum(one.went) for one in found.categories)
    assert came == sum(day.brought + day.work for day in every)
    assert went == sum(day.taken for day in every)


def test_a_week_begins_on_monday_and_ends_on_sunday(founded: Table) -> None:
    founded.clock.forward(days=1)  # Sunday the 29th
    for kilograms in (1, 2):  # then the Monday after it
        days.open_day(founded.books)
        founded.visit(f"{kilograms} tomatoes")
        founded.close()
        founded.clock.forward(days=1)
    sunday, monday = season(founded.books, MONDAY + timedelta(days=7), weeks=2).weeks
    assert (sunday.monday, sunday.brought) == (MONDAY, 200)
    assert (monday.monday, monday.brought) == (MONDAY + timedelta(days=7), 400)


def test_an_open_day_counts_in_its_own_week_and_in_no_other(founded: Table) -> None:
    """On a Monday, as the first day of one week and the first behind another."""
    founded.clock.forward(days=2)
    days.open_day(founded.books)
    founded.visit("3 tomatoes")
    monday = MONDAY + timedelta(days=7)

    def told(until: date) -> tuple[int, int, int, bool]:
        found = season(founded.books, until, weeks=1)
        return found.out_before, found.weeks[0].out, found.weeks[0].brought, found.earlier

    assert told(monday - timedelta(days=1)) == (0, 0, 0, False)
    assert told(monday) == (0, 600, 600, False)
    assert told(monday + timedelta(days=7)) == (600, 600, 0, True)


def test_slips_honoured_from_paper_circulate_from_their_week_on(table: Table) -> None:
    table.honoured(350)
    later = MONDAY + timedelta(days=7)
    for until, out_before, out in (MONDAY, 0, 350), (later, 350, 350):
        found = season(table.books, until, weeks=1)
        assert (found.out_before, found.weeks[0].out) == (out_before, out)


def test_the_category_of_which_most_moved_comes_first_whichever_way(table: Table) -> None:
    table.visit("1 childcare", "-2 honey", solidarity=True)
    moved = [
        (one.id, sum(one.came), sum(one.went)) for one in season(table.books, MONDAY).categories
    ]
    assert moved == [("staples", 0, 800), ("care", 400, 0)]
