"""What a market is, what its assembly decides and how its papers count, as plain values that need
no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The symbol of each value in Crockford's base32: no I, L, O and no U."""

EPOCH = date(2020, 1, 1)
"""Day 0 of a slip's dates."""


@dataclass(frozen=True, slots=True)
class Market:
    """The community that runs tables under one signing key; `public_key` is 32 bytes."""

    name: str
    place: str
    language: str
    public_key: bytes
    practice: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """What the assembly decided. Amounts in hundredths; None is no limit.

    `slip_step`: slips are rounded to multiples of it. `slip_days`: how long a slip is valid, 0 for
    ever.
    """

    solidarity_visit: int | None = None
    solidarity_day: int | None = None
    slip_step: int = 1
    slip_days: int = 0
