"""Undo and the way back: new entries, never a change, and only as far as the open day."""

from __future__ import annotations

import json

import pytest

from db import audit, corrections, days, jobs, journal, reports, slips
from db.corrections import Undone
from db.errors import (
    ChangeAlreadyEnded,
    ChangeAlreadySpent,
    DayNotOpen,
    NothingToBringBack,
    NothingToUndo,
    SlipSpent,
    SlipUndone,
)
from db.ledger import KeyOfUndone
from tests.db.table import Table, dump, refused


def state(table: Table, reference: bytes) -> str:
    found = slips.slip(table.books, reference)
    assert found is not None
    return found.state


def test_undo_takes_everything_back(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    balances, stock = days.balances(table.books), reports.stock(table.books)
    ((change, job),) = table.visit("-1 honey", "1 childcare", slips=[slip]).slips
    assert change is not None
    assert corrections.undo(table.books) == Undone(day=1, visit=2, void=(600,), good=(600,))
    assert {name: sum_ for name, sum_ in days.balances(table.books).items() if sum_} == balances
    assert {name: left for name, left in reports.stock(table.books).items() if left} == stock
    assert state(table, slip.reference) == "issued"
    assert state(table, change.reference) == "voided"
    assert jobs.job(table.books, job).state == "cancelled"
    day = table.day()
    assert (day.visits, day.undone, day.slips_in, day.taken, day.work) == (1, 1, 0, 0, 0)
    assert audit.verify(table.books) == []


def test_an_undone_slip_says_that_it_was_undone(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    corrections.undo(table.books)
    with refused(table.books, SlipUndone):
        table.visit(slips=[slip])


def test_a_number_is_never_used_again(table: Table) -> None:
    table.visit("1 tomatoes")
    corrections.undo(table.books)
    assert table.visit("1 tomatoes").visit == 2


def test_undo_goes_back_visit_by_visit(table: Table) -> None:
    for _ in range(3):
        table.visit("1 tomatoes")
    assert [corrections.undo(table.books).visit for _ in range(3)] == [3, 2, 1]
    with refused(table.books, NothingToUndo):
        corrections.undo(table.books)


def test_without_a_day_there_is_nothing_to_undo(founded: Table) -> None:
    with refused(founded.books, DayNotOpen):
        corrections.undo(founded.books)
    with refused(founded.books, DayNotOpen):
        corrections.bring_back(founded.books, "key", founded.mint)


def test_undo_does_not_reach_yesterday(table: Table) -> None:
    table.visit("1 tomatoes")
    table.close()
    with refused(table.books, DayNotOpen):
        corrections.undo(table.books)
    days.open_day(table.books)
    with refused(table.books, NothingToUndo):
        corrections.undo(table.books)


def test_the_way_back_does_not_reach_yesterday(table: Table) -> None:
    table.visit("1 tomatoes")
    corrections.undo(table.books)
    table.close()
    days.open_day(table.books)
    with refused(table.books, NothingToBringBack):
        corrections.bring_back(table.books, "key", table.mint)


def test_a_slip_of_yesterday_is_good_again(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    table.close()
    days.open_day(table.books)
    table.visit("-1 honey", slips=[slip])
    corrections.undo(table.books)
    assert state(table, slip.reference) == "issued"
    assert table.visit("-1 honey", slips=[slip]).slips_in == 1


def test_the_visit_that_spent_a_slip_is_undone_before_the_one_that_issued_it(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    table.visit(slips=[slip], gift=True)
    assert corrections.undo(table.books) == Undone(1, 2, (), (600,))
    assert corrections.undo(table.books) == Undone(1, 1, (600,), ())


def test_a_visit_whose_slip_was_ended_by_a_steward_stands(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    slips.void(table.books, slip.reference, "found in a puddle")
    with refused(table.books, ChangeAlreadyEnded, visit=1):
        corrections.undo(table.books)
    other = table.handed_out("3 tomatoes")
    slips.reissue(table.books, other.reference, "torn", table.mint)
    with refused(table.books, ChangeAlreadyEnded, visit=2):
        corrections.undo(table.books)


def test_the_way_back_books_the_same_with_a_new_slip(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    first = table.visit("-1 honey", slips=[slip])
    corrections.undo(table.books)
    back = corrections.bring_back(table.books, "back", table.mint)
    assert (back.visit, back.weighing) == (3, first.weighing)
    assert back.slips[0][0] != first.slips[0][0]
    assert state(table, slip.reference) == "redeemed"
    assert [row.undone for row in _visits(table)] == [False, True, False]
    assert audit.verify(table.books) == []


def _visits(table: Table) -> list[reports.LedgerRow]:
    rows = reports.ledger_rows(table.books, reports.ledger_keys(table.books))
    return [row for row in rows if row.kind == "visit"]


def test_the_way_back_is_asked_twice_and_goes_once(table: Table) -> None:
    table.visit("1 tomatoes")
    table.visit("2 tomatoes")
    corrections.undo(table.books)
    corrections.undo(table.books)
    first = corrections.bring_back(table.books, "back", table.mint)
    again = corrections.bring_back(table.books, "back", table.mint)
    assert again.repeated
    assert (again.visit, again.weighing) == (first.visit, first.weighing)
    assert table.day().brought == 200


def test_what_was_brought_back_is_not_brought_back_again(table: Table) -> None:
    table.visit("1 tomatoes")
    corrections.undo(table.books)
    corrections.bring_back(table.books, "back", table.mint)
    with refused(table.books, NothingToBringBack):
        corrections.bring_back(table.books, "once more", table.mint)


def test_undo_and_the_way_back_may_go_to_and_fro(table: Table) -> None:
    table.visit("1 tomatoes")
    for turn in range(3):
        corrections.undo(table.books)
        corrections.bring_back(table.books, f"back {turn}", table.mint)
    day = table.day()
    assert (day.visits, day.undone, day.brought, day.issued) == (1, 3, 200, 200)


def test_several_come_back_the_last_undone_first(table: Table) -> None:
    for quantity in ("1", "2", "3"):
        table.visit(f"{quantity} tomatoes")
    for _ in range(3):
        corrections.undo(table.books)
    back = [corrections.bring_back(table.books, f"back {n}", table.mint) for n in range(3)]
    assert [one.weighing.brought for one in back] == [200, 400, 600]


def test_the_key_of_the_undone_visit_does_not_bring_it_back(table: Table) -> None:
    table.visit("1 tomatoes", key="once")
    corrections.undo(table.books)
    with refused(table.books, KeyOfUndone, visit=1):
        corrections.bring_back(table.books, "once", table.mint)


def test_a_slip_spent_since_does_not_come_back_with_its_visit(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    table.visit("-1 honey", slips=[slip])
    corrections.undo(table.books)
    table.visit("-1 honey", slips=[slip])
    with refused(table.books, SlipSpent, visit=3):
        corrections.bring_back(table.books, "back", table.mint)


def test_what_undo_and_the_way_back_would_do_is_known_before(table: Table) -> None:
    assert corrections.undoable(table.books) == (0, 0)
    table.visit("1 tomatoes")
    table.visit("1 tomatoes")
    assert corrections.undoable(table.books) == (2, 0)
    corrections.undo(table.books)
    assert corrections.undoable(table.books) == (1, 2)
    corrections.bring_back(table.books, "back", table.mint)
    assert corrections.undoable(table.books) == (3, 0)
    table.close()
    assert corrections.undoable(table.books) == (0, 0)


def test_a_reversal_of_what_was_reversed_is_never_kept(table: Table) -> None:
    table.visit("1 leaflets")
    corrections.undo(table.books)
    (raw,) = table.books.sql("SELECT body FROM entry WHERE kind = 'reversal'").fetchone()
    before = dump(table.books)
    with pytest.raises(AssertionError, match="reversed already"), table.books.transaction():
        journal.append(table.books, "reversal", 1, json.loads(raw))
    assert dump(table.books) == before


def test_a_visit_whose_slip_another_kiosk_redeemed_stands(table: Table) -> None:
    """One kiosk alone can't come here: the visit that spent a slip is undone before."""
    slip = table.handed_out("3 tomatoes")
    table.books.sql(
        "UPDATE slip SET state = 'redeemed', ended_in = (SELECT max(id) FROM entry) "
        "WHERE reference = ?",
        (slip.reference,),
    )
    with refused(table.books, ChangeAlreadySpent, visit=1, spent=1):
        corrections.undo(table.books)
