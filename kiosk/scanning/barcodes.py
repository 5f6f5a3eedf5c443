"""Bar codes of packaged goods: EAN-13, EAN-8, UPC-A and UPC-E as one number of 13 digits.

What the catalogue keeps and looks up is always the 13 digits, so that one jar is found whichever
form of its number a scanner sends. Source: GS1 General Specifications, on UPC-E bar codes and on
check digit calculations.
"""

from __future__ import annotations

GTIN_LENGTH = 13

_EAN_8 = 8
_UPC_A = 12
_DIGITS = frozenset("0123456789")


def gtin(text: str) -> str | None:
    """The 13 digits of an EAN-13, EAN-8, UPC-A or UPC-E; None where the check digit is wrong.

    Shorter numbers are filled up with zeros in front, as GS1 does. Eight digits may be an EAN-8 or
    a UPC-E: with 0 in front they are a UPC-E if they can be (GS1 gives no EAN-8 with 0 to goods),
    else an EAN-8 if they can be. A UPC-E must come with its number system and check digit, as
    scanners send it; six digits alone can't be verified.

    Codes that a shop's scale prints (2 in front) carry a weight or a price inside and differ from
    one piece to the next. They are left as they are: a code like any other.
    """
    if not set(text) <= _DIGITS:
        return None
    if len(text) in (GTIN_LENGTH, _UPC_A):
        return _verified(text)
    if len(text) == _EAN_8:
        candidates = (upc_a(text), text) if text[0] == "0" else (text, upc_a(text))
        return next((found for code in candidates if code and (found := _verified(code))), None)
    return None


def check_digit(digits: str) -> str:
    """The check digit that follows `digits`: weights 3 and 1 in turn from the right, modulo 10."""
    values = [int(digit) for digit in reversed(digits)]
    return str(-(3 * sum(values[::2]) + sum(values[1::2])) % 10)


def upc_a(upc_e: str) -> str | None:
    """The 12 digits that the 8 of a UPC-E stand for, unverified; None where it can't be one.

    The last of the six digits in the middle says where the zeros were left out.
    """
    if len(upc_e) != _EAN_8 or not set(upc_e) <= _DIGITS or upc_e[0] not in "01":
        return None
    system, middle, last, check = upc_e[0], upc_e[1:6], upc_e[6], upc_e[7]
    if last in "012":
        body = middle[:2] + last + "0000" + middle[2:]
    elif last == "3":
        body = middle[:3] + "00000" + middle[3:]
    elif last == "4":
        body = middle[:4] + "00000" + middle[4:]
    else:
        body = middle + "0000" + last
    return system + body + check


def _verified(code: str) -> str | None:
    return code.zfill(GTIN_LENGTH) if check_digit(code[:-1]) == code[-1] else None
