"""Where a kiosk's journal stands: its last entry and its newest market day, in one look."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from peewee import JOIN, fn

from db.models import Day, Entry, keys_of
from db.statements import Statement, slot

if TYPE_CHECKING:
    from db.connection import Books

GENESIS = bytes(32)
"""What the first entry of a journal follows."""


class Standing(NamedTuple):
    """`seq`, `hash` and `recorded_at` (milliseconds since 1970) of the last entry; 0 and GENESIS
    before the first. `day` is the number of the newest market day (0 before the first), `is_open`
    says whether it is."""

    seq: int = 0
    hash: bytes = GENESIS
    recorded_at: int = 0
    day: int = 0
    is_open: bool = False


_LAST_ENTRY = Entry.select(fn.MAX(Entry.id)).where(Entry.id.between(slot("first"), slot("last")))
_LAST_DAY = Day.select(fn.MAX(Day.id)).where(Day.id.between(slot("first"), slot("last")))
_STANDING = Statement(
    Entry.select(
        Entry.seq,
        Entry.hash,
        Entry.recorded_at,
        Day.number,
        Day.sealed_in,
    )
    .join(Day, JOIN.LEFT_OUTER, on=(Day.id == _LAST_DAY))
    .where(Entry.id == _LAST_ENTRY)
)


def standing(books: Books) -> Standing:
    """Where this kiosk's journal stands now."""
    # By keys, not by the kiosk's name: else each visit would pass over the days of other kiosks.
    first, last = keys_of(books.kiosk)
    row = books.one(_STANDING, first=first, last=last)
    if row is None:
        return Standing()
    seq, hash_, recorded_at, day, sealed_in = row
    return Standing(seq, hash_, recorded_at, day or 0, day is not None and sealed_in is None)
