"""Slips of lost books come into the books once, openly, and only within the days that were lost."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from db import audit, corrections, days, paper, reports, slips
from db.errors import BadSetting, DayNotOpen, MissingDecision, SlipExpired, SlipSpent, UnknownSlip
from db.slips import NewSlip, days_since_epoch
from db.terms import EPOCH
from tests.db.table import Table, found_table, refused
from tests.db.tampering import rewrite

WHY = "the laptop was stolen, said the assembly"


def lost(table: Table, first: date = EPOCH) -> None:
    paper.declare_lost(table.books, first, days.current(table.books), WHY)


def take_in(table: Table, slip: NewSlip) -> None:
    with table.books.transaction():
        paper.take_in(table.books, slip)


def test_what_was_honoured_is_booked_openly(table: Table) -> None:
    lost(table)
    take_in(table, table.mint(700, 0))
    assert table.balance("paper") == 700
    assert table.balance("slips:outstanding") == -700
    assert paper.honoured(table.books) == paper.Honoured(1, 700)
    assert reports.outstanding(table.books) == reports.Outstanding(1, 700)
    (row,) = reports.ledger_rows(table.books, reports.ledger_keys(table.books)[-1:])
    assert (row.kind, row.honoured, row.slips_out) == ("paper", 700, ())
    assert (table.day().issued, table.day().slips_out) == (0, 0)


def test_a_slip_from_paper_is_redeemed_once_and_never_comes_in_again(table: Table) -> None:
    lost(table)
    slip = table.mint(400, 0)
    take_in(table, slip)
    table.visit("-1 honey", slips=[slip])
    take_in(table, slip)
    assert paper.honoured(table.books) == paper.Honoured(1, 400)
    with refused(table.books, SlipSpent, visit=1):
        table.visit("-1 honey", slips=[slip])


def test_undoing_its_visit_makes_it_good_again_without_honouring_it_twice(table: Table) -> None:
    lost(table)
    slip = table.mint(400, 0)
    take_in(table, slip)
    table.visit("-1 honey", slips=[slip])
    corrections.undo(table.books)
    assert slips.refuse_unless_good(table.books, slip.reference) == 400
    table.visit("-1 honey", slips=[slip])
    assert table.balance("paper") == 400
    assert audit.verify(table.books) == []


def test_without_a_decision_nothing_is_honoured(table: Table) -> None:
    slip = table.mint(400, 0)
    with refused(table.books, UnknownSlip):
        take_in(table, slip)
    with refused(table.books, MissingDecision):
        paper.declare_lost(table.books, EPOCH, 1, " ")


def test_only_slips_of_the_lost_days_are_honoured(table: Table) -> None:
    today = table.books.today()
    lost(table, today - timedelta(days=7))
    for days_ago, honoured in ((8, False), (7, True), (0, True), (-1, False)):
        issued = today - timedelta(days=days_ago)
        made = table.mint(100, 0)
        slip = NewSlip(made.reference, made.tag, 100, days_since_epoch(issued), 0, b"")
        if honoured:
            take_in(table, slip)
        else:
            with refused(table.books, UnknownSlip):
                take_in(table, slip)


def test_an_expired_slip_is_not_honoured(table: Table) -> None:
    lost(table)
    slip = table.mint(400, days_since_epoch(table.books.today()))
    table.clock.forward(days=1)
    with refused(table.books, SlipExpired):
        take_in(table, slip)


def test_a_slip_is_honoured_on_its_last_day(table: Table) -> None:
    lost(table)
    take_in(table, table.mint(400, days_since_epoch(table.books.today())))
    assert paper.honoured(table.books) == paper.Honoured(1, 400)


def test_what_is_lost_is_a_decision_and_before_it_nothing_is_honoured(table: Table) -> None:
    assert paper.honoured(table.books) == paper.Honoured(0, 0)
    lost(table)
    decided = reports.decisions(table.books)[0]
    assert (decided.kind, decided.words) == ("lost", WHY)
    assert audit.verify(table.books) == []


def test_it_takes_an_open_day(table: Table) -> None:
    lost(table)
    table.close()
    with refused(table.books, DayNotOpen):
        take_in(table, table.mint(400, 0))


@pytest.mark.parametrize("days_from_now", [1, -4000])
def test_lost_days_lie_between_the_first_slip_and_today(table: Table, days_from_now: int) -> None:
    first = table.books.today() + timedelta(days=days_from_now)
    with refused(table.books, BadSetting, why="2020-01-01–2026-11-28"):
        lost(table, first)


def test_the_newest_entry_says_from_when_on_something_can_be_missing(tmp_path: Path) -> None:
    table = found_table(tmp_path)
    day = table.books.today()
    table.clock.forward(days=30)
    days.open_day(table.books, said=table.books.today())  # after the loss was noticed, say
    assert paper.last_written(table.books) == day
    table.clock.forward(days=-60)  # a clock that was set back
    assert paper.last_written(table.books) == day
    table.books.close()


def test_the_newest_entry_is_the_last_before_the_open_day_or_of_all(founded: Table) -> None:
    first = founded.books.today()
    founded.clock.forward(days=10)
    founded.decide(slip_days=9)
    founded.clock.forward(days=10)
    days.open_day(founded.books)
    assert paper.last_written(founded.books) == first + timedelta(days=10)
    founded.close()
    assert paper.last_written(founded.books) == first + timedelta(days=20)


def test_books_know_whether_others_were_lost_and_which_slips_came_from_paper(table: Table) -> None:
    held = table.handed_out("3 tomatoes")
    assert not paper.any_lost(table.books)
    lost(table)
    assert paper.any_lost(table.books)
    slip = table.mint(400, 0)
    assert not paper.is_from_paper(table.books, slip.reference)
    take_in(table, slip)
    assert paper.is_from_paper(table.books, slip.reference)
    assert not paper.is_from_paper(table.books, held.reference)


def test_a_journal_that_honours_a_slip_outside_the_lost_days_is_found(table: Table) -> None:
    lost(table, table.books.today() - timedelta(days=7))
    take_in(table, table.mint(400, 0))
    (seq,) = table.books.sql("SELECT seq FROM entry WHERE kind = 'paper'").fetchone()

    def earlier(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "paper": {**body["paper"], "issued": body["paper"]["issued"] - 8}}

    rewrite(table.books, seq, earlier)
    found = audit.verify(table.books)
    assert found[0].where == f"entry {table.books.kiosk}/{seq}"
