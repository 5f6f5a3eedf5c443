"""What the books' file was, byte for byte, when the last program closed it.

The chain and the replay read what a file says. Between what it says there is room: the middle of a
page, the remains of rows that SQLite moved to another page, a few bytes of its header. A disk that
fails, or somebody with an editor, can change those without changing a row, and nothing in the file
could tell. So whoever closes the books last leaves a mark beside them, their size and SHA-256; whoever
opens them takes it away first. What lies still can so be compared before anybody opens it.

It is a note against decay, not a seal: who can write the file can write the mark, too. What counts in
the books is proved without it (db/audit.py).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SUFFIX = "-at-rest"

ALWAYS = 64 * 2**20
"""Bytes of books that are hashed whenever they are closed; larger ones where it is asked for."""

_LARGEST_MARK = 4096


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Nobody else opens the books in a folder, or leaves a mark, meanwhile; raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # a file system without locks has one user, as a stick has
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def take_away(file: Path) -> None:
    """The books are about to be used: from now on they are not what the mark says. Durable when this
    returns; raises OSError."""
    try:
        _mark_of(file).unlink()
    except FileNotFoundError:
        return
    descriptor = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def leave(file: Path, *, any_size: bool) -> None:
    """The books were closed: leave a mark, where nobody else has them open. Raises nothing: without a
    mark nothing is lost."""
    with suppress(OSError), one_at_a_time(file.parent):
        if _is_open(file) or (not any_size and file.stat().st_size > ALWAYS):
            return
        unfinished = file.with_name(f".{file.name}{SUFFIX}.new")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as mark:
            json.dump(_bytes_of(file), mark)
        unfinished.replace(_mark_of(file))


def is_as_left(file: Path) -> bool | None:
    """Whether the file of the books is what it was when they were closed last. None where that can't be
    known: they are open, or were not closed in order, or never by this version."""
    try:
        with one_at_a_time(file.parent):
            if _is_open(file):
                return None
            said = json.loads(_mark(file))
            if not isinstance(said, dict) or set(said) != {"bytes", "sha256"}:
                return None
            return said == _bytes_of(file)
    except (OSError, ValueError, RecursionError):
        return None


def _mark(file: Path) -> bytes:
    """What the mark says; a pipe in its place says nothing, and is not waited for."""
    descriptor = os.open(_mark_of(file), os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as mark:
        return mark.read(_LARGEST_MARK)


def _is_open(file: Path) -> bool:
    """Whether a program has the books open, or left them so when it ended. Only who knows that nobody
    has may open the file itself: see db/connection.py."""
    return file.with_name(f"{file.name}-wal").exists()


def _mark_of(file: Path) -> Path:
    return file.with_name(f"{file.name}{SUFFIX}")


def _bytes_of(file: Path) -> dict[str, object]:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
        return {"bytes": opened.tell(), "sha256": digest}
