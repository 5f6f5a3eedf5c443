"""Market days written out as folders, in lines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from db import days
from db.errors import N_, DayNotOpen, Refused
from kiosk.cli.answers import Answer, Asked, shown_path
from kiosk.exports.progress import ExportStopped, Seldom, bar, percent
from kiosk.messages import _, ngettext

if TYPE_CHECKING:
    from kiosk.till import Till

_BAR = 30  # cells


class UnknownDay(Refused):
    sentence = N_("There is no market day {day}. “kiosk day report” names the newest one.")


class NoDayClosed(Refused):
    sentence = N_(
        "No market day is closed yet. “kiosk export” without --all writes how the open one stands."
    )


def export(asked: Asked) -> Answer:
    """`kiosk export`: one day, of an open one an interim state; with --all every closed day."""
    till = asked.till
    to = Path(asked.options.to) if asked.options.to else None
    if asked.options.all:
        return _export_all(asked, till, to)
    day = _day_to_export(till, asked.options.day)
    (folder,) = _written(asked, till, [day.number], to)
    words = (
        _("Market day {day} is in {folder}")
        if day.sealed
        else _("Market day {day} as it stands now, not sealed yet, is in {folder}")
    )
    facts = {"day": day.number, "sealed": day.sealed, "folder": str(folder)}
    return Answer(facts, [words.format(day=day.number, folder=shown_path(folder))])


def _export_all(asked: Asked, till: Till, to: Path | None) -> Answer:
    numbers = [day.number for day in reversed(days.all_days(till.books)) if day.sealed]
    if not numbers:
        raise NoDayClosed()
    folders = _written(asked, till, numbers, to)
    said = ngettext(
        "{number} closed market day is in {folder}",
        "{number} closed market days are in {folder}",
        len(folders),
    ).format(number=len(folders), folder=shown_path(folders[0].parent))
    written = [
        {"day": number, "sealed": True, "folder": str(folder)}
        for number, folder in zip(numbers, folders, strict=True)
    ]
    return Answer({"days": written}, [said])


def _day_to_export(till: Till, number: int | None) -> days.Day:
    """The day that is named, else the newest sealed one, else the open one."""
    known = days.all_days(till.books)
    if number is not None:
        for day in known:
            if day.number == number:
                return day
        raise UnknownDay(day=number)
    if not known:
        raise DayNotOpen()
    return next((day for day in known if day.sealed), known[0])


def _written(asked: Asked, till: Till, numbers: list[int], to: Path | None) -> list[Path]:
    quiet = getattr(asked.options, "json", False) or not sys.stderr.isatty()
    line = ProgressLine(sys.stderr)
    try:
        return till.export_days(numbers, to, None if quiet else Seldom(line.show))
    except KeyboardInterrupt:
        raise ExportStopped() from None
    finally:
        line.clear()


class ProgressLine:
    """A line at a terminal that says how far it is; gone afterwards."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = 0

    def show(self, done: int, total: int) -> None:
        """Say so."""
        line = f"{bar(done, total, _BAR)} {percent(done, total)} %"
        self._write(f"\r{line}")
        self._shown = len(line)

    def clear(self) -> None:
        """Take it away."""
        if self._shown:
            self._write(f"\r{' ' * self._shown}\r")

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
