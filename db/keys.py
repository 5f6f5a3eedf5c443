"""The market's public keys: the one in force, those before it, and how each gave way to the next.

A key that was handed over signs nothing any more, and what it signed stays good. One that was stolen
says so, with the last day on which it was surely the market's alone. Making keys, signing and checking
signatures is left to kiosk/keys/rotation.py and kiosk/bookcheck.py: the books hold no private key.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from db.connection import Books
from db.days import current
from db.errors import N_, NoMarket, Refused
from db.journal import Recorded, append, canonical, decide, projects
from db.models import Market as MarketTable
from db.models import SigningKey
from db.statements import Statement, slot
from db.terms import EPOCH, Handover
from db.words import decided_words


class BadLastGoodDay(Refused):
    sentence = N_(
        "{date} can't be the last day on which the key was surely the market's alone: it must not "
        "come after today, and not before {earliest}."
    )


@dataclass(frozen=True, slots=True)
class Key:
    """A public key of the market, 32 bytes. `since` is the key of the entry that put it in force;
    `last_good` is None, unless the key was stolen."""

    public: bytes
    since: int
    last_good: date | None


_KEYS = Statement(
    SigningKey.select(SigningKey.public, SigningKey.since, SigningKey.last_good).order_by(
        SigningKey.since
    )
)
_KEEP = Statement(
    SigningKey.insert({SigningKey.public: slot("public"), SigningKey.since: slot("entry")})
)
_CALL_STOLEN = Statement(
    SigningKey.update({SigningKey.last_good: slot("last_good")}).where(
        SigningKey.public == slot("public")
    )
)
_IN_FORCE = Statement(MarketTable.select(MarketTable.public_key))
_CHANGE = Statement(
    MarketTable.update({MarketTable.public_key: slot("new")}).where(
        MarketTable.public_key == slot("old")
    )
)


def in_force(books: Books) -> bytes:
    """The public key that signs now; raises NoMarket."""
    row = books.one(_IN_FORCE)
    if row is None:
        raise NoMarket(folder=books.file.parent)
    return bytes(row[0])


def keys(books: Books) -> list[Key]:
    """Every key that the market had, the oldest first; the last one is in force."""
    with books.reading():
        rows = books.all(_KEYS)
    return [
        Key(public, since, None if days is None else EPOCH + timedelta(days=days))
        for public, since, days in rows
    ]


def key_at(books: Books, entry: int) -> bytes:
    """The public key that was in force at an entry, by the entry's key; raises NoMarket."""
    known = [one for one in keys(books) if one.since <= entry]
    if not known:
        raise NoMarket(folder=books.file.parent)
    return known[-1].public


def handovers(books: Books) -> list[Handover]:
    """How each key gave way to the next, the oldest first."""
    with books.reading():
        rows = books.sql(
            "SELECT entry.body FROM signing_key JOIN entry ON entry.id = signing_key.since "
            "WHERE entry.kind = 'key' ORDER BY entry.id"
        ).fetchall()
    bodies = [json.loads(raw) for (raw,) in rows]
    return [Handover.read(body["statement"], body["signature"]) for body in bodies]


def hand_over(
    books: Books,
    new: bytes,
    decision: str,
    *,
    last_good: date | None = None,
    sign: Callable[[bytes], bytes] | None = None,
) -> Handover:
    """Put the public key `new` in force, by a decision, in one entry; gives what the entry says.

    `sign` makes the old key's signature over the statement as canonical JSON; None where nobody has
    the old key. With `last_good` the old key is called stolen. Raises MissingDecision, BadSetting,
    BadLastGoodDay, NoMarket.
    """
    words = decided_words(decision)
    with books.transaction():
        today = books.today()
        if last_good is not None and not EPOCH <= last_good <= today:
            raise BadLastGoodDay(date=last_good, earliest=EPOCH)
        made = Handover(in_force(books), new, today, last_good)
        if sign is not None:
            made = replace(made, signature=sign(canonical(made.statement())))
        _append(books, made, words)
    return made


def repeat(books: Books, made: Handover, decision: str) -> None:
    """Write down a handover that was made in books which are lost; `decision` says where it is known
    from. Call it inside a transaction. Raises MissingDecision, BadSetting."""
    _append(books, made, decided_words(decision))


def _append(books: Books, made: Handover, words: str) -> None:
    append(
        books,
        "key",
        current(books),
        {"decision": words, "signature": made.signature.hex(), "statement": made.statement()},
    )


def keep(books: Books, entry: Recorded, public: bytes) -> None:
    """Record the key that an entry puts in force."""
    books.run(_KEEP, public=public, entry=entry.id)


@projects("key")
def _project_key(books: Books, entry: Recorded) -> None:
    made = Handover.read(entry.body["statement"], entry.body["signature"])
    if books.run(_CHANGE, old=made.old, new=made.new).rowcount == 0:
        raise AssertionError("it hands over a key that was not in force")
    if made.last_good is not None:
        books.run(_CALL_STOLEN, public=made.old, last_good=(made.last_good - EPOCH).days)
    keep(books, entry, made.new)
    decide(books, entry)
