"""Promises of a new key: what the old one signed stays good, and the old one is gone."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from db import audit, keys
from db.connection import open_books
from db.errors import (
    ForgedSlip,
    KeyUnusable,
    MissingDecision,
    PassphraseNeeded,
    SlipSpent,
    UnknownCode,
    UnknownSlip,
)
from db.keys import BadLastGoodDay
from kiosk.config import KEY_FILE
from kiosk.frompaper import honour_lost
from kiosk.keys import resting
from kiosk.keys.lock import StewardNeeded
from kiosk.keys.public import StolenKeySlip, is_signed
from kiosk.keys.rotation import (
    KeyChangedMeanwhile,
    KeyNotLost,
    OldKeyStays,
    open_without_key,
    rotate,
)
from kiosk.slips import keyfile, payload
from kiosk.slips.signing import MarketKey
from kiosk.till import Till, open_till
from kiosk.till.records import PaperSlip
from tests.db.tampering import rewrite, taken_back
from tests.kiosk.keys import rotation_kills
from tests.kiosk.tills import Clock, booked, found, handed_out, sound

WHY = "assembly of 28 November"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def till(tmp_path: Path, clock: Clock) -> Iterator[Till]:
    made = found(tmp_path / "market", clock)
    yield made
    made.close()


def header_of(slip: PaperSlip) -> payload.Header:
    raw = payload.slip_of(slip.text)
    assert raw is not None
    return payload.unpack(raw)


def made_by(key: MarketKey, on: date, amount: int = 900) -> str:
    """The text of a slip that whoever has the key can make, with any date."""
    header = payload.Header(False, key.public.key_id, b"a thief!", amount, on, None)
    return payload.text_of(key.sign_slip(header))


# In the middle of a day


def test_slips_and_seals_are_signed_by_the_new_key_from_then_on(till: Till) -> None:
    before, old = till.public, handed_out(till)
    rotate(till, WHY)
    new = handed_out(till)
    assert till.public != before
    assert header_of(old).key_id == before.key_id
    assert header_of(new).key_id == till.public.key_id
    seal = till.close_day(None).seal
    assert till.public.verify(b"market-kiosk seal 1\0", seal.statement, seal.signature)
    assert sound(till)


def test_slips_of_both_keys_are_handed_in_together_and_once(till: Till) -> None:
    old = handed_out(till)
    rotate(till, WHY)
    new = handed_out(till)
    visit = booked(till, "-3 honey", slips=[old, new])
    assert (visit.slips_in, visit.weighing.redeemed) == (2, old.amount + new.amount)
    for slip in (old, new):
        assert isinstance(till.check(slip.text).error, SlipSpent)
        assert isinstance(till.check(slip.code).error, SlipSpent)
    assert sound(till)


def test_typed_codes_of_slips_of_every_earlier_key_are_found(till: Till) -> None:
    slips = []
    for _ in range(4):
        slips.append(handed_out(till))
        rotate(till, WHY)
    till.close()
    again = open_till(till.folder, till.books._clock)
    assert [again.check(slip.code).word for slip in slips] == ["good"] * 4
    again.close()


def test_a_visit_of_before_is_undone_and_brought_back_after(till: Till) -> None:
    taken = handed_out(till)
    (old,) = booked(till, "4 tomatoes", slips=[taken]).slips
    rotate(till, WHY)
    till.undo()
    assert till.check(old.text).word == "void"
    assert till.check(taken.text).word == "good"
    (new,) = till.bring_back("back").slips
    assert header_of(new).key_id == till.public.key_id
    assert till.check(new.text).word == "good"
    assert sound(till)


def test_a_slip_of_before_is_voided_reissued_and_printed_again(till: Till) -> None:
    first, second = handed_out(till), handed_out(till)
    rotate(till, WHY)
    till.void(1, 1, "torn")
    new = till.reissue(1, 2, "washed")
    assert [till.check(slip.text).word for slip in (first, second, new)] == ["void", "void", "good"]
    assert header_of(new).key_id == till.public.key_id
    assert sound(till)


def test_a_days_export_names_the_key_of_its_own_seal(till: Till, clock: Clock) -> None:
    first = till.public
    till.close_day(None)
    clock.forward(days=7)
    rotate(till, WHY)
    till.open_day()
    till.close_day(None)
    named = [
        json.loads((till.export(day) / "seal.json").read_bytes())["public_key"] for day in (1, 2)
    ]
    assert named == [first.raw.hex(), till.public.raw.hex()]


# The entry


def test_the_old_key_signs_that_the_new_one_follows(till: Till, clock: Clock) -> None:
    before = till.public.raw
    made = rotate(till, WHY).handover
    assert (made.old, made.new, made.on) == (before, till.public.raw, clock().date())
    assert made.last_good is None
    assert is_signed(made)
    assert keys.handovers(till.books) == [made]
    assert not is_signed(replace(made, last_good=made.on))
    assert not is_signed(replace(made, signature=b""))


def test_the_decision_stands_in_the_ledger(till: Till) -> None:
    from db import reports

    rotate(till, WHY)
    newest = reports.decisions(till.books)[0]
    assert (newest.kind, newest.words) == ("key", WHY)


def test_a_replay_gives_the_same_keys(till: Till, tmp_path: Path) -> None:
    rotate(till, WHY, last_good=till.books.today())
    rotate(till, WHY)
    fresh = open_books(tmp_path / "fresh", create=True)
    audit.replay(till.books, fresh)
    assert keys.keys(fresh) == keys.keys(till.books)
    assert keys.in_force(fresh) == till.public.raw
    fresh.close()


TAMPERED = {
    "signature": lambda body: {**body, "signature": body["signature"][::-1]},
    "of another": lambda body: {**body, "signature": "00" * 64},
    "key": lambda body: {**body, "statement": {**body["statement"], "key": "11" * 32}},
    "old": lambda body: {**body, "statement": {**body["statement"], "old": "11" * 32}},
    "date": lambda body: {**body, "statement": {**body["statement"], "date": "2026-01-01"}},
    "stolen": lambda body: {**body, "statement": {**body["statement"], "last_good": "2026-01-01"}},
    "form": lambda body: {**body, "statement": {**body["statement"], "more": 1}},
    "no date": lambda body: {**body, "statement": {**body["statement"], "date": "20261128"}},
    "nothing": lambda body: {**body, "statement": None},
}


@pytest.mark.parametrize("name", TAMPERED)
def test_whatever_is_changed_in_the_entry_is_found(till: Till, name: str) -> None:
    rotate(till, WHY)
    (seq,) = till.books.sql("SELECT seq FROM entry WHERE kind = 'key'").fetchone()
    with taken_back(till.books):
        rewrite(till.books, seq, TAMPERED[name])
        assert till.verify() != []
    assert sound(till)


def test_a_key_that_was_in_force_never_comes_back(till: Till) -> None:
    first = till.public.raw
    rotate(till, WHY)
    with pytest.raises(Exception, match="UNIQUE"):
        keys.hand_over(till.books, first, WHY)
    assert sound(till)


# Stolen


def test_a_stolen_keys_slip_is_good_where_the_books_know_it(till: Till, clock: Clock) -> None:
    thief = till.key()
    before = handed_out(till)
    clock.forward(days=3)
    after = handed_out(till)  # the theft was not known yet
    rotate(till, "stolen", last_good=clock().date() - timedelta(days=2))
    assert till.check(before.text).word == till.check(after.text).word == "good"
    assert till.check(before.code).word == "good"
    for on in (clock().date(), clock().date() - timedelta(days=300)):
        verdict = till.check(made_by(thief, on))
        assert (verdict.word, type(verdict.error)) == ("forged", StolenKeySlip)
    booked(till, "-2 honey", slips=[before, after])
    assert sound(till)


def test_a_key_that_was_not_stolen_keeps_its_unknown_slips_unknown(till: Till) -> None:
    signed = made_by(till.key(), date(2026, 11, 1))
    rotate(till, WHY)
    assert isinstance(till.check(signed).error, UnknownSlip)


def test_a_slip_of_the_old_key_with_changed_words_is_forged(till: Till) -> None:
    old = handed_out(till)
    rotate(till, WHY)
    raw = payload.slip_of(old.text)
    assert raw is not None
    changed = payload.text_of(raw[:13] + b"\x01" + raw[14:])
    assert isinstance(till.check(changed).error, ForgedSlip)


@pytest.mark.parametrize("days", [1, -3000])
def test_a_last_good_day_that_can_not_be_is_refused(till: Till, clock: Clock, days: int) -> None:
    with pytest.raises(BadLastGoodDay):
        rotate(till, WHY, last_good=clock().date() + timedelta(days=days))
    assert_untouched(till)


def test_a_rebuilt_market_honours_a_stolen_keys_slips_up_to_the_last_good_day(
    till: Till, clock: Clock
) -> None:
    """Books were lost: then the date on the paper is all there is."""
    thief, today = till.key(), clock().date()
    honour_lost(till.books, "the laptop is gone", today - timedelta(days=30))
    rotate(till, "stolen", last_good=today - timedelta(days=10))
    good = till.check(made_by(thief, today - timedelta(days=10)))
    assert (good.word, good.unheld is not None) == ("good", True)
    for days in (9, 31):
        verdict = till.check(made_by(thief, today - timedelta(days=days)))
        assert (verdict.word, type(verdict.error)) == ("forged", StolenKeySlip)


# The key file


def assert_untouched(till: Till) -> None:
    """Nothing was rotated, and nothing lies around."""
    assert keys.handovers(till.books) == []
    assert [path.name for path in till.folder.glob(f"{KEY_FILE}*")] == [KEY_FILE]
    assert keyfile.load(till.folder / KEY_FILE, None).public == till.public


def test_nothing_of_the_old_seed_stays_in_the_folder(till: Till) -> None:
    seed = till.key().seed()
    file = (till.folder / KEY_FILE).open("rb")  # as a program that looks at the old file's blocks
    rotate(till, WHY)
    assert set(file.read()) == {0}
    file.close()
    for path in till.folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert seed not in content
        assert seed.hex().encode() not in content
    assert [path.name for path in till.folder.glob(f"{KEY_FILE}*")] == [KEY_FILE]


def test_without_a_decision_nothing_changes(till: Till) -> None:
    with pytest.raises(MissingDecision):
        rotate(till, " ")
    assert_untouched(till)


def test_an_open_key_can_be_locked_and_a_locked_one_never_becomes_open(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyfile, "MODERATE", keyfile.CHEAP)
    assert rotate(till, WHY, passphrase="three ripe tomatoes").locked
    old = handed_out(till)
    till.close_day(None)
    till.close()
    again = open_till(till.folder, till.books._clock)
    assert again.locked
    with pytest.raises(PassphraseNeeded):
        rotate(again, WHY, passphrase="another one")
    again.unlock("three ripe tomatoes")
    with pytest.raises(PassphraseNeeded):
        rotate(again, WHY)
    rotate(again, WHY, passphrase="another one")
    assert again.check(old.code).word == "good"
    assert keyfile.load(again.folder / KEY_FILE, "another one").public == again.public
    again.close()


def test_the_key_that_rests_while_the_day_is_open_is_the_new_one(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyfile, "MODERATE", keyfile.CHEAP)
    rotate(till, WHY, passphrase="three ripe tomatoes")
    seed = till.key().seed()
    rotate(till, WHY, passphrase="three ripe tomatoes")
    lying = till.folder / resting.FILE
    assert keyfile.load(lying, None).public == till.public
    assert seed.hex() not in lying.read_text()
    beside = open_till(till.folder, till.books._clock)
    assert not beside.locked
    rotate(till, WHY, passphrase="three ripe tomatoes")
    assert header_of(handed_out(beside)).key_id == till.public.key_id
    beside.close()


def test_a_steward_alone_changes_the_key(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyfile, "MODERATE", keyfile.CHEAP)
    rotate(till, WHY, passphrase="three ripe tomatoes")
    till.steward.lock()
    with pytest.raises(StewardNeeded):
        rotate(till, WHY, passphrase="mine")
    assert len(keys.handovers(till.books)) == 1


def test_a_key_behind_a_link_is_changed_where_it_lies(till: Till, tmp_path: Path) -> None:
    stick = tmp_path / "stick.key"
    (till.folder / KEY_FILE).rename(stick)
    (till.folder / KEY_FILE).symlink_to(stick)
    rotate(till, WHY)
    assert keyfile.load(stick, None).public == till.public
    assert (till.folder / KEY_FILE).is_symlink()


def test_an_old_file_that_can_not_be_replaced_is_said_and_tried_again(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:

        def fail(prepared: Path, path: Path) -> None:
            raise KeyUnusable(folder=path.parent, why="the disk is tired")

        patch.setattr(keyfile, "put_in_place", fail)
        with pytest.raises(OldKeyStays, match="tired"):
            rotate(till, WHY)
    new = handed_out(till)
    assert header_of(new).key_id == till.public.key_id
    till.close()
    again = open_till(till.folder, till.books._clock)
    assert again.key().public == till.public
    assert len(list(till.folder.glob(f"{KEY_FILE}*"))) == 1
    again.close()


# Another program


def test_a_table_that_is_open_follows_a_key_that_another_program_changed(till: Till) -> None:
    old = handed_out(till)
    beside = open_till(till.folder, till.books._clock)
    rotate(beside, WHY)
    beyond = handed_out(beside)
    assert till.check(beyond.text).word == till.check(beyond.code).word == "good"
    new = handed_out(till)
    assert header_of(new).key_id == beside.public.key_id
    assert till.check(old.code).word == "good"
    assert till.market.public_key == beside.public.raw
    rotate(beside, WHY)
    till.close_day(None)
    assert sound(till)
    beside.close()


def test_of_two_who_change_the_key_at_once_one_does(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = open_till(till.folder, till.books._clock)
    real = keyfile.content_of

    def meanwhile(*arguments: Any) -> bytes:
        monkeypatch.setattr(keyfile, "content_of", real)
        rotate(beside, "the other one")
        return real(*arguments)

    monkeypatch.setattr(keyfile, "content_of", meanwhile)
    with pytest.raises(KeyChangedMeanwhile):
        rotate(till, WHY)
    assert len(keys.handovers(till.books)) == 1
    handed_out(till)
    assert sound(till)
    assert keyfile.load(till.folder / KEY_FILE, None).public == till.public
    beside.close()


# Lost


def test_a_lost_key_is_replaced_without_its_signature(till: Till, clock: Clock) -> None:
    old = handed_out(till)
    till.close()
    (till.folder / KEY_FILE).unlink()
    with pytest.raises(KeyUnusable):
        open_till(till.folder, clock)
    keyless = open_without_key(till.folder, clock)
    made = rotate(keyless, "nobody has it", lost=True).handover
    assert made.signature == b""
    keyless.close()
    again = open_till(till.folder, clock)
    assert again.check(old.text).word == "good"
    assert isinstance(again.check(old.code).error, UnknownCode)
    handed_out(again)
    assert sound(again)
    again.close()


def test_a_key_that_is_at_hand_is_not_lost(till: Till, clock: Clock) -> None:
    with pytest.raises(KeyNotLost):
        rotate(till, WHY, lost=True)
    with pytest.raises(KeyNotLost):
        open_without_key(till.folder, clock)
    assert_untouched(till)


# A crash


def copied(till: Till, folder: Path) -> Path:
    till.books.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(shutil.copytree(till.folder, folder))


def test_a_new_key_that_the_books_never_named_is_removed(till: Till, tmp_path: Path) -> None:
    left = MarketKey.generate(till.key())
    folder = copied(till, tmp_path / "copy")
    file = folder / f"{KEY_FILE}.{left.public.key_id.hex()}"
    keyfile.save(file, left, None)
    again = open_till(folder)
    assert again.key().public == till.public
    assert not file.exists()
    again.close()


def test_nobody_takes_a_key_that_is_being_put_in_force_for_a_left_over(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever starts while a rotation is at work waits for it, or gives up."""
    from db.errors import BooksBusy

    real, seen = keys.hand_over, []

    def meanwhile(*arguments: object, **how: object) -> object:
        beside = open_books(till.folder)
        beside.sql("PRAGMA busy_timeout = 1")
        from kiosk.keys.rotation import complete

        with pytest.raises(BooksBusy):
            complete(till.folder, beside)
        beside.close()
        seen.append(sorted(path.name for path in till.folder.glob(f"{KEY_FILE}.*")))
        return real(*arguments, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(keys, "hand_over", meanwhile)
    rotate(till, WHY)
    assert seen == [[f"{KEY_FILE}.{till.public.key_id.hex()}"]]
    assert keyfile.load(till.folder / KEY_FILE, None).public == till.public


@pytest.mark.parametrize("fails", range(1, 7))
def test_a_disk_that_fails_once_leaves_one_key_and_every_slip_good(
    till: Till, clock: Clock, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    old, real, calls = handed_out(till), os.fsync, []

    def fsync(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == fails:
            raise OSError(5, "Input/output error")
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        try:
            rotate(till, WHY)
        except (KeyUnusable, OldKeyStays):
            assert len(calls) >= fails
        else:
            assert len(calls) < fails, "what failed was said"
    till.close()
    again = open_till(till.folder, clock)
    assert [path.name for path in till.folder.iterdir() if KEY_FILE in path.name] == [KEY_FILE]
    assert again.key().public.raw == keys.in_force(again.books)
    assert again.check(old.code).word == again.check(handed_out(again).text).word == "good"
    assert sound(again)
    again.close()


def test_after_a_kill_at_any_step_there_is_one_key_and_every_slip_is_good(tmp_path: Path) -> None:
    done = rotation_kills.run(tmp_path, 17)
    assert {"the old key is in force", "the new key is in force"} <= set(done)
