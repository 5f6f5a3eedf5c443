"""The QR modules of a slip, of a seal, and of the smaller codes beside it and on a screen.

Version, error correction and mask are fixed, so that the size on paper never depends on what is
written and no time is spent on trying masks: what we write looks random, so that every mask is as
good as another. ISO/IEC 18004, alphanumeric mode. Drawing the modules is left to `picture` (dots)
and `halfblocks` (characters).
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache

MASK = 0

_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

SLIP_VERSION = 9
SEAL_VERSION = 10
SCREEN_VERSION = 5
CARD_VERSION = 2
"""Of a card of up to 47 characters on a screen: 25 × 25 modules."""

SEAL_LENGTH = 174
"""Characters of `[0-9A-Z]` that a seal's code holds."""


class Ecc(IntEnum):
    """Levels of error correction: the share of the code that may be lost is 7, 15, 25 and 30 %.

    The numbers are those of ISO/IEC 18004, table 12.
    """

    L = 1
    M = 0
    Q = 3
    H = 2


def modules(text: str, version: int, ecc: Ecc) -> list[list[bool]]:
    """The rows of a code, True for a dark module, without a quiet zone; 17 + 4·version a side.

    Raises ValueError for a text that does not fit or is not alphanumeric in the sense of QR.
    """
    from qrcode import QRCode

    code = QRCode(version=version, error_correction=ecc.value, mask_pattern=MASK)
    code.data_cache = _codewords(text, version, ecc)
    code.makeImpl(False, MASK)
    return [[bool(module) for module in row] for row in code.modules]


def slip_modules(text: str) -> list[list[bool]]:
    """A slip's code on paper: 53 × 53 modules, which survive most that happens in a pocket."""
    return modules(text, SLIP_VERSION, Ecc.H)


def seal_modules(text: str) -> list[list[bool]]:
    """The code of a market day's seal on paper, up to SEAL_LENGTH characters: 57 × 57 modules."""
    return modules(text, SEAL_VERSION, Ecc.H)


def screen_modules(text: str, version: int = SCREEN_VERSION) -> list[list[bool]]:
    """A text for a screen, which is never torn; a slip's takes 37 × 37 modules, small enough for
    80×24."""
    return modules(text, version, Ecc.L)


def _codewords(text: str, version: int, ecc: Ecc) -> list[int]:
    """The bytes that the modules hold: the text, filled up, in interleaved blocks with their checks.

    ISO/IEC 18004, 7.4.4 and 7.5. Ours, because qrcode's own raises for a block of zeros, and a seal
    of a quiet day has one; it also spends most of its time there.
    """
    from qrcode.base import rs_blocks

    blocks = rs_blocks(version, ecc.value)
    filled = _filled(text, version, sum(block.data_count for block in blocks))
    data: list[bytes] = []
    checks: list[bytes] = []
    for block in blocks:
        part, filled = filled[: block.data_count], filled[block.data_count :]
        data.append(part)
        checks.append(_check(part, block.total_count - block.data_count))
    return [*_interleaved(data), *_interleaved(checks)]


def _filled(text: str, version: int, length: int) -> bytes:
    """The text in alphanumeric mode, 11 bits a pair, filled up to `length` bytes."""
    count_bits = 9 if version < 10 else 11 if version < 27 else 13
    stream, bits = 0b0010 << count_bits | len(text), 4 + count_bits
    try:
        values = [_ALPHANUMERIC.index(character) for character in text]
    except ValueError:
        raise ValueError("a character that QR's alphanumeric mode does not have") from None
    for first, second in zip(values[::2], values[1::2], strict=False):
        stream, bits = stream << 11 | 45 * first + second, bits + 11
    if len(values) % 2:
        stream, bits = stream << 6 | values[-1], bits + 6
    if bits > 8 * length or len(text) >> count_bits:
        raise ValueError(f"{len(text)} characters do not fit version {version}")
    end = 4 + (4 - bits) % 8  # four zeros and up to a whole byte, as far as there is room for them
    written = (stream << end).to_bytes((bits + end) // 8, "big")
    return (written + b"\xec\x11" * length)[:length]


def _interleaved(blocks: list[bytes]) -> list[int]:
    longest = max(map(len, blocks))
    return [block[at] for at in range(longest) for block in blocks if at < len(block)]


def _check(data: bytes, length: int) -> bytes:
    """The `length` Reed-Solomon bytes of a block: the remainder of its division, byte by byte."""
    products = _products(length)
    top, remainder = 8 * (length - 1), 0
    for value in data:
        factor = value ^ remainder >> top
        remainder = (remainder & (1 << top) - 1) << 8 ^ products[factor]
    return remainder.to_bytes(length, "big")


@cache
def _products(length: int) -> list[int]:
    """Each byte times the generator polynomial of `length` checks, as one number of `length` bytes."""
    from qrcode.base import EXP_TABLE, LOG_TABLE

    def times(left: int, right: int) -> int:
        return EXP_TABLE[(LOG_TABLE[left] + LOG_TABLE[right]) % 255] if left and right else 0

    generator = [1]
    for power in range(length):
        shifted, scaled = (
            [*generator, 0],
            [0, *(times(term, EXP_TABLE[power]) for term in generator)],
        )
        generator = [left ^ right for left, right in zip(shifted, scaled, strict=True)]
    return [
        int.from_bytes(bytes(times(factor, term) for term in generator[1:]), "big")
        for factor in range(256)
    ]
