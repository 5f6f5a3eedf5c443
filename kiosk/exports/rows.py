"""The rows that a market day's exports are made of, as values.

Amounts are hundredths of a credit, quantities thousandths of a unit. Where they come from is in
kiosk/exports/extract.py; how they are written is left to the formats.
"""

from __future__ import annotations

from typing import NamedTuple

from db.models import LAST_SEQ


class Visit(NamedTuple):
    """One visit and what it came to; `brings_back` is the undone visit that it repeats, else 0."""

    number: int
    undone: bool
    brings_back: int
    totals: dict[str, int]


class Line(NamedTuple):
    """One movement of a good or of hours, signed as it changes the account; `rate` in hundredths a
    unit. `visit` is 0 where the entry is none; an undone visit has its lines a second time, negated,
    under the kind `reversal`."""

    entry: int
    kind: str
    visit: int
    good: str
    name: str
    unit: str
    direction: str
    quantity: int
    rate: int
    credits: int


class Posting(NamedTuple):
    """One posting; those of an entry balance to zero."""

    entry: int
    kind: str
    visit: int
    account: str
    credits: int


class SlipChange(NamedTuple):
    """A slip that was `issued`, `redeemed`, `voided`, `reissued` (ended for a new one) or `restored`
    (good again, because the visit that took it was undone), or `honoured` from paper: taken into the
    books, because those that issued it are lost. `expires` is a date, `never`, or empty where the slip
    did not come into the books by this entry."""

    entry: int
    kind: str
    visit: int
    change: str
    reference: str
    amount: int
    expires: str


class Stock(NamedTuple):
    """What the day's end left of a good."""

    good: str
    name: str
    category: str
    unit: str
    quantity: int


class Entry(NamedTuple):
    """An entry of the day with all the rows that come from it, as they stand in its words: `lines`
    are `[good, direction, quantity, rate, credits]`, `postings` `[account, credits]`, `slips`
    (change, reference, amount, expires) as in SlipChange. `visit` is the number of the visit that it
    books or undoes, else 0; `booked` is what it books."""

    key: int
    kind: str
    visit: int
    booked: Visit | None
    lines: list[tuple[str, str, int, int, int]]
    postings: list[tuple[str, int]]
    slips: list[tuple[str, str, int, str]]

    @property
    def seq(self) -> int:
        """Its number in the journal."""
        return self.key & LAST_SEQ


class Moved(NamedTuple):
    """What one good moved that day in one direction: sums, signed as in a `Line`. Name, category and
    unit are those of the day's end."""

    good: str
    name: str
    category: str
    unit: str
    direction: str
    quantity: int
    credits: int


class Circulation(NamedTuple):
    """Credits on slips that were out when a market day ended; of an open day, now."""

    day: int
    date: str
    credits: int
