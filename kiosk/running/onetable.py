"""One full screen for one data folder: a second one would take over the visit that the first one types.

A lock on a small file beside the books says that a table is open. The command takes it, and each child
that it starts goes on holding it (kiosk/running/supervisor.py), so that it is there from the first
screen to the last and goes with the processes, however they end. Commands in lines don't ask for it:
the books themselves keep order among those. Where the file system knows no locks, or nothing can be
written, a table is opened all the same.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from db.errors import N_, Trouble
from db.glance import FILE as BOOKS

FILE = "table.lock"

_folder: Path | None = None
_held: int | None = None
"""The open file whose lock this process holds, perhaps together with its parent."""


class TableIsOpen(Trouble):
    sentence = N_(
        "The table of {folder} is already open on this machine. Go on in its window, or leave that "
        "one first: under Steward, 0."
    )


def take(folder: Path) -> None:
    """Hold the lock of `folder` from now on, where books lie in it; raises TableIsOpen."""
    global _folder, _held
    if folder != _folder:
        let_go()
        _folder = folder
    if _held is not None:
        return
    import fcntl

    descriptor = None
    try:
        (folder / BOOKS).stat()  # without books nothing is made: restoring wants an empty folder
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(folder / FILE, flags, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if descriptor is not None:
            os.close(descriptor)
        if error.errno == errno.EWOULDBLOCK:
            raise TableIsOpen(folder=folder) from None
    else:
        _held = descriptor


def let_go() -> None:
    """Hold no file open. The lock is gone where no other process holds it too."""
    global _held
    if _held is not None:
        with suppress(OSError):
            os.close(_held)
        _held = None


def take_up() -> None:
    """Hold the lock again, or for the first time where the market was founded only now."""
    if _folder is not None:
        with suppress(TableIsOpen):
            take(_folder)
