"""The formats of an export: a new one is one new file and one line in `FORMATS`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kiosk.exports import beancount, csv_files, hledger, journal_file, wall_page, workbook
from kiosk.exports.extract import Extract
from kiosk.exports.master import write_master
from kiosk.exports.resources import Resource


class Format(Protocol):
    """A module that writes files of a day."""

    @property
    def RESOURCES(self) -> tuple[Resource, ...]:  # noqa: N802
        """What each file is that it writes."""

    @property
    def PASSES(self) -> int:  # noqa: N802
        """How often it reads the entries of the day: those who wait see how far an export is."""

    def write(self, extract: Extract, folder: Path) -> None:
        """Write its files into `folder`, where none of them is yet. It streams, it raises OSError
        where it can't write, and it leaves making the files durable and whole to
        kiosk/exports/folder.py."""


FORMATS: tuple[Format, ...] = (
    csv_files,
    journal_file,
    wall_page,
    hledger,
    beancount,
    workbook,  # after the CSV files, which it reads
)  # fmt: skip

Beside = Callable[[Path, str], object]
"""Writes or renews a file beside the days' folders: gets the folder that holds them and the kiosk's id,
raises OSError, and leaves what was there where it can't finish."""

BESIDE: tuple[Beside, ...] = (
    write_master,
)  # fmt: skip
