"""Find out whether the books were changed behind the kiosk's back.

The chain is hashed again (db/chain.py), the journal is replayed into empty tables, every table is
compared with what the replay gave (db/comparison.py), and what this machine keeps beside the journal
is held against it (db/machine.py). What can be known so, and what can not:

- Every entry, every row of a projection and the schema itself: any change is found.
- The machine's own tables: see db/machine.py, which says what nobody can know.
- A journal that was cut off or written anew after its last seal, with every table to match, is a
  state in which the books could have been. It takes a paper to know better: see `witnessed`.

Writing the journal is left to db/journal.py; whether a seal is signed by the market's key to
kiosk/bookcheck.py, because the books hold no key.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, NamedTuple, cast

from db.chain import Walk, all_entries, verify_chain
from db.comparison import compare, compare_schema, have_same_tables
from db.connection import NOT_UNIQUE, Books
from db.errors import N_, BooksAreWrong, DataFolderUnusable, Refused
from db.findings import ENTRY, WORDS_OF_NO_ENTRY, Finding, found
from db.journal import Recorded, canonical, repeat
from db.machine import check_machine
from db.models import entry_key

Hear = Callable[[int], None]

HEARD_EVERY = 1024  # entries
MOST_FAULTS = 20  # of the file itself: one broken page makes hundreds


class _Words(Exception):
    """The words of an entry don't fit its place; the argument says how, marked."""


def replay(source: Books, target: Books, hear: Hear | None = None) -> None:
    """Write the journal of `source` into the empty books `target`, projections and all; `hear` hears
    now and then how many entries are written.

    Raises BooksAreWrong, with a Finding as its `problem`, at the first entry whose columns do not
    say what its words say, or whose words say what can't be: postings that do not balance, a slip
    that was redeemed before, a visit in a closed day.
    """
    walk = Walk()
    with target.transaction():
        for number, row in enumerate(all_entries(source)):
            if hear is not None and number % HEARD_EVERY == 0:
                hear(number)
            for what, facts in walk.misfits(row):
                raise _wrong(row, what, facts)
            try:
                entry = _recorded(row)
                repeat(target, entry, row[6], row[7])
            except _Words as error:
                raise _wrong(row, str(error), {}) from error
            except (*WORDS_OF_NO_ENTRY, *NOT_UNIQUE, Refused) as error:
                what = N_("it says what can't be: {error}")
                raise _wrong(row, what, {"error": error}) from error


def _wrong(row: tuple[Any, ...], what: str, facts: dict[str, Any]) -> BooksAreWrong:
    return BooksAreWrong(problem=found(ENTRY, what, kiosk=row[1], seq=row[2], **facts))


def _recorded(row: tuple[Any, ...]) -> Recorded:
    """An entry with its words read; raises _Words where the columns say something else."""
    key, owner, number, at, day, kind, raw, _prev_hash, digest = row
    try:
        body = json.loads(raw)
        said = tuple(body[name] for name in ("kiosk", "seq", "at", "day", "kind"))
        outside = (*said, entry_key(body["kiosk"], body["seq"]))
    except WORDS_OF_NO_ENTRY:
        outside = ()
    if outside != (owner, number, at, day, kind, key):
        raise _Words(N_("its columns do not say what its words say"))
    if canonical(body) != raw:
        raise _Words(N_("its words are not written as the kiosk writes them"))
    return Recorded(key, owner, number, at, day, kind, body, digest, entry_key(owner, day))


def verify_chain_alone(books: Books) -> list[Finding]:
    """What is wrong with the file and the chain, empty where nothing is: a fraction of the work of
    `verify`, which looks at every row besides."""
    with books.reading():
        return list(_faults(books)) or list(verify_chain(books))


def verify(books: Books, hear: Hear | None = None) -> list[Finding]:
    """Everything that is wrong with the books, empty where nothing is; `hear` hears now and then how
    many entries were replayed.

    The replay needs room for a second set of books in the data folder; raises DataFolderUnusable,
    DiskFull.
    """
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from db.connection import open_books

    folder = books.file.parent
    with books.reading():
        try:
            with (
                TemporaryDirectory(dir=folder, prefix=".verify-") as beside,
                closing(open_books(Path(beside), create=True, scratch=True)) as fresh,
            ):
                schema = list(compare_schema(books, fresh))
                if not have_same_tables(books, fresh):
                    return schema
                findings = list(_faults(books)) or list(verify_chain(books))
                return [*(findings or _rows(books, fresh, hear)), *schema]
        except OSError as error:
            raise DataFolderUnusable(folder=folder, why=error.strerror or error) from error


def _rows(books: Books, fresh: Books, hear: Hear | None) -> list[Finding]:
    """What is wrong with the rows of tables whose schema is right."""
    try:
        replay(books, fresh, hear)
    except BooksAreWrong as error:
        return [cast(Finding, error.facts["problem"])]
    return list(compare(books, fresh)) or list(check_machine(books))


def _faults(books: Books) -> Iterator[Finding]:
    """What SQLite itself finds wrong with its file."""
    for (fault,) in books.sql(f"PRAGMA integrity_check({MOST_FAULTS})").fetchall():
        if fault != "ok":
            yield found(N_("file {file}"), "{fault}", file=books.file.name, fault=fault)


# A paper bears witness


class Standing(NamedTuple):
    """Where a head hash stands in the journal; `visit` is 0 where the entry is none."""

    kiosk: str
    seq: int
    kind: str
    day: int
    visit: int


def witnessed(books: Books, head: str) -> list[Standing]:
    """The entries whose hash begins with `head`, hex digits as they are printed on a slip.

    A slip bears the hash of the entry that issued it, a closing slip that of the entry before its
    seal. Where none is found, the journal was cut off or written anew since it was printed.
    """
    whole = bytes.fromhex(head[: len(head) // 2 * 2])
    with books.reading():
        rows = books.sql(
            "SELECT entry.kiosk, entry.seq, entry.kind, entry.day, visit.number, entry.hash "
            "FROM entry LEFT JOIN visit ON visit.id = entry.id "
            "WHERE substr(entry.hash, 1, ?) = ? ORDER BY entry.id",
            (len(whole), whole),
        ).fetchall()
    return [
        Standing(kiosk, seq, kind, day, visit or 0)
        for kiosk, seq, kind, day, visit, digest in rows
        if digest.hex().startswith(head.lower())
    ]
