"""The formats of an export: a new one is one new file and one line in `FORMATS`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kiosk.exports import csv_files, wall_page
from kiosk.exports.extract import Extract

Format = Callable[[Extract, Path], None]
"""Writes files of its own names into an empty folder. It streams, it raises OSError where it can't
write, and it leaves making the files durable and whole to kiosk/exports/folder.py."""

FORMATS: tuple[Format, ...] = (
    csv_files.write,
    wall_page.write,
)  # fmt: skip
