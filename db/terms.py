"""What a market is, what its assembly decides, how its papers count and how its key is handed over,
as plain values that need no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""The symbol of each value in Crockford's base32: no I, L, O and no U."""

EPOCH = date(2020, 1, 1)
"""Day 0 of a slip's dates."""

PUBLIC_LENGTH = 32
SIGNATURE_LENGTH = 64
"""Bytes of a public key and of a signature (Ed25519)."""


@dataclass(frozen=True, slots=True)
class Market:
    """The community that runs tables under one signing key; `public_key` is the 32 bytes in force."""

    name: str
    place: str
    language: str
    public_key: bytes
    practice: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """What the assembly decided. Amounts in hundredths; None is no limit.

    `slip_step`: slips are rounded to multiples of it. `slip_days`: how long a slip is valid, 0 for
    ever. `crew_days`: for how long after a market day the handles of its crew are kept, 0 until it is
    closed.
    """

    solidarity_visit: int | None = None
    solidarity_day: int | None = None
    slip_step: int = 1
    slip_days: int = 0
    crew_days: int = 28


@dataclass(frozen=True, slots=True)
class Handover:
    """How a market's key gave way to the next one: public keys of 32 bytes each, and the day.

    `last_good` is the last day on which the old key was surely the market's alone, where it was
    stolen; None where it was not. `signature` (64 bytes) is the old key's, over the statement; it is
    empty where nobody had the old key any more.
    """

    old: bytes
    new: bytes
    on: date
    last_good: date | None
    signature: bytes = b""

    def statement(self) -> dict[str, str | None]:
        """What the old key signs, as JSON."""
        return {
            "date": self.on.isoformat(),
            "key": self.new.hex(),
            "last_good": self.last_good.isoformat() if self.last_good else None,
            "old": self.old.hex(),
        }

    @classmethod
    def read(cls, statement: Any, signature: Any) -> Handover:
        """A handover from what an entry or a card says, which may be anyone's words.

        Raises ValueError, TypeError or LookupError where they are none.
        """
        last_good = statement["last_good"]
        made = cls(
            bytes.fromhex(statement["old"]),
            bytes.fromhex(statement["key"]),
            date.fromisoformat(statement["date"]),
            None if last_good is None else date.fromisoformat(last_good),
            bytes.fromhex(signature),
        )
        if made.statement() != statement or made.signature.hex() != signature:
            raise ValueError("it is not written as a handover is")
        if len(made.old) != PUBLIC_LENGTH or len(made.new) != PUBLIC_LENGTH or made.old == made.new:
            raise ValueError("it does not name two keys")
        if len(made.signature) not in (0, SIGNATURE_LENGTH):
            raise ValueError("a signature has 64 bytes")
        if made.last_good is not None and not EPOCH <= made.last_good <= made.on:
            raise ValueError("the last good day comes before the handover")
        return made
