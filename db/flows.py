"""What a market day moved, good by good: kept once, when the day is sealed.

A visit writes nothing here, so its cost stays what it was; a report over years reads a few rows a
day instead of a million movements. Of a day that is still open the movements themselves are read:
they are those of one day. Which weeks a report covers is left to db/season.py.
"""

from __future__ import annotations

from peewee import fn

from db.connection import Books, Statement, slot
from db.journal import Recorded
from db.models import Day, Flow, Movement

_OPENED = Statement(Day.select(Day.opened_in).where(Day.id == slot("day")))
_KEEP = Statement(
    Flow.insert_from(
        Movement.select(
            slot("day"),
            Movement.good,
            Movement.direction,
            fn.SUM(Movement.quantity),
            fn.SUM(Movement.credits),
        )
        .where((Movement.id >= slot("first")) & (Movement.id < slot("beyond")))
        .group_by(Movement.good, Movement.direction),
        [Flow.day, Flow.good, Flow.direction, Flow.quantity, Flow.credits],
    )
)


def keep(books: Books, seal: Recorded) -> None:
    """Keep the sums of the day that `seal` closes, signed as in a movement; part of its projection."""
    (opened,) = books.one(_OPENED, day=seal.day_id)
    books.run(_KEEP, day=seal.day_id, first=opened << 8, beyond=seal.id << 8)
