"""One full screen for one data folder: a second one would take over the visit that the first one types.

A lock on a small file beside the books says that a table is open. The command takes it, and each child
that it starts goes on holding it (kiosk/running/supervisor.py), so that it is there from the first
screen to the last and goes with the processes, however they end. Commands in lines don't ask for it:
the books themselves keep order among those. Where the file system knows no locks, or the file can't be
opened, a table is opened all the same, and the log says so. A table that waits for its disk holds no
lock, so that the disk can be taken out, and opens no books before it has the lock again
(kiosk/running/tillthread.py).
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from db.errors import N_, Trouble
from db.glance import FILE as BOOKS
from kiosk.machine import log

FILE = "table.lock"

_folder: Path | None = None
_held: int | None = None
"""The open file whose lock this process holds, perhaps together with its parent."""
_refused = 0
"""Why no lock could be had at the last try: a number of `errno`; 0 where one was."""
_told = 0
"""The last reason that is in the log."""

_FLAGS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class TableIsOpen(Trouble):
    sentence = N_(
        "The table of {folder} is already open on this machine. Go on in its window, or leave that "
        "one first: under Steward, 0. If it can't be found or doesn't answer, restart the machine."
    )


def take(folder: Path) -> None:
    """Hold the lock of `folder` from now on, where books lie in it; raises TableIsOpen."""
    global _folder, _held, _refused, _told
    if folder != _folder:
        let_go()
        _folder, _told = folder, 0
    if _held is not None:
        return
    import fcntl

    descriptor, _refused = None, 0
    try:
        # Without books nothing is made: restoring wants no file here.
        books = (folder / BOOKS).stat()
        descriptor = _opened(folder / FILE)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _hand_over(descriptor, books)
    except OSError as error:
        if descriptor is not None:
            os.close(descriptor)
        if error.errno == errno.EWOULDBLOCK:
            raise TableIsOpen(folder=folder) from None
        _refused = error.errno or errno.EIO
    else:
        _held = descriptor


def _opened(file: Path) -> int:
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT | _FLAGS, 0o600)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        with suppress(FileNotFoundError):
            return os.open(file, os.O_RDONLY | _FLAGS)  # what is only read can be locked, too
        raise


def _hand_over(descriptor: int, books: os.stat_result) -> None:
    """What root makes belongs to whom the books belong, who else could never lock it."""
    lock = os.fstat(descriptor)
    if os.geteuid() == 0 and lock.st_uid != books.st_uid and lock.st_nlink == 1:
        with suppress(OSError):  # no file system need know owners
            os.fchown(descriptor, books.st_uid, books.st_gid)


def let_go() -> None:
    """Hold no file open. The lock is gone where no other process holds it too."""
    global _held
    if _held is not None:
        with suppress(OSError):
            os.close(_held)
        _held = None


def take_up() -> None:
    """Hold the lock again, or for the first time where the market was founded only now, or where none
    could be had before; raises TableIsOpen. Where none can be had the log says so once."""
    global _told
    if _folder is None:
        return
    take(_folder)
    if _refused and _refused != _told:
        _told = _refused
        log.note(
            "no lock could be had, error {number}: a second table would not be refused. Where another "
            "user owns table.lock, remove it while no table is open",
            number=_refused,
        )
