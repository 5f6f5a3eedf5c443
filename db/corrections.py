"""Undo of the last visit, and the way back: new entries that point at what they reverse."""

from __future__ import annotations

import json
from dataclasses import dataclass

from db import slips
from db.connection import Books
from db.days import current, entries_of, require_open
from db.errors import ChangeAlreadyEnded, ChangeAlreadySpent, NothingToBringBack, NothingToUndo
from db.jobs import cancel
from db.journal import Recorded, append, move, post, projects
from db.ledger import Booked, book
from db.models import LAST_SEQ, Entry, Visit, entry_key
from db.statements import Statement, slot
from db.weighing import exchange_of


@dataclass(frozen=True, slots=True)
class Undone:
    """A visit that was undone. `void` are amounts of its slips that are void now (to be taken
    back), `good` amounts of slips that it had taken and that are good again, in hundredths."""

    day: int
    visit: int
    void: tuple[int, ...]
    good: tuple[int, ...]


_REVERSE = Statement(
    Visit.update({Visit.reversed_in: slot("entry")}).where(
        (Visit.id == slot("visit")) & Visit.reversed_in.is_null()
    )
)
_LAST_VISIT = Statement(
    Visit.select(Visit.id, Visit.number, Entry.body)
    .join(Entry, on=(Entry.id == Visit.id))
    .where((Visit.id > slot("first")) & (Visit.id < slot("beyond")) & Visit.reversed_in.is_null())
    .order_by(Visit.id.desc())
    .limit(1)
)
_LATER = Visit.alias("later")
_LAST_UNDONE = Statement(
    Visit.select(Visit.id, Entry.body, Visit.number)
    .join(Entry, on=(Entry.id == Visit.id))
    .where(
        (Visit.id > slot("first"))
        & (Visit.id < slot("beyond"))
        & Visit.reversed_in.is_null(False)
        & Visit.id.not_in(
            _LATER.select(_LATER.brings_back).where(
                (_LATER.id > slot("first"))
                & (_LATER.id < slot("beyond"))
                & _LATER.brings_back.is_null(False)
            )
        )
    )
    .order_by(Visit.reversed_in.desc())
    .limit(1)
)
_BROUGHT_BACK = Statement(
    Visit.select(Visit.brings_back, Entry.body)
    .join(Entry, on=(Entry.id == Visit.brings_back))
    .where(Visit.key == slot("key"))
)


def undo(books: Books) -> Undone:
    """Reverse the open day's last visit that still stands: its slips are void, those it took are
    good again. Raises DayNotOpen, NothingToUndo, ChangeAlreadySpent."""
    with books.transaction():
        day = require_open(books)
        row = _last_visit(books, day)
        if row is None:
            raise NothingToUndo()
        id, number, raw = row
        body = json.loads(raw)
        for new in body["slips_out"]:
            _refuse_spent(books, number, bytes.fromhex(new["reference"]))
        append(
            books,
            "reversal",
            day,
            {
                "lines": [
                    [what, direction, -quantity, rate, -credits]
                    for what, direction, quantity, rate, credits in body["lines"]
                ],
                "of": id & LAST_SEQ,
                "postings": [[account, -credits] for account, credits in body["postings"]],
                "slips_good": [reference for reference, _ in body["slips_in"]],
                "slips_void": [new["reference"] for new in body["slips_out"]],
                "totals": {
                    **{name: -amount for name, amount in body["totals"].items()},
                    "undone": 1,
                },
                "visit": number,
            },
        )
        for new in body["slips_out"]:
            cancel(books, bytes.fromhex(new["reference"]))
    books.forget_wiped()
    return Undone(
        day,
        number,
        tuple(new["amount"] for new in body["slips_out"]),
        tuple(amount for _, amount in body["slips_in"]),
    )


def _refuse_spent(books: Books, number: int, reference: bytes) -> None:
    found = slips.slip(books, reference)
    if found is None or found.out:
        return
    if found.state == "redeemed":
        raise ChangeAlreadySpent(visit=number, spent=found.ended_visit)
    raise ChangeAlreadyEnded(visit=number)


def undoable(books: Books) -> tuple[int, int]:
    """Numbers of the visit that `undo` would reverse now and of the one that `bring_back` would
    book once more, 0 for none. (Undo may still refuse, where a slip was handed in again.)"""
    with books.reading():
        number = current(books)
        if not number:
            return 0, 0
        last = _last_visit(books, number)
        back = _last_undone(books, number)
    return last[1] if last else 0, back[2] if back else 0


def _last_visit(books: Books, day: int) -> tuple[int, int, bytes] | None:
    """Key, number and body of a day's last visit that still stands."""
    first, beyond = entries_of(books, day)
    row: tuple[int, int, bytes] | None = books.one(_LAST_VISIT, first=first, beyond=beyond)
    return row


def _last_undone(books: Books, day: int) -> tuple[int, bytes, int] | None:
    """Key, body and number of the visit that was undone last and not brought back."""
    first, beyond = entries_of(books, day)
    row: tuple[int, bytes, int] | None = books.one(_LAST_UNDONE, first=first, beyond=beyond)
    return row


def bring_back(books: Books, key: str, mint: slips.Mint) -> Booked:
    """Book the visit that was undone last once more, as a new visit with a new slip.

    The same `key` again gives what the first attempt booked. Raises DayNotOpen, NothingToBringBack
    (no undone visit is left) and whatever `book` raises.
    """
    with books.transaction():
        day = require_open(books)
        row = books.one(_BROUGHT_BACK, key=key) or _last_undone(books, day)
        if row is None:
            raise NothingToBringBack()
        return book(books, exchange_of(json.loads(row[1])), key, mint, brings_back=row[0])


@projects("reversal")
def _project_reversal(books: Books, entry: Recorded) -> None:
    body = entry.body
    reversed_visit = entry_key(entry.kiosk, body["of"])
    for reference in body["slips_void"]:
        slips.end(books, entry, bytes.fromhex(reference), "voided")
    for reference in body["slips_good"]:
        slips.revive(books, bytes.fromhex(reference), reversed_visit)
    if books.run(_REVERSE, entry=entry.id, visit=reversed_visit).rowcount == 0:
        raise AssertionError(f"visit {body['visit']} was reversed already")
    post(books, entry, body["postings"])
    move(books, entry, body["lines"])
