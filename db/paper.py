"""Slips whose issue these books don't hold, because earlier books were lost: honoured from the paper.

Who lost books (all of them, or those since the last backup) can't know which slips are out, but a slip
is signed. By a steward's decision, an entry of kind `lost`, slips that were issued in the days that are
missing are honoured by their signature alone. Each is first taken into the books by an entry of kind
`paper`: from then on it is a slip like all others, so that it is redeemed once, undone, voided as they
are. What it is worth is booked to the account `paper`, which thus says openly what was honoured so.

What nobody can know: whether the lost books had voided a slip, or redeemed it. Whether a slip is signed
is left to kiosk/verdicts.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from peewee import fn

from db.connection import Books
from db.days import require_open
from db.errors import N_, BadSetting, SlipExpired, UnknownSlip
from db.journal import Recorded, append, decide, post, projects
from db.models import Day, Entry, Lost, Paper, keys_of
from db.slips import WORTH, NewSlip, date_of, days_since_epoch, insert, written
from db.statements import Statement, slot
from db.terms import EPOCH
from db.words import decided_words

ACCOUNT = "paper"

_COVERS = Statement(
    Lost.select(Lost.entry)
    .where(
        Lost.entry.between(slot("first"), slot("last"))
        & (Lost.first <= slot("issued"))
        & (Lost.last >= slot("issued"))
    )
    .limit(1)
)
_KEEP_LOST = Statement(
    Lost.insert({Lost.entry: slot("entry"), Lost.first: slot("first"), Lost.last: slot("last")})
)
_KEEP_PAPER = Statement(
    Paper.insert(
        {
            Paper.entry: slot("entry"),
            Paper.day: slot("day"),
            Paper.reference: slot("reference"),
            Paper.amount: slot("amount"),
        }
    )
)


@dataclass(frozen=True, slots=True)
class Honoured:
    """What was honoured from paper since the founding: how many slips, and hundredths."""

    slips: int
    credits: int


def declare_lost(books: Books, first: date, day: int, decision: str) -> None:
    """Decide that slips issued from `first` until today, which these books don't hold, are honoured.

    `day` is the open market day, 0 for none. Raises MissingDecision, BadSetting.
    """
    words = decided_words(decision)
    today = books.today()
    if not EPOCH <= first <= today:
        why = f"{EPOCH.isoformat()}–{today.isoformat()}"
        raise BadSetting(
            text=first.isoformat(), setting=N_("the first day that is missing"), why=why
        )
    with books.transaction():
        append(
            books,
            "lost",
            day,
            {
                "decision": words,
                "first": days_since_epoch(first),
                "last": days_since_epoch(today),
            },
        )


def last_written(books: Books) -> date:
    """The date of this kiosk's newest entry from before the open day, or of all where none is open: of
    what was issued before, nothing is missing, for the day may have been opened after the loss."""
    first, last = keys_of(books.kiosk)
    opened = (
        Day.select(Day.opened_in)
        .where(Day.id.between(first, last) & Day.sealed_in.is_null())
        .order_by(Day.id.desc())
        .limit(1)
    )
    with books.reading():
        (beyond,) = next(books.rows(opened), (last,))
    own = Entry.id.between(first, beyond - 1)
    newest = Entry.select(Entry.recorded_at).where(own).order_by(Entry.id.desc()).limit(1)
    with books.reading():
        (at,) = next(books.rows(newest))
    return min(datetime.fromtimestamp(at / 1000).date(), books.today())


def any_lost(books: Books) -> bool:
    """Whether slips of lost books are honoured at all."""
    with books.reading():
        return next(books.rows(Lost.select(Lost.entry).limit(1)), None) is not None


def refuse_unless_honoured(books: Books, issued: date, expires: date | None) -> None:
    """Raise UnknownSlip or SlipExpired where a slip that the books don't hold, and that the market
    signed, is not honoured from paper today."""
    if not _covers(books, books.kiosk, days_since_epoch(issued)):
        raise UnknownSlip()
    if expires is not None and books.today() > expires:
        raise SlipExpired(expires=expires.isoformat())


def take_in(books: Books, slip: NewSlip) -> None:
    """Take a slip that its paper proves into the books, where they don't hold it yet; it is out then.

    Call it inside the transaction that redeems it. Raises DayNotOpen, UnknownSlip, SlipExpired.
    """
    with books.transaction():
        if books.one(WORTH, reference=slip.reference) is not None:
            return
        expires = date_of(slip.expires) if slip.expires else None
        refuse_unless_honoured(books, date_of(slip.issued), expires)
        append(
            books,
            "paper",
            require_open(books),
            {
                "paper": written(slip),
                "postings": [[ACCOUNT, slip.amount], ["slips:outstanding", -slip.amount]],
            },
        )


def honoured(books: Books) -> Honoured:
    """What was honoured from paper since the founding, openly."""
    query = Paper.select(fn.COUNT(Paper.entry), fn.COALESCE(fn.SUM(Paper.amount), 0))
    with books.reading():
        return Honoured(*next(books.rows(query)))


def is_from_paper(books: Books, reference: bytes) -> bool:
    """Whether the books hold a slip because it was honoured from paper."""
    query = Paper.select(Paper.entry).where(Paper.reference == reference)
    with books.reading():
        return next(books.rows(query), None) is not None


def _covers(books: Books, kiosk: str, issued: int) -> bool:
    """Whether a kiosk's own journal says that slips issued on a day are honoured from paper."""
    first, last = keys_of(kiosk)
    return books.one(_COVERS, first=first, last=last, issued=issued) is not None


@projects("lost")
def _project_lost(books: Books, entry: Recorded) -> None:
    body = entry.body
    books.run(_KEEP_LOST, entry=entry.id, first=body["first"], last=body["last"])
    decide(books, entry)


@projects("paper")
def _project_paper(books: Books, entry: Recorded) -> None:
    new = entry.body["paper"]
    if not _covers(books, entry.kiosk, new["issued"]):
        raise UnknownSlip()
    insert(books, entry, new)
    books.run(
        _KEEP_PAPER,
        entry=entry.id,
        day=entry.day_id,
        reference=bytes.fromhex(new["reference"]),
        amount=new["amount"],
    )
    post(books, entry, entry.body["postings"])
