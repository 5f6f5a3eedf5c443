"""The code that a person types when the QR is ruined: `XXXXX-XXXXX-XXXXX`.

13 symbols hold the 64 bits of the serial (and one bit that is always zero), 2 check them. The code
carries no signature: it names a slip, and only a kiosk whose books hold that slip honours it.
Finding it there, and limiting the tries, is left to the use cases and the books.
"""

from __future__ import annotations

from db.errors import MistypedCode, MistypedGroup
from kiosk import crockford
from kiosk.slips.payload import SERIAL_LENGTH

GROUP = 5
CODE_LENGTH = 15
"""Symbols of a code, hyphens not counted."""

_LONGEST_TYPED = 60  # more than this is no code, however many blanks lie between the letters


def code_of(serial: bytes) -> str:
    """The code of a serial of 8 bytes, in three groups of five."""
    if len(serial) != SERIAL_LENGTH:
        raise ValueError("a serial has 8 bytes")
    symbols = crockford.encode(serial)
    symbols += crockford.check_symbols(symbols)
    return "-".join(symbols[at : at + GROUP] for at in range(0, CODE_LENGTH, GROUP))


def serial_of(typed: str) -> bytes:
    """The serial of 8 bytes that a typed code names; case, hyphens and blanks don't matter.

    Raises MistypedGroup(group, typed) where one wrong symbol explains the mistake, with the group
    (1 to 3) in which it lies as it was typed, MistypedCode for every other mistake.
    """
    symbols = _symbols(typed)
    if not looks_like_code(typed):
        raise MistypedCode()
    right = crockford.mended(symbols)
    serial = None if right is None else _serial(right)
    if right is None or serial is None:
        raise MistypedCode()
    if right == symbols:
        return serial
    place = next(at for at in range(CODE_LENGTH) if symbols[at] != right[at])
    start = place // GROUP * GROUP
    raise MistypedGroup(group=place // GROUP + 1, typed=symbols[start : start + GROUP])


def looks_like_code(text: str) -> bool:
    """Whether somebody who typed `text` meant a code: its length and alphabet, not its check."""
    symbols = _symbols(text)
    return len(symbols) == CODE_LENGTH and set(crockford.ALPHABET).issuperset(symbols)


def _symbols(typed: str) -> str:
    return crockford.normalise(typed) if len(typed) <= _LONGEST_TYPED else ""


def _serial(symbols: str) -> bytes | None:
    """The serial in an intact code, None where the bit that no printed code has is set."""
    try:
        return crockford.decode(symbols[: -crockford.CHECK_LENGTH], SERIAL_LENGTH)
    except ValueError:
        return None
