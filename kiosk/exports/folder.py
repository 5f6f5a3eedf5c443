"""A market day's export as one folder, with its README, its description and its seal.

What is in it beside those is left to the formats, that it is whole or not there to
kiosk/exports/place.py, checking it to kiosk/exports/check.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from hashlib import file_digest
from pathlib import Path
from typing import Any

from db.connection import Books
from db.errors import N_, FolderUnwritable
from db.market import Market
from kiosk.exports import data_package, readme
from kiosk.exports.extract import DrawSeal, Extract, extract
from kiosk.exports.formats import BESIDE, FORMATS, Beside, Format
from kiosk.exports.place import Occupied, tidy, whole_folder
from kiosk.exports.progress import Progress, Tell
from kiosk.exports.resources import Resource
from kiosk.exports.seal_file import SEAL_FILE
from kiosk.machine.durable import unwritten
from kiosk.machine.outside import open_plain
from kiosk.messages import _

_SEAL = Resource(
    SEAL_FILE,
    "application/json",
    N_(
        "The seal: the totals of the day and since founding, signed by the market, and the hash of "
        "every other file."
    ),
)
_DESCRIPTION = Resource(
    data_package.FILE,
    "application/json",
    N_("What each file and each column is, for programs: a Frictionless Data Package."),
)
_KIOSK_LINE = "\nkiosk,{kiosk},\n"  # in totals.csv


def export_day(
    books: Books,
    number: int,
    to: Path,
    market: Market,
    formats: Sequence[Format] = FORMATS,
    draw_seal: DrawSeal | None = None,
) -> Path:
    """Export one market day, as `export_days` does; gives its folder."""
    return export_days(books, (number,), to, market, formats, draw_seal=draw_seal)[0]


def export_days(
    books: Books,
    numbers: Sequence[int],
    to: Path,
    market: Market,
    formats: Sequence[Format] = FORMATS,
    beside: Sequence[Beside] = BESIDE,
    tell: Tell | None = None,
    draw_seal: DrawSeal | None = None,
) -> list[Path]:
    """Export market days, each into a folder of its own in `to`, and give their paths.

    A folder is `day-0014-2026-11-28`, for a day that is still open `day-0014-2026-11-28-interim`; a
    sealed day has the seal and the files' hashes in `seal.json`. An earlier export of the same day
    is replaced when the new one is whole and durable. `tell` hears how far it is and may end it by
    raising; `draw_seal` makes the code of a seal. Raises DayNotOpen where a day never was,
    FolderUnwritable, FolderFull, and what the books and `tell` raise; then the days before are there,
    and of the rest is what was there.
    """
    with books.reading():
        passes = sum(one.PASSES for one in formats)
        total = sum(passes * extract(books, number, market).size for number in numbers)
    progress = Progress(tell, total)
    places = [
        _export(books, number, to, market, formats, progress, draw_seal) for number in numbers
    ]
    try:
        for write in beside:
            write(to, books.kiosk)
    except OSError as error:
        raise unwritten(to, error) from error
    return places


def _export(
    books: Books,
    number: int,
    to: Path,
    market: Market,
    formats: Sequence[Format],
    progress: Progress,
    draw_seal: DrawSeal | None,
) -> Path:
    # A deferred transaction: all formats see the same moment, and nobody who writes has to wait.
    with books.reading(), books.database.atomic("DEFERRED"):
        extracted = replace(extract(books, number, market), read=progress.read, draw_seal=draw_seal)
        place = to / folder_name(extracted)
        try:
            to.mkdir(parents=True, exist_ok=True)
            tidy(to)
            _refuse_foreign(place, extracted)
            with whole_folder(place) as folder:
                _fill(folder, extracted, formats, progress)
        except Occupied as error:
            why = _("another export of the same day is being written there now")
            raise FolderUnwritable(folder=to, why=why) from error
        except OSError as error:
            raise unwritten(to, error) from error
    return place


def folder_name(extracted: Extract) -> str:
    """The name of a day's folder."""
    name = f"day-{extracted.number:04d}-{extracted.statement['date']}"
    return f"{name}-interim" if extracted.interim else name


def _fill(folder: Path, extracted: Extract, formats: Sequence[Format], progress: Progress) -> None:
    for one in formats:
        with progress.part(one.PASSES * extracted.size):
            one.write(extracted, folder)
    described = _described(folder, formats)
    seal = [] if extracted.seal is None else [_SEAL]
    readme.write(extracted, folder, [*described, _DESCRIPTION, *seal])
    resources = [*described, readme.RESOURCE, *seal]
    hashes = {path.name: _hash(path) for path in folder.iterdir()}
    data_package.write(extracted, folder, folder_name(extracted), resources, hashes)
    hashes[data_package.FILE] = _hash(folder / data_package.FILE)
    if extracted.seal is not None:
        content = _seal_content(extracted, extracted.seal.signature, hashes)
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / SEAL_FILE).write_bytes(text.encode() + b"\n")


def _described(folder: Path, formats: Sequence[Format]) -> list[Resource]:
    """What each file in `folder` is, in the order of the formats."""
    present = {path.name for path in folder.iterdir()}
    described = [one for each in formats for one in each.RESOURCES if one.path in present]
    unknown = present - {one.path for one in described}
    if unknown:
        raise AssertionError(f"no format says what it is: {', '.join(sorted(unknown))}")
    return described


def _seal_content(
    extracted: Extract, signature: bytes, hashes: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    return {
        "files": hashes,
        "follows": {"seq": extracted.follows.seq, "hash": extracted.follows.hash.hex()},
        "market": extracted.market.name,
        "public_key": extracted.public_key.hex(),
        "signature": signature.hex(),
        "statement": extracted.statement,
    }


def _hash(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
        return {"bytes": file.tell(), "sha256": digest}


def _refuse_foreign(place: Path, extracted: Extract) -> None:
    """Two kiosks may export the same day's number to one stick: neither may remove the other's."""
    if not place.exists():
        return
    line = _KIOSK_LINE.format(kiosk=extracted.statement["kiosk"])
    try:
        with open_plain(place / "totals.csv") as file:
            ours = line.encode() in file.read(4096)
    except OSError:
        ours = False
    if not ours:
        why = _("“{name}” in it holds something else than this kiosk's day").format(name=place.name)
        raise FolderUnwritable(folder=place.parent, why=why)
