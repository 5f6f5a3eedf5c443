"""Promises of the payload: what a slip says is read back exactly, and nothing else is read."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.amounts import MAX_AMOUNT
from db.errors import AmountOutOfRange, NotASlip
from db.terms import EPOCH
from kiosk.slips.payload import (
    LAST_DATE,
    SLIP_LENGTH,
    TEXT_LENGTH,
    Header,
    UnknownSlipVersion,
    reference,
    slip_of,
    text_of,
    unpack,
)

headers = st.builds(
    Header,
    practice=st.booleans(),
    key_id=st.binary(min_size=4, max_size=4),
    serial=st.binary(min_size=8, max_size=8),
    amount=st.integers(0, MAX_AMOUNT),
    issued=st.dates(EPOCH, LAST_DATE),
    expires=st.none() | st.dates(EPOCH + timedelta(days=1), LAST_DATE),
)
slips = st.binary(min_size=SLIP_LENGTH, max_size=SLIP_LENGTH)


def header(
    *,
    key_id: bytes = bytes(4),
    serial: bytes = bytes(8),
    amount: int = 700,
    issued: date = date(2026, 11, 28),
    expires: date | None = None,
) -> Header:
    return Header(False, key_id, serial, amount, issued, expires)


@given(headers)
def test_a_header_is_read_back_exactly(written: Header) -> None:
    packed = written.pack()
    assert len(packed) == 20
    assert unpack(packed) == written
    assert unpack(packed + bytes(64)) == written


@given(st.binary(min_size=20, max_size=20))
def test_every_header_of_version_one_can_be_read(packed: bytes) -> None:
    for version in (b"\x01", b"\x81"):
        assert unpack(version + packed[1:]).pack() == version + packed[1:]


@pytest.mark.parametrize("version", [0, 2, 0x7F, 0x80, 0x82, 0xFF])
def test_an_unknown_version_is_refused_by_its_own_name(version: int) -> None:
    with pytest.raises(UnknownSlipVersion, match=rf"newer kind \({version & 0x7F}\)"):
        unpack(bytes([version]) + bytes(19))


@pytest.mark.parametrize("length", [0, 19, 21, 83, 85])
def test_other_lengths_are_no_slip(length: int) -> None:
    with pytest.raises(NotASlip):
        unpack(b"\x01" * length)


def test_an_amount_that_three_bytes_do_not_hold_is_refused() -> None:
    with pytest.raises(AmountOutOfRange, match=r"at most 167772\.15"):
        header(amount=MAX_AMOUNT + 1)
    with pytest.raises(AmountOutOfRange):
        header(amount=-1)


def test_dates_outside_two_bytes_are_refused() -> None:
    assert header(issued=EPOCH, expires=LAST_DATE).expires == LAST_DATE
    assert header(issued=LAST_DATE).pack()[16:18] == b"\xff\xff"
    with pytest.raises(ValueError, match="issue"):
        header(issued=EPOCH - timedelta(days=1))
    with pytest.raises(ValueError, match="issue"):
        header(issued=LAST_DATE + timedelta(days=1))
    with pytest.raises(ValueError, match="last day"):
        header(expires=LAST_DATE + timedelta(days=1))


def test_the_first_day_is_no_expiry_because_zero_means_never() -> None:
    with pytest.raises(ValueError, match="last day"):
        header(expires=EPOCH)
    assert header(expires=None).pack()[-2:] == b"\0\0"


def test_names_of_the_wrong_length_are_refused() -> None:
    with pytest.raises(ValueError, match="4 bytes"):
        header(key_id=bytes(5))
    with pytest.raises(ValueError, match="serial 8"):
        header(serial=bytes(7))


@given(slips)
def test_a_text_is_read_back_exactly(slip: bytes) -> None:
    text = text_of(slip)
    assert len(text) == TEXT_LENGTH == 139
    assert text.isascii()
    assert text.isalnum()
    assert text.upper() == text
    assert slip_of(text) == slip


@given(slips, st.integers(0, 138), st.characters())
def test_no_other_text_is_read_as_the_same_slip(slip: bytes, place: int, wrong: str) -> None:
    text = text_of(slip)
    other = text[:place] + wrong + text[place + 1 :]
    assert (slip_of(other) == slip) == (other == text)


@given(st.text() | st.text(max_size=200).map(lambda tail: "Y026" + tail))
def test_text_that_is_no_slip_is_quietly_none(text: str) -> None:
    assert slip_of(text) is None or len(text) == TEXT_LENGTH


def test_a_slip_that_is_cut_or_padded_has_no_text_and_no_reference() -> None:
    for slip in (bytes(83), bytes(85)):
        with pytest.raises(ValueError, match="84 bytes"):
            text_of(slip)
        with pytest.raises(ValueError, match="84 bytes"):
            reference(slip)


@given(slips, st.integers(0, SLIP_LENGTH - 1), st.integers(1, 255))
def test_every_byte_counts_for_the_reference(slip: bytes, place: int, change: int) -> None:
    other = slip[:place] + bytes([slip[place] ^ change]) + slip[place + 1 :]
    assert len(reference(slip)) == 16
    assert reference(slip) != reference(other)
