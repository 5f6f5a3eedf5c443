"""Go on from a backup, in an empty folder: all of it, verified, or nothing.

Nothing that lies in a backup is believed before it was checked: sizes and hashes against its manifest,
then the books as they stand in the copy, every entry and every row, then that they are what the
manifest says and that the key is theirs. The new folder gets its name at the end, by one renaming.

The restored kiosk goes on writing the same journal under the same id: days keep their numbers, an open
day stays open, and the backup stick goes on. So the machine that wrote it until now must not go on any
more: two machines that write one journal can't be brought together again. What it wrote after the
backup is lost to these books, not to people: slips that it handed out since are signed by the market,
and a steward can decide to honour them from the paper.
"""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
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
from kiosk.backup.folder import (
    Backup,
    BadBackup,
    NewerBackup,
    backups_below,
    copied,
)
from kiosk.config import KEY_FILE
from kiosk.machine.durable import sync, sync_names
from kiosk.messages import _, sentence
from kiosk.messages import finding as in_words

if TYPE_CHECKING:
    from db.connection import Books

Tell = Callable[[int, int], None]

_COPIED, _ALL = 20, 100
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_OCCUPIED = {errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR}


class FolderNotEmpty(Refused):
    sentence = N_(
        "{folder} is not empty, and a backup is only restored into an empty folder. "
        "Name another one with --data."
    )


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
    paper nobody had confirmed then, and in words why newer backups were passed over."""

    folder: Path
    backup: Backup
    has_key: bool
    lost: tuple[LostPaper, ...]
    passed_over: tuple[str, ...]


def restore(source: Path, folder: Path, tell: Tell | None = None) -> Restored:
    """Restore the newest whole backup in `source` into `folder`, which is empty or not there.

    `source` is a backup, the folder of one machine's backups, or a place with one such folder. Raises
    FolderNotEmpty, NoBackup, BadBackup, NewerBackup, SeveralMarkets, SeveralWays, NoRoomToRestore,
    DataFolderUnusable; then `folder` is as it was.
    """
    _refuse_occupied(folder)
    found, wrong = backups_below(source)
    machines = sorted({one.folder.parent for one in found})
    if len(machines) > 1:
        raise SeveralMarkets(folder=source, choices=", ".join(map(str, machines)))
    passed_over = [sentence(error) for error in wrong]
    for at, backup in enumerate(found):
        try:
            lost = _restored(backup, found[at + 1 :], folder, tell)
        except BadBackup as error:
            if at + 1 == len(found):
                raise
            passed_over.append(sentence(error))
            continue
        return Restored(folder, backup, backup.manifest.has_key, lost, tuple(passed_over))
    raise AssertionError("a folder with backups has a last one")


def _restored(
    backup: Backup, older: list[Backup], folder: Path, tell: Tell | None
) -> tuple[LostPaper, ...]:
    with _unfinished(folder) as made:
        _refuse_without_room(backup, made)
        _copy(backup, made, tell)
        lost = _check(backup, older, made, tell)
        for path in made.iterdir():
            sync(path)
        sync_names(made)
        try:
            made.rename(folder)
        except OSError as error:
            if error.errno in _OCCUPIED:
                raise FolderNotEmpty(folder=folder) from error
            raise
        sync_names(folder.parent)
    return lost


def _refuse_occupied(folder: Path) -> None:
    try:
        if folder.is_symlink() or (folder.exists() and any(folder.iterdir())):
            raise FolderNotEmpty(folder=folder)
    except NotADirectoryError:
        raise FolderNotEmpty(folder=folder) from None
    except OSError as error:
        raise DataFolderUnusable(folder=folder, why=error.strerror or error) from error


@contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """A new folder beside `folder`, gone afterwards where it did not become that."""
    made = folder.absolute().with_name(f".{folder.absolute().name}.restoring")
    try:
        made.parent.mkdir(parents=True, exist_ok=True)
        if made.exists():
            shutil.rmtree(made)  # of a restoring that was killed
        made.mkdir(mode=0o700)
        yield made
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise DiskFull() from error
        raise DataFolderUnusable(folder=folder, why=error.strerror or error) from error
    finally:
        if made.exists():
            shutil.rmtree(made, ignore_errors=True)


def _refuse_without_room(backup: Backup, made: Path) -> None:
    needed = sum(one.bytes for one in backup.manifest.files.values())
    needed += backup.manifest.files[FILE].bytes  # the replay that everything is compared with
    if shutil.disk_usage(made).free < needed:
        raise NoRoomToRestore(folder=made.parent, megabytes=-(-needed // 1_000_000))


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
            if error.errno in _NO_ROOM:
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
