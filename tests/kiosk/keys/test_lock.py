"""What a steward alone may do asks for the passphrase, and what the table does never asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from db.catalogue import Good
from db.errors import WrongPassphrase
from db.market import Rules
from kiosk.config import Settings
from kiosk.keys.lock import (
    FIRST_WAIT,
    FREE_TRIES,
    GRACE_SECONDS,
    LONGEST_WAIT,
    StewardLock,
    StewardNeeded,
    TooManyPassphrases,
)
from kiosk.till import Till, open_till
from tests.db.table import Clock, dump
from tests.kiosk.tills import booked, found, handed_out

PASSPHRASE = "plum tree at noon"


class Seconds:
    """A clock for the lock."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def guarded(tmp_path: Path, clock: Clock) -> Till:
    """A market with a passphrase and an open day, after a restart: no steward is there."""
    made = found(tmp_path / "market", clock, practice=True, passphrase=PASSPHRASE)
    handed_out(made)
    made.close()
    till = open_till(tmp_path / "market", clock)
    till.steward._now = Seconds()
    return till


DOINGS: dict[str, Callable[[Till], object]] = {
    "open a day": lambda till: till.open_day(),
    "close the day": lambda till: till.close_day(None),
    "add goods": lambda till: till.import_goods([], "decided"),
    "add a good": lambda till: till.add_good(
        Good("oats", 0, "staples", "good", "kg", 100, {"en": "oats"}), "decided"
    ),
    "set a rate": lambda till: till.set_rate("honey", 300, "decided"),
    "set rules": lambda till: till.set_rules(Rules(slip_days=30), "decided"),
    "spoil": lambda till: till.spoil("tomatoes", 1000, "rotten"),
    "count": lambda till: till.count_stock("tomatoes", 1000),
    "void": lambda till: till.void(1, 1, "wet"),
    "reissue": lambda till: till.reissue(1, 1, "lost"),
    "choose a printer": lambda till: till.use_printer("folder", "", "80", cut=True),
    "set the machine up": lambda till: till.change_settings(Settings(paper="80")),
    "calibrate": lambda till: till.change_settings(Settings(scanner_before="x")),
    "let the key rest": lambda till: till.change_settings(Settings(ask_again=True)),
}


@pytest.mark.parametrize("doing", DOINGS)
def test_a_stewards_doing_is_refused_and_changes_nothing(guarded: Till, doing: str) -> None:
    before, settings = dump(guarded.books), guarded.settings()
    with pytest.raises(StewardNeeded):
        DOINGS[doing](guarded)
    assert dump(guarded.books) == before
    assert guarded.settings() == settings


def test_the_table_never_asks(guarded: Till) -> None:
    slip = handed_out(guarded)
    assert guarded.check(slip.code).good
    booked(guarded, "-1 honey", slips=[slip])
    guarded.undo()
    guarded.bring_back("again")
    guarded.print_now(guarded.pending()[0].id)
    guarded.confirm(guarded.pending()[0].id)
    guarded.change_settings(replace(guarded.settings(), language="es", dark=True))
    guarded.goods()
    guarded.rules()
    guarded.export(1)
    assert guarded.verify() == []
    assert guarded.steward.closed


def test_the_lock_stays_open_for_a_while_after_each_doing(guarded: Till) -> None:
    clock = guarded.steward._now
    assert isinstance(clock, Seconds)
    guarded.unlock(PASSPHRASE)
    clock.now += GRACE_SECONDS - 1
    guarded.set_rate("honey", 300, "decided")
    clock.now += GRACE_SECONDS - 1
    guarded.set_rate("honey", 200, "decided")
    clock.now += GRACE_SECONDS
    with pytest.raises(StewardNeeded):
        guarded.set_rate("honey", 100, "decided")
    guarded.unlock(PASSPHRASE)
    guarded.steward.lock()
    with pytest.raises(StewardNeeded):
        guarded.close_day(None)
    handed_out(guarded)


def test_who_can_be_asked_is_asked_and_it_is_done(guarded: Till) -> None:
    guarded.steward.asks = lambda: PASSPHRASE + "!"
    with pytest.raises(WrongPassphrase):
        guarded.set_rate("honey", 300, "decided")
    guarded.steward.asks = lambda: PASSPHRASE
    guarded.set_rate("honey", 300, "decided")
    guarded.steward.asks = None
    guarded.close_day(None)


def test_wrong_tries_are_slowed_and_a_right_one_forgets_them() -> None:
    clock = Seconds()
    lock = StewardLock(guards=True, now=clock)
    for _try in range(FREE_TRIES):
        lock.may_try()
        lock.tried(right=False)
    waits = []
    for _try in range(8):
        with pytest.raises(TooManyPassphrases) as refused:
            lock.may_try()
        waits.append(refused.value.facts["seconds"])
        clock.now += float(str(waits[-1]))
        lock.may_try()
        lock.tried(right=False)
    assert waits[0] == FIRST_WAIT + 1
    assert waits == sorted(waits) and waits[-1] == LONGEST_WAIT + 1
    clock.now += LONGEST_WAIT + 1
    lock.tried(right=True)
    lock.tried(right=False)
    lock.may_try()


def test_a_try_that_must_wait_is_not_looked_at(guarded: Till) -> None:
    for _try in range(FREE_TRIES):
        with pytest.raises(WrongPassphrase):
            guarded.unlock("plum")
    with pytest.raises(TooManyPassphrases):
        guarded.unlock(PASSPHRASE)
    assert guarded.steward.closed


def test_without_a_passphrase_nothing_asks(till: Till) -> None:
    assert not till.steward.guards
    for doing in ("set a rate", "set rules", "void", "choose a printer"):
        if doing == "void":
            handed_out(till)
        DOINGS[doing](till)
    till.close_day(None)
