"""What is wrong with books or exports, as data: where, and what, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from db.errors import N_
from db.models import LAST_SEQ
from db.terms import SYMBOLS

ENTRY = N_("entry {kiosk}/{seq}")

WORDS_OF_NO_ENTRY = (
    ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip
"""What Python raises where the words of an entry, which anyone may have written, do not fit."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with the books: where, and what, in words.

    `said` is the same as two sentences for the translators and the facts that they name, where the
    words come from the books; else the words are translated already.
    """

    where: str
    what: str
    said: tuple[str, str, Mapping[str, object]] | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def found(where: str, what: str, **facts: object) -> Finding:
    """A finding in the words of two marked sentences and the facts that they name."""
    return Finding(where.format(**facts), what.format(**facts), (where, what, facts))


def place(key: int) -> dict[str, object]:
    """Kiosk and seq of the entry with this key, as `ENTRY` names them."""
    number, seq = key >> 32, key & LAST_SEQ
    symbols = (SYMBOLS[number >> shift & 31] for shift in (15, 10, 5, 0))
    return {"kiosk": "".join(symbols), "seq": seq}
