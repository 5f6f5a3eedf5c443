"""What this machine remembers of its last verified backup, so that a restart forgets nothing.

It is a note, not a proof: whether a backup is whole, its own files say (kiosk/backup/folder.py).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from db.errors import N_, Trouble
from kiosk.machine.durable import put
from kiosk.machine.outside import read_plain

NOTE_FILE = "last-backup.json"

_LARGEST_NOTE = 16_384


class BackupNotNoted(Trouble):
    sentence = N_(
        "The backup in {folder} is whole, but this machine can't note that it was made: {file} can't "
        "be written: {why}. Make room, or move away what lies there."
    )


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
        said = json.loads(read_plain(data / NOTE_FILE, _LARGEST_NOTE))
        note = LastBackup(*(said[name] for name in LastBackup._fields))
    except (OSError, ValueError, RecursionError, TypeError, LookupError):
        return None
    whole = all(type(one) is int and one >= 0 for one in note[1:])
    return note if whole and isinstance(note.folder, str) else None


def remember(data: Path, note: LastBackup) -> None:
    """Keep the note; raises BackupNotNoted."""
    file = data / NOTE_FILE
    try:
        put(file, json.dumps(note._asdict()).encode())
    except OSError as error:
        why = error.strerror or error
        raise BackupNotNoted(folder=note.folder, file=file, why=why) from error
