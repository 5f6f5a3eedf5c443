"""What keeps the books from being written: the folder, its disk, the room on it. Found out by trying.

SQLite says of many kinds of trouble only "disk I/O error" or "unable to open database file". A small
file, written beside the books, is told by the system what is the matter, and the table gets words
for that. Nothing is written while nothing is known to be wrong.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
from contextlib import suppress
from pathlib import Path

import peewee

from db.errors import (
    N_,
    BooksBusy,
    BooksUnwritable,
    DatabaseDamaged,
    DataFolderUnusable,
    DiskFull,
    Trouble,
)

DATABASE_ERRORS = (peewee.PeeweeException, sqlite3.Error, UnicodeDecodeError)
"""What the database raises, by whichever way a statement went to it; the last where it is so damaged
that its own words are no text."""

PROBE = ".room"
PROBE_BYTES = 128 * 1024
"""Room that a few visits need: with less, the next one might find the disk full again."""

BOOKS_FILES = ("books.sqlite", "books.sqlite-wal")

_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENXIO, errno.ENOTCONN, errno.ESTALE}
_NO_ROOM = {errno.EDQUOT, errno.EFBIG}


class DataFolderGone(Trouble):
    sentence = N_(
        "The books are not there any more, so nothing was booked. Put their disk back in, then go on. "
        "They lay in {folder}."
    )


class DiskReadOnly(Trouble):
    sentence = N_(
        "The disk can only be read, so nothing was booked. "
        "Open its lock, or have it mended or changed, then go on."
    )


class QuotaReached(Trouble):
    sentence = N_(
        "No more may be written than was allotted here, so nothing was booked. "
        "Make room, or have the allotment raised, then go on."
    )


class DiskFails(Trouble):
    """A write or sync failed: what was being committed may be there when the books are opened again."""

    sentence = N_(
        "The disk fails: {why}. Whether the last step was booked, the ledger says: "
        "look before you repeat it. Have the disk mended or changed."
    )


def of_the_books(trouble: Trouble, folder: Path) -> bool:
    """Whether trouble may be that of the books in `folder`, not of a printer or of other books."""
    kinds = (
        BooksUnwritable, DatabaseDamaged, DataFolderGone, DataFolderUnusable, DiskFails, DiskFull,
        DiskReadOnly, QuotaReached,
    )  # fmt: skip
    return isinstance(trouble, kinds) and trouble.facts.get("folder", folder) == folder


def leaves_books_open(trouble: Trouble) -> bool:
    """Whether the books can still be read: room is missing, and nothing else."""
    return isinstance(trouble, DiskFull | QuotaReached)


def may_pass(trouble: Trouble) -> bool:
    """Whether to wait makes sense where the books could not be opened."""
    passes = (BooksBusy, DataFolderGone, DiskFails, DiskFull, DiskReadOnly, QuotaReached)
    return isinstance(trouble, passes)


def diagnosis(folder: Path) -> Trouble | None:
    """What keeps the books in `folder` from being written now; None where nothing does."""
    try:
        largest = max((folder / name).stat().st_size for name in _there(folder))
        _probe(folder)
    except OSError as error:
        return in_words(error, folder)
    return QuotaReached() if largest + PROBE_BYTES > _largest_file() else None


def in_words(error: OSError, folder: Path) -> Trouble:
    """What the system said of a file in the data folder, in our words."""
    if error.errno == errno.ENOSPC:
        return DiskFull()
    if error.errno in _NO_ROOM:
        return QuotaReached()
    if error.errno == errno.EROFS:
        return DiskReadOnly()
    if error.errno in _GONE:
        return DataFolderGone(folder=folder)
    if error.errno == errno.EIO:
        return DiskFails(why=error.strerror or error)
    return DataFolderUnusable(folder=folder, why=error.strerror or error)


def _there(folder: Path) -> list[str]:
    """The books' files that must be there, and those that may."""
    return [
        name for number, name in enumerate(BOOKS_FILES) if not number or (folder / name).exists()
    ]


def _probe(folder: Path) -> None:
    """Write a small file as a visit is written, and take it away again; raises OSError."""
    file = folder / PROBE
    try:
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            written = 0
            while written < PROBE_BYTES:  # a full disk may take a part, and say so the next time
                written += os.write(opened, bytes(PROBE_BYTES - written))
            os.fsync(opened)
        finally:
            os.close(opened)
    finally:
        with suppress(OSError):
            file.unlink()


def _largest_file() -> int:
    """Bytes that a file of this process may have."""
    try:
        import resource
    except ImportError:  # a system without such limits
        return sys.maxsize
    soft, _hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    return sys.maxsize if soft == resource.RLIM_INFINITY else soft


def unopened(error: OSError, folder: Path) -> Trouble:
    """Why the file could not be opened: a disk that is full or can only be read says so at once."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        return in_words(error, folder)
    return DataFolderUnusable(folder=folder, why=error.strerror or error)


def trouble(error: BaseException, file: Path) -> Trouble:
    """What the database said, in our words.

    On a full disk the outermost error only says that nothing could be rolled back; the cause is
    somewhere in the chain of contexts, so all of the chain is read. Where SQLite only knows that the
    system refused, the system is asked.
    """
    said: list[str] = []
    names: list[str] = []
    links = 0
    link: BaseException | None = error
    while link is not None and links < 20:
        if isinstance(link, DATABASE_ERRORS):
            said.append(str(link))
            names.append(getattr(link, "sqlite_errorname", ""))
        link, links = link.__cause__ or link.__context__, links + 1
    words, codes = " ".join(said), " ".join(names)
    if "disk is full" in words:
        return DiskFull()
    if "is locked" in words:
        return BooksBusy()
    if "malformed" in words or "not a database" in words or "decode" in words:
        return DatabaseDamaged(folder=file.parent, why=said[-1])
    if "SQLITE_IOERR" in codes and "FSYNC" in codes:
        return DiskFails(why=said[-1])  # it may be there nevertheless, whatever the reason was
    if any(name in codes for name in ("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")):
        found = diagnosis(file.parent) if file.name else None
        if found is not None or "SQLITE_IOERR" in codes:
            return found or DiskFails(why=said[-1])
    return BooksUnwritable(why=said[-1])
