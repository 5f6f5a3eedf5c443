"""Market days: open, totals so far, close and seal.

A day belongs to one kiosk and is numbered from 1. Its totals are added up from its entries, and
written when it is sealed (db/sums.py). The seal is an entry whose statement names the day's totals,
the balances since founding and the head hash, signed by whoever is given as `sign`: the books hold
no key.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from db import flows, sums
from db.amounts import MAX_COUNTED
from db.clock import opening_date
from db.connection import Books
from db.errors import N_, AbsurdQuantity, DayAlreadyOpen, DayClosed, DayNotOpen
from db.journal import Recorded, append, canonical, head, projects
from db.models import LAST_SEQ, Crew, Entry, entry_key, keys_of
from db.models import Day as DayTable
from db.standing import standing
from db.statements import Statement, slot
from db.sums import TOTALS
from db.words import SHORT_LENGTH, checked_words


@dataclass(frozen=True, slots=True)
class Day:
    """A market day and its totals so far: amounts in hundredths, `visits`, `undone`, `slips_in`
    and `slips_out` in pieces. `visits` counts those that were not undone; `numbered` is the number
    of the last one, undone or not. `crew` holds (role, handle) where this machine still keeps the
    handles; a handle that was forgotten is empty."""

    number: int
    date: date
    sealed: bool
    counted: int | None
    crew: tuple[tuple[str, str], ...]
    visits: int
    undone: int
    slips_in: int
    slips_out: int
    brought: int
    taken: int
    work: int
    redeemed: int
    issued: int
    solidarity: int
    gifts: int
    rounding: int
    spoilage: int
    voided: int

    @property
    def numbered(self) -> int:
        """Number of the day's last visit."""
        return self.visits + self.undone


_INSERT = Statement(
    DayTable.insert(
        {
            DayTable.id: slot("id"),
            DayTable.kiosk: slot("kiosk"),
            DayTable.number: slot("number"),
            DayTable.date: slot("date"),
            DayTable.crew: slot("crew"),
            DayTable.opened_in: slot("entry"),
            **{getattr(DayTable, name): 0 for name in TOTALS},
        }
    )
)
_SEAL = Statement(
    DayTable.update(
        {
            DayTable.sealed_in: slot("entry"),
            DayTable.counted: slot("counted"),
            **{getattr(DayTable, name): slot(name) for name in TOTALS},
        }
    ).where((DayTable.id == slot("id")) & DayTable.sealed_in.is_null())
)
_BY_ID = Statement(DayTable.select().where(DayTable.id == slot("id")))
_OPENED_IN = Statement(DayTable.select(DayTable.opened_in).where(DayTable.id == slot("id")))
_CREW = Statement(
    Crew.select(Crew.role, Crew.handle).where(Crew.day == slot("day")).order_by(Crew.id)
)
_BEFORE = Statement(Entry.select(Entry.prev_hash).where(Entry.id == slot("id")))


def current(books: Books) -> int:
    """Number of this kiosk's open day, 0 where none is open."""
    stands = standing(books)
    return stands.day if stands.is_open else 0


def last(books: Books) -> int:
    """Number of this kiosk's newest day, open or sealed; 0 before the first."""
    return standing(books).day


def require_open(books: Books) -> int:
    """Number of the open day; raises DayNotOpen."""
    number = current(books)
    if number == 0:
        raise DayNotOpen()
    return number


def day(books: Books, number: int) -> Day:
    """One market day of this kiosk; raises DayNotOpen where it never was."""
    with books.reading():
        return _by_id(books, entry_key(books.kiosk, number))


def entries_of(books: Books, number: int) -> tuple[int, int]:
    """Keys between which the entries of a market day of this kiosk lie: from its opening to before
    the next one's; (0, 0) where the day never was.

    Nothing in the books has an index on days: whoever wants a day's rows reads between these.
    """
    opened = [
        row[0] if (row := books.one(_OPENED_IN, id=entry_key(books.kiosk, one))) else None
        for one in (number, number + 1)
    ]
    if opened[0] is None:
        return 0, 0
    return opened[0], opened[1] or keys_of(books.kiosk)[1] + 1


def all_days(books: Books) -> list[Day]:
    """Every market day of this kiosk, the newest first."""
    with books.reading():
        query = DayTable.select().where(DayTable.kiosk == books.kiosk).order_by(DayTable.id.desc())
        crews: dict[int, list[tuple[str, str]]] = {}
        crew = Crew.select(Crew.day, Crew.role, Crew.handle).order_by(Crew.id)
        for id, role, handle in books.rows(crew):
            crews.setdefault(id, []).append((role, handle))
        return [_day(books, row, crews.get(row[0], ())) for row in list(books.rows(query))]


def _by_id(books: Books, id: int) -> Day:
    row = books.one(_BY_ID, id=id)
    if row is None:
        raise DayNotOpen()
    return _day(books, row, books.all(_CREW, day=id))


def _day(books: Books, row: Sequence[Any], crew: Iterable[tuple[str, str]]) -> Day:
    id, _, number, on, _, opened_in, sealed_in, counted, *totals = row
    if sealed_in is None:
        summed = sums.totals(books, id, opened_in)
        totals = [summed[name] for name in TOTALS]
    return Day(
        number, date.fromisoformat(on), sealed_in is not None, counted, _named(crew), *totals
    )


def open_totals(books: Books) -> list[tuple[str, Counter[str]]]:
    """Date of each open day, of every kiosk, and what its entries come to so far."""
    query = DayTable.select(DayTable.id, DayTable.date, DayTable.opened_in).where(
        DayTable.sealed_in.is_null()
    )
    return [
        (on, sums.totals(books, id, opened_in)) for id, on, opened_in in list(books.rows(query))
    ]


def so_far(books: Books) -> tuple[int, int]:
    """Number of the open day's last visit, undone or not, and what solidarity covered of the day so
    far, in hundredths; raises DayNotOpen."""
    today = _by_id(books, entry_key(books.kiosk, require_open(books)))
    return today.numbered, today.solidarity


def _named(crew: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Roles and handles; of a handle that was forgotten nothing is left (db/crew.py)."""
    return tuple((role, handle.strip("\0")) for role, handle in crew)


def open_day(books: Books, crew: Sequence[tuple[str, str]] = (), said: date | None = None) -> int:
    """Open the next market day; gives its number. `crew` is (role, handle) each; `said` is the date
    that somebody confirmed where the clock's looked wrong.

    The entry holds a salted commitment to each handle; handle and salt stay beside it, so that they
    can be forgotten without breaking the chain. Raises DayAlreadyOpen, DateToConfirm, BadSetting.
    """
    named = [
        (
            checked_words(role, N_("a role"), SHORT_LENGTH),
            checked_words(handle, N_("a name of the crew"), SHORT_LENGTH),
        )
        for role, handle in crew
    ]
    with books.transaction():
        if open_number := current(books):
            raise DayAlreadyOpen(day=open_number)
        number = last(books) + 1
        on = opening_date(books, said, first=number == 1)
        salted = [(role, handle, secrets.token_bytes(16)) for role, handle in named]
        entry = append(
            books,
            "open",
            number,
            {
                "crew": [
                    {"role": role, "who": sha256(salt + handle.encode()).hexdigest()}
                    for role, handle, salt in salted
                ],
                "date": on.isoformat(),
            },
        )
        for role, handle, salt in salted:
            query = Crew.insert(day=entry.day_id, role=role, handle=handle, salt=salt)
            books.write(query)
        return number


@dataclass(frozen=True, slots=True)
class Seal:
    """The signed closure of a day: `statement` is what `signature` (64 bytes) was made over, as
    canonical JSON; `head` is the hash of the last entry that the seal covers."""

    day: int
    statement: bytes
    head: bytes
    signature: bytes


def statement(books: Books, number: int, counted: int | None) -> dict[str, Any]:
    """What a seal made now would say of a day: its totals, the balances since founding, the head
    hash, and the paper slips that were `counted` (None: nobody did) against the books."""
    seq, hash_ = head(books)
    return {
        "balances": balances(books),
        "counted": counted,
        **_covered(day(books, number), counted, books.kiosk, seq, hash_),
    }


def close_day(books: Books, counted: int | None, sign: Callable[[bytes], bytes]) -> Seal:
    """Close and seal the open day; nothing of it changes after that.

    `counted` is how many paper slips lay in the box, None where nobody counted; the difference to
    the books stands in the seal. `sign` signs the statement. Raises DayNotOpen, DayClosed,
    AbsurdQuantity.
    """
    if counted is not None and not 0 <= counted <= MAX_COUNTED:
        raise AbsurdQuantity(text=counted, limit=MAX_COUNTED)
    with books.transaction():
        number = current(books)
        if number == 0:
            newest = last(books)
            raise DayClosed(day=newest) if newest else DayNotOpen()
        said = statement(books, number, counted)
        signed = canonical(said)
        signature = sign(signed)
        append(books, "seal", number, {"signature": signature.hex(), "statement": said})
        return Seal(number, signed, bytes.fromhex(said["head"]), signature)


def _covered(
    closing: Day, counted: int | None, kiosk: str, seq: int, head: bytes
) -> dict[str, Any]:
    """What the seal of a day says and the journal before it shows."""
    return {
        "date": closing.date.isoformat(),
        "day": closing.number,
        "difference": None if counted is None else counted - closing.slips_in,
        "head": head.hex(),
        "kiosk": kiosk,
        "seq": seq,
        "totals": {name: getattr(closing, name) for name in TOTALS},
    }


def seal(books: Books, number: int) -> Seal | None:
    """The seal of a day, None while it is open; raises DayNotOpen where the day never was."""
    day(books, number)
    with books.reading():
        row = books.sql(
            "SELECT entry.body FROM day JOIN entry ON entry.id = day.sealed_in WHERE day.id = ?",
            (entry_key(books.kiosk, number),),
        ).fetchone()
    if row is None:
        return None
    body = json.loads(row[0])
    statement = body["statement"]
    return Seal(
        number,
        canonical(statement),
        bytes.fromhex(statement["head"]),
        bytes.fromhex(body["signature"]),
    )


def sealed_in(books: Books, number: int) -> int:
    """Key of the entry that sealed a day; raises DayNotOpen where no seal is."""
    row = books.sql(
        "SELECT sealed_in FROM day WHERE id = ?", (entry_key(books.kiosk, number),)
    ).fetchone()
    if row is None or row[0] is None:
        raise DayNotOpen()
    return int(row[0])


def balances(books: Books) -> dict[str, int]:
    """Running balance of every account since founding, in hundredths."""
    with books.reading():
        return sums.balances(books)


@projects("open")
def _project_open(books: Books, entry: Recorded) -> None:
    for other in books.known(sums.open_days):
        if other >> 32 == entry.day_id >> 32:
            raise DayAlreadyOpen(day=other & LAST_SEQ)
    books.run(
        _INSERT,
        id=entry.day_id,
        kiosk=entry.kiosk,
        number=entry.day,
        date=entry.body["date"],
        crew=canonical(entry.body["crew"]).decode(),
        entry=entry.id,
    )


@projects("seal")
def _project_seal(books: Books, entry: Recorded) -> None:
    statement = entry.body["statement"]
    counted = statement["counted"]
    (before,) = books.one(_BEFORE, id=entry.id)
    closing = _by_id(books, entry.day_id)
    shown = _covered(closing, counted, entry.kiosk, entry.seq - 1, before)
    if statement != {**statement, **shown}:
        raise AssertionError(f"the seal of day {entry.day} does not say what the journal shows")
    row = {"id": entry.day_id, "entry": entry.id, "counted": counted, **shown["totals"]}
    if books.run(_SEAL, **row).rowcount == 0:
        raise DayClosed(day=entry.day)
    (opened_in,) = books.one(_OPENED_IN, id=entry.day_id)
    flows.keep(books, opened_in, entry)
    sums.keep(books, opened_in, entry)
