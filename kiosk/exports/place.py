"""A folder at its place: all of it, durable, or what was there before.

It is written beside its place under a hidden name, made durable, and renamed. Whoever is interrupted
leaves nothing. What a power cut leaves has one of two hidden names: `.NAME.unfinished` is never whole
and is removed, `.NAME.replaced` is always whole and steps back where its successor did not come.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.machine.durable import sync, sync_names

_LEFTOVER = re.compile(r"\.day-[0-9]{4,}-[0-9-]{10}(-interim)?\.(unfinished|replaced)")


class Occupied(Exception):
    """Somebody else is writing a folder for the same place."""


@contextmanager
def whole_folder(place: Path) -> Iterator[Path]:
    """An empty folder to write files into; it is at `place` when this ends without an error, and
    gone, with `place` as it was, when not.

    It is locked, so that another kiosk's export to the same stick does not take it for a leftover.
    Raises Occupied, OSError.
    """
    folder = _unfinished(place)
    try:
        folder.mkdir()
    except FileExistsError as error:
        raise Occupied from error
    try:
        with _locked(folder):
            yield folder
            for path in folder.iterdir():
                sync(path)
            sync_names(folder)
            _put_in_place(folder, place)
    finally:
        with contextlib.suppress(OSError):  # the next export tidies up
            _remove(folder)


def tidy(to: Path) -> None:
    """Undo what a power cut between two renames left in `to`, and remove what one at another moment
    left, of whichever day; what somebody is writing now stays. Raises OSError."""
    leftovers = [path for path in to.iterdir() if _LEFTOVER.fullmatch(path.name)]
    for path in leftovers:
        if path.name.endswith(".unfinished"):
            with _locked(path) as free:
                if free:
                    _remove(path)
    for path in leftovers:
        if path.name.endswith(".replaced"):
            place = path.with_name(path.name.removeprefix(".").removesuffix(".replaced"))
            if place.exists():
                _drop(path, place)
            else:
                path.rename(place)


def _put_in_place(folder: Path, place: Path) -> None:
    """Rename the new folder to its place. No system renames a folder over a full one, so an earlier
    one steps aside first, and steps back where the new one can't follow."""
    aside = place.with_name(f".{place.name}.replaced")
    stood = place.exists()
    try:
        if stood:
            place.rename(aside)
        folder.rename(place)
    except BaseException:
        if stood and not place.exists():
            aside.rename(place)
        raise
    sync_names(place.parent)
    if stood:
        with contextlib.suppress(OSError):  # the new one is in its place
            _drop(aside, place)


def _drop(aside: Path, place: Path) -> None:
    """Remove what was replaced, under the name of what is not whole: it stops being so now."""
    garbage = _unfinished(place)
    aside.rename(garbage)
    _remove(garbage)


def _unfinished(place: Path) -> Path:
    return place.with_name(f".{place.name}.unfinished")


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Lock a folder; whether nobody else had. Where the file system knows no locks, nobody had."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            free = True
        except OSError as error:
            free = error.errno != errno.EWOULDBLOCK
        yield free
    finally:
        os.close(descriptor)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
