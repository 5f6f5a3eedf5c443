"""Power cuts inside SQLite: what was not synced is forgotten, kept or torn, sector by sector.

The product's own statements write; every write, sync, truncation and deletion is seen on its way to
the disk (tests/faults/sqlite_files.py). At a random one the power goes: of all that was written since
a file's last sync, each sector of 512 bytes is as it was, as it should be, or rubbish where it was
being written. From that the books are opened again. It shows that what the kiosk acknowledges depends on
nothing that was not synced, whatever order a disk writes in; that a disk keeps what it was told to
sync, it can't show. With synchronous=NORMAL acknowledged visits must be lost, or the trial is blind.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from db.errors import Trouble
from kiosk.till import open_till
from tests.faults.sqlite_files import IOERR_WRITE, observed, why_not
from tests.faults.workload import MIXED, Found, Table, Told, check
from tests.kiosk.tills import found

SECTOR = 512
MOST_STEPS = 150
OPERATIONS = 1500
"""The power goes after so many operations at most: some dozens of steps."""

HABITS = ((1, 0, 0), (0, 1, 0), (1, 1, 0), (1, 1, 1), (4, 1, 1), (1, 4, 1))
"""How disks behave: weights of a sector being forgotten, kept, torn."""


class Disk:
    """The files as a power cut would leave them, beside the files as the program sees them."""

    def __init__(self, folder: Path, chance: random.Random, operations: int) -> None:
        self._chance = chance
        self._left = operations
        self._durable = {
            str(path): path.read_bytes() for path in folder.iterdir() if path.is_file()
        }
        self._pending: dict[str, list[tuple[int, bytes | None]]] = {}
        self._gone: set[str] = set()

    def wrote(self, path: str, offset: int, data: bytes) -> int:
        self._pending.setdefault(path, []).append((offset, data))
        return self._spend()

    def truncated(self, path: str, size: int) -> int:
        self._pending.setdefault(path, []).append((size, None))
        return self._spend()

    def synced(self, path: str) -> int:
        if self._spend():
            return IOERR_WRITE
        before = b"" if path in self._gone else self._durable.get(path, b"")
        self._gone.discard(path)
        self._durable[path] = _applied(before, self._pending.pop(path, []))
        return 0

    def deleted(self, path: str) -> int:
        if self._spend():
            return IOERR_WRITE
        self._gone.add(path)
        self._pending.pop(path, None)
        return 0

    def _spend(self) -> int:
        """Count an operation; once the power is off none succeeds."""
        self._left -= 1
        return 0 if self._left > 0 else IOERR_WRITE

    @property
    def is_off(self) -> bool:
        """Whether the power is off."""
        return self._left <= 0

    def leave_in(self, folder: Path) -> None:
        """Write the files as they are after the cut."""
        habit = self._chance.choice(HABITS)
        for path in self._durable.keys() | self._pending.keys():
            if path in self._gone and self._chance.random() < 0.5:
                continue
            whole = self._durable.get(path, b"")
            for offset, data in self._pending.get(path, ()):
                whole = self._torn(whole, offset, data, habit)
            (folder / Path(path).name).write_bytes(whole)

    def _torn(
        self, whole: bytes, offset: int, data: bytes | None, habit: tuple[int, int, int]
    ) -> bytes:
        if data is None:
            return whole[:offset] if self._chance.random() < 0.5 else whole
        at = 0
        while at < len(data):
            length = min(SECTOR - (offset + at) % SECTOR, len(data) - at)
            fate = self._chance.choices(("forgotten", "kept", "torn"), habit)[0]
            part = data[at : at + length]
            if fate == "torn":
                part = self._chance.randbytes(length)
            if fate != "forgotten":
                whole = _applied(whole, [(offset + at, part)])
            at += length
        return whole


def _applied(before: bytes, changes: list[tuple[int, bytes | None]]) -> bytes:
    whole = bytearray(before)
    for offset, data in changes:
        if data is None:
            del whole[offset:]
            continue
        whole.extend(bytes(max(0, offset - len(whole))))
        whole[offset : offset + len(data)] = data
    return bytes(whole)


def trial(
    pattern: Path, beside: Path, chance: random.Random, *, synchronous: str = "FULL"
) -> Found:
    """One day at a table, one power cut, and what the books hold then."""
    folder, left = beside / "before", beside / "after"
    shutil.copytree(pattern, folder)
    shutil.copytree(pattern, left)
    disk = Disk(folder, chance, chance.randint(1, OPERATIONS))
    told: list[Told] = []
    with observed(disk), suppress(Trouble):
        till = open_till(folder)
        try:
            till.books.sql(f"PRAGMA synchronous = {synchronous}")
            till.books.sql("PRAGMA wal_autocheckpoint = 20")  # checkpoints are cut, too
            table = Table(till, chance, told.append)
            for _step in range(MOST_STEPS):
                table.step(MIXED)
                if disk.is_off:
                    break
        finally:
            with suppress(Exception):
                till.close()
    disk.leave_in(left)
    try:
        return check(left, told)
    finally:
        shutil.rmtree(folder)
        shutil.rmtree(left)


def founded(beside: Path) -> Path:
    """A market to copy from, its first day open."""
    folder = beside / "pattern"
    found(folder, lambda: datetime.now().astimezone()).close()
    return folder


def run(beside: Path, number: int) -> Iterator[str]:
    """So many cuts, and a tenth of them with NORMAL; gives the figures."""
    if why_not():
        yield f"skipped, {why_not()}"
        return
    pattern = founded(beside)
    total = trials(pattern, beside, number)
    yield (
        f"{number} cuts: {total.acknowledged} steps acknowledged, {len(total.lost)} lost, "
        f"{len(total.twice)} twice, {len(total.wrong)} wrong"
    )
    control = trials(pattern, beside, max(10, number // 10), synchronous="NORMAL")
    yield (
        f"control, synchronous=NORMAL: {control.acknowledged} acknowledged, {len(control.lost)} lost"
    )
    assert not total.broken, "; ".join(total.broken[:5])
    assert control.lost, "the control lost nothing: the trials are blind"


def trials(pattern: Path, beside: Path, number: int, *, synchronous: str = "FULL") -> Found:
    """So many trials, counted together; the same ones each time."""
    total = Found()
    for seed in range(number):
        total.add(trial(pattern, beside, random.Random(seed), synchronous=synchronous))
    return total
