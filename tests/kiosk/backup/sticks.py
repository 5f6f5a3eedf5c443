"""Sticks with backups, as they are made and as somebody may have altered them."""

from __future__ import annotations

import errno
import json
import os
from hashlib import sha256
from pathlib import Path

import pytest

from db.connection import FILE
from db.errors import KioskError
from kiosk.backup.folder import MANIFEST, Backup, backups_below
from kiosk.backup.making import back_up
from kiosk.backup.restoring import restore
from kiosk.config import KEY_FILE, SETTINGS_FILE
from kiosk.till import Till

PASSPHRASE = "four words are enough"

WHOLE = {FILE, KEY_FILE, SETTINGS_FILE}
"""What lies in a restored folder."""


def last(stick: Path) -> Path:
    """The folder of the newest backup."""
    return sorted(stick.glob("*/*"))[-1]


def changed(backup: Path, **said: object) -> None:
    manifest = json.loads((backup / MANIFEST).read_bytes())
    (backup / MANIFEST).write_text(json.dumps({**manifest, **said}))


def fitting(backup: Path) -> None:
    """Sizes and hashes of the manifest made to fit, as a careful forger would."""
    names = [path.name for path in backup.iterdir() if path.name != MANIFEST]
    files = {
        name: {
            "bytes": (backup / name).stat().st_size,
            "sha256": sha256((backup / name).read_bytes()).hexdigest(),
        }
        for name in names
    }
    changed(backup, files=files)


def refused(backup: Path, folder: Path, error: type[KioskError]) -> KioskError:
    """What a backup is refused with; nothing of it is left."""
    before = sorted(folder.parent.iterdir())
    with pytest.raises(error) as caught:
        restore(backup, folder)
    assert sorted(folder.parent.iterdir()) == before
    return caught.value


def no_links(*_names: object) -> None:
    """As on a disk that knows none."""
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


def saved(till: Till, to: Path) -> Backup:
    return back_up(till.folder, till.books, to)


def kept(to: Path) -> list[int]:
    """The last entries of the backups in a place, the newest first."""
    return [one.manifest.moment.seq for one in backups_below(to)[0]]


def untidy(till: Till, to: Path) -> list[Path]:
    """What an unfinished backup would have left."""
    return [*(till.folder / ".backup").iterdir(), *to.glob("*/.*"), *to.glob(".*")]
