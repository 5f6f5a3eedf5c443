"""A clock that may be wrong: what the books do about it.

A machine's clock can be set back, ahead, or begin in 1970 when its battery is empty. The books' own
time never goes behind their last entry (`Books.now`, `Books.today`), so the order of the ledger is
kept and no slip is valid again because somebody turned the clock back. A clock that is far ahead
would let every slip expire at once; nothing is redeemed by it until people have said that the date is
right, which they do by opening a market day.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from db.errors import N_, Refused

if TYPE_CHECKING:
    from db.connection import Books

LONGEST_DAY = 31
"""Days for which a market day may be left open: beyond that the clock is thought to be wrong."""

LONGEST_PAUSE = 60
"""Days between two market days after which people are asked whether the date is right."""


class ClockAhead(Refused):
    sentence = N_(
        "The clock says {today}, and this market day was opened on {opened}. Set the clock. "
        "If it is right, close the day and open the next one."
    )


class DateToConfirm(Refused):
    """The day was not opened, because its date looks wrong. `wrong` facts are for the person."""

    sentence = N_(
        "The clock says {clock}, and the last entry is from {last}. Set the clock, or say that the "
        "market day is that of {date}: “kiosk day open --date {date}”."
    )


def refuse_far_ahead(books: Books, opened: date) -> None:
    """Raise ClockAhead where the open day, opened on `opened`, can't have lasted until now."""
    today = books.today()
    if (today - opened).days > LONGEST_DAY:
        raise ClockAhead(today=today.isoformat(), opened=opened.isoformat())


def opening_date(books: Books, said: date | None, *, first: bool) -> date:
    """The date that a day opened now bears; `first` where no market day was before it. Raises
    DateToConfirm where it would not follow the last entry as market days do and nobody has `said`
    this very date."""
    today, clock, last = (
        books.today(),
        books.date_of(books.clock_time()),
        books.date_of(books.newest),
    )
    unlikely = clock < today or (not first and (today - last).days > LONGEST_PAUSE)
    if unlikely and said != today:
        raise DateToConfirm(clock=clock.isoformat(), last=last.isoformat(), date=today.isoformat())
    return today


def behind_ms(books: Books) -> int:
    """Milliseconds by which the clock is behind the last entry, whoever made it; 0 where it is not."""
    books.forget_newest()
    return max(0, books.newest - books.clock_time())
