"""Flip bits and edit rows in the books' file: `python -m tests.faults.flips [TIMES] [--seed S]`.

Each round takes books that were closed in order, a market's with three sealed days and an open one,
and either flips one bit anywhere in the file or changes a row by SQL that knows nothing of the kiosk:
values, rows that go or come, in every table, the machine's own among them. `kiosk verify` must find each
one, and must find nothing where nothing was changed. Of the flips it is told which were found by what
the file says (SQLite's check, chain, replay), and which by its mark alone (db/atrest.py); of these every
row of every table is compared, to show that nothing was changed that anybody could read.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

from db import atrest
from db.connection import FILE
from kiosk.cli import main as kiosk
from tests.kiosk.tills import Clock, booked, found
from tests.tampering import live


def main() -> int:
    """Gives 1 where a change was not found."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.flips", description=__doc__)
    parser.add_argument("times", nargs="?", type=int, default=200)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kiosk-flips-") as name:
        try:
            for line in run(Path(name), asked.times, asked.seed):
                print(line, flush=True)
        except AssertionError as error:
            print(f"BROKEN: {error}")
            return 1
    return 0


def run(folder: Path, number: int, seed: int = 1) -> Iterator[str]:
    """Flip so many bits, and edit so many rows; gives what was found, in lines. Raises AssertionError
    where a change was not found, or one was found where there was none."""
    market = _market(folder)
    rows = _dump(market)
    size = (market / FILE).stat().st_size
    yield f"seed {seed}, books of {size:,} bytes"
    status, said = _verified(market)
    assert status == 0 and "byte for byte" in said, said
    chance, ways = Random(seed), Counter[str]()
    for kind in ("flip", "edit"):
        for turn in range(number):
            copy = folder / "copy"
            shutil.copytree(market, copy)
            what = _flip(copy, chance) if kind == "flip" else _edit(copy, chance)
            way = _found(copy, rows)
            assert way, f"seed {seed}, {kind} {turn}: {what} was not found"
            ways[f"{kind}s found {way}"] += 1
            shutil.rmtree(copy)
    for way, times in sorted(ways.items()):
        yield f"{times:4} {way}"
    yield f"{number} flips and {number} edits, all found"


def _market(folder: Path) -> Path:
    clock = Clock()
    till = found(folder / "market", clock)
    live(till, clock)
    with till.books.transaction():
        for _ in range(150):
            booked(till, "1 tomatoes")
    till.close()
    shutil.rmtree(till.folder / "exports")
    return till.folder


def _verified(folder: Path) -> tuple[int, str]:
    """Exit status and words of `kiosk verify`."""
    said = StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        status = kiosk(["--data", str(folder), "verify"])
    return status, said.getvalue()


def _found(folder: Path, rows: list[str]) -> str:
    """By what `kiosk verify` found the change in a folder; empty where it did not."""
    status, said = _verified(folder)
    assert "Traceback" not in said, said
    if status == 0:
        return ""
    if "byte for byte" not in said:
        return "by what the file says"
    # Only the mark knows: then the same file without it must be as good as the one that was closed.
    (folder / f"{FILE}{atrest.SUFFIX}").unlink(missing_ok=True)
    same = _dump(folder) == rows
    return "by the mark alone, " + ("no row was changed" if same else "a row was changed")


def _flip(folder: Path, chance: Random) -> str:
    """Flip one bit of the file."""
    raw = bytearray((folder / FILE).read_bytes())
    at = chance.randrange(8 * len(raw))
    raw[at // 8] ^= 1 << at % 8
    (folder / FILE).write_bytes(raw)
    return f"bit {at % 8} of byte {at // 8}"


def _edit(folder: Path, chance: Random) -> str:
    """Change a value, remove a row or add one, as anybody can with SQL."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as database:
        for (name,) in database.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f"DROP TRIGGER {name}")
        tables = [
            name
            for (name,) in database.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
        ]
        while True:
            what = _edited(database, chance.choice(tables), chance)
            if what:
                return what


def _edited(database: sqlite3.Connection, table: str, chance: Random) -> str:
    cursor = database.execute(f"SELECT * FROM {table} ORDER BY 1")
    columns, rows = [one[0] for one in cursor.description], cursor.fetchall()
    if not rows:
        return ""
    row = chance.choice(rows)
    here = " AND ".join(f"{column} IS ?" for column in columns)
    at = chance.randrange(len(columns))
    how = chance.choice(("value", "value", "gone", "come"))
    try:
        if how == "gone":
            database.execute(f"DELETE FROM {table} WHERE {here}", row)
        elif how == "value":
            query = f"UPDATE {table} SET {columns[at]} = ? WHERE {here}"
            database.execute(query, (_other(row[at], chance), *row))
        else:
            new = [_other(row[0], chance), *row[1:]]
            database.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", new)
    except sqlite3.IntegrityError:  # a rule of the table's own
        return ""
    return f"{how} in {table}.{columns[at]}"


def _other(value: Any, chance: Random) -> Any:
    if isinstance(value, bytes):
        at = chance.randrange(len(value) or 1)
        return value[:at] + chance.randbytes(1) + value[at + 1 :] + b"x"
    if isinstance(value, str):
        return f"{value}x"
    return (value or 0) + chance.choice((-1, 1, 1_000_003))


def _dump(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / FILE)) as database:
        return list(database.iterdump())


if __name__ == "__main__":
    sys.exit(main())
