"""With the key alone every slip of the lost books is honoured, once, openly; nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from db import paper, reports
from db.errors import (
    BooksUnwritable,
    KioskError,
    PassphraseNeeded,
    ShortOfCredits,
    SlipExpired,
    SlipSpent,
    UnknownSlip,
)
from db.market import Market
from kiosk.config import Settings
from kiosk.founding import found_market
from kiosk.frompaper import honour_lost
from kiosk.slips.signing import MarketKey
from kiosk.till import Till, open_till
from kiosk.verdicts import CodeOfLostBooks
from tests.kiosk.lost_books import lose_and_honour
from tests.kiosk.tills import (
    GOODS,
    Clock,
    booked,
    exchange,
    found,
    handed_out,
    of_lost_books,
    somewhere,
    sound,
)


def anew(folder: Path, key: MarketKey, clock: Clock, *, practice: bool = False) -> Till:
    """The market founded anew from its key, a day open."""
    wanted = Market("Oak Square", "", "en", b"", practice)
    till = found_market(folder, wanted, goods=GOODS, clock=clock, key=key)
    till.open_day()
    return till


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def old(tmp_path: Path, clock: Clock) -> Iterator[Till]:
    with closing(found(tmp_path / "old", clock)) as till:
        yield till


@pytest.fixture
def till(tmp_path: Path, clock: Clock, old: Till) -> Iterator[Till]:
    with closing(anew(tmp_path / "new", old.key(), clock)) as till:
        yield till


def refuses(till: Till, text: str, word: str, error: type[KioskError]) -> None:
    verdict = till.check(text)
    assert (verdict.word, type(verdict.error)) == (word, error)
    with pytest.raises(error):
        till.accepted(text)


def test_all_slips_are_honoured_once_each_with_the_key_alone(tmp_path: Path) -> None:
    """The long form, of 1,000 slips and more: `python -m tests.kiosk.lost_books`."""
    result = lose_and_honour(tmp_path, 60)
    assert result.wrong == []
    assert result.honoured == paper.Honoured(60, result.owed)
    assert result.balance == result.owed
    assert result.second_tries == {"spent": 120}


def test_the_first_entry_says_that_the_books_are_anew(till: Till, old: Till) -> None:
    first, second = (
        till.books.sql("SELECT kind, body FROM entry WHERE seq = ?", (seq,)).fetchone()
        for seq in (1, 2)
    )
    assert (first[0], second[0]) == ("found", "lost")
    assert b'"from_key":1' in first[1]
    other = old.books.sql("SELECT body FROM entry WHERE seq = 1").fetchone()[0]
    assert b"from_key" not in other
    assert till.public == old.public


def test_a_visit_honours_a_slip_whole_and_hands_out_the_change(till: Till, old: Till) -> None:
    slip = handed_out(old, "3 tomatoes")
    verdict = till.scan(slip.text)
    assert (verdict.good, verdict.amount, verdict.slip) == (True, 600, None)
    (change,) = booked(till, "-1 honey", slips=[slip]).slips
    assert change.amount == 200
    kinds = [kind for (kind,) in till.books.sql("SELECT kind FROM entry ORDER BY id")]
    assert kinds[-2:] == ["paper", "visit"]
    known = till.check(slip.text).slip
    assert known is not None
    assert (known.state, known.ended_visit) == ("redeemed", 1)


def test_looking_at_a_slip_changes_nothing(till: Till, old: Till) -> None:
    slip = handed_out(old)
    before = till.books.sql("SELECT count(*) FROM entry").fetchone()
    assert till.check(slip.text).good
    assert till.check(slip.text).good
    assert till.books.sql("SELECT count(*) FROM entry").fetchone() == before


def test_what_is_refused_honours_nothing(till: Till, old: Till) -> None:
    slip = handed_out(old, "1 tomatoes")
    with pytest.raises(ShortOfCredits):
        booked(till, "-1 honey", slips=[slip])
    assert paper.honoured(till.books) == paper.Honoured(0, 0)
    booked(till, "-1 tomatoes", slips=[slip])
    assert paper.honoured(till.books) == paper.Honoured(1, 200)


def test_a_visit_that_is_asked_for_twice_honours_once(till: Till, old: Till) -> None:
    slip = handed_out(old)
    wanted = exchange("-1 honey", slips=[till.accepted(slip.text)[0]])
    first, again = till.book(wanted, "one key"), till.book(wanted, "one key")
    assert (first.repeated, again.repeated, again.visit) == (False, True, first.visit)
    assert paper.honoured(till.books).slips == 1


def test_undo_and_bring_back_honour_nothing_anew(till: Till, old: Till) -> None:
    slip = handed_out(old)
    booked(till, "-1 honey", slips=[slip])
    till.undo()
    assert till.check(slip.text).good
    till.bring_back("back")
    refuses(till, slip.text, "spent", SlipSpent)
    assert till.balances()["paper"] == slip.amount
    assert sound(till)


def test_an_expired_slip_of_lost_books_is_expired(till: Till, old: Till, clock: Clock) -> None:
    slip = of_lost_books(old, 300, till.books.today())
    assert till.check(slip.text).good
    clock.forward(days=1)
    refuses(till, slip.text, "expired", SlipExpired)


def test_what_was_signed_since_and_is_unknown_is_not_honoured(till: Till, clock: Clock) -> None:
    """Who stole the old laptop with its key can't go on handing out slips for days to come."""
    clock.forward(days=1)
    refuses(till, of_lost_books(till).text, "unknown", UnknownSlip)


def test_practice_slips_and_other_markets_stay_what_they_are(
    tmp_path: Path, clock: Clock, till: Till
) -> None:
    with closing(anew(tmp_path / "practice", till.key(), clock, practice=True)) as practice:
        assert till.check(of_lost_books(practice).text).word == "practice"
        assert practice.check(of_lost_books(till).text).word == "unknown"
    with closing(found(tmp_path / "strange", clock)) as strange:
        assert till.check(handed_out(strange).text).word == "foreign"
    text = of_lost_books(till).text
    forged = text[:-1] + ("0" if text[-1] != "0" else "8")
    assert till.check(forged).word == "forged"


def test_a_typed_code_of_lost_books_is_not_honoured_and_says_why(till: Till, old: Till) -> None:
    slip = handed_out(old)
    refuses(till, slip.code, "unknown", CodeOfLostBooks)
    booked(till, "-1 honey", slips=[slip])
    assert till.check(slip.code).word == "spent"


def test_nothing_of_it_can_be_spent_by_who_reads_the_folder(till: Till, old: Till) -> None:
    slip = handed_out(old)
    booked(till, "-1 honey", slips=[slip])
    assert somewhere(till, slip) == []


def test_while_the_key_is_locked_a_slip_of_lost_books_waits(tmp_path: Path, clock: Clock) -> None:
    with closing(
        found(tmp_path / "locked", clock, practice=True, passphrase="open sesame")
    ) as till:
        honour_lost(till.books, "the books of last week are lost")
        slip = of_lost_books(till)
        till.change_settings(Settings(ask_again=True))
    with closing(open_till(tmp_path / "locked", clock)) as locked:
        with pytest.raises(PassphraseNeeded):
            locked.check(slip.text)
        locked.unlock("open sesame")
        assert locked.check(slip.text).good


def test_books_from_a_backup_honour_what_they_miss(tmp_path: Path, clock: Clock, old: Till) -> None:
    """The steward decides so after a restore; what came before the backup was complete."""
    known = handed_out(old)
    clock.forward(days=7)
    missing = of_lost_books(old)
    refuses(old, missing.text, "unknown", UnknownSlip)
    clock.forward(days=3)
    assert honour_lost(old.books, "restored from a stick") == old.books.today() - timedelta(days=10)
    assert old.check(missing.text).good
    booked(old, "-1 honey", slips=[known, missing])
    assert old.balances()["paper"] == missing.amount
    assert sound(old)


def test_a_disk_that_fails_keeps_the_slip_good(till: Till, old: Till) -> None:
    slip = handed_out(old)
    wanted = exchange("-1 honey", slips=[till.accepted(slip.text)[0]])
    till.books.sql("PRAGMA query_only = 1")
    with pytest.raises(BooksUnwritable):
        till.book(wanted, "one key")
    till.books.sql("PRAGMA query_only = 0")
    till.book(wanted, "one key")
    assert paper.honoured(till.books).slips == 1
    assert reports.outstanding(till.books).credits == 200
