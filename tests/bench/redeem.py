"""Redeeming a slip: durable ones against the disk's own pace, and their CPU against bare SQLite.

A redeem is a visit that takes one good for a slip. Where the slip is worth more, the visit issues a
slip besides and queues its paper: that is measured, too, and nothing is promised of it on the disk.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

from db.connection import FILE, PRAGMAS, Books, open_books
from tests.bench.market import (
    Asked,
    Mint,
    a_folder,
    asked,
    copied,
    file_system,
    found,
    hand_out,
    redeem,
)
from tests.bench.record import Sent, recording, send
from tests.bench.table import Effort, Row, in_turns, microseconds, per_second

KINDS = {"without change": 1, "with change": 2}
"""How many units the slip is worth; one is taken."""


def rows(effort: Effort) -> list[Row]:
    """Durable redeems a second, then the CPU of one, each without and with change."""
    batch = 50 if effort.quick else 200
    found_rows: list[Row] = []
    for measure in (_durable, _durable_bare, _computed):
        for kind, units in KINDS.items():
            with a_folder() as folder:
                found_rows.append(measure(folder, kind, units, batch, effort.rounds))
    return found_rows


# The disk


def _durable(folder: Path, kind: str, units: int, batch: int, rounds: int) -> Row:
    books, mint = found(folder), Mint()
    logged = _bytes_logged(books, mint, units)
    _fill_log(books, mint, units, logged)
    visits = [asked(slip) for slip in hand_out(books, mint, batch * rounds, units)]
    coming = iter(visits)
    floor = _Floor(folder, logged, batch)

    def ours() -> float:
        began = time.perf_counter()
        for visit in islice(coming, batch):
            redeem(books, mint, visit)
        return batch / (time.perf_counter() - began)

    redeems, writes = in_turns(rounds, ours, floor.measure)
    least, aim = (0.45, 0.65) if units == 1 else (None, None)
    books.close()
    return Row(
        f"durable redeems {kind} ÷ fdatasync of the same {logged:,} bytes ({file_system(folder)})",
        per_second(redeems),
        per_second(writes),
        redeems / writes,
        least,
        aim,
        more=True,
    )


def _bytes_logged(books: Books, mint: Mint, units: int, number: int = 20) -> int:
    """How many bytes a redeem adds to the write-ahead log."""
    slips = hand_out(books, mint, number, units)
    books.sql("PRAGMA wal_autocheckpoint = 0")
    books.sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    for reference in slips:
        redeem(books, mint, asked(reference))
    grown = (books.file.parent / f"{FILE}-wal").stat().st_size
    books.sql(f"PRAGMA wal_autocheckpoint = {PRAGMAS['wal_autocheckpoint']}")
    return grown // number


def _fill_log(books: Books, mint: Mint, units: int, logged: int) -> None:
    """Redeem until the write-ahead log was folded into the file once and is written anew from its
    beginning: as in the middle of a day, and as the floor's file, it has its blocks already."""
    limit = books.setting("wal_autocheckpoint") * books.setting("page_size")
    for reference in hand_out(books, mint, limit // logged + 1, units):
        redeem(books, mint, asked(reference))


class _Floor:
    """As many bytes a commit into a file that has its blocks already, and fdatasync: what the disk
    can do at best."""

    def __init__(self, folder: Path, size: int, batch: int) -> None:
        self.block, self.batch = os.urandom(size), batch
        self.file = os.open(folder / "floor", os.O_RDWR | os.O_CREAT)
        for number in range(batch):
            os.pwrite(self.file, bytes(size), number * size)
        os.fsync(self.file)

    def measure(self) -> float:
        began = time.perf_counter()
        for number in range(self.batch):
            os.pwrite(self.file, self.block, number * len(self.block))
            os.fdatasync(self.file)
        return self.batch / (time.perf_counter() - began)


# The same statements in bare sqlite3


def _computed(folder: Path, kind: str, units: int, batch: int, rounds: int) -> Row:
    """The processor alone: with synchronous=OFF on both sides nobody waits for the disk. The bare
    side hashes its entries into a chain, too; what stands in them was made beforehand."""
    mine, theirs, statements = _beside_bare(
        folder, units, batch, rounds, _Way("OFF", time.thread_time)
    )
    return Row(
        f"CPU of a redeem {kind} ÷ its {statements} statements, chained, in bare sqlite3",
        microseconds(mine),
        microseconds(theirs),
        mine / theirs,
        1.3,
        1.1,
    )


def _durable_bare(folder: Path, kind: str, units: int, batch: int, rounds: int) -> Row:
    """What of the way to the disk is SQLite's own."""
    mine, theirs, _statements = _beside_bare(
        folder, units, batch, rounds, _Way("FULL", time.perf_counter)
    )
    return Row(
        f"durable redeems {kind} ÷ the same statements in bare sqlite3",
        per_second(1 / mine),
        per_second(1 / theirs),
        theirs / mine,
        more=True,
    )


@dataclass(frozen=True, slots=True)
class _Way:
    synchronous: str
    clock: Callable[[], float]

    def seconds(self, work: Callable[[], object]) -> float:
        began = self.clock()
        work()
        return self.clock() - began


def _beside_bare(
    folder: Path, units: int, batch: int, rounds: int, way: _Way
) -> tuple[float, float, int]:
    """Seconds of a redeem and of its statements without us, each round on a new copy of the same
    books, and how many statements those are. One visit is booked before, and its statements are
    sent: as in the middle of a day, each statement was compiled."""
    books, mint = found(folder / "market"), Mint()
    opening, *visits = [asked(slip) for slip in hand_out(books, mint, batch + 1, units)]
    books.close()
    numbers = count()

    def fresh() -> Path:
        return copied(folder / "market", folder / str(next(numbers)))

    before, recorded = _recorded(fresh(), mint, opening, visits)

    def ours() -> float:
        books = open_books(fresh())
        books.sql(f"PRAGMA synchronous = {way.synchronous}")
        mint.prepare(batch + 1)
        redeem(books, mint, opening)
        try:
            return way.seconds(lambda: [redeem(books, mint, visit) for visit in visits]) / batch
        finally:
            books.close()

    def bare() -> float:
        connection = _bare(fresh() / FILE, way.synchronous)
        send(connection, before)
        try:
            return way.seconds(lambda: send(connection, recorded)) / batch
        finally:
            connection.close()

    mine, theirs = in_turns(rounds, ours, bare)
    rows_sent = sum(len(one.many or [one]) for one in recorded)
    return mine, theirs, rows_sent // batch


def _recorded(
    folder: Path, mint: Mint, opening: Asked, visits: list[Asked]
) -> tuple[list[Sent], list[Sent]]:
    """What was sent for the first visit, and what for the others."""
    sent: list[Sent] = []
    with recording(sent):
        books = open_books(folder)
        sent.clear()
        redeem(books, mint, opening)
        first = len(sent)
        for visit in visits:
            redeem(books, mint, visit)
        recorded = list(sent)
        books.close()
    return recorded[:first], recorded[first:]


def _bare(file: Path, synchronous: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    for name, value in {**PRAGMAS, "synchronous": synchronous}.items():
        connection.execute(f"PRAGMA {name} = {value}")
    return connection
