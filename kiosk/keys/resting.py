"""The unlocked key at rest while a market day is open.

A restart in the middle of the day must not wait for a steward, so the key of a market with a
passphrase rests, unlocked, in a file that its owner alone can read, from the moment it is opened on
an open day until the day is closed; then the file is overwritten and removed. Who fears a theft
during the day more than a pause has it asked for after each restart (`ask_again` in the settings).

Overwriting reaches what a disk gives to programs: a flash memory may keep an older copy of its own,
which only an encrypted disk keeps from a thief.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from db.errors import N_, KioskError
from db.findings import Finding, found
from kiosk.machine.durable import blank, sync
from kiosk.machine.log import note
from kiosk.slips.signing import MarketKey, PublicKey

FILE = "open-day.key"
"""In the data folder; in no backup and in no export."""

_ITS_NAME = re.compile(rf"{re.escape(FILE)}|\.{re.escape(FILE)}\.[0-9a-f]{{8}}")
"""The file's name, and that of a file that is to become it (kiosk/slips/keyfile.py)."""


def resting_key(folder: Path, public: PublicKey) -> MarketKey | None:
    """The key that rests in the data folder; None where there is none of this market."""
    from kiosk.slips import keyfile

    if not (folder / FILE).exists():
        return None
    try:
        key = keyfile.load(folder / FILE, None)
    except KioskError:
        return None
    return key if key.public == public else None


def settle(folder: Path, public: PublicKey, key: MarketKey | None, may_rest: bool) -> None:
    """Let `key` rest if it may, else wipe what rests there. Raises nothing: the table works without
    it, and whatever can't be wiped now is wiped at the next start."""
    from kiosk.slips import keyfile

    if not may_rest:
        wipe(folder)
        return
    for path in _lying(folder):
        if path.name != FILE:
            _wipe(path)
    if key is not None and resting_key(folder, public) is None:
        wipe(folder)
        try:
            keyfile.save(folder / FILE, key, None)
        except KioskError:
            note("the key of the open day could not be written; a restart will ask for it")


def wipe(folder: Path) -> None:
    """Overwrite the file and remove it, if there is one, and what a power cut left of writing it."""
    for path in _lying(folder):
        _wipe(path)


def _lying(folder: Path) -> list[Path]:
    """The file, and those that were to become it."""
    with suppress(OSError):
        return sorted(path for path in folder.glob(f"*{FILE}*") if _ITS_NAME.fullmatch(path.name))
    return []


def _wipe(path: Path) -> None:
    try:
        with path.open("r+b") as file:
            blank(file)
    except OSError:
        note("the key of the open day could not be overwritten")
    with suppress(OSError):
        path.unlink()
        sync(path.parent)


def findings(folder: Path, *, may_rest: bool) -> list[Finding]:
    """What is wrong with the file: it lies there without need, or others can read it."""
    where, wrong = N_("file {file}"), []
    for path in _lying(folder):
        try:
            mode = path.stat().st_mode
        except OSError:
            continue
        if not may_rest or path.name != FILE:
            what = N_("the unlocked key rests there, and no day needs it")
            wrong.append(found(where, what, file=path.name))
        elif mode & 0o077:
            what = N_("others than its owner can read the unlocked key")
            wrong.append(found(where, what, file=path.name))
    return wrong
