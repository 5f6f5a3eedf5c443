"""Stock that no visit moved: what was composted or broke, and counts of the shelf."""

from __future__ import annotations

from db import sums
from db.amounts import MAX_QUANTITY, format_quantity, worth
from db.catalogue import Good, good
from db.connection import Books
from db.days import require_open
from db.errors import N_, AbsurdQuantity, Refused, ZeroQuantity
from db.journal import Recorded, append, move, post, projects
from db.words import DECISION_LENGTH, checked_words

MAX_STOCK = 10 * MAX_QUANTITY


class NotStored(Refused):
    sentence = N_("{good} is a service: none of it lies on a shelf. Choose a good.")


def spoil(books: Books, what: str, quantity: int, why: str) -> None:
    """Book goods that were composted or broke: `quantity` thousandths leave the stock.

    Raises DayNotOpen, UnknownGood, NotStored, ZeroQuantity, AbsurdQuantity, BadSetting.
    """
    words = checked_words(why, N_("a reason"), DECISION_LENGTH)
    if quantity <= 0:
        raise ZeroQuantity(text=format_quantity(quantity))
    if quantity > MAX_STOCK:
        raise AbsurdQuantity(text=format_quantity(quantity), limit=format_quantity(MAX_STOCK))
    with books.transaction():
        day = require_open(books)
        _book_movement(books, "spoilage", day, _stored(books, what), "spoiled", -quantity, words)


def count_stock(books: Books, what: str, counted: int) -> int:
    """Book a count of the shelf: the difference to the books, which is given back, in thousandths.

    What is missing goes to spoilage, what was found is a gift. No difference, no entry. Raises
    DayNotOpen, UnknownGood, NotStored, AbsurdQuantity.
    """
    if not 0 <= counted <= MAX_STOCK:
        raise AbsurdQuantity(text=format_quantity(counted), limit=format_quantity(MAX_STOCK))
    with books.transaction():
        day = require_open(books)
        found = _stored(books, what)
        difference = counted - sums.stock(books).get(what, 0)
        if difference:
            direction = "found" if difference > 0 else "missing"
            _book_movement(books, "count", day, found, direction, difference, "")
        return difference


def _stored(books: Books, what: str) -> Good:
    found = good(books, what)
    if found.kind == "service":
        raise NotStored(good=what)
    return found


def _book_movement(
    books: Books, kind: str, day: int, what: Good, direction: str, quantity: int, why: str
) -> None:
    credits = worth(abs(quantity), what.rate)
    account, signed = ("gifts", credits) if quantity > 0 else ("spoilage", -credits)
    append(
        books,
        kind,
        day,
        {
            "decision": why,
            "lines": [[what.id, direction, quantity, what.rate, signed]],
            "postings": [["goods", signed], [account, -signed]] if signed else [],
            "totals": {account: credits} if credits else {},
        },
    )


@projects("spoilage")
@projects("count")
def _project_movement(books: Books, entry: Recorded) -> None:
    post(books, entry, entry.body["postings"])
    move(books, entry, entry.body["lines"])
