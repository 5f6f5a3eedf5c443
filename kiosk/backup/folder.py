"""What a backup looks like from outside: a folder with a few files, and a manifest that names them.

A place for backups (a folder, a stick) holds a folder `market-KEY-KIOSK` for each machine, and in it
one folder for each backup that is kept: the books, where a passphrase locks it the market's key, the
settings of the machine, and `backup.json` with the size and SHA-256 of each and how far the books go.
No file of a backup is read further than its manifest says, none that it does not name, and nothing
outside the folder. Making one is left to kiosk/backup/making.py, going on from one to
kiosk/backup/restoring.py.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.backup import Moment
from db.connection import FILE
from db.errors import N_, Refused
from db.findings import WORDS_OF_NO_ENTRY
from kiosk.config import KEY_FILE, SETTINGS_FILE
from kiosk.machine.outside import open_plain
from kiosk.messages import _

MANIFEST = "backup.json"
FORMAT = "market-kiosk backup"
VERSION = 1

LIMITS = {FILE: 1 << 40, KEY_FILE: 16_384, SETTINGS_FILE: 65_536}
"""The files that a backup may hold, and the most bytes of each."""

MOST_BACKUPS = 500
"""Backups, or machines with backups, that are looked at in one folder."""

MOST_NAMES = 100_000
"""Names that are looked at in one folder, whatever they are of."""

_LARGEST_MANIFEST = 16_384
_READ_AT_ONCE = 1 << 20
_MARKET_FOLDER = re.compile(r"market-[0-9a-f]{8}-[0-9A-Z]{4}")
_LAST_TIME = 1 << 48

Read = Callable[[int], None]
"""Gets how many bytes more were read or written. What it raises ends the work."""


class NoBackup(Refused):
    sentence = N_("There is no backup of a market in {folder}.")


class TooMuchThere(Refused):
    sentence = N_(
        "{folder} holds more than {most} names, too many to look through. Name the backup itself, or "
        "its machine's folder “market-…”."
    )


class TooManyBackups(Refused):
    sentence = N_("{folder} holds more than {most} backups. Name the one to go on from.")


class BadBackup(Refused):
    sentence = N_("The backup in {folder} can't be used: {why}. Take another one.")


class NewerBackup(Refused):
    sentence = N_(
        "The backup in {folder} was made by a newer version of the kiosk. Install that version first."
    )


@dataclass(frozen=True, slots=True)
class Content:
    """A file of a backup: how many bytes, and their SHA-256 in hex."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `made_at` is in milliseconds since 1970, UTC; `key` is the
    market's public key; `is_thorough` whether every entry was replayed when it was made, and not only
    its hashes looked at."""

    market: str
    key: bytes
    made_at: int
    moment: Moment
    is_thorough: bool
    files: dict[str, Content]

    @property
    def has_key(self) -> bool:
        """Whether the market's locked key is in it."""
        return KEY_FILE in self.files


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that lies in `folder`, as its manifest describes it."""

    folder: Path
    manifest: Manifest


def written(manifest: Manifest) -> bytes:
    """The bytes of a manifest's file."""
    moment = manifest.moment
    said = {
        "format": FORMAT,
        "version": VERSION,
        "market": manifest.market,
        "public_key": manifest.key.hex(),
        "made_at": manifest.made_at,
        "checked": "replay" if manifest.is_thorough else "chain",
        "kiosk": moment.kiosk,
        "seq": moment.seq,
        "head": moment.head.hex(),
        "at": moment.at,
        "day": moment.day,
        "open": moment.is_open,
        "files": {
            name: {"bytes": one.bytes, "sha256": one.sha256} for name, one in manifest.files.items()
        },
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"


def backup_in(folder: Path) -> Backup:
    """The backup in `folder`, whose manifest makes sense and whose files have the sizes that it says.

    Their content is not looked at yet. Raises NoBackup, BadBackup, NewerBackup.
    """
    try:
        with open_plain(folder / MANIFEST) as file:
            raw = file.read(_LARGEST_MANIFEST + 1)
    except FileNotFoundError:
        raise NoBackup(folder=folder) from None
    except OSError as error:
        raise BadBackup(folder=folder, why=error.strerror or error) from error
    try:
        said = json.loads(raw) if len(raw) <= _LARGEST_MANIFEST else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise BadBackup(folder=folder, why=_("its {file} is damaged").format(file=MANIFEST))
    if said.get("version") != VERSION:
        raise NewerBackup(folder=folder)
    try:
        found = Backup(folder, _manifest(said))
    except WORDS_OF_NO_ENTRY:
        why = _("its {file} is damaged").format(file=MANIFEST)
        raise BadBackup(folder=folder, why=why) from None
    _check_sizes(found)
    return found


def _manifest(said: dict[str, Any]) -> Manifest:
    """Raises one of WORDS_OF_NO_ENTRY where the words of a manifest can't be."""
    files = {
        _one_of(name, LIMITS): Content(
            _whole(one["bytes"], LIMITS[name] + 1), _hex(one["sha256"], 32).hex()
        )
        for name, one in said["files"].items()
    }
    if FILE not in files:
        raise ValueError("no books")
    kiosk, market, is_open = said["kiosk"], said["market"], said["open"]
    if not (isinstance(market, str) and isinstance(is_open, bool) and len(market) <= 1000):
        raise TypeError("no words")
    market.encode()  # half a character, escaped, is no text
    if re.fullmatch("[0-9A-Z]{4}", kiosk) is None:
        raise ValueError("no kiosk's id")
    moment = Moment(
        kiosk,
        _whole(said["seq"], 1 << 32),
        _hex(said["head"], 32),
        _whole(said["at"], _LAST_TIME),
        _whole(said["day"], 1 << 32),
        is_open,
    )
    thorough = _one_of(said["checked"], ("replay", "chain")) == "replay"
    made_at = _whole(said["made_at"], _LAST_TIME)
    return Manifest(market, _hex(said["public_key"], 32), made_at, moment, thorough, files)


def _one_of(value: Any, known: Any) -> str:
    if not isinstance(value, str) or value not in known:
        raise ValueError(value)
    return value


def _whole(value: Any, below: int) -> int:
    if type(value) is not int or not 0 <= value < below:
        raise ValueError(value)
    return value


def _hex(value: Any, length: int) -> bytes:
    raw = bytes.fromhex(value)
    if len(raw) != length:
        raise ValueError(value)
    return raw


def _check_sizes(backup: Backup) -> None:
    for name, wanted in backup.manifest.files.items():
        try:
            with open_plain(backup.folder / name) as file:
                found = os.fstat(file.fileno()).st_size
        except FileNotFoundError:
            why = _("{file} is missing").format(file=name)
            raise BadBackup(folder=backup.folder, why=why) from None
        except OSError as error:
            why = _("{file} can't be read: {why}").format(file=name, why=error.strerror or error)
            raise BadBackup(folder=backup.folder, why=why) from error
        if found != wanted.bytes:
            why = _("{file} has {found} bytes and should have {wanted}").format(
                file=name, found=found, wanted=wanted.bytes
            )
            raise BadBackup(folder=backup.folder, why=why)


def copied(
    source: Path, to: Path, wanted: Content | None = None, read: Read | None = None
) -> Content:
    """Copy a plain file into the new file `to`, durable when this returns and readable by its owner
    alone; gives what was copied. Of a file that is `wanted` no more is read than it should have.
    Raises OSError."""
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open_plain(source) as file, os.fdopen(descriptor, "wb") as target:
        while block := file.read(_READ_AT_ONCE):
            size += len(block)
            if wanted is not None and size > wanted.bytes:
                break
            digest.update(block)
            target.write(block)
            if read is not None:
                read(len(block))
        target.flush()
        os.fsync(descriptor)
    return Content(size, digest.hexdigest())


def read_back(path: Path, read: Read | None = None) -> Content:
    """What a file holds, read from the disk or stick and not from memory where the system knows how.
    Raises OSError."""
    digest, size = hashlib.sha256(), 0
    with open_plain(path) as file:
        with suppress(OSError, AttributeError):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while block := file.read(_READ_AT_ONCE):
            size += len(block)
            digest.update(block)
            if read is not None:
                read(len(block))
    return Content(size, digest.hexdigest())


# Where they lie


def backups_below(folder: Path) -> tuple[list[Backup], list[Refused]]:
    """The backups in a folder: itself, those of one machine, or those of all that lie there; the one
    that goes furthest comes first. And what is wrong with others. Raises NoBackup, TooManyBackups,
    TooMuchThere, and what is wrong with the only one."""
    if (folder / MANIFEST).exists():
        return [backup_in(folder)], []
    machines = _folders(folder, lambda one: _MARKET_FOLDER.fullmatch(one.name) is not None)
    found: list[Backup] = []
    wrong: list[Refused] = []
    for machine in machines or [folder]:
        for one in _folders(machine, lambda one: os.path.lexists(Path(one, MANIFEST))):
            try:
                found.append(backup_in(one))
            except NoBackup:
                continue
            except Refused as error:
                wrong.append(error)
    found.sort(key=_age, reverse=True)
    if not found:
        raise wrong[0] if wrong else NoBackup(folder=folder)
    return found, wrong


def _age(one: Backup) -> tuple[int, int, str]:
    # By the journal first: a clock may have been set back.
    return one.manifest.moment.seq, one.manifest.made_at, one.folder.name


def _folders(folder: Path, is_wanted: Callable[[os.DirEntry[str]], bool]) -> list[Path]:
    """The folders in a folder that are wanted and that somebody may look into; none where it can't be
    read. Raises TooManyBackups, TooMuchThere."""
    found: list[Path] = []
    with suppress(OSError), os.scandir(folder) as entries:
        for number, entry in enumerate(entries):
            if number == MOST_NAMES:
                raise TooMuchThere(folder=folder, most=MOST_NAMES)
            if entry.name.startswith(".") or not entry.is_dir(follow_symlinks=False):
                continue
            if is_wanted(entry):
                found.append(folder / entry.name)
            if len(found) > MOST_BACKUPS:
                raise TooManyBackups(folder=folder, most=MOST_BACKUPS)
    return found
