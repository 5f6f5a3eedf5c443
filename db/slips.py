"""The state of every slip: issued, redeemed, voided or reissued.

A slip is known here by its reference and found by the tag of its typed code; neither lets a reader
of the books spend it. Making and checking the paper itself is left to kiosk/slips.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple, NoReturn

from db.clock import expiry_date
from db.connection import Books
from db.days import entries_of, require_open
from db.errors import (
    NoOpenSlip,
    SlipExpired,
    SlipReissued,
    SlipSpent,
    SlipUndone,
    SlipVoid,
    UnknownSlip,
    UnknownVisit,
)
from db.jobs import cancel, enqueue
from db.journal import Recorded, append, decide, post, projects
from db.models import CodeTry, Entry, Visit
from db.models import Slip as SlipTable
from db.statements import Statement, slot
from db.terms import EPOCH
from db.words import decided_words

REFERENCE_LENGTH = 16
"""Bytes of the reference by which the books know a slip."""

CODE_TRIES = 10
CODE_WINDOW_MINUTES = 10
"""At most CODE_TRIES unknown typed codes in this many minutes: a code carries no signature."""


class NewSlip(NamedTuple):
    """A slip just made, for the books: `reference` and `tag` (16 bytes each), `amount` in
    hundredths, `issued` and `expires` in days since EPOCH (`expires` 0: never). `content` is the
    slip itself; it goes to the print job only and is wiped when its paper is confirmed."""

    reference: bytes
    tag: bytes
    amount: int
    issued: int
    expires: int
    content: bytes

    def __repr__(self) -> str:
        """Without the content: it is money."""
        return f"NewSlip({self.reference.hex()}, {self.amount})"


Mint = Callable[[int, int], NewSlip]
"""Makes a slip of `amount` hundredths that expires on a day (days since EPOCH, 0: never)."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What the books know of a slip. `day` and `visit` are where it was issued; `ended_*` where and
    when it was redeemed, voided or reissued (None while it is out); `ended_visit` is 0 where that
    was no visit."""

    reference: bytes
    amount: int
    state: str
    issued: date
    expires: date | None
    day: int
    visit: int
    ended_at: datetime | None
    ended_day: int | None
    ended_visit: int | None
    undone: bool

    @property
    def out(self) -> bool:
        """Whether it can still be redeemed, its expiry apart."""
        return self.state == "issued"


_INSERT = Statement(
    SlipTable.insert(
        {
            SlipTable.reference: slot("reference"),
            SlipTable.tag: slot("tag"),
            SlipTable.amount: slot("amount"),
            SlipTable.issued: slot("issued"),
            SlipTable.expires: slot("expires"),
            SlipTable.state: "issued",
            SlipTable.issued_in: slot("entry"),
        }
    )
)
_END = Statement(
    SlipTable.update({SlipTable.state: slot("state"), SlipTable.ended_in: slot("entry")}).where(
        (SlipTable.reference == slot("reference")) & (SlipTable.state == "issued")
    )
)
_REVIVE = Statement(
    SlipTable.update({SlipTable.state: "issued", SlipTable.ended_in: None}).where(
        (SlipTable.reference == slot("reference")) & (SlipTable.ended_in == slot("ended_in"))
    )
)
WORTH = Statement(
    SlipTable.select(SlipTable.amount, SlipTable.expires, SlipTable.state).where(
        SlipTable.reference == slot("reference")
    )
)
_BY_TAG = Statement(SlipTable.select(SlipTable.reference).where(SlipTable.tag == slot("tag")))


def days_since_epoch(on: date) -> int:
    """A date as it stands on a slip."""
    return (on - EPOCH).days


def date_of(days: int) -> date:
    """The date that stands on a slip as days since EPOCH."""
    return EPOCH + timedelta(days=days)


def named(books: Books, beginning: bytes) -> bytes | None:
    """The one reference that begins so; None where none does, or several do."""
    missing = REFERENCE_LENGTH - len(beginning)
    query = SlipTable.select(SlipTable.reference).where(
        SlipTable.reference.between(beginning + b"\0" * missing, beginning + b"\xff" * missing)
    )
    with books.reading():
        found = [reference for (reference,) in books.rows(query.limit(2))]
    return bytes(found[0]) if len(found) == 1 else None


def slip(books: Books, reference: bytes) -> Slip | None:
    """What the books know of a slip, None where they don't hold it."""
    ended = Entry.alias()
    ended_visit = Visit.alias()
    with books.reading():
        query = (
            SlipTable.select(
                SlipTable.amount,
                SlipTable.state,
                SlipTable.issued,
                SlipTable.expires,
                Entry.day,
                Visit.number,
                ended.recorded_at,
                ended.day,
                ended_visit.number,
                ended.kind,
            )
            .join(Entry, on=(Entry.id == SlipTable.issued_in))
            .left_outer_join(Visit, on=(Visit.id == SlipTable.issued_in))
            .left_outer_join(ended, on=(ended.id == SlipTable.ended_in))
            .left_outer_join(ended_visit, on=(ended_visit.id == SlipTable.ended_in))
            .where(SlipTable.reference == reference)
        )
        row = next(books.rows(query), None)
    if row is None:
        return None
    amount, state, issued, expires, day, visit, at, ended_day, ended_number, kind = row
    return Slip(
        reference,
        amount,
        state,
        date_of(issued),
        date_of(expires) if expires else None,
        day,
        visit or 0,
        datetime.fromtimestamp(at / 1000) if at is not None else None,
        ended_day,
        ended_number or (0 if at is not None else None),
        kind == "reversal",
    )


def by_tag(books: Books, tag: bytes) -> bytes | None:
    """Reference of the slip whose typed code has this tag."""
    with books.reading():
        row = books.one(_BY_TAG, tag=tag)
    return row[0] if row is not None else None


def refuse_unless_good(books: Books, reference: bytes) -> int:
    """Amount of a slip that may be redeemed today, in hundredths.

    Raises UnknownSlip, SlipSpent, SlipVoid or SlipExpired.
    """
    row = books.one(WORTH, reference=reference)
    if row is None:
        raise UnknownSlip()
    amount, expires, state = int(row[0]), row[1], row[2]
    if state != "issued":
        refuse_ended(books, reference)
    if expires and days_since_epoch(expiry_date(books)) > expires:
        raise SlipExpired(expires=date_of(expires).isoformat())
    return amount


def refuse_ended(books: Books, reference: bytes) -> NoReturn:
    """Raise what fits a slip that is not out any more."""
    found = slip(books, reference)
    if found is None or found.ended_at is None:
        raise UnknownSlip()
    if found.state == "redeemed":
        raise SlipSpent(when=when(books, found.ended_at), visit=found.ended_visit)
    if found.state == "reissued":
        raise SlipReissued()
    raise SlipUndone() if found.undone else SlipVoid()


def when(books: Books, at: datetime) -> str:
    """A moment as people at the table say it: the time today, else date and time."""
    return f"{at:%H:%M}" if at.date() == books.today() else f"{at:%Y-%m-%d %H:%M}"


def insert(books: Books, entry: Recorded, new: dict[str, int | str]) -> None:
    """Record a slip that an entry issued (`new` as `written` gave it)."""
    reference, tag = bytes.fromhex(str(new["reference"])), bytes.fromhex(str(new["tag"]))
    row = (reference, tag, new["amount"], new["issued"], new["expires"], entry.id)
    books.run_in_order(_INSERT, row)


def written(new: NewSlip) -> dict[str, int | str]:
    """A new slip as it stands in an entry."""
    return {
        "amount": new.amount,
        "expires": new.expires,
        "issued": new.issued,
        "reference": new.reference.hex(),
        "tag": new.tag.hex(),
    }


def end(books: Books, entry: Recorded, reference: bytes, state: str) -> None:
    """Redeem, void or reissue a slip in `entry`: one conditional update, so that exactly one entry
    ends a slip, whoever asks at the same moment. Raises what fits where it is not out any more."""
    if books.run_in_order(_END, (state, entry.id, reference)).rowcount == 0:
        refuse_ended(books, reference)


def revive(books: Books, reference: bytes, ended_in: int) -> None:
    """Make a slip good again that the entry `ended_in` ended: for reversals."""
    if books.run(_REVIVE, reference=reference, ended_in=ended_in).rowcount == 0:
        raise AssertionError("a reversal found a slip that its visit did not end")


# A steward's way to end a slip


def slip_of_visit(books: Books, day: int, visit: int) -> Slip:
    """The slip that a visit handed out and that is still out; a reissued slip's successor counts.

    Raises UnknownVisit, NoOpenSlip.
    """
    with books.reading():
        row = books.sql(
            "SELECT entry.body FROM visit JOIN entry ON entry.id = visit.id "
            "WHERE visit.id > ? AND visit.id < ? AND visit.number = ?",
            (*entries_of(books, day), visit),
        ).fetchone()
        if row is None:
            raise UnknownVisit(visit=f"{day}/{visit}")
        waiting = [bytes.fromhex(new["reference"]) for new in json.loads(row[0])["slips_out"]]
        while waiting:
            found = slip(books, waiting.pop())
            if found is not None and found.out:
                return found
            if found is not None and found.state == "reissued":
                waiting.append(_successor(books, found.reference))
    raise NoOpenSlip(visit=f"{day}/{visit}")


def _successor(books: Books, reference: bytes) -> bytes:
    (body,) = books.sql(
        "SELECT body FROM entry JOIN slip ON slip.ended_in = entry.id WHERE slip.reference = ?",
        (reference,),
    ).fetchone()
    return bytes.fromhex(json.loads(body)["new"]["reference"])


def void(books: Books, reference: bytes, why: str) -> int:
    """Void a slip: what it stood for becomes a gift. Gives its amount in hundredths.

    Raises DayNotOpen, MissingDecision, BadSetting and what fits a slip that is not out.
    """
    words = decided_words(why)
    with books.transaction():
        day = require_open(books)
        amount, _ = _out(books, reference)
        append(
            books,
            "void",
            day,
            {
                "amount": amount,
                "decision": words,
                "postings": [["slips:outstanding", amount], ["gifts", -amount]],
                "slip": reference.hex(),
            },
        )
        cancel(books, reference)
    books.forget_wiped()
    return amount


def reissue(books: Books, reference: bytes, why: str, mint: Mint) -> tuple[NewSlip, int]:
    """Void a slip that was lost or ruined and issue another of the same amount and expiry.

    Gives the new slip and its print job. Raises as `void` does.
    """
    words = decided_words(why)
    with books.transaction():
        day = require_open(books)
        amount, expires = _out(books, reference)
        new = mint(amount, expires)
        entry = append(
            books,
            "reissue",
            day,
            {
                "decision": words,
                "new": written(new),
                "postings": [["slips:outstanding", amount], ["slips:outstanding", -amount]],
                "slip": reference.hex(),
            },
        )
        cancel(books, reference)
        job = enqueue(books, "slip", entry.id, new.reference, new.content)
    books.forget_wiped()
    return new, job


def _out(books: Books, reference: bytes) -> tuple[int, int]:
    """Amount and expiry of a slip that is out, expired or not."""
    row = books.one(WORTH, reference=reference)
    if row is None:
        raise UnknownSlip()
    if row[2] != "issued":
        refuse_ended(books, reference)
    return int(row[0]), int(row[1])


@projects("void")
def _project_void(books: Books, entry: Recorded) -> None:
    end(books, entry, bytes.fromhex(entry.body["slip"]), "voided")
    post(books, entry, entry.body["postings"])
    decide(books, entry)


@projects("reissue")
def _project_reissue(books: Books, entry: Recorded) -> None:
    end(books, entry, bytes.fromhex(entry.body["slip"]), "reissued")
    insert(books, entry, entry.body["new"])
    post(books, entry, entry.body["postings"])
    decide(books, entry)


# Typed codes that nobody knows


def minutes_to_wait(books: Books) -> int:
    """Minutes until a typed code may be tried again; 0 where it may now."""
    window = CODE_WINDOW_MINUTES * 60_000
    with books.reading():
        now = books.clock_time()  # minutes pass by the clock, wherever it stands
        # A try from the future is from before the clock was set back: it must not lock for a year.
        query = CodeTry.select(CodeTry.at).where(CodeTry.at.between(now - window + 1, now))
        tries = [at for (at,) in books.rows(query)]
    if len(tries) < CODE_TRIES:
        return 0
    return -(-int(min(tries) + window - now) // 60_000)


def note_unknown_code(books: Books) -> None:
    """Count a typed code that no slip has, and forget the counts that are older than the window."""
    with books.transaction():
        now = books.clock_time()
        books.write(CodeTry.delete().where(CodeTry.at <= now - CODE_WINDOW_MINUTES * 60_000))
        books.write(CodeTry.insert(at=now))
