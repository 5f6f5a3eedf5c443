"""Credits and quantities: parse, format, round. Integers only, never floats.

Credits are held in hundredths (`700` is 7 credits). Quantities are held in thousandths of the good's
unit (`1500` is 1.5 kg). Rates are hundredths of a credit for one whole unit.
"""

from __future__ import annotations

import re
from fractions import Fraction

from db.errors import AbsurdQuantity, AmountOutOfRange, BadAmount, BadQuantity, ZeroQuantity

CREDIT = 100
"""Hundredths in a credit."""

UNIT = 1000
"""Thousandths in a unit of a good."""

MAX_AMOUNT = 2**24 - 1
"""Largest amount of a slip, in hundredths: what the payload's three bytes hold."""

MAX_QUANTITY = 10_000 * UNIT
"""Largest quantity of one line, in thousandths: above it somebody leaned on the keyboard."""

MAX_COUNTED = 1_000_000
"""Most pieces of paper that a box can be said to hold."""

_NUMBER = re.compile(r"(?P<whole>[0-9]{1,9})(?:[.,](?P<part>[0-9]{1,6})|/(?P<under>[0-9]{1,6}))?")


def parse_fraction(text: str) -> Fraction:
    """`3`, `1.5`, `1,5`, `1/2` as an exact fraction.

    Raises BadQuantity for anything else. A comma is a decimal comma, never a separator of thousands.
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None or not text.isascii():
        raise BadQuantity(text=text)
    whole, part, under = match["whole"], match["part"], match["under"]
    if under is not None:
        if int(under) == 0:
            raise BadQuantity(text=text)
        return Fraction(int(whole), int(under))
    if part is not None:
        return Fraction(int(whole + part), 10 ** len(part))
    return Fraction(int(whole))


def parse_quantity(text: str, unit: Fraction | int = 1) -> int:
    """A typed number as thousandths of a good's unit, rounded half up.

    `unit` is what one of the typed number is worth in the good's unit (1/1000 for grams of a good
    in kg). Raises BadQuantity, ZeroQuantity, AbsurdQuantity.
    """
    thousandths = round_half_up(parse_fraction(text) * unit * UNIT)
    if thousandths == 0:
        raise ZeroQuantity(text=text)
    if thousandths > MAX_QUANTITY:
        raise AbsurdQuantity(text=text, limit=format_quantity(MAX_QUANTITY))
    return thousandths


def parse_credits(text: str) -> int:
    """A typed amount (`2`, `1.5`, `0,25`) as hundredths.

    Raises BadAmount where it is no number or has more than two decimals, AmountOutOfRange where no
    slip could hold it.
    """
    try:
        hundredths = parse_fraction(text) * CREDIT
    except BadQuantity:
        raise BadAmount(text=text) from None
    if hundredths.denominator != 1:
        raise BadAmount(text=text)
    return checked_amount(int(hundredths))


def checked_amount(hundredths: int) -> int:
    """The same amount, where a slip can hold it; raises AmountOutOfRange."""
    if not 0 <= hundredths <= MAX_AMOUNT:
        raise AmountOutOfRange(amount=format_credits(hundredths), limit=format_credits(MAX_AMOUNT))
    return hundredths


def worth(quantity: int, rate: int) -> int:
    """What `quantity` thousandths are worth at `rate` hundredths a unit: hundredths, half up."""
    return (2 * quantity * rate + UNIT) // (2 * UNIT)


def round_to_step(hundredths: int, step: int) -> int:
    """The nearest multiple of `step` hundredths, half up; `step` 1 changes nothing."""
    return (2 * hundredths + step) // (2 * step) * step


def round_half_up(value: Fraction) -> int:
    """The nearest integer to a fraction that is not negative, half up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def format_credits(hundredths: int) -> str:
    """`700` → `7`, `150` → `1.5`, `-25` → `-0.25`: no trailing zeros, always a point."""
    return _format(hundredths, CREDIT, 2)


def format_quantity(thousandths: int) -> str:
    """`3000` → `3`, `250` → `0.25`: no trailing zeros, always a point."""
    return _format(thousandths, UNIT, 3)


def _format(value: int, scale: int, digits: int) -> str:
    whole, part = divmod(abs(value), scale)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{part:0{digits}d}".rstrip("0").rstrip(".")
