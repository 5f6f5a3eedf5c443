"""What this machine remembers of its last verified backup, so that a restart forgets nothing.

It is a note, not a proof: whether a backup is whole, its own files say (kiosk/backup/folder.py).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from db.errors import DataFolderUnusable
from kiosk.machine.durable import put

NOTE_FILE = "last-backup.json"

_LARGEST_NOTE = 16_384


class LastBackup(NamedTuple):
    """`folder` holds it; `made_at` in milliseconds since 1970, UTC; `seq` of the last entry in it;
    `seconds` that the last full check of the books took."""

    folder: str
    made_at: int
    seq: int
    seconds: int


def last_backup(data: Path) -> LastBackup | None:
    """The last verified backup of the books in a data folder; None where there is none, or nobody
    knows."""
    try:
        with (data / NOTE_FILE).open("rb") as file:
            said = json.loads(file.read(_LARGEST_NOTE))
        note = LastBackup(*(said[name] for name in LastBackup._fields))
    except (OSError, ValueError, RecursionError, TypeError, LookupError):
        return None
    whole = all(type(one) is int and one >= 0 for one in note[1:])
    return note if whole and isinstance(note.folder, str) else None


def remember(data: Path, note: LastBackup) -> None:
    """Keep the note; raises DataFolderUnusable."""
    try:
        put(data / NOTE_FILE, json.dumps(note._asdict()).encode())
    except OSError as error:
        raise DataFolderUnusable(folder=data, why=error.strerror or error) from error
