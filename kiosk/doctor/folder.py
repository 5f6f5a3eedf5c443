"""The data folder: room on its disk, who may read it, and the market's key in it."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from db.connection import FILE
from db.errors import KioskError
from kiosk.config import (
    EXPORTS_FOLDER,
    KEY_FILE,
    LARGEST_SETTINGS,
    SETTINGS_FILE,
    settings_trouble,
)
from kiosk.doctor.findings import Level, Machine
from kiosk.keys import resting
from kiosk.machine.outside import read_plain
from kiosk.messages import _
from kiosk.text import safe

LEAST_ROOM = 100_000_000
"""Bytes below which a market should not begin."""
LITTLE_ROOM = 1_000_000_000
LEAST_FILES = 1000
"""Files that a busy market day makes: pictures of slips, exports, a backup."""
LEAST_DAYS, FEW_DAYS, MANY_DAYS = 3, 20, 500
A_DAY = 5_000_000
"""Bytes that a market day takes where none was held yet: books, papers and exports of a busy one."""
MOST_FILES = 100_000
MOST_SHOWN = 3
OTHERS = 0o077

Facts = Iterator[tuple[Level, str]]


def disk(machine: Machine) -> Facts:
    """Whether the disk takes anything, and for how many market days."""
    place = _nearest(machine.folder)
    room = shutil.disk_usage(place).free
    if hasattr(os, "statvfs") and os.statvfs(place).f_flag & os.ST_RDONLY:
        yield (
            Level.TROUBLE,
            _("The disk of {folder} can only be read. Mount it for writing, or move the market.")
            .format(folder=safe(place)),
        )  # fmt: skip
        return
    megabytes = room // 10**6
    more_files = _more_files(place)
    if more_files is not None and more_files < LEAST_FILES:
        yield (
            Level.TROUBLE,
            _("The disk of {folder} takes this many more files: {number}, although {size} MB are free. "
              "Remove many small files before the market begins.").format(
                number=more_files, folder=safe(place), size=megabytes
            ),
        )  # fmt: skip
        return
    if room < LEAST_ROOM:
        yield (
            Level.TROUBLE,
            _("Only {size} MB are free. Make room before the market begins.").format(
                size=megabytes
            ),
        )
        return
    days = room // _bytes_a_day(machine)
    if days > MANY_DAYS:
        said = _("{size} MB are free: room for years.").format(size=megabytes)
    else:
        said = _("{size} MB are free: room for about {days} market days.").format(
            size=megabytes, days=days
        )
    if days < LEAST_DAYS:
        yield Level.TROUBLE, _("{room} Make room before the market begins.").format(room=said)
    elif room < LITTLE_ROOM or days < FEW_DAYS:
        yield Level.NOTE, _("{room} Make room soon.").format(room=said)
    else:
        yield Level.OK, said


def _more_files(place: Path) -> int | None:
    """How many files can still be made on a disk, None where it does not say."""
    if not hasattr(os, "statvfs"):
        return None
    said = os.statvfs(place)
    return said.f_favail if said.f_files else None


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    place = folder.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    return place


def _bytes_a_day(machine: Machine) -> int:
    """What a market day has taken so far, on the average."""
    try:
        days = machine.books.days
    except KioskError:
        days = 0
    if not days:
        return A_DAY
    used = number = 0
    for where, _folders, names in os.walk(machine.folder):
        for name in names:
            used += Path(where, name).lstat().st_size
            number += 1
        if number > MOST_FILES:
            break
    return max(1, used // days)


def permissions(machine: Machine) -> Facts:
    """Whether anybody but the owner may read what lies in the folder, or write there."""
    folder = machine.folder
    if not folder.exists():
        yield Level.OK, _("{folder} is made at the founding.").format(folder=safe(folder, 200))
        return
    wrong = False
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        wrong = True
        yield (
            Level.TROUBLE,
            _("{folder} can't be read and written by who is here. Start the kiosk as its owner.")
            .format(folder=safe(folder, 200)),
        )  # fmt: skip
    strangers = [path for path in _private(folder) if not _is_ours(path)]
    if strangers:
        wrong = True
        yield (
            Level.TROUBLE,
            _("Somebody else owns {files}. Start the kiosk as its owner, or change it: "
              "chown -R {user} {folder}").format(
                files=_named(strangers), user=_user(), folder=safe(folder, 200)
            ),
        )  # fmt: skip
    open_to = [path for path in _private(folder) if _is_open(path)] if _is_open(folder) else []
    if open_to:
        wrong = True
        yield (
            Level.TROUBLE,
            _("Others on this machine may read {files}, and whoever does can spend slips or make "
              "them: chmod -R go= {folder}. Where that changes nothing, the disk knows no "
              "permissions: keep the market on another.").format(
                files=_named(open_to), folder=safe(folder, 200)
            ),
        )  # fmt: skip
    if not wrong:
        yield (
            Level.OK,
            _("Books, papers and exports lie in {folder}; what is secret its owner alone can read.")
            .format(folder=safe(folder, 200)),
        )  # fmt: skip


def inside(machine: Machine) -> Facts:
    """Who may read what lies in the folder, and whether the settings in it can be read."""
    yield from permissions(machine)
    why = settings_trouble(machine.folder)
    if why and _are_settings(machine.folder / SETTINGS_FILE):
        yield (
            Level.TROUBLE,
            _("A part of {file} is not used: {why}. Set it anew under Steward.").format(
                file=SETTINGS_FILE, why=safe(why, 200)
            ),
        )
    elif why:
        yield (
            Level.TROUBLE,
            _("{file} is not used: {why}. Remove it, then set up anew what was set: printer, backups, "
              "scanner, language.").format(file=SETTINGS_FILE, why=safe(why, 200)),
        )  # fmt: skip


def _are_settings(file: Path) -> bool:
    """Whether the file can be read and names settings, whatever each of them says."""
    try:
        return isinstance(json.loads(read_plain(file, LARGEST_SETTINGS).decode()), dict)
    except (OSError, ValueError, RecursionError):
        return False


def _private(folder: Path) -> Iterator[Path]:
    """What lies in the folder and is for its owner alone: all but exports and settings."""
    try:
        inside = sorted(folder.iterdir())
    except OSError:
        return  # said already
    for path in inside:
        if path.name not in (EXPORTS_FOLDER, SETTINGS_FILE):
            yield path


def _is_open(path: Path) -> bool:
    return bool(stat.S_IMODE(path.lstat().st_mode) & OTHERS)


def _is_ours(path: Path) -> bool:
    return not hasattr(os, "geteuid") or path.lstat().st_uid == os.geteuid()


def _user() -> str:
    from getpass import getuser

    try:
        return safe(getuser(), 40)
    except (KeyError, OSError):
        return str(os.geteuid())


def _named(paths: list[Path]) -> str:
    shown = ", ".join(safe(path.name, 40) for path in paths[:MOST_SHOWN])
    more = len(paths) - MOST_SHOWN
    return shown if more <= 0 else _("{some} and {count} more").format(some=shown, count=more)


def key(machine: Machine) -> Facts:
    """Whether the market's key is there, is this market's, and has a passphrase."""
    from kiosk.slips import keyfile

    file = machine.folder / KEY_FILE
    if not file.exists() and not (machine.folder / FILE).exists():
        yield Level.OK, _("It is made at the founding.")
        return
    locked = keyfile.needs_passphrase(file)
    try:
        wanted = machine.books.market.public_key
    except KioskError:
        wanted = None
    if wanted is not None and keyfile.public_key(file) != wanted:
        yield (
            Level.TROUBLE,
            _("It is not the key of this market: its slips would be worth nothing. Put the right "
              "{file} back.").format(file=KEY_FILE),
        )  # fmt: skip
    elif locked:
        yield Level.OK, _("It is locked with the stewards' passphrase.")
    else:
        keyfile.load(file, None)  # raises KeyUnusable
        yield (
            Level.NOTE,
            _("It has no passphrase: whoever can read {file} can make slips. “kiosk key passphrase” "
              "sets one.").format(file=KEY_FILE),
        )  # fmt: skip
    yield from _resting(machine, locked)


def _resting(machine: Machine, locked: bool) -> Facts:
    """The unlocked key that rests in a file of its own, if it does."""
    if not (machine.folder / resting.FILE).exists():
        return
    try:
        is_needed = locked and machine.books.open_day is not None
    except KioskError:
        is_needed = False
    if is_needed and not machine.settings.ask_again:
        yield (
            Level.NOTE,
            _("While the market day is open it rests unlocked in {file}, so that a restart waits for "
              "nobody; closing the day wipes it.").format(file=resting.FILE),
        )  # fmt: skip
    else:
        yield (
            Level.TROUBLE,
            _("It rests unlocked in {file}, and no market day needs that. Start the kiosk once, "
              "which wipes it.").format(file=resting.FILE),
        )  # fmt: skip
