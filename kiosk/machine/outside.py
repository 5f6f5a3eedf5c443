"""Open what lies on a stick, in a folder that others can write in, or under a name of our own that may
be anything by now: plain files, and nothing else.

A name can be a link that leads out of its folder, a pipe that never ends, a device that acts when it
is opened. What a file says is judged by whoever reads it; each has limits of its own on size, number
and depth.
"""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path

from kiosk.messages import _

_FLAGS = (
    getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a pipe without a writer is opened at once, and refused
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


class NotPlain(OSError):
    """What is there is no plain file; `strerror` says what it is, for a person."""


class TooLarge(OSError):
    """The file is larger than any of its kind; `strerror` says so, for a person."""


def open_plain(path: Path) -> BufferedReader:
    """Open a plain file to be read, without waiting for anything; raises NotPlain, OSError."""
    status = path.lstat()  # before it is opened: to open a device can be to start it
    _refuse_unless_plain(status)
    return os.fdopen(_opened(path, os.O_RDONLY), "rb")


def open_to_append(path: Path) -> int:
    """Open a plain file to be written at its end, made for its owner alone where there is none; gives
    its descriptor. Raises NotPlain, OSError."""
    return _opened(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def read_plain(path: Path, largest: int) -> bytes:
    """All bytes of a plain file, `largest` of them at most; raises NotPlain, TooLarge, OSError."""
    with open_plain(path) as file:
        raw = file.read(largest + 1)
    if len(raw) > largest:
        raise TooLarge(errno.EFBIG, _("it is larger than {size}").format(size=_size(largest)))
    return raw


def _opened(path: Path, how: int) -> int:
    descriptor = os.open(path, how | _FLAGS, 0o600)
    try:
        _refuse_unless_plain(os.fstat(descriptor))  # the name may lead elsewhere by now
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _refuse_unless_plain(status: os.stat_result) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise NotPlain(errno.ELOOP, _("it is a link to another place; name the file itself"))
    if stat.S_ISDIR(status.st_mode):
        raise NotPlain(errno.EISDIR, _("it is a folder"))
    if not stat.S_ISREG(status.st_mode):
        raise NotPlain(errno.EINVAL, _("it is no file but a device or a pipe"))


def _size(number: int) -> str:
    if number >= 10**6:
        return _("{number} MB").format(number=number // 10**6)
    return _("{number} kB").format(number=number // 10**3)
