"""What a market day moved, good by good: kept once, when the day is sealed.

A visit writes nothing here, so its cost stays what it was; a report over years reads a few rows a
day instead of a million movements. The stock is kept the same way: as the last seal left it. Of a
day that is still open the movements themselves are summed up: they are those of one day. Which weeks
a report covers is left to db/season.py.
"""

from __future__ import annotations

from db.connection import Books
from db.journal import STORED, Recorded
from db.models import LAST_SEQ, LINES_PER_ENTRY

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

_IS_STORED = "direction IN ({})".format(", ".join(f"'{one}'" for one in sorted(STORED)))
_STOCK_UP = f"""
INSERT INTO stock (good, quantity)
SELECT good, SUM(quantity) FROM movement WHERE id >= ? AND id < ? AND {_IS_STORED} GROUP BY good
ON CONFLICT (good) DO UPDATE SET quantity = quantity + excluded.quantity
"""
_STOCK = f"""
SELECT good, SUM(quantity) FROM (
    SELECT good, quantity FROM stock
    UNION ALL
    SELECT movement.good, movement.quantity FROM day CROSS JOIN movement
    WHERE day.sealed_in IS NULL AND movement.id >= day.opened_in << 8
    AND movement.id < ((day.id | {LAST_SEQ}) << 8) + {LINES_PER_ENTRY} AND {_IS_STORED}
)
GROUP BY good ORDER BY good
"""


def keep(books: Books, seal: Recorded) -> None:
    """Keep the sums of the day that `seal` closes; part of its projection."""
    (opened,) = books.sql("SELECT opened_in FROM day WHERE id = ?", (seal.day_id,)).fetchone()
    books.sql(_KEEP, (seal.day_id, opened << 8, seal.id << 8))
    books.sql(_STOCK_UP, (opened << 8, seal.id << 8))


def stock(books: Books) -> dict[str, int]:
    """Thousandths of each good that all movements leave on the shelves."""
    return dict(books.sql(_STOCK))
