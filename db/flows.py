"""What a market day moved, good by good and category by category: kept once, when the day is sealed.

A visit writes nothing here, so its cost stays what it was; a report over years reads a few rows a
day instead of a million movements. Of a day that is still open the movements themselves are summed
up: they are those of one day. A good counts in the category that it has now: where one changes, the
categories are summed up again. Which weeks a report covers is left to db/season.py.
"""

from __future__ import annotations

from db.connection import Books
from db.journal import Recorded

_INTO, _OUT_OF = "direction IN ('brought', 'work')", "direction IN ('taken', 'received')"
_SUMMED = {
    "brought": (_INTO, "quantity"),
    "brought_credits": (_INTO, "credits"),
    "taken": (_OUT_OF, "-quantity"),
    "taken_credits": (_OUT_OF, "-credits"),
    "spoiled": ("direction = 'spoiled'", "-quantity"),
    "found": ("direction IN ('found', 'missing')", "quantity"),
}
SUMS = {
    name: f"SUM(CASE WHEN {which} THEN {what} ELSE 0 END)"
    for name, (which, what) in _SUMMED.items()
}
"""The columns of a flow, from movements that are grouped by good."""

_KEEP = f"""
INSERT INTO flow (day, good, {", ".join(SUMS)})
SELECT ?, good, {", ".join(SUMS.values())} FROM movement WHERE id >= ? AND id < ? GROUP BY good
"""

IS_HOURS = "good.unit = 'h' AND good.kind = 'service'"
"""Whether the quantity of a good are hours of work."""

_TURNOVER = f"""
INSERT INTO turnover (day, category, brought, taken, hours)
SELECT flow.day, good.category, SUM(flow.brought_credits), SUM(flow.taken_credits),
       SUM(CASE WHEN {IS_HOURS} THEN flow.brought ELSE 0 END)
FROM flow CROSS JOIN good ON good.id = flow.good WHERE flow.day BETWEEN ? AND ?
GROUP BY flow.day, good.category
"""
_EVERY_DAY = (0, (1 << 63) - 1)


def keep(books: Books, opened_in: int, seal: Recorded) -> None:
    """Keep the sums of the day that `seal` closes; part of its projection."""
    books.sql(_KEEP, (seal.day_id, opened_in << 8, seal.id << 8))
    books.sql(_TURNOVER, (seal.day_id, seal.day_id))


def grouping(books: Books) -> set[tuple[str, str, bool]]:
    """How goods count in a turnover: the id of each, its category, and whether it is hours."""
    return set(books.sql(f"SELECT id, category, {IS_HOURS} FROM good"))


def regroup(books: Books) -> None:
    """Sum up the categories of every sealed day again: some 0.1 s for a million visits."""
    books.sql("DELETE FROM turnover")
    books.sql(_TURNOVER, _EVERY_DAY)
