"""Slips of lost books: honoured from the paper alone, by a steward's decision.

The rule stands in db/paper.py, the verdict in kiosk/verdicts.py. Here a good slip that the books don't
hold is kept from its scan until the visit that redeems it, so that both are written at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from db import days, paper
from kiosk.keys.lock import stewards_only
from kiosk.verdicts import Verdict

if TYPE_CHECKING:
    from db.connection import Books
    from db.slips import NewSlip
    from kiosk.till import Till

T = TypeVar("T")


class Unheld:
    """Good slips that were looked at and that the books don't hold; nothing of it can be spent."""

    def __init__(self) -> None:
        self._seen: dict[bytes, NewSlip] = {}

    def noted(self, found: T) -> T:
        """The same, remembered where it is such a slip."""
        if isinstance(found, Verdict) and found.unheld is not None:
            self._seen[found.unheld.reference] = found.unheld
        return found

    @contextmanager
    def taken_in(self, books: Books, references: Sequence[bytes]) -> Iterator[None]:
        """One transaction for what happens inside and for taking those slips into the books first."""
        wanted = [self._seen[one] for one in references if one in self._seen]
        if not wanted:
            yield
            return
        with books.transaction():
            for slip in wanted:
                paper.take_in(books, slip)
            yield
        for slip in wanted:
            del self._seen[slip.reference]


@stewards_only
def decide_lost(till: Till, decision: str, since: date | None = None) -> date:
    """`honour_lost` as a steward's doing; raises StewardNeeded, too."""
    return honour_lost(till.books, decision, since)


def honour_lost(books: Books, decision: str, since: date | None = None) -> date:
    """Decide that slips issued from `since` until today, which these books don't hold, are honoured
    from paper; gives `since`. Without it, from the newest entry on: right after a restore nothing
    older is missing. Raises MissingDecision, BadSetting."""
    first = since or paper.last_written(books)
    paper.declare_lost(books, first, days.current(books), decision)
    return first
