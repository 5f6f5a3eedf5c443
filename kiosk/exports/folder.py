"""A market day's export as one folder: all of it, durable, or what was there before.

The folder is written beside its place under a hidden name, made durable, and renamed. What is in it
is left to the formats, checking it to kiosk/exports/check.py.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
from collections.abc import Sequence
from hashlib import file_digest
from pathlib import Path
from typing import Any

from db.connection import Books
from db.errors import DiskFull, FolderUnwritable
from db.market import Market
from kiosk.exports.extract import DrawSeal, Extract, extract
from kiosk.exports.formats import FORMATS, Format
from kiosk.messages import _

SEAL_FILE = "seal.json"

_KIOSK_LINE = "\nkiosk,{kiosk},\n"  # in totals.csv
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP}


def export_day(
    books: Books,
    number: int,
    to: Path,
    market: Market,
    formats: Sequence[Format] = FORMATS,
    draw_seal: DrawSeal | None = None,
) -> Path:
    """Export a market day into a folder of its own in `to`, and give its path.

    The folder is `day-0014-2026-11-28`, for a day that is still open `day-0014-2026-11-28-interim`;
    a sealed day has the seal and the files' hashes in `seal.json`. An earlier export of the same day
    is replaced when the new one is whole and durable. Raises DayNotOpen where the day never was,
    FolderUnwritable, DiskFull, and what the books raise; then everything is as it was.
    """
    # A deferred transaction: all formats see the same moment, and nobody who writes has to wait.
    with books.reading(), books.database.atomic("DEFERRED"):
        extracted = extract(books, number, market, draw_seal)
        place = to / folder_name(extracted)
        unfinished, aside = to / f".{place.name}.unfinished", to / f".{place.name}.replaced"
        try:
            to.mkdir(parents=True, exist_ok=True)
            _step_back(aside, place)
            _refuse_foreign(place, extracted)
            _remove(unfinished)
            unfinished.mkdir()
            _fill(unfinished, extracted, formats)
            _put_in_place(unfinished, place, aside)
        except OSError as error:
            raise _trouble(error, to) from error
        finally:
            with contextlib.suppress(OSError):
                _remove(unfinished)
    return place


def folder_name(extracted: Extract) -> str:
    """The name of a day's folder."""
    name = f"day-{extracted.number:04d}-{extracted.statement['date']}"
    return f"{name}-interim" if extracted.interim else name


def _fill(folder: Path, extracted: Extract, formats: Sequence[Format]) -> None:
    for write in formats:
        write(extracted, folder)
    if extracted.seal is not None:
        content = _seal_content(extracted, extracted.seal.signature, _hashes(folder))
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / SEAL_FILE).write_bytes(text.encode() + b"\n")
    for path in folder.iterdir():
        _sync(path)
    _sync_folder(folder)


def _seal_content(
    extracted: Extract, signature: bytes, hashes: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    return {
        "files": hashes,
        "market": extracted.market.name,
        "public_key": extracted.market.public_key.hex(),
        "signature": signature.hex(),
        "statement": extracted.statement,
    }


def _hashes(folder: Path) -> dict[str, dict[str, Any]]:
    hashes = {}
    for path in folder.iterdir():
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
            hashes[path.name] = {"bytes": file.tell(), "sha256": digest}
    return hashes


def _put_in_place(unfinished: Path, place: Path, aside: Path) -> None:
    """Rename the new folder to its place. No system renames a folder over a full one, so an earlier
    one steps aside first, and steps back where the new one can't follow."""
    if place.exists():
        place.rename(aside)
    try:
        unfinished.rename(place)
    except BaseException:
        _step_back(aside, place)
        raise
    _sync_folder(place.parent)
    with contextlib.suppress(OSError):  # the export is in its place; the next one tidies up
        _remove(aside)


def _step_back(aside: Path, place: Path) -> None:
    """Undo what a power cut between the two renames left, and tidy up what one after them left."""
    if aside.exists() and not place.exists():
        aside.rename(place)
    _remove(aside)


def _refuse_foreign(place: Path, extracted: Extract) -> None:
    """Two kiosks may export the same day's number to one stick: neither may remove the other's."""
    if not place.exists():
        return
    line = _KIOSK_LINE.format(kiosk=extracted.statement["kiosk"])
    try:
        with (place / "totals.csv").open(encoding="utf-8", errors="replace") as file:
            ours = line in file.read(4096)
    except OSError:
        ours = False
    if not ours:
        why = _("“{name}” in it holds something else than this kiosk's day").format(name=place.name)
        raise FolderUnwritable(folder=place.parent, why=why)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    try:
        _sync(folder)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:  # some sticks' file systems know no such thing
            raise


def _trouble(error: OSError, folder: Path) -> DiskFull | FolderUnwritable:
    if error.errno in _NO_ROOM:
        return DiskFull()
    return FolderUnwritable(folder=folder, why=error.strerror or error)
