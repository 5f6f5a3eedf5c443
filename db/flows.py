"""What a market day moved, good by good: kept once, when the day is sealed.

A visit writes nothing here, so its cost stays what it was; a report over years reads a few rows a
day instead of a million movements. Of a day that is still open the movements themselves are summed
up: they are those of one day. Which weeks a report covers is left to db/season.py.
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


def keep(books: Books, seal: Recorded) -> None:
    """Keep the sums of the day that `seal` closes; part of its projection."""
    (opened,) = books.sql("SELECT opened_in FROM day WHERE id = ?", (seal.day_id,)).fetchone()
    books.sql(_KEEP, (seal.day_id, opened << 8, seal.id << 8))
