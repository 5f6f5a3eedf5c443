"""Where backups lie: the place that was chosen, what a machine's folder in it is called, and which go.

All but the last one before go once a new one is whole, earlier only where the room is short. A backup of
books that went on elsewhere (its last entry is none of ours) is never removed. What a backup looks like is
in kiosk/backup/folder.py, making one in kiosk/backup/making.py.
"""

from __future__ import annotations

import errno
import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from db.backup import holds
from db.errors import N_, KioskError, Refused, Trouble
from db.journal import hash_of
from db.models import entry_key
from kiosk.backup.folder import Backup, Manifest, backups_below, read_back
from kiosk.config import BACKUPS_FOLDER, load_settings
from kiosk.machine.durable import NO_ROOM
from kiosk.messages import _

if TYPE_CHECKING:
    from db.connection import Books

KEPT = 2
"""Backups of one machine that are kept in one place: the last one, and the one before."""

UNFINISHED = ".unfinished"
"""The folder of a backup that is not whole, in the place of its machine."""


class NoBackupPlace(Trouble):
    sentence = N_(
        "{folder} is not there, or is another stick. Plug it in, or choose a folder for backups under "
        "Steward, B. Earlier backups are as they were."
    )


class BackupPlaceUnwritable(Trouble):
    sentence = N_(
        "No backup can be written to {folder}: {why}. Earlier backups are as they were; try another "
        "stick."
    )


class NoRoomForBackup(Trouble):
    sentence = N_(
        "{folder} has no room for a backup. Earlier ones are as they were; make room there."
    )


def trouble(error: OSError, folder: Path) -> KioskError:
    """What the system said of a place for backups, in our words."""
    if error.errno in NO_ROOM:
        return NoRoomForBackup(folder=folder)
    if error.errno in (errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ENOTDIR):
        return NoBackupPlace(folder=folder)
    why = error.strerror or error or _("it failed")
    return BackupPlaceUnwritable(folder=folder, why=why)


def place_name(books: Books) -> str:
    """The name of the folder that holds the backups of this machine: by the first entry of its journal,
    which never changes, and its id."""
    first = hash_of(books, entry_key(books.kiosk, 1))
    return f"market-{first[:4].hex()}-{books.kiosk}"


def place_of(data: Path) -> Path:
    """Where this machine's backups go: the folder that a steward chose, else one beside the books."""
    chosen = load_settings(data).backup_folder
    return Path(chosen) if chosen else data / BACKUPS_FOLDER


def choose_place(data: Path, books: Books, to: Path) -> None:
    """Make `to` ready for backups of these books, as `make_place` does."""
    make_place(data, to, place_name(books))


def make_place(data: Path, to: Path, name: str) -> None:
    """Make `to` ready for the backups of a machine, whose `name` there `place_name` gives. The folder
    itself must be there, unless it is the one beside the books: a stick that is not plugged in is not
    made up. Raises NoBackupPlace, NoRoomForBackup, BackupPlaceUnwritable."""
    try:
        if to.absolute() == data.absolute() / BACKUPS_FOLDER:
            to.mkdir(mode=0o700, exist_ok=True)
        elif not to.is_dir():
            raise NoBackupPlace(folder=to)
        (to / name).mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise trouble(error, to) from error
    refuse_unless_there(to, name)


def refuse_unless_there(to: Path, name: str) -> None:
    """Backups go into the folder of a machine in `to`, and nowhere else: a stick that somebody altered
    does not send them to another place. Raises NoBackupPlace, BackupPlaceUnwritable."""
    if (to / name).is_symlink():
        why = _("{name} in it is a link to another place; remove it").format(name=name)
        raise BackupPlaceUnwritable(folder=to, why=why)
    if not (to / name).is_dir():
        raise NoBackupPlace(folder=to)


def free_name(place: Path, manifest: Manifest) -> Path:
    """A name that says when it was made, and how far it goes."""
    at = datetime.fromtimestamp(manifest.made_at / 1000).strftime("%Y-%m-%d-%H%M%S")
    name, number = f"{at}-entry-{manifest.moment.seq}", 1
    while (place / name).exists():
        number += 1
        name = f"{at}-entry-{manifest.moment.seq}-{number}"
    return place / name


def make_room(books: Books, place: Path, manifest: Manifest) -> None:
    """Where the room is short all backups that the new one follows go before it is written, but for
    the last of them, and only where that one is whole."""
    needed = sum(one.bytes for one in manifest.files.values()) + (1 << 20)
    if shutil.disk_usage(place).free >= needed:
        return
    with suppress(Refused):
        before = _followed(books, place)
        if before and _is_whole(before[0]):
            for one in before[1:]:
                _drop(one.folder)


def thin_out(books: Books, place: Path, made: Backup) -> None:
    """Remove the backups that the new one follows, all but the last of them."""
    before = [one for one in _followed(books, place) if one.folder != made.folder]
    for one in before[KEPT - 1 :]:
        _drop(one.folder)


def _followed(books: Books, place: Path) -> list[Backup]:
    """The backups of what these books hold, the one that goes furthest first: none of a machine that
    went on elsewhere."""
    found, _wrong = backups_below(place)
    moments = ((one, one.manifest.moment) for one in found)
    return [one for one, at in moments if holds(books, at.kiosk, at.seq, at.head)]


def _is_whole(backup: Backup) -> bool:
    """Whether every file of a backup reads back as its manifest says."""
    try:
        return all(
            read_back(backup.folder / name) == wanted
            for name, wanted in backup.manifest.files.items()
        )
    except OSError:
        return False


def _drop(folder: Path) -> None:
    """Remove a backup, under the name of what is not whole: it stops being so now."""
    unfinished = folder.with_name(UNFINISHED)
    remove(unfinished)
    folder.rename(unfinished)
    remove(unfinished)


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it, or whatever else has its name; a link alone, and not
    what it leads to. Raises OSError."""
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)
    else:
        folder.unlink(missing_ok=True)
