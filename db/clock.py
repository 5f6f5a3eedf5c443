"""A clock that may be wrong: what the books do about it.

A machine's clock can be set back, ahead, or begin in 1970 when its battery is empty. Nobody is turned
away for it, and nothing that is wrong for an hour stays wrong for ever:

- The books' own time (`Books.now`, `Books.today`) never goes behind their last entry, so the order of
  the ledger is kept. While a market day is open it does not follow a clock that is far ahead of the
  last entry either: it stands still, or one visit would date all that come after it.
- A slip is expired by the later of both (`expiry_date`): none is good again because somebody turned
  the clock back, and one that expires by a wrong clock is good when the clock is right again.
- A market day is opened on a date that looks wrong only when somebody said that it is right.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from db.errors import N_, Refused
from db.standing import standing

if TYPE_CHECKING:
    from db.connection import Books

BELIEVED_MS = 31 * 24 * 3_600_000
"""How far a clock may be ahead of the last entry while a market day is open, and be believed."""

LONGEST_PAUSE = 60
"""Days between two market days after which people are asked whether the date is right."""


class DateToConfirm(Refused):
    sentence = N_(
        "The clock says {clock}, and the last entry is from {last}. Set the clock, or say that the "
        "market day is that of {date}: “kiosk day open --date {date}”."
    )


def time_of_books(clock: int, newest: int, *, is_open: bool) -> int:
    """The books' time, from what the clock says and when the last entry was made (all in milliseconds
    since 1970), and whether a market day is open."""
    believed = newest <= clock and not (is_open and clock - newest > BELIEVED_MS)
    return clock if believed or not newest else newest


def expiry_date(books: Books) -> date:
    """The date by which a slip is expired or not."""
    return max(books.today(), books.date_of(books.clock_time()))


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
    stands = standing(books)
    if stands != books.known(standing):
        books.forget()  # another program made an entry
    return max(0, stands.recorded_at - books.clock_time())
