"""The 84 bytes of a slip: 20 bytes of header, then 64 of signature, and the text in its QR.

    offset  bytes  what
         0      1  version: 1; the top bit marks a practice slip
         1      4  key id of the market
         5      8  serial, random
        13      3  amount, hundredths of a credit
        16      2  issued, days since 2020-01-01
        18      2  expires (the last day it is good), days since 2020-01-01; 0 is never
        20     64  Ed25519 signature over SLIP_DOMAIN and the 20 bytes above

Integers are big-endian. The QR holds `Y026` and the 84 bytes in Crockford's base32: 139 characters.
Whether the signature is right is left to `signing`, what the slip is worth to the books.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from db.amounts import checked_amount
from db.errors import N_, NotASlip, Refused
from db.terms import EPOCH
from kiosk import crockford

HEADER_LENGTH = 20
SIGNATURE_LENGTH = 64
SLIP_LENGTH = HEADER_LENGTH + SIGNATURE_LENGTH
KEY_ID_LENGTH = 4
SERIAL_LENGTH = 8
REFERENCE_LENGTH = 16

PREFIX = "Y026"
"""Start of every slip's text, chosen so that no two keyboard layouts explain the same input."""

TEXT_LENGTH = len(PREFIX) + crockford.encoded_length(SLIP_LENGTH)

SLIP_DOMAIN = b"market-kiosk slip 1\0"
"""Signed in front of the header, so that no other signature of a market can pass for a slip's."""

REFERENCE_DOMAIN = b"market-kiosk slip reference 1\0"

VERSION = 1
PRACTICE = 0x80
LAST_DATE = EPOCH + timedelta(days=0xFFFF)

_LAYOUT = struct.Struct(">B4s8s3sHH")


class UnknownSlipVersion(Refused):
    sentence = N_(
        "This slip is of a newer kind ({version}) than this kiosk can read. "
        "Ask a steward for a kiosk that is up to date."
    )


@dataclass(frozen=True, slots=True)
class Header:
    """What a slip says.

    `amount` is in hundredths of a credit; `expires` is the last day on which the slip is good, None
    for never. Raises AmountOutOfRange for an amount that three bytes don't hold and ValueError for
    key ids, serials and dates that no caller should bring.
    """

    practice: bool
    key_id: bytes
    serial: bytes
    amount: int
    issued: date
    expires: date | None

    def __post_init__(self) -> None:
        checked_amount(self.amount)
        if len(self.key_id) != KEY_ID_LENGTH or len(self.serial) != SERIAL_LENGTH:
            raise ValueError("a key id has 4 bytes and a serial 8")
        if not EPOCH <= self.issued <= LAST_DATE:
            raise ValueError("the date of issue is out of range")
        if self.expires is not None and not EPOCH < self.expires <= LAST_DATE:
            raise ValueError("the last day is out of range")

    def pack(self) -> bytes:
        """The 20 bytes that are signed."""
        return _LAYOUT.pack(
            VERSION | PRACTICE if self.practice else VERSION,
            self.key_id,
            self.serial,
            self.amount.to_bytes(3, "big"),
            (self.issued - EPOCH).days,
            0 if self.expires is None else (self.expires - EPOCH).days,
        )


def unpack(data: bytes) -> Header:
    """What 20 bytes of header, or a slip's 84, say; nothing about whether a market said it.

    Raises UnknownSlipVersion for a version other than 1, NotASlip for any other length.
    """
    if len(data) not in (HEADER_LENGTH, SLIP_LENGTH):
        raise NotASlip()
    version, key_id, serial, amount, issued, expires = _LAYOUT.unpack(data[:HEADER_LENGTH])
    if version & ~PRACTICE != VERSION:
        raise UnknownSlipVersion(version=version & ~PRACTICE)
    return Header(
        practice=bool(version & PRACTICE),
        key_id=key_id,
        serial=serial,
        amount=int.from_bytes(amount, "big"),
        issued=EPOCH + timedelta(days=issued),
        expires=EPOCH + timedelta(days=expires) if expires else None,
    )


def text_of(slip: bytes) -> str:
    """The 139 characters of a slip's QR; raises ValueError where `slip` has not 84 bytes."""
    if len(slip) != SLIP_LENGTH:
        raise ValueError("a slip has 84 bytes")
    return PREFIX + crockford.encode(slip)


def slip_of(text: str) -> bytes | None:
    """The 84 bytes behind a slip's text, None where it has not the form of one.

    Exact: no blank, no lower case, no look-alike. Repair of what a keyboard did to a scan comes
    before (`keyboard`), judgement of the signature after (`signing`).
    """
    if len(text) != TEXT_LENGTH or not text.startswith(PREFIX):
        return None
    try:
        return crockford.decode(text[len(PREFIX) :], SLIP_LENGTH)
    except ValueError:
        return None


def reference(slip: bytes) -> bytes:
    """What the books know a slip by: 16 bytes that can't be found without its signature.

    The first 16 bytes of SHA-256 over REFERENCE_DOMAIN and the slip's 84 bytes.
    """
    if len(slip) != SLIP_LENGTH:
        raise ValueError("a slip has 84 bytes")
    return sha256(REFERENCE_DOMAIN + slip).digest()[:REFERENCE_LENGTH]
