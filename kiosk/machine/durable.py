"""What survives a power cut."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from db.errors import FolderFull, FolderUnwritable

PRIVATE = 0o600
"""Readable for its owner only."""
SHARED = 0o666
"""Readable as the owner's umask says."""

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says where a disk, a quota or a limit is full."""

_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP}


def unwritten(folder: Path, error: OSError) -> FolderFull | FolderUnwritable:
    """What the system said of files that were to lie in a folder, in our words."""
    if error.errno in NO_ROOM:
        return FolderFull(folder=folder)
    return FolderUnwritable(folder=folder, why=error.strerror or error)


def sync(path: Path) -> None:
    """Make the content of a file durable, or the names in a folder that were made, changed or
    removed; raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_names(folder: Path) -> None:
    """Make the names in a folder durable, as far as its file system knows such a thing: those of some
    sticks don't. Raises OSError."""
    try:
        sync(folder)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise


def write_new(path: Path, content: bytes, mode: int = PRIVATE) -> None:
    """Make the file `path`, durable but for its name in the folder; raises OSError, FileExistsError
    where something lies there."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def put(path: Path, content: bytes, mode: int = PRIVATE) -> None:
    """Let `path` hold `content`, for its owner alone unless `mode` says otherwise: at every moment it is
    whole, the one before or this one. Durable but for its name in the folder; raises OSError."""
    unfinished = path.with_name(f".{path.name}.new")
    try:
        unfinished.unlink(missing_ok=True)  # what a crash left
        write_new(unfinished, content, mode)
        unfinished.replace(path)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def blank(file: BinaryIO) -> None:
    """Write zeros over all of a file that is open for writing, durable; raises OSError."""
    file.seek(0)
    file.write(bytes(os.fstat(file.fileno()).st_size))
    file.flush()
    os.fsync(file.fileno())
