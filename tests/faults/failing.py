"""Every write, sync, rename and removal fails once: no use of the kiosk may call that a success.

A use is done once to count its operations, SQLite's and Python's; then once for each, and that one
fails, as a full disk or as a failing one. What was acknowledged must be in the books, opened anew,
and only once; what was refused must have been refused in our words; and the same use, asked for
again, must succeed.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from db.errors import KioskError, Refused
from db.surroundings import DiskFails
from kiosk.backup.folder import NoBackup, backups_below, read_back
from kiosk.backup.making import back_up
from kiosk.backup.place import choose_place
from kiosk.config import BACKUPS_FOLDER
from kiosk.till import Till, open_till
from kiosk.till.records import PaperSlip
from tests.faults.python_files import failing_in
from tests.faults.sqlite_files import (
    FULL,
    IOERR_FSYNC,
    IOERR_TRUNCATE,
    IOERR_WRITE,
    observed,
    why_not,
)
from tests.faults.workload import reference_of
from tests.kiosk.exports.conftest import contents
from tests.kiosk.tills import Clock, exchange, found, handed_out

SQLITE_CODES = {"write": (IOERR_WRITE, FULL), "truncate": (IOERR_TRUNCATE,), "sync": (IOERR_FSYNC,)}


class Nth:
    """Counts operations and fails the `number`th once; 0 fails none."""

    def __init__(self, number: int, errnos: tuple[int, ...] = (errno.EIO, errno.ENOSPC)) -> None:
        self._number = number
        self._errnos = errnos
        self._counts = False
        self.seen: list[str] = []
        self.failed = ""

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Operations count within this alone."""
        self._counts = True
        try:
            yield
        finally:
            self._counts = False

    def _is_it(self, what: str) -> bool:
        if not self._counts:
            return False
        self.seen.append(what)
        if len(self.seen) == self._number:
            self.failed = what
        return len(self.seen) == self._number

    def _sqlite(self, what: str) -> int:
        codes = SQLITE_CODES[what]
        return codes[self._number % len(codes)] if self._is_it(f"SQLite's {what}") else 0

    def wrote(self, path: str, offset: int, data: bytes) -> int:
        return self._sqlite("write")

    def truncated(self, path: str, size: int) -> int:
        return self._sqlite("truncate")

    def synced(self, path: str) -> int:
        return self._sqlite("sync")

    def deleted(self, path: str) -> int:
        return 0  # a write-ahead log that stays is read the next time

    def python(self, what: str) -> None:
        if self._is_it(f"Python's {what}"):
            number = self._errnos[self._number % len(self._errnos)]
            raise OSError(number, os.strerror(number))


@dataclass
class Use:
    """One thing that is done at the till, and what shows in opened books that it was done."""

    slip: PaperSlip
    KEY: ClassVar[str] = "the key of this visit"

    def do(self, till: Till) -> None:
        """Do it, or ask again for it."""
        raise NotImplementedError

    def times(self, till: Till) -> int:
        """How often it was done."""
        rows = till.books.sql("SELECT count(*) FROM visit WHERE key = ?", (self.KEY,)).fetchone()
        return int(rows[0])


class Visit(Use):
    def do(self, till: Till) -> None:
        till.book(exchange("3 tomatoes"), self.KEY)


class Redeem(Use):
    def do(self, till: Till) -> None:
        reference = reference_of(self.slip.text)
        till.book(exchange("-1 honey", slips=[reference]), self.KEY)


class Confirm(Use):
    def do(self, till: Till) -> None:
        till.confirm(self.slip.job)

    def times(self, till: Till) -> int:
        return int(all(job.id != self.slip.job for job in till.pending()))


class Undo(Use):
    def do(self, till: Till) -> None:
        if till.undoable()[0] == 2:
            till.undo()

    def times(self, till: Till) -> int:
        query = "SELECT count(*) FROM visit WHERE reversed_in IS NOT NULL"
        return int(till.books.sql(query).fetchone()[0])


class Close(Use):
    def do(self, till: Till) -> None:
        if till.day() is not None:
            till.close_day(None)

    def times(self, till: Till) -> int:
        row = till.books.sql("SELECT count(*) FROM entry WHERE kind = 'seal'").fetchone()
        return int(row[0])


class Export(Use):
    """Times: 1 where a whole folder stands, 0 where none does; half of one is neither."""

    def do(self, till: Till) -> None:
        till.export(1)

    def times(self, till: Till) -> int:
        places = [one for one in (till.folder / "exports").glob("day-*") if one.is_dir()]
        whole = contents(till.export(1, till.folder / "whole"))
        if any(contents(place) != whole for place in places):
            return -1
        return len(places)


class BackUp(Use):
    """Times: 1 where a backup stands, each of whose files is what its manifest says."""

    def do(self, till: Till) -> None:
        to = till.folder / BACKUPS_FOLDER
        choose_place(till.folder, till.books, to)
        back_up(till.folder, till.books, to)

    def times(self, till: Till) -> int:
        try:
            found, wrong = backups_below(till.folder / BACKUPS_FOLDER)
        except NoBackup:
            return 0
        whole = all(
            read_back(one.folder / name) == content
            for one in found
            for name, content in one.manifest.files.items()
        )
        return min(1, len(found)) if whole and not wrong else -1


USES: dict[str, type[Use]] = {
    "visit": Visit,
    "redeem": Redeem,
    "confirm": Confirm,
    "undo": Undo,
    "close": Close,
    "export": Export,
    "backup": BackUp,
}


@dataclass
class Counted:
    """What came of all operations of one use."""

    operations: int = 0
    refused: int = 0
    done: int = 0
    appeared: int = 0
    """Refused, and yet there after a crash: as the sentence warned, so the same key is used again."""


def founded(beside: Path) -> tuple[Path, PaperSlip]:
    """A market to copy from: one day, two visits, and the slip of the first, printed."""
    till = found(beside / "pattern", Clock())
    slip = handed_out(till)
    till.print_now(slip.job)
    handed_out(till)
    till.close()
    return beside / "pattern", slip


def operations(name: str, pattern: Path, slip: PaperSlip) -> list[str]:
    """The operations of a use, in their order, when none fails."""
    whole = Nth(0)
    _trial(name, pattern, slip, whole, Counted())
    return whole.seen


def every_failure(
    name: str, pattern: Path, slip: PaperSlip, step: int = 1, only: int = 0
) -> Counted:
    """Fail each operation of a use, or every `step`th, or one `only`; raises AssertionError."""
    counted = Counted()
    last = only or len(operations(name, pattern, slip))
    for number in range(only or 1, last + 1, step):
        _trial(name, pattern, slip, Nth(number), counted)
    return counted


def _trial(name: str, pattern: Path, slip: PaperSlip, nth: Nth, counted: Counted) -> None:
    folder, crashed = pattern.with_name("trial"), pattern.with_name("crashed")
    shutil.copytree(pattern, folder)
    use = USES[name](slip)
    try:
        with observed(nth):
            till = open_till(folder, Clock())
            try:
                refused = _tried(use, till, nth)
                shutil.copytree(folder, crashed)  # as if the program had ended right here
                what = f"{name}, {nth.failed or 'nothing'} failed"
                assert refused is not None or nth.failed or not nth._number, what
            finally:
                with suppress(Exception):
                    till.close()
        _look(use, folder, refused, what)
        times = _look(use, crashed, refused, f"{what}, then a crash")
    finally:
        shutil.rmtree(folder)
        shutil.rmtree(crashed, ignore_errors=True)
    counted.operations += 1
    counted.done += refused is None
    counted.refused += refused is not None
    counted.appeared += times if refused is not None else 0


def _tried(use: Use, till: Till, nth: Nth) -> KioskError | None:
    """What the use was refused with. Operations of opening and closing the books do not count."""
    try:
        with failing_in(till.folder, nth.python), nth.counting():
            use.do(till)
    except KioskError as error:
        return error
    return None


def _look(use: Use, folder: Path, refused: KioskError | None, what: str) -> int:
    """Open the books anew, and ask for the same once more; gives how often it had been done."""
    assert not isinstance(refused, Refused), f"{what}: {refused}"
    till = open_till(folder, Clock())
    try:
        times = use.times(till)
        assert times in (0, 1), f"{what}: done {times} times"
        assert refused is not None or times == 1, f"{what}: acknowledged, and not there"
        if refused is not None and times and not isinstance(use, Export | BackUp):
            assert isinstance(refused, DiskFails), f"{what}: it is there, and was said not to be"
        use.do(till)
        assert use.times(till) == 1, f"{what}: asked again, done {use.times(till)} times"
        wrong = till.verify()
        assert not wrong, f"{what}: {wrong[0].where}: {wrong[0].what}"
    finally:
        till.close()
    return times


def run(beside: Path, _number: int) -> Iterator[str]:
    """Every operation of every use; gives a line for each use."""
    if why_not():
        yield f"skipped, {why_not()}"
        return
    pattern, slip = founded(beside)
    for name in USES:
        counted = every_failure(name, pattern, slip)
        yield (
            f"{name}: {counted.operations} operations, each failed once: {counted.refused} refused "
            f"({counted.appeared} there nevertheless), {counted.done} done, 0 false successes"
        )
