"""The day's part of the journal, byte for byte: `journal.jsonl`.

One entry a line, each the exact bytes that were hashed, so that anyone can go on from what
`seal.json` says that it `follows` and come to the head that the seal signs: an entry's hash is
SHA-256 over the hash before it and the line without its end. An entry is compact JSON, in which no
line break stands as itself. It carries times of day and the words of every decision: it is for those
who check, not for the wall.
"""

from __future__ import annotations

from pathlib import Path

from db.errors import N_
from kiosk.exports.extract import Extract
from kiosk.exports.resources import Resource

JOURNAL_FILE = "journal.jsonl"
RESOURCES = (
    Resource(
        JOURNAL_FILE,
        "application/jsonl",
        N_(
            "The entries as they were hashed, one a line, from the one after the seal of the day "
            "before to the day's own seal. It carries times of day and the words of decisions: it is "
            "for those who check, not for the wall."
        ),
    ),
)
PASSES = 1


def write(extract: Extract, folder: Path) -> None:
    """Write the entries of the day, and those since the day before it, into `folder`.

    Raises OSError.
    """
    with (folder / JOURNAL_FILE).open("xb") as file:
        file.writelines(body + b"\n" for body in extract.journal())
