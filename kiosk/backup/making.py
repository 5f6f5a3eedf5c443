"""Make a backup, and call it one only when it was read back and found right.

What happens, in this order, so that at every moment a whole backup that was verified lies there:

1. The books are copied to the machine's own disk, at one moment, without any slip that can be spent and
   any name of the crew that is due to be forgotten (db/backup.py). No secret ever reaches the stick,
   where nothing can be wiped for sure.
2. The copy is checked: the file, the chain, every seal, and, in a thorough check, every table against
   a replay of the journal. Books that are wrong replace no backup.
3. It is written beside the backups that are there, made durable, read back from the stick and
   compared by SHA-256 with what was checked; then it gets its name, and it is durable with it.
4. Only then older ones go, all but the one before.

Who is interrupted leaves what has a hidden name; the next backup removes it. Needs no links and no
exchange of folders, so a FAT stick will do. Where backups lie, and which of them go, is left to
kiosk/backup/place.py; when they are made to kiosk/backup/keeper.py.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from db import audit, market
from db.backup import copy_books, moment, open_still
from db.connection import FILE
from db.errors import N_, BooksUnwritable, DiskFull, KeyUnusable, Refused, Trouble
from kiosk.backup.folder import (
    MANIFEST,
    Backup,
    Content,
    Manifest,
    backup_in,
    copied,
    read_back,
    written,
)
from kiosk.backup.last import LastBackup, last_backup, remember
from kiosk.backup.place import (
    UNFINISHED,
    BackupPlaceUnwritable,
    NoRoomForBackup,
    free_name,
    make_room,
    place_name,
    refuse_unless_there,
    remove,
    thin_out,
    trouble,
)
from kiosk.config import EXPORTS_FOLDER, KEY_FILE, SETTINGS_FILE, load_settings
from kiosk.config import written as written_settings
from kiosk.crewkeeping import forget_due
from kiosk.machine.durable import NO_ROOM, sync, sync_names, write_new
from kiosk.messages import finding as in_words

if TYPE_CHECKING:
    from db.connection import Books
    from db.findings import Finding

Tell = Callable[[int, int], None]
"""Gets how much is done and how much there is in all. What it raises ends the backup, and those that
were made before stay as they are."""


_WORK = ".backup"
_COPIED, _CHECKED, _WRITTEN, _ALL = 10, 70, 85, 100
"""How far it is after each step, in hundredths."""

_TRIES = 3


class BackupReadsBackWrong(Trouble):
    sentence = N_(
        "What was written to {folder} reads back differently: the stick is failing. Take another one."
    )


class WrongBooksNotSaved(Refused):
    sentence = N_(
        "The books do not verify, so they take the place of no earlier backup: {problem}. "
        "Don't go on; ask for help."
    )


class NoRoomToCopy(NoRoomForBackup):
    sentence = N_(
        "The disk of {folder} has no room: the books are copied and checked there before they go to a "
        "stick, which takes about {megabytes} MB. Make room there. Earlier backups are as they were."
    )


class BackupGoesOn(Refused):
    sentence = N_("Another backup of these books is being made just now. Wait until it is done.")


def back_up(
    data: Path, books: Books, to: Path, *, thorough: bool = True, tell: Tell | None = None
) -> Backup:
    """Make a backup of the open `books` of a data folder in the place `to`, verified when this returns.

    `thorough` replays the journal; without, the file and the chain are checked. `to` must have been
    chosen (`choose_place`) and be there. Raises BackupGoesOn, WrongBooksNotSaved, NoBackupPlace,
    NoRoomForBackup, BackupPlaceUnwritable, BackupReadsBackWrong, BackupNotNoted, and what the books and
    `tell` raise.
    """

    def hear(done: int, _all: int = _ALL) -> None:
        if tell is not None:
            tell(done, _ALL)

    with _alone(data) as work:
        place = to / place_name(books)
        refuse_unless_there(to, place.name)
        with suppress(Trouble):  # the copy forgets them too, whether the books can or not
            forget_due(books)
        files = _copied(data, books, work, lambda done, all: hear(_COPIED * done // max(1, all)))
        began = time.monotonic()
        manifest = _checked(data, work, files, books.now(), thorough, hear)
        seconds = round(time.monotonic() - began)
        hear(_CHECKED)
        try:
            made = _put(books, work, place, manifest, hear)
        except OSError as error:
            raise trouble(error, to) from error
        with suppress(OSError, Refused):  # the new one is in its place; the next one tidies up
            thin_out(books, place, made)
        before = last_backup(data)
        if not thorough:
            seconds = before.seconds if before else 0
        remember(
            data,
            LastBackup(str(made.folder), manifest.made_at, manifest.moment.seq, seconds),
        )
        hear(_ALL)
        return made


def is_new(data: Path, books: Books) -> bool:
    """Whether the books have entries that the last backup lacks."""
    last = last_backup(data)
    return last is None or last.seq != moment(books).seq


def is_light(data: Path, minutes: int) -> bool:
    """Whether a thorough check would keep this machine busy for more than a tenth of the time between
    two backups; then it is done when a day closes."""
    last = last_backup(data)
    return last is not None and last.seconds > minutes * 60 // 10


def tidy(data: Path) -> None:
    """Remove what a backup that was killed left on the machine's own disk: it may hold slips that
    were still waiting then. Raises BackupGoesOn."""
    if (data / _WORK).exists():
        with _alone(data):
            pass


@contextmanager
def _alone(data: Path) -> Iterator[Path]:
    """An empty folder on the machine's own disk that nobody else uses; gone afterwards."""
    work = data / _WORK
    with _on_own_disk(data):
        work.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(work, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno == errno.EWOULDBLOCK:
                raise BackupGoesOn() from None
            raise trouble(error, data) from error
        try:
            _empty(work)
            yield work
        finally:
            # Emptied, not removed: the lock is on the folder, and somebody may ask for it just now.
            with suppress(OSError):
                _empty(work)
    finally:
        os.close(descriptor)


@contextmanager
def _on_own_disk(data: Path) -> Iterator[None]:
    """What fails while this lasts fails on the machine's own disk, and not on the stick."""
    try:
        yield
    except DiskFull as error:
        raise _no_room_to_copy(data) from error
    except BooksUnwritable as error:
        raise BackupPlaceUnwritable(folder=data, why=error.facts["why"]) from error
    except OSError as error:
        if error.errno in NO_ROOM:
            raise _no_room_to_copy(data) from error
        raise trouble(error, data) from error


def _no_room_to_copy(data: Path) -> NoRoomToCopy:
    size = (data / FILE).stat().st_size
    # The copy, and the tables that are replayed to be compared with it.
    return NoRoomToCopy(folder=data, megabytes=-(-2 * size // 1_000_000))


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        remove(path)


# 1. Copy


def _copied(data: Path, books: Books, work: Path, hear: Tell) -> dict[str, Content]:
    """Copy books, key and settings; gives the contents of the two small ones."""
    with _on_own_disk(data):
        for _try in range(_TRIES):
            _empty(work)
            files = _small_files(data, work)
            copy_books(books, work / FILE, hear)
            same = files.get(KEY_FILE) == _small_content(data / KEY_FILE, files)
            if same and _is_key_of_books(work, files):
                break  # else the key was changed meanwhile: books and key must be of one moment
        else:
            # A change of the key was broken off, and the next start completes it: the key in this file
            # is not the books' any more, and a backup with it could not be restored.
            (work / KEY_FILE).unlink(missing_ok=True)
            files.pop(KEY_FILE, None)
    return files


def _small_files(data: Path, work: Path) -> dict[str, Content]:
    files = {}
    if has_locked_key(data):
        files[KEY_FILE] = copied(data / KEY_FILE, work / KEY_FILE)
        if not has_locked_key(work):  # the passphrase was taken off meanwhile
            (work / KEY_FILE).unlink()
            del files[KEY_FILE]
    if (data / SETTINGS_FILE).exists():
        # As they are understood, not as they are written: whatever somebody put there has no limit.
        write_new(work / SETTINGS_FILE, written_settings(load_settings(data)))
        files[SETTINGS_FILE] = read_back(work / SETTINGS_FILE)
    return files


def _is_key_of_books(work: Path, files: Mapping[str, Content]) -> bool:
    """Whether the copied key, if there is one, is the one that the copied books name."""
    from kiosk.slips import keyfile

    if KEY_FILE not in files:
        return True
    with closing(open_still(work / FILE)) as books:
        return keyfile.public_key(work / KEY_FILE) == market.market(books).public_key


def _small_content(path: Path, files: dict[str, Content]) -> Content | None:
    return read_back(path) if path.name in files else None


def has_locked_key(folder: Path) -> bool:
    """Whether the key in a folder is locked by a passphrase: only then it goes into a backup."""
    from kiosk.slips import keyfile

    try:
        return keyfile.needs_passphrase(folder / KEY_FILE)
    except KeyUnusable:
        return False


# 2. Check


def _checked(
    data: Path, work: Path, files: dict[str, Content], made_at: int, thorough: bool, hear: Tell
) -> Manifest:
    from kiosk.bookcheck import check_books
    from kiosk.slips.signing import PublicKey

    with _on_own_disk(data), closing(open_still(work / FILE)) as books:
        known, now = market.market(books), moment(books)
        findings: list[Finding] = (
            check_books(
                books,
                PublicKey(known.public_key),
                data / EXPORTS_FOLDER,
                lambda seq: hear(
                    _COPIED + min(seq, now.seq) * (_CHECKED - _COPIED) // (now.seq or 1), _ALL
                ),
            )
            if thorough
            else audit.verify_chain_alone(books)
        )
        if findings:
            raise WrongBooksNotSaved(problem=in_words(findings[0]))
        sync(work / FILE)
        files[FILE] = read_back(work / FILE)
        return Manifest(known.name, known.public_key, made_at, now, thorough, files)


# 3. Write, read back, name


def _put(books: Books, work: Path, place: Path, manifest: Manifest, hear: Tell) -> Backup:
    """Raises OSError, BackupReadsBackWrong."""
    unfinished = place / UNFINISHED
    remove(unfinished)
    make_room(books, place, manifest)
    whole = 1 + sum(one.bytes for one in manifest.files.values())
    done = 0

    def read(size: int) -> None:
        nonlocal done
        done += size
        hear(_CHECKED + (_ALL - _CHECKED) * done // (2 * whole), _ALL)

    unfinished.mkdir(mode=0o700)
    for name, wanted in manifest.files.items():
        if copied(work / name, unfinished / name, wanted, read) != wanted:
            raise BackupReadsBackWrong(folder=work)
    write_new(unfinished / MANIFEST, written(manifest))
    sync_names(unfinished)
    for name, wanted in manifest.files.items():
        if read_back(unfinished / name, read) != wanted:
            raise BackupReadsBackWrong(folder=place)
    if backup_in(unfinished).manifest != manifest:
        raise BackupReadsBackWrong(folder=place)
    folder = free_name(place, manifest)
    unfinished.rename(folder)
    sync_names(place)
    return Backup(folder, manifest)
