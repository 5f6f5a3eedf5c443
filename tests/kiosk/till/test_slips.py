"""Visits and slips: each thing that a person can do with them, once, whole, and with a way back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from db.amounts import CREDIT
from db.errors import (
    MissingDecision,
    NoOpenSlip,
    NothingToUndo,
    SlipReissued,
    SlipSpent,
    SlipUndone,
    SlipVoid,
)
from db.jobs import JobDone
from db.ledger import KeyOfUndone
from db.market import Rules
from kiosk.config import PAPERS_FOLDER
from kiosk.slips import payload, typed_code
from kiosk.till import Till
from tests.db.table import dump
from tests.kiosk.tills import (
    Clock,
    booked,
    exchange,
    handed_out,
    pictures,
    somewhere,
    sound,
)

# Visits


def test_what_was_brought_comes_back_as_a_slip_that_is_good(till: Till) -> None:
    over = booked(till, "3 tomatoes", "0.5 childcare", "-1 honey")
    assert (over.day, over.visit, over.slips_in, over.repeated) == (1, 1, 0, False)
    (slip,) = over.slips
    assert slip.amount == (3 * 2 + 2 - 4) * CREDIT
    assert slip.expires is None
    for text in (slip.text, slip.code, slip.code.lower().replace("-", " ")):
        verdict = till.check(text)
        assert (verdict.word, verdict.amount) == ("good", slip.amount)
        assert till.accepted(text) == (verdict.reference, slip.amount)
    assert sound(till)


def test_a_slip_says_what_the_books_say(till: Till, clock: Clock) -> None:
    till.set_rules(Rules(slip_days=30), "decided by the assembly")
    slip = handed_out(till)
    header = payload.unpack(payload.slip_of(slip.text) or b"")
    assert header.amount == slip.amount == 600
    assert header.issued == clock().date() == date(2026, 11, 28)
    assert header.expires == slip.expires == date(2026, 12, 28)
    assert header.key_id == till.public.key_id
    assert typed_code.code_of(header.serial) == slip.code


def test_no_two_slips_are_the_same(till: Till) -> None:
    slips = [handed_out(till) for _ in range(5)]
    assert len({slip.text for slip in slips}) == len({slip.code for slip in slips}) == 5


def test_a_slip_is_taken_in_whole_and_change_is_a_new_slip(till: Till) -> None:
    first = handed_out(till)
    over = booked(till, "-1 honey", slips=[first])
    (change,) = over.slips
    assert (over.slips_in, over.weighing.redeemed, change.amount) == (1, 600, 200)
    assert till.check(change.text).good
    with pytest.raises(SlipSpent) as caught:
        till.accepted(first.text)
    assert caught.value.facts["visit"] == 2
    assert till.outstanding().credits == 200


def test_the_same_key_again_gives_the_same_slips_and_books_nothing(till: Till) -> None:
    first = till.book(exchange("3 tomatoes"), "a key")
    before = dump(till.books)
    again = till.book(exchange("3 tomatoes"), "a key")
    assert dump(till.books) == before
    assert again.repeated
    assert replace(again, repeated=False) == first


def test_the_same_key_after_the_paper_was_seen_tells_no_secret(till: Till) -> None:
    first = till.book(exchange("3 tomatoes"), "a key")
    till.confirm(first.slips[0].job)
    (slip,) = till.book(exchange("3 tomatoes"), "a key").slips
    assert (slip.amount, slip.text, slip.code) == (600, "", "")


def test_a_slip_shows_its_secret_to_no_report(till: Till) -> None:
    over = booked(till, "3 tomatoes")
    slip = over.slips[0]
    for shown in (repr(slip), repr(over), repr(till.ready(slip.job)), repr(till.pending())):
        assert slip.text not in shown
        assert slip.code not in shown


# Undo and the way back


def test_undo_makes_the_slip_void_and_those_handed_in_good_again(till: Till) -> None:
    first = handed_out(till)
    (change,) = booked(till, "-1 honey", slips=[first]).slips
    undone = till.undo()
    assert (undone.day, undone.visit, undone.void, undone.good) == (1, 2, (200,), (600,))
    assert till.check(first.text).good
    with pytest.raises(SlipUndone):
        till.accepted(change.text)
    assert sound(till)


def test_undo_removes_the_pictures_and_wipes_the_secret(till: Till) -> None:
    kept, slip = handed_out(till), handed_out(till)
    for one in (kept, slip):
        till.print_now(one.job)
        till.print_again(one.job)
        till.print_now(one.job)
    assert somewhere(till, slip)
    till.undo()
    assert [job.id for job in till.pending()] == [kept.job]
    assert pictures(till) == [
        f"slip-00000{kept.job}{copy}{kind}" for copy in ("-copy2", "") for kind in (".pdf", ".png")
    ]
    with pytest.raises(JobDone):
        till.ready(slip.job)
    assert somewhere(till, slip) == []
    assert till.ready(kept.job).text == kept.text


def test_undo_is_done_where_a_picture_can_not_be_removed(till: Till) -> None:
    slip = handed_out(till)
    (till.folder / PAPERS_FOLDER / f"slip-{slip.job:06d}.png").mkdir(parents=True)
    assert till.undo().visit == 1
    assert till.check(slip.text).word == "void"


def test_an_undone_visit_comes_back_once_with_a_new_slip(till: Till) -> None:
    slip = handed_out(till)
    assert till.undoable() == (1, 0)
    till.undo()
    assert till.undoable() == (0, 1)
    back = till.bring_back("back")
    assert (back.visit, back.weighing.issued) == (2, 600)
    assert back.slips[0].text != slip.text
    assert till.check(back.slips[0].text).good
    assert replace(till.bring_back("back"), repeated=False) == back
    assert till.undoable() == (2, 0)
    assert sound(till)


def test_what_was_undone_is_not_booked_again_with_its_old_key(till: Till) -> None:
    till.book(exchange("3 tomatoes"), "a key")
    till.undo()
    with pytest.raises(KeyOfUndone):
        till.book(exchange("3 tomatoes"), "a key")
    with pytest.raises(NothingToUndo):
        till.undo()


# A steward's ways


def test_a_voided_slip_is_worth_nothing_and_leaves_no_trace_of_itself(till: Till) -> None:
    slip = handed_out(till)
    till.print_now(slip.job)
    assert till.void(1, 1, "lost in the rain") == 600
    with pytest.raises(SlipVoid) as caught:
        till.accepted(slip.text)
    assert type(caught.value) is SlipVoid
    assert (pictures(till), till.pending(), somewhere(till, slip)) == ([], [], [])
    with pytest.raises(NoOpenSlip):
        till.void(1, 1, "once more")
    assert sound(till)


def test_a_reissued_slip_is_void_and_another_is_good(till: Till) -> None:
    till.set_rules(Rules(slip_days=10), "decided by the assembly")
    old = handed_out(till)
    till.print_now(old.job)
    new = till.reissue(1, 1, "washed with the trousers")
    assert (new.amount, new.expires) == (old.amount, old.expires)
    assert new.text != old.text
    with pytest.raises(SlipReissued):
        till.accepted(old.text)
    assert till.check(new.text).good
    assert [job.id for job in till.pending()] == [new.job]
    assert (pictures(till), somewhere(till, old)) == ([], [])
    third = till.reissue(1, 1, "and again")
    assert till.check(third.text).good
    assert till.check(new.text).word == "void"
    assert sound(till)


@pytest.mark.parametrize("why", ["", "  "])
def test_voiding_and_reissuing_need_a_reason(till: Till, why: str) -> None:
    slip = handed_out(till)
    for way in (till.void, till.reissue):
        with pytest.raises(MissingDecision):
            way(1, 1, why)
    assert till.check(slip.text).good
    assert till.ready(slip.job).text == slip.text
