"""Promises of the market's key: only it signs, for one purpose at a time, shown to nobody."""

from __future__ import annotations

import copy
import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.crockford import ALPHABET
from kiosk.slips.payload import SLIP_DOMAIN, Header, slip_of, text_of
from kiosk.slips.signing import MarketKey, PublicKey

SEAL = b"market-kiosk seal 1\0"
SEED = bytes(range(32))
KEY = MarketKey(SEED)


def a_slip(key: MarketKey = KEY, *, practice: bool = False, serial: bytes = bytes(8)) -> bytes:
    return key.sign_slip(Header(practice, key.public.key_id, serial, 700, date(2026, 11, 28), None))


@given(st.integers(0, 83), st.integers(0, 7))
def test_a_slip_with_any_bit_turned_does_not_verify(place: int, bit: int) -> None:
    slip = a_slip()
    turned = slip[:place] + bytes([slip[place] ^ 1 << bit]) + slip[place + 1 :]
    assert KEY.public.verify_slip(slip)
    assert not KEY.public.verify_slip(turned)


@given(st.integers(0, 138), st.sampled_from(ALPHABET + "ILOU-a "))
def test_a_text_with_any_character_changed_does_not_verify(place: int, wrong: str) -> None:
    text = text_of(a_slip())
    slip = slip_of(text[:place] + wrong + text[place + 1 :])
    verified = slip is not None and KEY.public.verify_slip(slip)
    assert verified == (wrong == text[place])


def test_a_practice_slip_can_not_be_turned_into_a_live_one() -> None:
    practice = a_slip(practice=True)
    assert KEY.public.verify_slip(practice)
    assert not KEY.public.verify_slip(b"\x01" + practice[1:])


def test_another_market_s_slip_does_not_verify() -> None:
    other = MarketKey.generate()
    assert other.public.verify_slip(a_slip(other))
    assert not KEY.public.verify_slip(a_slip(other))


def test_a_slip_of_an_unknown_version_does_not_verify_even_when_signed() -> None:
    header = b"\x02" + a_slip()[1:20]
    assert not KEY.public.verify_slip(header + KEY.sign(SLIP_DOMAIN, header))


def test_what_has_not_the_length_of_a_slip_does_not_verify() -> None:
    slip = a_slip()
    assert not KEY.public.verify_slip(slip[:-1])
    assert not KEY.public.verify_slip(slip + b"\0")
    assert not KEY.public.verify_slip(b"")


def test_a_header_of_another_key_is_not_signed() -> None:
    header = Header(False, bytes(4), bytes(8), 700, date(2026, 11, 28), None)
    with pytest.raises(ValueError, match="another key"):
        KEY.sign_slip(header)


def test_a_signature_for_one_purpose_is_none_for_another() -> None:
    signature = KEY.sign(SEAL, b"day 14")
    assert len(signature) == 64
    assert KEY.public.verify(SEAL, b"day 14", signature)
    assert not KEY.public.verify(SEAL, b"day 15", signature)
    assert not KEY.public.verify(SLIP_DOMAIN, b"day 14", signature)
    assert not KEY.public.verify(SEAL, b"day 14", signature[:-1])
    assert not PublicKey(bytes(32)).verify(SEAL, b"day 14", signature)


@pytest.mark.parametrize("domain", [b"", b"\0", b"seal", b"seal\0 1\0", b"seal\0\0"])
def test_a_tag_that_could_run_into_the_message_is_refused(domain: bytes) -> None:
    with pytest.raises(ValueError, match="zero byte"):
        KEY.sign(domain, b"")
    with pytest.raises(ValueError, match="zero byte"):
        KEY.public.verify(domain, b"", bytes(64))


def test_a_tag_of_one_letter_is_a_tag() -> None:
    assert KEY.public.verify(b"a\0", b"", KEY.sign(b"a\0", b""))


def test_the_private_key_shows_itself_to_nobody() -> None:
    # The code key is as good as the seed for whoever guesses typed codes.
    hidden = [SEED, *KEY.code_keys()]
    shown = f"{KEY} {KEY!r} {KEY._signing!r} {KEY._code_keys!r} {KEY._code_keys} {[KEY]}"
    for secret in hidden:
        assert secret.hex() not in shown
        assert repr(secret) not in shown
    assert repr(KEY) == f"<MarketKey {KEY.public.key_id.hex()}>"
    assert "<hidden>" in shown


def test_the_private_key_is_not_copied() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(KEY)
    with pytest.raises(TypeError):
        copy.deepcopy(KEY)


def test_generated_keys_differ_and_come_back_from_their_seed() -> None:
    one, other = MarketKey.generate(), MarketKey.generate()
    assert one.public != other.public
    assert MarketKey(one.seed()).public == one.public


def test_keys_of_the_wrong_length_are_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        MarketKey(bytes(31))
    with pytest.raises(ValueError, match="32 bytes"):
        PublicKey(bytes(33))


@given(st.binary(min_size=8, max_size=8), st.binary(min_size=8, max_size=8))
def test_a_code_tag_is_one_to_a_serial_and_one_to_a_key(serial: bytes, other: bytes) -> None:
    tag = KEY.code_tag(serial)
    assert len(tag) == 16
    assert (KEY.code_tag(other) == tag) == (other == serial)
    assert MarketKey(bytes(32)).code_tag(serial) != tag


def test_a_code_tag_needs_a_whole_serial() -> None:
    with pytest.raises(ValueError, match="8 bytes"):
        KEY.code_tag(bytes(7))
