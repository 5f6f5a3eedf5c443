"""Letters and digits that survive paper: Crockford's base32 and two check symbols.

Slips, typed codes and goods cards are all written in these 32 symbols. The check is a Reed-Solomon
code over GF(32): of up to 31 symbols, any two wrong ones are noticed and a single one is located.
What the symbols mean is left to the formats that use them.

Sources: D. Crockford, "Base 32" (crockford.com/base32.html); I. S. Reed and G. Solomon, "Polynomial
Codes over Certain Finite Fields" (1960), here with the primitive polynomial x⁵ + x² + 1 and the
roots 1 and α, so that a word is intact when Σ sᵢ = 0 and Σ sᵢ·αⁱ = 0, i counted from its end.
"""

from __future__ import annotations

from db.terms import SYMBOLS

ALPHABET = SYMBOLS
"""The symbol of each value: no I, L, O (read as 1, 1, 0) and no U."""

CHECK_LENGTH = 2
MAX_CHECKED = 31 - CHECK_LENGTH
"""Symbols that one pair of check symbols can protect."""

_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
_TO_PYTHON = str.maketrans(ALPHABET, "0123456789ABCDEFGHIJKLMNOPQRSTUV")  # what int(…, 32) reads
_IGNORED = (
    " \t\r\n\u00a0\u202f-\u2010\u2011\u2012\u2013\u2014\u2212"  # blanks, and hyphens of any length
)
_TYPED = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", _IGNORED)
_LOOKALIKES = str.maketrans("ILO", "110")


def encode(data: bytes) -> str:
    """`data` as ⌈8·n/5⌉ symbols: bits big-endian, the last symbol filled up with zero bits."""
    count = encoded_length(len(data))
    number = int.from_bytes(data, "big") << (5 * count - 8 * len(data))
    return "".join(ALPHABET[number >> shift & 31] for shift in range(5 * (count - 1), -1, -5))


def encoded_length(length: int) -> int:
    """How many symbols `length` bytes take."""
    return (8 * length + 4) // 5


def decode(text: str, length: int) -> bytes:
    """The `length` bytes that `text` stands for; the inverse of `encode` and nothing more.

    Raises ValueError for another number of symbols, for a character outside the alphabet (lower
    case and look-alikes included: see `normalise`), and where the filling bits are not zero,
    because two texts must never stand for the same bytes.
    """
    if len(text) != encoded_length(length):
        raise ValueError("wrong number of symbols")
    if not _VALUES.keys() >= set(text):
        raise ValueError("a character outside the alphabet")
    number = int(text.translate(_TO_PYTHON) or "0", 32)
    filling = 5 * len(text) - 8 * length
    if number & ((1 << filling) - 1):
        raise ValueError("filling bits are not zero")
    return (number >> filling).to_bytes(length, "big")


def normalise(text: str) -> str:
    """Typed `text` as symbols: upper case, no blanks or hyphens, I and L as 1, O as 0.

    Other characters stay, so that `decode` refuses them. Only ASCII letters change case: `ß` must
    not become two symbols.
    """
    return text.translate(_TYPED).translate(_LOOKALIKES)


def check_symbols(symbols: str) -> str:
    """The two symbols that make `symbols` (at most MAX_CHECKED) an intact word when appended.

    Raises ValueError for a character outside the alphabet or too many symbols.
    """
    if len(symbols) > MAX_CHECKED:
        raise ValueError("too many symbols for one pair of check symbols")
    total, weighted = _syndromes(symbols + "00")
    # c₁ + c₀ = total and α·c₁ + c₀ = weighted, hence c₁ = (total + weighted) / (α + 1).
    first = _divide(total ^ weighted, _POWERS[1] ^ 1)
    return ALPHABET[first] + ALPHABET[total ^ first]


def intact(symbols: str) -> bool:
    """Whether `symbols`, check symbols included, are a word as it was printed.

    False for everything that can't be one: a character outside the alphabet, too short, too long.
    """
    if not CHECK_LENGTH < len(symbols) <= MAX_CHECKED + CHECK_LENGTH:
        return False
    return _VALUES.keys() >= set(symbols) and _syndromes(symbols) == (0, 0)


def mended(symbols: str) -> str | None:
    """The one intact word that differs from `symbols` in at most one place; None where none does.

    For saying where to look, never for accepting: two wrong symbols can look like another one.
    Raises ValueError for a character outside the alphabet or a length that no word has.
    """
    if not CHECK_LENGTH < len(symbols) <= MAX_CHECKED + CHECK_LENGTH:
        raise ValueError("no word has this length")
    total, weighted = _syndromes(symbols)
    if total == weighted == 0:
        return symbols
    if 0 in (total, weighted):
        return None  # one wrong symbol disturbs both sums
    place = len(symbols) - 1 - _LOGARITHMS[_divide(weighted, total)]
    if place < 0:
        return None  # the fault would lie before the first symbol
    right = ALPHABET[_VALUES[symbols[place]] ^ total]
    return symbols[:place] + right + symbols[place + 1 :]


def _powers() -> list[int]:
    powers = [1]
    for _ in range(30):
        doubled = powers[-1] << 1
        powers.append(doubled ^ 0b100101 if doubled & 32 else doubled)
    return powers


_POWERS = _powers()  # αⁱ for i in 0…30
_LOGARITHMS = {value: exponent for exponent, value in enumerate(_POWERS)}


def _multiply(left: int, right: int) -> int:
    if 0 in (left, right):
        return 0
    return _POWERS[(_LOGARITHMS[left] + _LOGARITHMS[right]) % 31]


def _divide(dividend: int, divisor: int) -> int:
    if dividend == 0:
        return 0
    return _POWERS[(_LOGARITHMS[dividend] - _LOGARITHMS[divisor]) % 31]


def _syndromes(symbols: str) -> tuple[int, int]:
    total = weighted = 0
    for symbol in symbols:
        try:
            value = _VALUES[symbol]
        except KeyError:
            raise ValueError("a character outside the alphabet") from None
        total ^= value
        weighted = _multiply(weighted, _POWERS[1]) ^ value
    return total, weighted
