"""The state of every slip, a steward's ways to end one, and the limit on typed codes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from db import audit, corrections, days, jobs, slips
from db.errors import (
    DayNotOpen,
    MissingDecision,
    NoOpenSlip,
    SlipReissued,
    SlipSpent,
    SlipUndone,
    SlipVoid,
    UnknownSlip,
    UnknownVisit,
)
from db.slips import CODE_TRIES, CODE_WINDOW_MINUTES, Slip
from db.words import UnfitWords
from tests.db.table import Table, refused


def known(table: Table, reference: bytes) -> Slip:
    found = slips.slip(table.books, reference)
    assert found is not None
    return found


def local(table: Table) -> datetime:
    """The clock's time as this machine's time zone shows it."""
    return datetime.fromtimestamp(table.clock().timestamp())


# What the books know


def test_a_slip_that_is_out(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    assert known(table, slip.reference) == Slip(
        slip.reference, 600, "issued", date(2026, 11, 28), None, 1, 1, None, None, None, False
    )
    assert known(table, slip.reference).out
    assert slips.refuse_unless_good(table.books, slip.reference) == 600


def test_a_slip_that_was_spent_tells_when_and_where(table: Table) -> None:
    table.decide(slip_days=30)
    slip = table.handed_out("3 tomatoes")
    table.close()
    table.clock.forward(days=7)
    days.open_day(table.books)
    table.visit(slips=[slip])
    found = known(table, slip.reference)
    assert (found.state, found.out) == ("redeemed", False)
    assert (found.day, found.visit, found.ended_day, found.ended_visit) == (1, 1, 2, 1)
    assert found.ended_at == local(table)
    assert found.expires == date(2026, 12, 28)


def test_the_time_of_today_and_the_date_of_another_day(table: Table) -> None:
    at = local(table).replace(hour=9, minute=5)
    today = datetime.combine(table.books.today(), at.time())
    assert slips.when(table.books, today) == "09:05"
    before = today - timedelta(days=7)
    assert slips.when(table.books, before) == "2026-11-21 09:05"


def test_a_slip_that_nobody_issued_is_unknown(table: Table) -> None:
    assert slips.slip(table.books, bytes(16)) is None
    assert slips.by_tag(table.books, bytes(16)) is None
    for refuse in (slips.refuse_unless_good, slips.refuse_ended):
        with refused(table.books, UnknownSlip):
            refuse(table.books, bytes(16))


def test_a_slip_is_found_by_the_tag_of_its_code(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    assert slips.by_tag(table.books, slip.tag) == slip.reference


def test_a_slip_is_found_by_the_beginning_of_its_reference_while_that_is_its_alone(
    table: Table,
) -> None:
    wanted = table.handed_out("3 tomatoes").reference
    assert slips.named(table.books, wanted) == wanted
    assert slips.named(table.books, wanted[:5]) == wanted
    assert slips.named(table.books, bytes([wanted[0] ^ 1]) + wanted[1:5]) is None
    other = table.handed_out("1 tomatoes").reference
    assert slips.named(table.books, b"") is None
    assert slips.named(table.books, other[:5]) == other
    every = [table.handed_out("1 tomatoes").reference for _ in range(12)]
    assert min(reference[5] for reference in every) < ord("X")
    assert [slips.named(table.books, reference[:5]) for reference in every] == every


def test_dates_on_a_slip_count_from_2020() -> None:
    assert slips.days_since_epoch(date(2020, 1, 1)) == 0
    assert slips.date_of(slips.days_since_epoch(date(2026, 11, 28))) == date(2026, 11, 28)


def test_a_new_slip_does_not_show_its_content(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    assert "content" not in repr(slip)


# Void


def test_a_void_slip_becomes_a_gift(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    assert slips.void(table.books, slip.reference, " found in a puddle ") == 600
    assert known(table, slip.reference).state == "voided"
    assert known(table, slip.reference).ended_visit == 0
    assert table.balance("slips:outstanding") == 0
    assert table.balance("gifts") == -600
    assert table.day().voided == 600
    ((words,),) = table.books.sql("SELECT words FROM decision ORDER BY entry DESC LIMIT 1")
    assert words == "found in a puddle"
    with refused(table.books, SlipVoid):
        table.visit(slips=[slip])
    assert audit.verify(table.books) == []


def test_an_expired_slip_may_be_voided_and_reissued(table: Table) -> None:
    table.decide(slip_days=7)
    one, other = table.handed_out("3 tomatoes"), table.handed_out("3 tomatoes")
    table.clock.forward(days=30)
    assert slips.void(table.books, one.reference, "expired, assembly") == 600
    again, _ = slips.reissue(table.books, other.reference, "torn", table.mint)
    assert again.expires == other.expires
    seq, kind, words = table.books.sql(
        "SELECT seq, kind, words FROM decision JOIN entry ON entry.id = entry ORDER BY id DESC"
    ).fetchone()
    assert (kind, words) == ("reissue", "torn")
    postings = table.books.sql(
        "SELECT account, credits FROM posting JOIN entry ON entry.id = entry WHERE seq = ?", (seq,)
    ).fetchall()
    assert postings == [("slips:outstanding", 600), ("slips:outstanding", -600)]


@pytest.mark.parametrize("why", ["", "  \n"])
def test_a_steward_says_why(table: Table, why: str) -> None:
    slip = table.handed_out("3 tomatoes")
    with refused(table.books, MissingDecision):
        slips.void(table.books, slip.reference, why)
    with refused(table.books, MissingDecision):
        slips.reissue(table.books, slip.reference, why, table.mint)


def test_reasons_have_an_end(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    with refused(table.books, UnfitWords, setting="the words of a decision"):
        slips.void(table.books, slip.reference, "because " * 200)


def test_slips_are_ended_while_a_day_is_open(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    table.close()
    with refused(table.books, DayNotOpen):
        slips.void(table.books, slip.reference, "puddle")
    with refused(table.books, DayNotOpen):
        slips.reissue(table.books, slip.reference, "torn", table.mint)


def test_a_slip_is_ended_once(table: Table) -> None:
    spent = table.handed_out("3 tomatoes")
    table.visit(slips=[spent], gift=True)
    void = table.handed_out("3 tomatoes")
    slips.void(table.books, void.reference, "puddle")
    reissued = table.handed_out("3 tomatoes")
    slips.reissue(table.books, reissued.reference, "torn", table.mint)
    undone = table.handed_out("3 tomatoes")
    corrections.undo(table.books)
    for reference, error in (
        (spent.reference, SlipSpent),
        (void.reference, SlipVoid),
        (reissued.reference, SlipReissued),
        (undone.reference, SlipUndone),
        (bytes(16), UnknownSlip),
    ):
        with refused(table.books, error):
            slips.void(table.books, reference, "again")
        with refused(table.books, error):
            slips.reissue(table.books, reference, "again", table.mint)
        with refused(table.books, error):
            table.visit(slips=[reference])


def test_a_slip_is_revived_only_by_what_ended_it(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    with pytest.raises(AssertionError):
        slips.revive(table.books, slip.reference, 1)


# Reissue


def test_a_reissued_slip_is_another_of_the_same_worth(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    again, job = slips.reissue(table.books, slip.reference, "torn", table.mint)
    assert again.amount == 600
    assert again.reference != slip.reference
    assert known(table, slip.reference).state == "reissued"
    assert known(table, again.reference).visit == 0
    assert jobs.content(table.books, job) == again.content
    assert table.balance("slips:outstanding") == -600
    with refused(table.books, SlipReissued):
        table.visit(slips=[slip])
    assert table.visit(slips=[again]).weighing.redeemed == 600
    assert audit.verify(table.books) == []


def test_the_slip_of_a_visit_is_the_one_that_is_still_out(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    assert slips.slip_of_visit(table.books, 1, 1).reference == slip.reference
    second, _ = slips.reissue(table.books, slip.reference, "torn", table.mint)
    third, _ = slips.reissue(table.books, second.reference, "torn again", table.mint)
    assert slips.slip_of_visit(table.books, 1, 1).reference == third.reference
    table.visit(slips=[third], gift=True)
    for visit in (1, 2):
        with refused(table.books, NoOpenSlip, visit=f"1/{visit}"):
            slips.slip_of_visit(table.books, 1, visit)
    for day, visit in ((1, 3), (2, 1), (0, 0)):
        with refused(table.books, UnknownVisit, visit=f"{day}/{visit}"):
            slips.slip_of_visit(table.books, day, visit)


# Typed codes


def test_unknown_codes_may_be_typed_a_few_times(table: Table) -> None:
    for _ in range(CODE_TRIES):
        assert slips.minutes_to_wait(table.books) == 0
        slips.note_unknown_code(table.books)
    assert slips.minutes_to_wait(table.books) == CODE_WINDOW_MINUTES


def test_the_wait_ends_when_the_oldest_try_is_old_enough(table: Table) -> None:
    for _ in range(CODE_TRIES):
        slips.note_unknown_code(table.books)
        table.clock.forward(minutes=0.5)
    assert slips.minutes_to_wait(table.books) == 5
    table.clock.forward(minutes=4, seconds=59, milliseconds=999)
    assert slips.minutes_to_wait(table.books) == 1
    table.clock.forward(milliseconds=1)
    assert slips.minutes_to_wait(table.books) == 0
    slips.note_unknown_code(table.books)
    assert slips.minutes_to_wait(table.books) == 1


def test_old_tries_are_forgotten(table: Table) -> None:
    slips.note_unknown_code(table.books)
    table.clock.forward(minutes=CODE_WINDOW_MINUTES)
    slips.note_unknown_code(table.books)
    assert table.books.sql("SELECT count(*) FROM code_try").fetchone() == (1,)


def test_a_clock_set_back_does_not_lock_the_table(table: Table) -> None:
    for _ in range(CODE_TRIES):
        slips.note_unknown_code(table.books)
    table.clock.forward(days=-365)
    assert slips.minutes_to_wait(table.books) == 0
