"""The journal: append an entry, and write what it does to the other tables.

An entry's body is compact, key-sorted UTF-8 JSON and is kept as the exact bytes that were hashed:
`hash = SHA-256(prev_hash || body)`, where the first entry of a kiosk follows 32 zero bytes. The body
itself carries kiosk, seq, kind, time and day.

What an entry does to the other tables is a projection, registered for its kind by the module whose
matter it is (`@projects("visit")` in db/ledger.py). Appending and replaying call the same function,
so the live tables and a replay differ only where somebody touched them. Finding that out is left to
db/audit.py.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from importlib import import_module
from typing import Any, NamedTuple

import orjson

from db.connection import Books
from db.models import (
    LINES_PER_ENTRY,
    Decision,
    Entry,
    Movement,
    Posting,
    keys_of,
)
from db.standing import GENESIS as GENESIS
from db.standing import standing
from db.statements import Statement, slot
from db.sums import check_added, require_open_day

Body = dict[str, Any]
Projection = Callable[[Books, "Recorded"], None]

_PROJECTIONS: dict[str, Projection] = {}


class Recorded(NamedTuple):
    """An entry as it stands in the journal; `body` is parsed."""

    id: int
    kiosk: str
    seq: int
    recorded_at: int
    day: int
    kind: str
    body: Body
    hash: bytes
    day_id: int
    """Key of the market day in which the entry was made."""


def canonical(content: object) -> bytes:
    """Compact, key-sorted UTF-8 JSON: the bytes that are hashed and signed. Raises ValueError for
    what is no JSON, an integer of more than 64 bits or half a character among it."""
    try:
        return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise ValueError(str(error)) from error


def projects(kind: str) -> Callable[[Projection], Projection]:
    """Register what entries of `kind` do to the tables."""

    def register(projection: Projection) -> Projection:
        _PROJECTIONS[kind] = projection
        return projection

    return register


def _projection(kind: str) -> Projection:
    """What entries of `kind` do; a LookupError where there are no such entries."""
    if kind not in _PROJECTIONS:
        # A replay meets every kind; who only appends has imported what it appends.
        for module in (
            "catalogue",
            "corrections",
            "days",
            "keys",
            "ledger",
            "market",
            "paper",
            "slips",
            "stock",
        ):
            import_module(f"db.{module}")
    return _PROJECTIONS[kind]


_INSERT_ENTRY = Statement(
    Entry.insert(
        {
            Entry.id: slot("id"),
            Entry.kiosk: slot("kiosk"),
            Entry.seq: slot("seq"),
            Entry.recorded_at: slot("recorded_at"),
            Entry.day: slot("day"),
            Entry.kind: slot("kind"),
            Entry.body: slot("body"),
            Entry.prev_hash: slot("prev_hash"),
            Entry.hash: slot("hash"),
        }
    )
)
_INSERT_POSTING = Statement(
    Posting.insert(
        {
            Posting.id: slot("id"),
            Posting.entry: slot("entry"),
            Posting.account: slot("account"),
            Posting.credits: slot("credits"),
        }
    )
)
_INSERT_MOVEMENT = Statement(
    Movement.insert(
        {
            Movement.id: slot("id"),
            Movement.entry: slot("entry"),
            Movement.good: slot("good"),
            Movement.direction: slot("direction"),
            Movement.quantity: slot("quantity"),
            Movement.rate: slot("rate"),
            Movement.credits: slot("credits"),
        }
    )
)
_INSERT_DECISION = Statement(
    Decision.insert({Decision.entry: slot("entry"), Decision.words: slot("words")})
)


def head(books: Books) -> tuple[int, bytes]:
    """Seq and hash of this kiosk's last entry; (0, 32 zero bytes) before the first."""
    return standing(books)[:2]


def append(books: Books, kind: str, day: int, content: Body) -> Recorded:
    """Append an entry and write its projections; call it inside a transaction.

    `content` is what the kind says, of JSON's types; `day` is the number of the market day, 0
    outside one.
    """
    last, prev_hash, *_ = stands = books.known(standing)
    seq, kiosk, recorded_at = last + 1, books.kiosk, books.time_after(stands)
    body = {**content, "at": recorded_at, "day": day, "kind": kind, "kiosk": kiosk, "seq": seq}
    raw = canonical(body)
    digest = sha256(prev_hash + raw).digest()
    founded, _last = keys_of(kiosk)
    entry = Recorded(founded + seq, kiosk, seq, recorded_at, day, kind, body, digest, founded + day)
    _write(books, entry, raw, prev_hash)
    _projection(kind)(books, entry)
    books.forget()
    return entry


def _write(books: Books, entry: Recorded, raw: bytes, prev_hash: bytes) -> None:
    id, kiosk, seq, recorded_at, day, kind, _body, hash_, _day_id = entry
    row = (id, kiosk, seq, recorded_at, day, kind, raw, prev_hash, hash_)
    books.run_in_order(_INSERT_ENTRY, row)


def repeat(books: Books, entry: Recorded, raw: bytes, prev_hash: bytes) -> None:
    """Write an entry that stands in other books, and its projections; inside a transaction.

    Raises LookupError for a kind that nobody knows, and what the projections raise.
    """
    check_added(entry.kind, entry.body)
    _write(books, entry, raw, prev_hash)
    _projection(entry.kind)(books, entry)
    if entry.kind in ("open", "seal"):
        books.forget()


# What projections have in common


def post(books: Books, entry: Recorded, postings: list[list[Any]]) -> None:
    """Write the postings of an entry, `[account, credits]` each; raises DayClosed.

    They must balance to zero: an entry that does not is a fault in the program, and nothing of it
    is kept.
    """
    if sum([credits for _, credits in postings]) != 0:
        raise AssertionError(f"postings of entry {entry.seq} do not balance: {postings}")
    require_open_day(books, entry)
    first = entry.id << 8
    books.run_each(
        _INSERT_POSTING,
        [
            (first + line, entry.id, account, credits)
            for line, (account, credits) in enumerate(postings)
        ],
    )


def move(books: Books, entry: Recorded, movements: list[list[Any]]) -> None:
    """Write the movements of an entry, `[good, direction, quantity, rate, credits]` each."""
    if len(movements) > LINES_PER_ENTRY:
        raise AssertionError(f"entry {entry.seq} has {len(movements)} lines")
    first = entry.id << 8
    books.run_each(
        _INSERT_MOVEMENT,
        [
            (first + line, entry.id, good, direction, quantity, rate, credits)
            for line, (good, direction, quantity, rate, credits) in enumerate(movements)
        ],
    )


def decide(books: Books, entry: Recorded) -> None:
    """Keep the words of the decision that the entry carries, where it carries one."""
    if entry.body.get("decision"):
        books.run(_INSERT_DECISION, entry=entry.id, words=entry.body["decision"])


def hash_of(books: Books, entry: int) -> bytes:
    """Hash of an entry by its key, 32 bytes; empty where there is none."""
    with books.reading():
        row = books.sql("SELECT hash FROM entry WHERE id = ?", (entry,)).fetchone()
    return row[0] if row is not None else b""
