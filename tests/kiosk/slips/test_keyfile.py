"""Promises of the key at rest: what opens it, and what is not its file any more. The file on its disk is in
test_keyfile_on_disk.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db.errors import KeyUnusable, PassphraseNeeded, WrongPassphrase
from kiosk.slips.keyfile import (
    CHEAP,
    MODERATE,
    Cost,
    EmptyPassphrase,
    PassphraseUntypable,
    cost_for,
    load,
    needs_passphrase,
    public_key,
    save,
)
from kiosk.slips.signing import MarketKey
from kiosk.widgets import form


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "market.key"


def change(path: Path, **fields: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_a_key_comes_back_without_a_passphrase(path: Path, key: MarketKey) -> None:
    save(path, key, None)
    assert not needs_passphrase(path)
    assert load(path, None).seed() == key.seed()
    assert load(path, "not needed, not looked at").seed() == key.seed()


def test_a_key_comes_back_with_its_passphrase_only(path: Path, key: MarketKey) -> None:
    save(path, key, "three ripe tomatoes", CHEAP)
    assert needs_passphrase(path)
    assert load(path, "three ripe tomatoes").seed() == key.seed()
    with pytest.raises(WrongPassphrase):
        load(path, "Three ripe tomatoes")
    for nothing in (None, ""):
        with pytest.raises(PassphraseNeeded):
            load(path, nothing)


def test_the_dearest_lock_is_still_tried(path: Path, key: MarketKey) -> None:
    save(path, key, "three ripe tomatoes", CHEAP)
    change(path, passes=16, memory=2**30)
    with pytest.raises(PassphraseNeeded):
        load(path, None)


def test_a_passphrase_may_hold_what_no_keyboard_means_to_type(path: Path, key: MarketKey) -> None:
    save(path, key, "plum\udcff", CHEAP)
    assert load(path, "plum\udcff").seed() == key.seed()
    with pytest.raises(WrongPassphrase):
        load(path, "plum\udcfe")


OF_YEARS_AGO = """{
 "format": "market-kiosk key",
 "version": 2,
 "public": "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8",
 "seed": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
 "codes": []
}
"""


def test_a_file_that_was_kept_for_years_is_read_and_written_so(path: Path, key: MarketKey) -> None:
    path.write_text(OF_YEARS_AGO)
    assert load(path, None).seed() == key.seed()
    path.unlink()
    save(path, key, None)
    assert path.read_text() == OF_YEARS_AGO


def test_a_file_is_read_up_to_a_limit(path: Path, key: MarketKey) -> None:
    path.write_text(OF_YEARS_AGO.ljust(16384))
    assert load(path, None).seed() == key.seed()
    path.write_text(OF_YEARS_AGO.ljust(16385))
    with pytest.raises(KeyUnusable):
        load(path, None)


@pytest.mark.parametrize("passphrase", [None, "three ripe tomatoes"])
def test_a_hundred_earlier_keys_are_kept_and_the_oldest_beyond_is_not(
    path: Path, passphrase: str | None
) -> None:
    codes = [bytes([at]) * 32 for at in range(101)]
    save(path, MarketKey(bytes(range(32)), codes), passphrase, CHEAP)
    assert load(path, passphrase).code_keys()[1:] == codes[:100]


def test_an_accent_typed_in_two_ways_is_one_passphrase(path: Path, key: MarketKey) -> None:
    save(path, key, "caf\u00e9", CHEAP)
    assert load(path, "cafe\u0301").seed() == key.seed()


def test_a_locked_file_does_not_hold_the_seed(path: Path, key: MarketKey) -> None:
    save(path, key, "three ripe tomatoes", CHEAP)
    raw = path.read_bytes()
    assert key.seed().hex().encode() not in raw
    assert key.seed() not in raw
    assert b"tomatoes" not in raw


def test_the_same_key_and_passphrase_never_give_the_same_file(
    tmp_path: Path, key: MarketKey
) -> None:
    for name in ("a", "b"):
        save(tmp_path / name, key, "three ripe tomatoes", CHEAP)
    a, b = (json.loads((tmp_path / name).read_text()) for name in ("a", "b"))
    assert a["salt"] != b["salt"]
    assert a["box"] != b["box"]


def test_an_ordinary_passphrase_is_stretched_moderately() -> None:
    from nacl.pwhash import argon2id

    assert MODERATE.passes == argon2id.OPSLIMIT_MODERATE
    assert MODERATE.memory == argon2id.MEMLIMIT_MODERATE
    assert Cost(argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN) == CHEAP
    assert (cost_for(practice=False), cost_for(practice=True)) == (MODERATE, CHEAP)


def test_an_empty_passphrase_is_refused(path: Path, key: MarketKey) -> None:
    with pytest.raises(EmptyPassphrase):
        save(path, key, "", CHEAP)
    assert not path.exists()


@pytest.mark.parametrize(
    "untypable",
    [" eight swans", "eight swans ", "eight\tswans", "eight swans\n", "\ufeffeight swans", "a" * 201,
     "eight\u00a0swans", "\ud800", "\udc7f", "\udd00"],
)  # fmt: skip
def test_a_passphrase_that_nobody_could_type_again_is_refused(
    path: Path, key: MarketKey, untypable: str
) -> None:
    with pytest.raises(PassphraseUntypable):
        save(path, key, untypable, CHEAP)
    assert not path.exists()


@pytest.mark.parametrize(
    "typed", ["a", "a" * 200, "ocho cisnes en el año", "八羽の白鳥", "\udc80", "\udcff"]
)
def test_what_a_field_of_the_screen_takes_is_a_passphrase(
    path: Path, key: MarketKey, typed: str
) -> None:
    assert form.LONGEST == 200
    save(path, key, typed, CHEAP)
    assert load(path, typed).public == key.public


def test_a_missing_file_is_said_to_be_missing(path: Path) -> None:
    with pytest.raises(KeyUnusable, match="missing"):
        load(path, None)
    with pytest.raises(KeyUnusable, match="missing"):
        needs_passphrase(path)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\xff", b'{"format": "other"}', b"[" * 4096, b"7" * 4096]
)
def test_a_file_that_is_no_key_is_said_to_be_damaged(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(KeyUnusable, match="damaged"):
        load(path, "any")


@pytest.mark.parametrize(
    "fields",
    [
        {"seed": "00"},
        {"seed": 5},
        {"seed": "zz" * 32},
        {"seed": "00" * 32},  # a key, but not the one that the file names
        {"public": None},
    ],
)
def test_an_open_key_that_was_changed_is_said_to_be_damaged(
    path: Path, key: MarketKey, fields: dict[str, object]
) -> None:
    save(path, key, None)
    change(path, **fields)
    with pytest.raises(KeyUnusable, match="damaged"):
        load(path, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"kdf": "scrypt"},
        {"memory": 2**42},
        {"passes": 10**9},
        {"passes": float("inf")},
        {"passes": 0},
        {"salt": "00"},
        {"box": "00"},
        {"box": "00" * 40},  # long enough for a nonce and a check, and no seed
        {"box": "00" * 73},
        {"passes": 17},
        {"memory": 2**30 + 1},
        {"public": "00" * 32},
    ],
)
def test_a_locked_key_that_was_changed_is_said_to_be_damaged(
    path: Path, key: MarketKey, fields: dict[str, object]
) -> None:
    save(path, key, "three ripe tomatoes", CHEAP)
    change(path, **fields)
    with pytest.raises(KeyUnusable, match="damaged"):
        load(path, "three ripe tomatoes")


@pytest.mark.parametrize("passphrase", [None, "three ripe tomatoes"])
def test_what_finds_the_codes_of_earlier_keys_comes_back(
    path: Path, key: MarketKey, passphrase: str | None
) -> None:
    third = MarketKey.generate(MarketKey.generate(key))
    save(path, third, passphrase, CHEAP)
    again = load(path, passphrase)
    assert again.public == third.public
    assert again.code_tags(b"a serial") == third.code_tags(b"a serial")
    assert again.code_tags(b"a serial")[2] == key.code_tag(b"a serial")
    shown = [code_key.hex() in path.read_text() for code_key in third.code_keys()[1:]]
    assert shown == [passphrase is None] * 2


def test_a_key_of_the_first_version_is_read(path: Path, key: MarketKey) -> None:
    save(path, key, None)
    content = json.loads(path.read_text())
    del content["codes"]
    path.write_text(json.dumps(content | {"version": 1}))
    assert load(path, None).code_keys() == key.code_keys()
    path.unlink()
    save(path, key, "three ripe tomatoes", CHEAP)
    change(path, version=1)
    assert load(path, "three ripe tomatoes").seed() == key.seed()


@pytest.mark.parametrize("codes", [None, "x", ["00"], [5], ["zz" * 32]])
def test_codes_that_were_changed_are_said_to_be_damaged(
    path: Path, key: MarketKey, codes: object
) -> None:
    save(path, key, None)
    change(path, codes=codes)
    with pytest.raises(KeyUnusable, match="damaged"):
        load(path, None)


def test_a_file_of_a_newer_kiosk_is_left_alone(path: Path, key: MarketKey) -> None:
    save(path, key, None)
    change(path, version=3)
    with pytest.raises(KeyUnusable, match="newer version"):
        load(path, None)


def test_the_public_half_is_read_without_a_passphrase(path: Path, key: MarketKey) -> None:
    save(path, key, "three ripe tomatoes", CHEAP)
    assert public_key(path) == key.public.raw


@pytest.mark.parametrize("public", ["", "00" * 31, "no digits", 7, None])
def test_a_public_half_that_can_not_be_one_is_damage(
    path: Path, key: MarketKey, public: object
) -> None:
    save(path, key, None)
    change(path, public=public)
    with pytest.raises(KeyUnusable):
        public_key(path)


def test_a_machine_with_too_little_memory_says_so(
    path: Path, key: MarketKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nacl.pwhash import argon2id

    save(path, key, "plum", CHEAP)

    def refuse(*_arguments: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(argon2id, "kdf", refuse)
    with pytest.raises(KeyUnusable, match="too little memory"):
        load(path, "plum")
