"""Go on from a backup, in an empty folder: all of it, verified, or nothing.

Nothing that lies in a backup is believed before it was checked: sizes and hashes against its manifest,
then the books as they stand in the copy, every entry and every row, then that they are what the
manifest says and that the key is theirs. Of the settings only those are kept that say nothing of where
things go (kiosk/config.py). All that happens in a folder of its own inside the data
folder, which stays what it is (somebody stands in it, or it is a disk of its own); at the end each file
gets its place (kiosk/backup/placing.py), the books as the last one: before they are there the folder
holds no market.

The restored kiosk goes on writing the same journal under the same id: days keep their numbers, an open
day stays open, and the backup stick goes on. So the machine that wrote it until now must not go on any
more: two machines that write one journal can't be brought together again. What it wrote after the
backup is lost to these books, not to people: slips that it handed out since are signed by the market,
and a steward can decide to honour them from the paper.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from db import market
from db.backup import LostPaper, holds, lost_papers, moment
from db.connection import FILE, open_books
from db.errors import (
    N_,
    BooksAreWrong,
    BooksUnwritable,
    DatabaseDamaged,
    DataFolderUnusable,
    DiskFull,
    NewerDatabase,
    NoMarket,
    Refused,
    Trouble,
)
from db.findings import WORDS_OF_NO_ENTRY
from db.surroundings import QuotaReached
from kiosk.backup.folder import (
    Backup,
    BadBackup,
    NewerBackup,
    backups_below,
    copied,
)
from kiosk.backup.placing import BESIDE, WORK, is_ours, put_in_place, take_back
from kiosk.config import KEY_FILE, SETTINGS_FILE, carried, load_settings, save_settings
from kiosk.machine.durable import NO_ROOM, sync, sync_names
from kiosk.machine.log import FILE as LOG
from kiosk.machine.log import OLDER_FILES
from kiosk.messages import _, sentence
from kiosk.messages import finding as in_words
from kiosk.running.onetable import FILE as LOCK

if TYPE_CHECKING:
    from db.connection import Books

Tell = Callable[[int, int], None]

_OF_THE_DISK = "lost+found"
"""What a file system makes at the top of a new disk."""

_IN_NOBODYS_WAY = {
    WORK,
    _OF_THE_DISK,
    LOCK,
    LOG,
    *(f"{LOG}.{number}" for number in range(1, OLDER_FILES + 1)),
}
"""What may lie there: beside what was half restored, all that a start without a market leaves."""

_COPIED, _ALL = 20, 100
_NO_LOCKS = {
    errno.EBADF,  # NFS makes it a lock for writing, which a folder is never opened for
    errno.ENOLCK,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.ENOSYS,
    errno.EINVAL,
}
"""What the system says where a folder can't be locked."""


class FolderNotEmpty(Refused):
    sentence = N_(
        "{folder} is not empty: “{name}” lies there, and a backup is only restored into an empty folder. "
        "Name another one with --data."
    )


class RestoringGoesOn(Refused):
    sentence = N_("Something is being restored into {folder} just now. Wait until it is done.")


class SeveralMarkets(Refused):
    sentence = N_("{folder} holds backups of several machines. Name one of these: {choices}")


class SeveralWays(Refused):
    sentence = N_(
        "{folder} holds backups of two machines that went on from the same books, each in its own way. "
        "Name the one to go on from: {choices}"
    )


class NoRoomToRestore(Trouble):
    sentence = N_(
        "{folder} has no room for these books: they need {megabytes} MB. Make room there."
    )


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: from which `backup`, whether the market's key came with it, the slips whose
    paper nobody had confirmed then, what was set up on the other machine and has to be `set_up_anew`
    (keys of kiosk.config.SET_UP_ANEW), and in words why newer backups were passed over."""

    folder: Path
    backup: Backup
    has_key: bool
    lost: tuple[LostPaper, ...]
    set_up_anew: tuple[str, ...]
    passed_over: tuple[str, ...]


def restore(source: Path, folder: Path, tell: Tell | None = None) -> Restored:
    """Restore the newest whole backup in `source` into `folder`, which is empty or not there.

    `source` is a backup, the folder of one machine's backups, or a place with one such folder. Raises
    FolderNotEmpty, RestoringGoesOn, NoBackup, BadBackup, NewerBackup, SeveralMarkets, SeveralWays,
    NoRoomToRestore, DataFolderUnusable; then `folder` is as it was.
    """
    _refuse_occupied(folder)
    found, wrong = backups_below(source)
    machines = sorted({one.folder.parent for one in found})
    if len(machines) > 1:
        raise SeveralMarkets(folder=source, choices=", ".join(map(str, machines)))
    passed_over = [sentence(error) for error in wrong]
    for at, backup in enumerate(found):
        try:
            lost, anew = _restored(backup, found[at + 1 :], folder, tell)
        except BadBackup as error:
            if at + 1 == len(found):
                raise
            passed_over.append(sentence(error))
            continue
        return Restored(folder, backup, backup.manifest.has_key, lost, anew, tuple(passed_over))
    raise AssertionError("a folder with backups has a last one")


def tidy(folder: Path) -> None:
    """Remove what a restoring that was killed at its very end left beside the books: the key as it
    was locked then."""
    shutil.rmtree(folder / WORK, ignore_errors=True)


def _restored(
    backup: Backup, older: list[Backup], folder: Path, tell: Tell | None
) -> tuple[tuple[LostPaper, ...], tuple[str, ...]]:
    needed = _needed(backup)
    with _in_hand(folder, needed) as made:
        if shutil.disk_usage(made).free < needed:
            raise _no_room(folder, needed)
        _copy(backup, made, tell)
        lost = _check(backup, older, made, tell)
        anew = _carry_settings(made)
        for path in made.iterdir():
            sync(path)
        put_in_place(made, folder)
    return lost, anew


def _carry_settings(made: Path) -> tuple[str, ...]:
    """Leave of the settings what is good on any machine; gives what has to be set up anew."""
    if not (made / SETTINGS_FILE).exists():
        return ()
    settings, anew = carried(load_settings(made))
    save_settings(made, settings)
    return anew


def _refuse_occupied(folder: Path) -> None:
    """Nothing may lie there but what a restoring that was killed left, or a kiosk without a market."""
    try:
        inside = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
        for name in inside:
            is_known = name in _IN_NOBODYS_WAY or (name in BESIDE and is_ours(folder, name))
            if not is_known:
                raise FolderNotEmpty(folder=folder, name=name)
    except OSError as error:
        raise DataFolderUnusable(folder=folder, why=error.strerror or error) from error


@contextmanager
def _in_hand(folder: Path, needed: int) -> Iterator[Path]:
    """An empty folder in `folder`, for so many bytes, into which nobody else restores meanwhile; gone
    afterwards, and `folder` is as it was where anything was raised."""
    is_new = not folder.exists()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise DataFolderUnusable(folder=folder, why=error.strerror or error) from error
    made = folder / WORK
    try:
        _lock(descriptor, folder)
        try:
            if is_new:
                sync_names(folder.absolute().parent)
            _refuse_occupied(folder)
            take_back(folder, BESIDE)
            made.mkdir(mode=0o700)
            yield made
        except BaseException:
            with suppress(OSError):
                take_back(folder, (FILE, *BESIDE))
                if is_new:
                    folder.rmdir()
            raise
        shutil.rmtree(made, ignore_errors=True)
    except FileExistsError as error:  # somebody else put something there meanwhile
        there = error.filename2 or error.filename or folder
        raise FolderNotEmpty(folder=folder, name=Path(there).name) from error
    except OSError as error:
        if error.errno in NO_ROOM:
            raise _no_room(folder, needed) from error
        raise DataFolderUnusable(folder=folder, why=error.strerror or error) from error
    except (DiskFull, QuotaReached) as error:
        raise _no_room(folder, needed) from error
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise RestoringGoesOn(folder=folder) from None
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise


def _needed(backup: Backup) -> int:
    """Bytes that restoring it takes."""
    needed = sum(one.bytes for one in backup.manifest.files.values())
    return needed + backup.manifest.files[FILE].bytes  # the replay that everything is compared with


def _no_room(folder: Path, needed: int) -> NoRoomToRestore:
    return NoRoomToRestore(folder=folder, megabytes=-(-needed // 1_000_000))


def _copy(backup: Backup, made: Path, tell: Tell | None) -> None:
    files = backup.manifest.files
    whole, done = sum(one.bytes for one in files.values()) or 1, 0

    def read(size: int) -> None:
        nonlocal done
        done += size
        if tell is not None:
            tell(_COPIED * done // whole, _ALL)

    for name, wanted in files.items():
        try:
            found = copied(backup.folder / name, made / name, wanted, read)
        except OSError as error:
            if error.errno in NO_ROOM:
                raise
            why = _("{file} can't be read: {why}").format(file=name, why=error.strerror or error)
            raise BadBackup(folder=backup.folder, why=why) from error
        if found != wanted:
            why = _("{file} is not what was saved").format(file=name)
            raise BadBackup(folder=backup.folder, why=why)


def _check(
    backup: Backup, older: list[Backup], made: Path, tell: Tell | None
) -> tuple[LostPaper, ...]:
    """Hold the copied books against themselves, the manifest and the key."""
    from kiosk.bookcheck import check_books
    from kiosk.slips.signing import PublicKey

    manifest = backup.manifest
    now = manifest.moment

    def hear(seq: int) -> None:
        if tell is not None:
            tell(_COPIED + (_ALL - _COPIED) * min(seq, now.seq) // (now.seq or 1), _ALL)

    try:
        with closing(open_books(made)) as books:
            known = market.market(books)
            if (known.public_key, known.name, moment(books)) != (
                manifest.key,
                manifest.market,
                now,
            ):
                why = _("its books are not those that its manifest describes")
                raise BadBackup(folder=backup.folder, why=why)
            findings = check_books(books, PublicKey(known.public_key), None, hear)
            if findings:
                raise BadBackup(folder=backup.folder, why=in_words(findings[0]))
            _check_key(backup, made, known.public_key)
            _refuse_other_ways(books, backup, older)
            return tuple(lost_papers(books))
    except NewerDatabase:
        raise NewerBackup(folder=backup.folder) from None
    except (NoMarket, BooksAreWrong, DatabaseDamaged, BooksUnwritable, *WORDS_OF_NO_ENTRY) as error:
        raise BadBackup(folder=backup.folder, why=_("its books are damaged")) from error


def _check_key(backup: Backup, made: Path, wanted: bytes) -> None:
    """Its public part is enough to know whose it is; the rest, only the passphrase opens."""
    if not backup.manifest.has_key:
        return
    try:
        said = json.loads((made / KEY_FILE).read_bytes())
        is_theirs = bytes.fromhex(said["public"]) == wanted
    except (ValueError, TypeError, LookupError, RecursionError):
        raise BadBackup(folder=backup.folder, why=_("the market's key in it is damaged")) from None
    if not is_theirs:
        raise BadBackup(folder=backup.folder, why=_("the key in it is another market's"))


def _refuse_other_ways(books: Books, backup: Backup, older: list[Backup]) -> None:
    """Backups that lie beside this one and don't lead to it are of a machine that went on too."""
    for one in older:
        other = one.manifest.moment
        if not holds(books, other.kiosk, other.seq, other.head):
            choices = ", ".join(str(each.folder) for each in (backup, one))
            raise SeveralWays(folder=backup.folder.parent, choices=choices)
