"""Slips written down byte by byte, so that someone else can write a reader and check it.

The market's seed is the bytes 00 to 1f. From it come the public key, the key id, and, for a live
and a practice slip: header, signature (Ed25519 over SLIP_DOMAIN and the header), text of the QR,
reference, typed code, and the tag under which the books find the typed code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from kiosk.slips.payload import (
    PREFIX,
    REFERENCE_DOMAIN,
    SLIP_DOMAIN,
    Header,
    reference,
    slip_of,
    text_of,
    unpack,
)
from kiosk.slips.signing import CODE_KEY_DOMAIN, KEY_ID_DOMAIN, MarketKey
from kiosk.slips.typed_code import code_of, serial_of

PUBLIC_KEY = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
KEY_ID = "8342e75d"


@dataclass(frozen=True)
class Vector:
    header: Header
    packed: str
    signature: str
    text: str
    reference: str
    code: str
    code_tag: str


LIVE = Vector(
    header=Header(
        practice=False,
        key_id=bytes.fromhex(KEY_ID),
        serial=bytes.fromhex("0123456789abcdef"),
        amount=900,
        issued=date(2026, 11, 28),
        expires=None,
    ),
    packed="018342e75d0123456789abcdef00038409db0000",
    signature=(
        "dc0a00bb263d4af955a8b08bb88be93bdf92e6930d4663d9867ee020f6c984bb"
        "f04daf87875394f69e1b352656fd8faee2aa2c212a851355edbe5c52aea02d00"
    ),
    text=(
        "Y026061M5STX04HMASW9NF6YY003GG4XP000VG501ES67N5FJND8P25VH2Z97FFS5SMK1N"
        "367PC6FVG21XP9GJXZ0KDFGY3N757PKRDKA9JPZP7TXRNA5GGJN18KAQPVWQ2JNTG2T00"
    ),
    reference="2d7fa1d220e3c421ec811ea479eeeb1a",
    code="04HMA-SW9NF-6YY5Y",
    code_tag="4c8757f8dc02d8c36e678a533ea7e223",
)

PRACTICE = Vector(
    header=Header(
        practice=True,
        key_id=bytes.fromhex(KEY_ID),
        serial=bytes.fromhex("fedcba9876543210"),
        amount=16_777_215,
        issued=date(2026, 11, 28),
        expires=date(2027, 12, 31),
    ),
    packed="818342e75dfedcba9876543210ffffff09db0b69",
    signature=(
        "3158e2d0a8503f30ca410e69246cb520a90aff7ce770d5fabc346b149157c4b1"
        "c1c4b2d8edc2c4e0667f348831e9a94465dceac90b782be68e2da0e865d85f06"
    ),
    text=(
        "Y026G61M5STXZVEBN63PAGS11ZZZZW4XP2V965CE5M58A0ZK1JJ11SMJ8V5N42MGNZVWWX"
        "RDBYNW6HNH94AQRJRW3H5JV3PW5H70CSZK921HX6MM8SEWXB4GPY1BWT72V878CQC5Y1G"
    ),
    reference="59c20d2f97476e2d87917d41c80603d1",
    code="ZVEBN-63PAG-S1072",
    code_tag="65b037ed2b3351529e83d46504fcc52b",
)

both = pytest.mark.parametrize("vector", [LIVE, PRACTICE], ids=["live", "practice"])


def test_the_tags_that_separate_purposes_are_fixed() -> None:
    assert PREFIX == "Y026"
    assert SLIP_DOMAIN == b"market-kiosk slip 1\0"
    assert REFERENCE_DOMAIN == b"market-kiosk slip reference 1\0"
    assert KEY_ID_DOMAIN == b"market-kiosk key id 1\0"
    assert CODE_KEY_DOMAIN == b"market-kiosk typed code key 1\0"


def test_the_public_key_and_its_id_follow_from_the_seed(key: MarketKey) -> None:
    assert key.public.raw.hex() == PUBLIC_KEY
    assert key.public.key_id.hex() == KEY_ID


@both
def test_a_header_becomes_these_bytes(vector: Vector) -> None:
    assert vector.header.pack().hex() == vector.packed
    assert unpack(bytes.fromhex(vector.packed)) == vector.header


@both
def test_a_slip_is_signed_like_this(vector: Vector, key: MarketKey) -> None:
    slip = key.sign_slip(vector.header)
    assert slip.hex() == vector.packed + vector.signature
    assert key.public.verify_slip(slip)


@both
def test_a_slip_has_this_text(vector: Vector) -> None:
    slip = bytes.fromhex(vector.packed + vector.signature)
    assert text_of(slip) == vector.text
    assert slip_of(vector.text) == slip


@both
def test_the_books_know_a_slip_by_these_names(vector: Vector, key: MarketKey) -> None:
    slip = bytes.fromhex(vector.packed + vector.signature)
    assert reference(slip).hex() == vector.reference
    assert key.code_tag(vector.header.serial).hex() == vector.code_tag


@both
def test_a_slip_has_this_typed_code(vector: Vector) -> None:
    assert code_of(vector.header.serial) == vector.code
    assert serial_of(vector.code) == vector.header.serial
