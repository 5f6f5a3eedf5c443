"""The read side over weeks: what came and went, hours, slips in circulation, solidarity.

A season costs the same however old the market is: the totals are those of its days, and what moved
was summed up when each day was sealed (db/flows.py). Weeks begin on Monday. How they are drawn and
said is left to the kiosk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from db.connection import Books
from db.days import open_totals
from db.flows import IS_HOURS, SUMS

SEASON = 13
YEAR = 52
MOST_WEEKS = 520
EARLIEST, LATEST = date(2000, 1, 1), date(9000, 1, 1)
"""No market day lies outside, and every week of a season inside is a date."""

OpenDays = Sequence[tuple[str, Mapping[str, int]]]
"""Date and totals so far of each day that is open."""

_WEEK = timedelta(days=7)

_SEALED = """
SELECT day.date, turnover.category, turnover.brought, turnover.taken, turnover.hours
FROM day CROSS JOIN turnover ON turnover.day = day.id
WHERE day.date >= ? AND day.date < ?
"""
# An open day is its kiosk's last: what moved since it was opened is its own. Each is summed up alone,
# because SQLite sorts what it groups: by good takes half the time of by day and good.
_OPEN_DAYS = """
SELECT date, opened_in << 8, ((id >> 32) + 1) << 40
FROM day WHERE date >= ? AND date < ? AND sealed_in IS NULL
"""
_OPEN = f"""
SELECT good.category, SUM(moved.brought_credits), SUM(moved.taken_credits),
       SUM(CASE WHEN {IS_HOURS} THEN moved.brought ELSE 0 END)
FROM (
    SELECT good AS id, {SUMS["brought"]} AS brought,
    {SUMS["brought_credits"]} AS brought_credits, {SUMS["taken_credits"]} AS taken_credits
    FROM movement WHERE id >= ? AND id < ? GROUP BY good
) AS moved CROSS JOIN good ON good.id = moved.id
GROUP BY good.category
"""

_SUMMED = (
    "visits", "brought", "work", "taken", "issued", "redeemed", "solidarity", "gifts",
)  # fmt: skip


@dataclass(slots=True)
class Week:
    """Seven days from `monday` on: `days` market days and what they came to. Amounts in hundredths,
    `hours` in thousandths; `out` is what circulated on slips when the week ended."""

    monday: date
    days: int = 0
    visits: int = 0
    brought: int = 0
    work: int = 0
    taken: int = 0
    issued: int = 0
    redeemed: int = 0
    solidarity: int = 0
    gifts: int = 0
    hours: int = 0
    out: int = 0

    def add(self, totals: Mapping[str, int]) -> None:
        """Add what days came to."""
        for name in _SUMMED:
            setattr(self, name, getattr(self, name) + totals[name])


@dataclass(slots=True)
class Category:
    """What came and what went of a category, week by week, in positive hundredths."""

    id: str
    came: list[int] = field(default_factory=list)
    went: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Season:
    """Weeks in their order, and the categories of which something moved, the largest first.
    `out_before` is what circulated when they began, `earlier` whether the market had days before."""

    weeks: tuple[Week, ...]
    categories: tuple[Category, ...]
    out_before: int
    earlier: bool


def season(books: Books, until: date, weeks: int = SEASON) -> Season:
    """The week of `until` and those before it, `weeks` in all (at most MOST_WEEKS)."""
    number = max(1, min(weeks, MOST_WEEKS))
    within = max(EARLIEST, min(until, LATEST))
    last = within - timedelta(days=within.weekday())
    first = last - (number - 1) * _WEEK
    found = [Week(first + place * _WEEK) for place in range(number)]
    with books.reading():
        today = open_totals(books)
        before, out = _before(books, first, today)
        _add_days(books, found, today, last + _WEEK, out)
        categories = _categories(books, found, last + _WEEK)
    return Season(tuple(found), tuple(categories), out, before > 0)


def _before(books: Books, first: date, today: OpenDays) -> tuple[int, int]:
    """How many market days were before, and what circulated then."""
    days, out = books.sql(
        "SELECT COUNT(*), COALESCE(SUM(issued - redeemed - voided), 0) FROM day WHERE date < ?",
        (first.isoformat(),),
    ).fetchone()
    out += sum(_change(totals) for on, totals in today if on < first.isoformat())
    return days, out + sum(dict(_honoured(books, date.min, first)).values())


def _change(totals: Mapping[str, int]) -> int:
    """What a day that is still open adds to the slips in circulation."""
    return totals["issued"] - totals["redeemed"] - totals["voided"]


def _honoured(books: Books, first: date, beyond: date) -> Iterator[tuple[str, int]]:
    """Date, and the slips that were honoured from paper then: others than these books had handed
    them out."""
    yield from books.sql(
        "SELECT day.date, SUM(paper.amount) FROM paper JOIN day ON day.id = paper.day "
        "WHERE day.date >= ? AND day.date < ? GROUP BY day.date",
        (first.isoformat(), beyond.isoformat()),
    )


def _add_days(books: Books, weeks: list[Week], today: OpenDays, beyond: date, out: int) -> None:
    """Fill in what the days came to; `out` circulated before them."""
    first = weeks[0].monday
    rows = books.sql(
        f"SELECT date, COUNT(*), {', '.join(f'SUM({name})' for name in _SUMMED)}, "
        "SUM(issued - redeemed - voided) FROM day WHERE date >= ? AND date < ? GROUP BY date ORDER BY date",
        (first.isoformat(), beyond.isoformat()),
    )
    changes = [0] * len(weeks)
    for on, days, *amounts, change in rows:
        place = _place(on, first)
        weeks[place].days += days
        weeks[place].add(dict(zip(_SUMMED, amounts, strict=True)))
        changes[place] += change
    for on, totals in today:
        if first.isoformat() <= on < beyond.isoformat():
            place = _place(on, first)
            weeks[place].add(totals)
            changes[place] += _change(totals)
    for on, honoured in _honoured(books, first, beyond):
        changes[_place(on, first)] += honoured
    for week, change in zip(weeks, changes, strict=True):
        out += change
        week.out = out


def _categories(books: Books, weeks: list[Week], beyond: date) -> list[Category]:
    """What moved, by category; fills in the hours of the weeks, too."""
    first = weeks[0].monday
    found: dict[str, Category] = {}
    for on, category, came, went, hours in _moved(books, first, beyond):
        place = _place(on, first)
        weeks[place].hours += hours
        one = found.get(category)
        if one is None:
            one = found[category] = Category(category, [0] * len(weeks), [0] * len(weeks))
        one.came[place] += came
        one.went[place] += went
    moved = [one for one in found.values() if any(one.came) or any(one.went)]
    return sorted(moved, key=lambda one: (-sum(one.came) - sum(one.went), one.id))


def _moved(books: Books, first: date, beyond: date) -> Iterator[tuple[str, str, int, int, int]]:
    """Date, category, what came and what went in hundredths, hours given in thousandths."""
    span = (first.isoformat(), beyond.isoformat())
    yield from books.sql(_SEALED, span)
    for on, first_line, beyond_lines in books.sql(_OPEN_DAYS, span).fetchall():
        yield from ((on, *sums) for sums in books.sql(_OPEN, (first_line, beyond_lines)))


def _place(on: str, first: date) -> int:
    return (date.fromisoformat(on) - first).days // 7
