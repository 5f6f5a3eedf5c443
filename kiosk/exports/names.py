"""What the journal called goods at each of its entries, in the market's language."""

from __future__ import annotations

import json
from typing import NamedTuple

from db.catalogue import goods
from db.connection import Books
from db.models import entry_key


class Words(NamedTuple):
    """What the journal says of a good in the market's language."""

    name: str
    category: str
    unit: str


class Catalogue:
    """Names and units as they were at an entry. Ask in the order of the journal."""

    def __init__(self, books: Books, language: str, last: int) -> None:
        self._language = language
        # What another kiosk's journal named is not in ours: the words of now are better than none.
        self._known = {
            one.id: Words(one.name(language), one.category, one.unit)
            for one in goods(books, retired=True)
        }
        # The table of rates knows which entries named goods, so that no other entry is read.
        self._changes = iter(
            books.sql(
                "SELECT id, body FROM entry WHERE kind = 'goods' AND id IN "
                "(SELECT entry FROM rate WHERE entry BETWEEN ? AND ?) ORDER BY id",
                (entry_key(books.kiosk, 0), last),
            ).fetchall()
        )
        self._next = next(self._changes, None)

    def at(self, entry: int, good: str) -> Words:
        """What the journal up to `entry` says of a good."""
        while self._next is not None and self._next[0] <= entry:
            for one in json.loads(self._next[1])["goods"]:
                names = one["names"]
                name = names.get(self._language) or next(iter(names.values()), one["id"])
                self._known[one["id"]] = Words(name, one["category"], one["unit"])
            self._next = next(self._changes, None)
        return self._known[good]
