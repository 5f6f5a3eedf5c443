"""The last step of a restoring: files that lie checked in a folder inside the data folder get their places.

Whatever happens meanwhile, a kill or a disk that fails, the folder holds a whole market or none, and what
was put in place by a restoring that did not end can be told from what somebody else put there: it is a
link to what was made, or, where the disk knows no links, it has the content that a note beside that says.
The folder and the note stay until all is in place. Copying and checking are left to
kiosk/backup/restoring.py.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from db.connection import FILE
from db.findings import WORDS_OF_NO_ENTRY
from kiosk.backup.folder import Content, read_back
from kiosk.config import KEY_FILE, SETTINGS_FILE
from kiosk.machine.durable import sync_names, write_new
from kiosk.machine.outside import read_plain

WORK = ".restoring"
"""The folder inside the data folder in which everything is made."""

BESIDE = (KEY_FILE, SETTINGS_FILE)
"""What stands beside the books, and gets its place before them."""

PLACES = "places.json"
"""The note in it: the content of each file that gets a place."""
_LARGEST_PLACES = 4096

_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}


def put_in_place(made: Path, folder: Path) -> None:
    """Let every file appear in `folder`, durable, the books after all others. Raises OSError; then the
    books are not there."""
    names = [name for name in (*BESIDE, FILE) if (made / name).exists()]
    places = {name: asdict(read_back(made / name)) for name in names}
    write_new(made / PLACES, json.dumps(places).encode())
    sync_names(made)
    sync_names(folder)
    for name in names:
        _place(made / name, folder / name)
        try:
            sync_names(folder)
        except OSError:
            if name == FILE and not _is_gone(folder / FILE):
                return  # it is all there, and stays
            raise


def _is_gone(file: Path) -> bool:
    """Whether a file could be removed."""
    try:
        file.unlink()
    except OSError:
        return False
    return True


def _place(file: Path, to: Path) -> None:
    """By a link, which takes the place of nothing, and tells whoever comes after a kill whose it is."""
    try:
        os.link(file, to)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(to):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(to)) from error
        file.rename(to)


def take_back(folder: Path, names: Iterable[str]) -> None:
    """Remove what was put in place already, and the folder in which it was made. That goes last: while
    it is there, what is in its place is known as ours. Raises OSError."""
    ours = [name for name in names if is_ours(folder, name)]
    for name in ours:
        (folder / name).unlink()
    if ours:
        sync_names(folder)
    if (folder / WORK).exists():
        shutil.rmtree(folder / WORK)


def is_ours(folder: Path, name: str) -> bool:
    """Whether a file in its place is the one that was made for it, linked or moved there. Raises
    OSError where it can't be read."""
    made = folder / WORK
    try:
        found = (folder / name).lstat()
    except FileNotFoundError:
        return False
    with suppress(OSError):
        if os.path.samestat(found, (made / name).lstat()):
            return True
    wanted = _places(made).get(name)
    if wanted is None or not stat.S_ISREG(found.st_mode) or found.st_size != wanted.bytes:
        return False
    return read_back(folder / name) == wanted


def _places(made: Path) -> dict[str, Content]:
    """What PLACES says; nothing where that was not written to its end. Raises OSError."""
    try:
        said = json.loads(read_plain(made / PLACES, _LARGEST_PLACES))
        return {name: Content(one["bytes"], one["sha256"]) for name, one in said.items()}
    except (FileNotFoundError, NotADirectoryError, *WORDS_OF_NO_ENTRY):
        return {}
