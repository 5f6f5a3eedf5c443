"""The market day, its seal and its export, what a visit is called, and a till whose key is locked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from db import days, jobs
from db.errors import (
    DayClosed,
    DayNotOpen,
    PassphraseNeeded,
    UnknownVisit,
    WrongPassphrase,
)
from kiosk.config import EXPORTS_FOLDER, Settings
from kiosk.keys.seals import SEAL_DOMAIN, check_export, seal_text
from kiosk.slips import payload, typed_code
from kiosk.till import Till, new_key, open_till
from tests.db.table import dump
from tests.kiosk.tills import (
    GOODS,
    Clock,
    booked,
    found,
    handed_out,
    sound,
)

PASSPHRASE = "plum tree at noon"


@pytest.fixture
def locked(tmp_path: Path, clock: Clock) -> Iterator[Till]:
    """A market whose key waits for its passphrase; somebody has a slip of 6 credits already."""
    folder = tmp_path / "market"
    made = found(folder, clock, practice=True, passphrase=PASSPHRASE)
    handed_out(made)
    made.change_settings(Settings(ask_again=True))
    made.close()
    opened = open_till(folder, clock)
    yield opened
    opened.close()


# The day


def test_a_closed_day_has_a_seal_that_the_market_signed(till: Till) -> None:
    first = handed_out(till)
    booked(till, "-1 honey", slips=[first])
    closing = till.close_day(counted=1)
    assert closing.day.sealed
    assert (closing.day.visits, closing.day.counted) == (2, 1)
    seal = days.seal(till.books, 1)
    assert seal == closing.seal
    assert till.public.verify(SEAL_DOMAIN, closing.seal.statement, closing.seal.signature)
    assert not till.public.verify(payload.SLIP_DOMAIN, seal.statement, seal.signature)
    assert not till.public.verify(SEAL_DOMAIN, seal.statement + b" ", seal.signature)
    assert jobs.job(till.books, closing.job).kind == "seal"
    assert sound(till)


def test_a_closed_day_takes_nothing_more(till: Till) -> None:
    slip = handed_out(till)
    till.close_day(None)
    before = dump(till.books)
    with pytest.raises(DayClosed):
        till.close_day(None)
    for action in (
        lambda: booked(till, "3 tomatoes"),
        till.undo,
        lambda: till.bring_back("back"),
        lambda: till.void(1, 1, "why"),
        lambda: till.reissue(1, 1, "why"),
    ):
        with pytest.raises(DayNotOpen):
            action()
    assert dump(till.books) == before
    assert till.day() is None
    assert till.newest_day().number == 1
    assert till.check(slip.text).good


def test_a_slip_of_one_day_is_spent_on_another(till: Till, clock: Clock) -> None:
    slip = handed_out(till)
    till.close_day(None)
    clock.forward(days=7)
    assert till.open_day() == 2
    booked(till, "-1 honey", slips=[slip])
    assert till.check(slip.text).word == "spent"
    assert sound(till)


def test_a_days_folder_can_be_held_against_the_markets_key(till: Till, tmp_path: Path) -> None:
    handed_out(till)
    till.close_day(0)
    folder = till.export(1)
    assert folder.parent == till.folder / EXPORTS_FOLDER
    assert check_export(folder) == []
    assert check_export(folder, till.public) == []
    other = found(tmp_path / "other", Clock())
    assert check_export(folder, other.public) != []
    other.close()
    assert till.export(1, tmp_path / "stick").parent == tmp_path / "stick"


def test_a_seal_that_another_key_made_is_found(till: Till, tmp_path: Path) -> None:
    other = found(tmp_path / "other", Clock())
    with till.books.transaction():
        seal = days.close_day(till.books, None, lambda said: other.key().sign(SEAL_DOMAIN, said))
        text = seal_text(till.public, seal).encode()
        jobs.enqueue(till.books, "seal", days.sealed_in(till.books, 1), None, text)
    (finding,) = till.verify()
    assert finding.what == "the seal of market day 1 is not the market's"
    other.close()


# A locked key


def test_a_locked_till_can_look(locked: Till) -> None:
    assert locked.locked
    assert locked.newest_day().visits == 1
    assert [one.id for one in locked.goods()] == [one.id for one in GOODS]
    (job,) = locked.pending()
    assert locked.check(locked.ready(job.id).text).good
    assert locked.verify() == []


def test_a_locked_till_hands_out_nothing_and_seals_nothing(locked: Till) -> None:
    slip = locked.ready(locked.pending()[0].id)
    before = dump(locked.books)
    code = typed_code.code_of(payload.unpack(payload.slip_of(slip.text) or b"").serial)
    for action in (
        lambda: booked(locked, "3 tomatoes"),
        lambda: locked.reissue(1, 1, "why"),
        lambda: locked.close_day(None),
        lambda: locked.check(code),
    ):
        with pytest.raises(PassphraseNeeded):
            action()
    assert dump(locked.books) == before


def test_a_wrong_passphrase_opens_nothing_and_a_right_one_all(locked: Till) -> None:
    for wrong in (PASSPHRASE + " ", PASSPHRASE.upper()):
        with pytest.raises(WrongPassphrase):
            locked.unlock(wrong)
        assert locked.locked
    with pytest.raises(PassphraseNeeded):
        locked.unlock("")
    assert locked.locked
    locked.unlock(PASSPHRASE)
    slip = handed_out(locked)
    assert locked.check(slip.code).good
    locked.close_day(None)
    assert sound(locked)


def test_an_export_of_a_day_names_the_market(till: Till) -> None:
    till.close_day(None)
    assert re.fullmatch(r"[A-Za-z0-9._-]+", till.export(1).name)


def test_opening_and_closing_a_day_forgets_names_that_are_due(till: Till, clock: Clock) -> None:
    till.set_rules(replace(till.rules(), crew_days=5), "decided by the assembly")
    till.close_day(None)
    assert till.newest_day().crew == (("table", "Ana"),)
    clock.forward(days=7)
    till.open_day([("table", "Bo")])
    assert days.day(till.books, 1).crew == (("table", ""),)
    assert till.newest_day().crew == (("table", "Bo"),)
    till.set_rules(replace(till.rules(), crew_days=0), "decided by the assembly")
    till.close_day(None)
    assert till.newest_day().crew == (("table", ""),)
    assert b"Ana" not in (till.folder / "books.sqlite").read_bytes()
    assert sound(till)


# What visits are called


def test_a_visit_is_named_by_its_number_its_day_or_its_date(till: Till, clock: Clock) -> None:
    for wanted in ("3", "1/3", "2026-11-28/3", " 3 ", "001/003"):
        assert till.visit_named(wanted) == (1, 3), wanted
    till.close_day(None)
    assert till.visit_named("3") == (1, 3)
    clock.forward(days=7)
    till.open_day()
    assert till.visit_named("3") == (2, 3)
    assert till.visit_named("1/3") == (1, 3)
    assert till.visit_named("2026-12-05/3") == (2, 3)


@pytest.mark.parametrize(
    "name",
    ["", "/", "/3", "3/", "three", "-3", "1.5", "1/2/3", "2026-11-27/3", "28.11.2026/3", "9" * 10,
     "9" * 10 + "/3", "³", "١", "1/³", "\x00"],
)  # fmt: skip
def test_what_can_not_be_a_visit_is_refused(till: Till, name: str) -> None:
    with pytest.raises(UnknownVisit):
        till.visit_named(name)


def test_a_visit_is_named_only_once_there_was_a_day(tmp_path: Path, clock: Clock) -> None:
    made = found(tmp_path / "market", clock)
    made.undoable()
    made.close()
    from db.market import Market
    from kiosk.founding import found_market

    fresh = found_market(tmp_path / "fresh", Market("Elm", "", "en", b"", False), clock=clock)
    with pytest.raises(DayNotOpen):
        fresh.visit_named("3")
    assert fresh.visit_named("1/3") == (1, 3)
    fresh.close()


def test_keys_of_visits_differ_and_sort_by_their_time() -> None:
    assert new_key(5) != new_key(5)
    times = [0, 7, 80, 2**32, 2**40, 2**47]
    assert [int(key[:12], 16) for key in sorted(map(new_key, reversed(times)))] == times
