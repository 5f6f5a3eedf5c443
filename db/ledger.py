"""A visit becomes one entry and balanced postings, in one transaction.

What it comes to is left to db/weighing.py, the way back to db/corrections.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from db import slips
from db.amounts import MAX_QUANTITY, checked_amount, format_credits, format_quantity
from db.catalogue import Price, price
from db.connection import Books
from db.days import so_far
from db.errors import (
    N_,
    AbsurdQuantity,
    EmptyVisit,
    KeyUsedDifferently,
    KioskError,
    Refused,
    ShortOfCredits,
    SlipTwice,
    SolidarityDayLimit,
    SolidarityVisitLimit,
    ZeroQuantity,
)
from db.jobs import enqueue, jobs_of
from db.journal import Recorded, append, move, post, projects
from db.market import Rules, in_force
from db.models import Entry, Visit
from db.standing import Standing, standing
from db.statements import Statement, slot
from db.sums import open_days
from db.weighing import (
    Exchange,
    Line,
    Weighing,
    exchange_of,
    movement,
    totals_of,
    weigh,
    weighing_of,
)
from db.words import KEY_LENGTH, checked_words

MAX_LINES = 100
"""Lines of one visit: far above any basket, far below what an entry holds."""


class KeyOfUndone(Refused):
    sentence = N_(
        "The visit with this key is visit {visit}, and it was undone. "
        "Bring it back, or book it with a new key."
    )


class KeyTaken(Refused):
    sentence = N_("A visit with this key is booked already.")


class Booked(NamedTuple):
    """A visit that is in the book. `slips` are the new ones with their print jobs, `slips_in` how
    many were handed in; after a retry with the same key `repeated` is true and nothing was booked
    again."""

    day: int
    visit: int
    weighing: Weighing
    slips: tuple[tuple[slips.NewSlip | None, int], ...]
    slips_in: int
    entry: int
    repeated: bool = False


_BY_KEY = Statement(
    Visit.select(Visit.id, Visit.number, Entry.body, Entry.day, Visit.reversed_in)
    .join(Entry, on=(Entry.id == Visit.id))
    .where(Visit.key == slot("key"))
)
_INSERT_VISIT = Statement(
    Visit.insert(
        {
            Visit.id: slot("id"),
            Visit.day: slot("day"),
            Visit.number: slot("number"),
            Visit.key: slot("key"),
            Visit.brings_back: slot("brings_back"),
        }
    ).on_conflict_ignore()
)


def book(
    books: Books, exchange: Exchange, key: str, mint: slips.Mint, brings_back: int | None = None
) -> Booked:
    """Book a visit: one entry, one transaction, and the print jobs of its slips.

    `key` was made before the first attempt: the same key again gives what the first attempt booked.
    `mint` makes the slip that is handed out. Raises DayNotOpen, EmptyVisit, UnknownGood,
    ZeroQuantity, AbsurdQuantity, ShortOfCredits, Solidarity…Limit, AmountOutOfRange,
    KeyUsedDifferently, KeyOfUndone, BadSetting and, for slips handed in, SlipTwice, UnknownSlip,
    SlipSpent, SlipVoid, SlipExpired.
    """
    key = checked_words(key, N_("the key of a visit"), KEY_LENGTH, 1)
    try:
        return _booked(books, exchange, key, mint, brings_back)
    except Refused:
        # Who tries once more what was booked is refused: the slips are spent, the key is taken.
        earlier = _earlier(books, exchange, key)
        if earlier is None:
            raise
        return earlier


def _booked(
    books: Books, exchange: Exchange, key: str, mint: slips.Mint, brings_back: int | None
) -> Booked:
    with books.transaction():
        day, numbered, covered, decided, rates = books.known(_today)
        are_open = books.known(open_days)
        priced = _priced(books, rates, exchange)
        amounts = _amounts(books, exchange.slips)
        sums = weigh(
            priced,
            amounts,
            solidarity=exchange.solidarity,
            gift=exchange.gift,
            slip_step=decided.slip_step,
        )
        _check(exchange, sums, decided, covered)
        try:
            new = _minted(books, sums.issued, decided, mint)
        except KioskError:  # without the key no slip can be made, and none may be needed
            earlier = _earlier(books, exchange, key)
            if earlier is None:
                raise
            return earlier
        number = numbered + 1
        entry = append(
            books,
            "visit",
            day,
            _content(exchange, priced, amounts, sums, new, key, number, brings_back),
        )
        # A visit changes neither rules nor rates: the next one need not read them again.
        books.remember(
            {
                standing: Standing(entry.seq, entry.hash, entry.recorded_at, day, True),
                open_days: are_open,
                _today: (day, number, covered + sums.solidarity - sums.paid_back, decided, rates),
            }
        )
        made = [(one, enqueue(books, "slip", entry.id, one.reference, one.content)) for one in new]
        return Booked(day, number, sums, tuple(made), len(exchange.slips), entry.id)


def _today(books: Books) -> tuple[int, int, int, Rules, dict[str, Price]]:
    """What a visit needs to know beforehand: the open day, the number of its last visit, what
    solidarity covered of it so far, the rules, and the rates that were asked for, none yet. Raises
    DayNotOpen."""
    return books.known(standing).day, *so_far(books), in_force(books), {}


def _priced(books: Books, rates: dict[str, Price], exchange: Exchange) -> list[tuple[Price, Line]]:
    if len(exchange.lines) > MAX_LINES:
        raise AbsurdQuantity(text=len(exchange.lines), limit=MAX_LINES)
    priced = []
    for line in exchange.lines:
        what = rates.get(line.good)
        if what is None:
            what = rates[line.good] = price(books, line.good)
        if line.quantity <= 0:
            raise ZeroQuantity(text=format_quantity(line.quantity))
        if line.quantity > MAX_QUANTITY:
            raise AbsurdQuantity(
                text=format_quantity(line.quantity), limit=format_quantity(MAX_QUANTITY)
            )
        priced.append((what, line))
    return priced


def _amounts(books: Books, references: Sequence[bytes]) -> list[int]:
    if len(set(references)) != len(references):
        raise SlipTwice()
    return [slips.refuse_unless_good(books, reference) for reference in references]


def _check(exchange: Exchange, sums: Weighing, decided: Rules, today: int) -> None:
    if not exchange.lines and not exchange.slips:
        raise EmptyVisit()
    if sums.short:
        raise ShortOfCredits(short=format_credits(sums.short))
    needed = sums.solidarity
    limit = decided.solidarity_visit
    if limit is not None and needed > limit:
        raise SolidarityVisitLimit(limit=format_credits(limit), needed=format_credits(needed))
    limit = decided.solidarity_day
    if limit is not None and needed and today + needed > limit:
        raise SolidarityDayLimit(
            limit=format_credits(limit),
            left=format_credits(max(0, limit - today)),
            needed=format_credits(needed),
        )


def _minted(books: Books, amount: int, decided: Rules, mint: slips.Mint) -> list[slips.NewSlip]:
    if amount == 0:
        return []
    checked_amount(amount)
    if not decided.slip_days:
        return [mint(amount, 0)]
    return [mint(amount, slips.days_since_epoch(books.today()) + decided.slip_days)]


def _content(
    exchange: Exchange,
    priced: list[tuple[Price, Line]],
    amounts: list[int],
    sums: Weighing,
    new: list[slips.NewSlip],
    key: str,
    number: int,
    brings_back: int | None,
) -> dict[str, Any]:
    content: dict[str, Any] = {
        "gift": int(exchange.gift),
        "key": key,
        "lines": [movement(what, line) for what, line in priced],
        "postings": sums.postings(),
        "slips_in": [
            [reference.hex(), amount]
            for reference, amount in zip(exchange.slips, amounts, strict=True)
        ],
        "slips_out": [slips.written(one) for one in new],
        "solidarity": int(exchange.solidarity),
        "totals": totals_of(sums, len(exchange.slips), len(new)),
        "visit": number,
    }
    if brings_back is not None:
        content["brings_back"] = brings_back
    return content


def _earlier(books: Books, exchange: Exchange, key: str) -> Booked | None:
    """What was booked with this key before, if anything was."""
    with books.reading():
        row = books.one(_BY_KEY, key=key)
    if row is None:
        return None
    id, number, raw, day, reversed_in = row
    body = json.loads(raw)
    if exchange_of(body) != exchange:
        raise KeyUsedDifferently()
    if reversed_in is not None:
        raise KeyOfUndone(visit=number)
    made = tuple((None, job) for job in jobs_of(books, id))
    return Booked(day, number, weighing_of(body), made, len(exchange.slips), id, repeated=True)


@projects("visit")
def _project_visit(books: Books, entry: Recorded) -> None:
    body = entry.body
    for reference, _ in body["slips_in"]:
        slips.end(books, entry, bytes.fromhex(reference), "redeemed")
    for new in body["slips_out"]:
        slips.insert(books, entry, new)
    row = (entry.id, entry.day_id, body["visit"], body["key"], body.get("brings_back"))
    inserted = books.run_in_order(_INSERT_VISIT, row)
    if inserted.rowcount == 0:
        raise KeyTaken()
    post(books, entry, body["postings"])
    move(books, entry, body["lines"])
