"""Find out whether the books were changed behind the kiosk's back: chain, replay, comparison.

Writing the journal is left to db/journal.py; whether a seal is signed by the market's key to
kiosk/seals.py, because the books hold no key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, cast

from db.connection import NOT_UNIQUE, Books
from db.errors import N_, BooksAreWrong, DataFolderUnusable, Refused
from db.journal import GENESIS, Recorded, repeat
from db.models import PROJECTIONS, entry_key

WORDS_OF_NO_ENTRY = (
    ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip
"""What Python raises where the words of an entry, which anyone may have written, do not fit."""
_ENTRY = N_("entry {kiosk}/{seq}")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with the books: where, and what, in words.

    `said` is the same as two sentences for the translators and the facts that they name, where the
    words come from the books; else the words are translated already.
    """

    where: str
    what: str
    said: tuple[str, str, Mapping[str, object]] | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def found(where: str, what: str, **facts: object) -> Finding:
    """A finding in the words of two marked sentences and the facts that they name."""
    return Finding(where.format(**facts), what.format(**facts), (where, what, facts))


def entries(books: Books, after: int = 0) -> Iterator[tuple[Any, ...]]:
    """The stored rows of the journal as tuples in the order of the columns, streamed."""
    return iter(books.sql("SELECT * FROM entry WHERE id > ? ORDER BY id", (after,)))


def verify_chain(books: Books) -> Iterator[Finding]:
    """Recompute every hash from the bytes that are stored; yields what does not fit."""
    kiosk, seq, prev = "", 0, GENESIS
    heads: dict[str, tuple[int, bytes]] = {}
    for key, owner, number, at, day, kind, raw, prev_hash, digest in entries(books):
        if owner != kiosk:
            kiosk, seq, prev = owner, 0, GENESIS
        place = {"kiosk": owner, "seq": number}
        if number != seq + 1:
            yield found(_ENTRY, N_("entry {wanted} should come here"), wanted=seq + 1, **place)
        if prev_hash != prev:
            yield found(_ENTRY, N_("it does not follow the entry before it"), **place)
        computed = sha256(prev_hash + raw).digest()
        if computed != digest:
            yield found(_ENTRY, N_("its words were changed after they were written"), **place)
        elif _outside(raw) != (owner, number, at, day, kind, key):
            yield found(_ENTRY, N_("its columns do not say what its words say"), **place)
        seq, prev = number, digest
        heads[owner] = (seq, digest)
    stored = {row[0]: (row[1], row[2]) for row in books.sql("SELECT kiosk, seq, hash FROM chain")}
    for owner in sorted(heads.keys() | stored.keys()):
        if heads.get(owner) != stored.get(owner):
            yield found(
                N_("journal {kiosk}"), N_("its end is not where the books say it is"), kiosk=owner
            )


def _outside(raw: bytes) -> tuple[Any, ...]:
    """What the columns of an entry with these words must say; empty where they are no entry's."""
    try:
        body = json.loads(raw)
        named = tuple(body[name] for name in ("kiosk", "seq", "at", "day", "kind"))
        return (*named, entry_key(body["kiosk"], body["seq"]))
    except WORDS_OF_NO_ENTRY:
        return ()


def replay(source: Books, target: Books) -> None:
    """Write the journal of `source` into the empty books `target`, projections and all.

    Raises BooksAreWrong, with a Finding as its `problem`, at the first entry that says what can't
    be: postings that do not balance, a slip that was redeemed before, a visit in a closed day.
    """
    with target.transaction():
        for key, owner, number, at, day, kind, raw, prev_hash, digest in entries(source):
            try:
                entry = Recorded(key, owner, number, at, day, kind, json.loads(raw), digest)
                repeat(target, entry, raw, prev_hash)
            except (*WORDS_OF_NO_ENTRY, *NOT_UNIQUE, Refused) as error:
                what = N_("it says what can't be: {error}")
                problem = found(_ENTRY, what, kiosk=owner, seq=number, error=error)
                raise BooksAreWrong(problem=problem) from error


def compare(one: Books, other: Books) -> Iterator[Finding]:
    """Rows of the projections in which two sets of books differ."""
    for table in PROJECTIONS:
        name = table._meta.table_name
        keys = ", ".join(column.column_name for column in table._meta.get_primary_keys())
        query = f"SELECT * FROM {name} ORDER BY {keys}"
        yield from _differences(name, iter(one.sql(query)), iter(other.sql(query)))


def _differences(
    name: str, one: Iterator[tuple[Any, ...]], other: Iterator[tuple[Any, ...]]
) -> Iterator[Finding]:
    while True:
        left, right = next(one, None), next(other, None)
        if left is None and right is None:
            return
        if left != right:
            row = left if left is not None else right
            assert row is not None
            shown = ", ".join(v.hex() if isinstance(v, bytes) else str(v) for v in row[:4])
            what = N_("the row {row} is not what the journal says")
            yield found(N_("table {table}"), what, table=name, row=shown)
            return


def verify(books: Books) -> list[Finding]:
    """Chain and replay: everything that is wrong with the books, empty where nothing is.

    The replay needs room for a second set of books in the data folder; raises DataFolderUnusable,
    DiskFull.
    """
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from db.connection import open_books

    folder = books.file.parent
    with books.reading():
        findings = list(verify_chain(books))
        if findings:
            return findings
        try:
            with (
                TemporaryDirectory(dir=folder, prefix=".verify-") as beside,
                closing(open_books(Path(beside), create=True)) as fresh,
            ):
                replay(books, fresh)
                return list(compare(books, fresh))
        except BooksAreWrong as error:
            return [cast(Finding, error.facts["problem"])]
        except OSError as error:
            raise DataFolderUnusable(folder=folder, why=error.strerror or error) from error
