"""Running balances, the stock and the totals of a day: written once, when the day is sealed.

A visit writes none of them, so it touches few pages of the file. Until the seal, what the open days
add is summed up where it is read: those are the entries of one day for each kiosk, however many years
the books hold. Postings and movements are therefore made in an open day alone (`require_open_day`).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import orjson

from db.errors import DayClosed
from db.models import LAST_SEQ, LINES_PER_ENTRY

if TYPE_CHECKING:
    from db.connection import Books
    from db.journal import Recorded

STORED = frozenset({"brought", "taken", "spoiled", "found", "missing"})
"""Directions that change the stock. Hours given (`work`) and had (`received`) are not stored."""

TOTALS = (
    "visits", "undone", "slips_in", "slips_out", "brought", "taken", "work", "redeemed", "issued",
    "solidarity", "gifts", "rounding", "spoilage", "voided",
)  # fmt: skip
MOST = 1 << 45
"""Hundredths or thousandths in one entry: a hundred lines of the largest quantity at the highest rate
stay below, and the sum of a quarter of a million such entries stays within SQLite's integers."""

_ADDING = ("visit", "reversal", "spoilage", "count")
"""Kinds of entries whose words have `totals`."""

_IS_STORED = "direction IN ({})".format(", ".join(f"'{one}'" for one in sorted(STORED)))
_KEEP = """
INSERT INTO {table} ({name}, {amount})
SELECT {name}, SUM({amount}) FROM {lines} WHERE id >= ? AND id < ? AND {which} GROUP BY {name}
ON CONFLICT ({name}) DO UPDATE SET {amount} = {amount} + excluded.{amount}
"""
_READ = """
SELECT {name}, SUM({amount}) FROM (
    SELECT {name}, {amount} FROM {table}
    UNION ALL
    SELECT {lines}.{name}, {lines}.{amount} FROM day CROSS JOIN {lines}
    WHERE day.sealed_in IS NULL AND {which}
    AND {lines}.id >= day.opened_in << 8
    AND {lines}.id < ((day.id | {last_seq}) << 8) + {lines_per_entry}
)
GROUP BY {name} ORDER BY {name}
"""
_BALANCE = {
    "table": "balance", "name": "account", "amount": "credits", "lines": "posting", "which": "1"
}  # fmt: skip
_STOCK = {
    "table": "stock", "name": "good", "amount": "quantity", "lines": "movement",
    "which": _IS_STORED,
}  # fmt: skip
_BOUNDS = {"last_seq": LAST_SEQ, "lines_per_entry": LINES_PER_ENTRY}
_READ_BALANCES, _READ_STOCK = (_READ.format(**what, **_BOUNDS) for what in (_BALANCE, _STOCK))
_KEEP_BALANCES, _KEEP_STOCK = (_KEEP.format(**what) for what in (_BALANCE, _STOCK))


def balances(books: Books) -> dict[str, int]:
    """Running balance of every account since founding, in hundredths."""
    return dict(books.sql(_READ_BALANCES))


def stock(books: Books) -> dict[str, int]:
    """Thousandths of each good that all movements leave on the shelves."""
    return dict(books.sql(_READ_STOCK))


# In one row: for each that it gives, SQLite's thread would have to wait for its turn beside the screen.
_SINCE = """
SELECT MAX(id), '[' || group_concat(CAST(body AS TEXT)) || ']'
FROM entry WHERE id > ? AND id <= ?
"""


class _Reached(NamedTuple):
    """What the entries of an open day come to, up to the one with this key and this hash."""

    day: int
    entry: int
    hash: bytes
    totals: Counter[str]


_REACHED: WeakKeyDictionary[Books, dict[int, _Reached]] = WeakKeyDictionary()
"""How far each kiosk's open day was summed up in books that are open, by the kiosk's number."""


def totals(books: Books, day: int, opened_in: int) -> Counter[str]:
    """What the entries of an open day, by its key, add to its totals.

    An entry is read once as long as the books are open: its hash says that all before it is what it
    was, whoever has written or taken back since.
    """
    reached = _REACHED.setdefault(books, {})
    known = reached.get(day >> 32)
    if known is None or known.day != day or not _stands(books, known):
        known = _Reached(day, opened_in, b"", Counter())
    summed = known.totals.copy()
    last, bodies = books.sql(_SINCE, (known.entry, day | LAST_SEQ)).fetchone()
    for body in orjson.loads(bodies or "[]"):
        for name, amount in _added(body["kind"], body).items():
            summed[name] += amount
    reached[day >> 32] = _Reached(day, *(_standing_at(books, last) or known[1:3]), summed.copy())
    return summed


def _stands(books: Books, known: _Reached) -> bool:
    return _standing_at(books, known.entry) == (known.entry, known.hash)


def _standing_at(books: Books, entry: int | None) -> tuple[int, bytes] | None:
    """Key and hash of an entry, None where it is not there."""
    query = "SELECT id, hash FROM entry WHERE id = ?"
    found: tuple[int, bytes] | None = books.sql(query, (entry,)).fetchone()
    return found


def _added(kind: str, body: dict[str, Any]) -> dict[str, int]:
    """What an entry adds to the totals of its day."""
    if kind == "void":
        return {"voided": body["amount"]}
    added: dict[str, int] = body["totals"] if kind in _ADDING else {}
    return added


def check_added(kind: str, body: dict[str, Any]) -> None:
    """Raises KeyError, TypeError or ValueError where an entry that stands in other books says nothing
    that could be added to balances, stock and the totals of a day."""
    added = _added(kind, body)
    if not added.keys() <= set(TOTALS):
        raise TypeError(", ".join(added))
    posted = [credits for _, credits in body.get("postings", ())]
    moved = [one for _, _, *numbers in body.get("lines", ()) for one in numbers]
    for amount in (*added.values(), *posted, *moved):
        if type(amount) is not int:
            raise TypeError(str(amount))
        if abs(amount) > MOST:
            raise ValueError(str(amount))


def keep(books: Books, opened_in: int, seal: Recorded) -> None:
    """Keep what the day that `seal` closes adds to balances and stock; part of its projection."""
    between = opened_in << 8, seal.id << 8
    books.sql(_KEEP_BALANCES, between)
    books.sql(_KEEP_STOCK, between)


def open_days(books: Books) -> frozenset[int]:
    """Keys of the days that are open."""
    return frozenset(id for (id,) in books.sql("SELECT id FROM day WHERE sealed_in IS NULL"))


def require_open_day(books: Books, entry: Recorded) -> None:
    """Raises DayClosed where the day of `entry` is not open."""
    if entry.day_id not in books.known(open_days):
        raise DayClosed(day=entry.day)
