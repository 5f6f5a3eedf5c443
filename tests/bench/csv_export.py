"""A market day as CSV files against a bare loop over cursors, and what it takes of memory.

Bare is the least that anyone must do who gets these rows out of these tables: for each file one SQL
statement with the joins that its rows need, and `csv.writer(file).writerows(cursor)`: plain numbers
as they are stored, nothing spelled, nothing named, nothing made safe. What a visit came to and what
became of slips stand in the entries' words alone; bare fetches these words, once for each of the two
files as it must, but neither reads them nor writes them. So bare writes less than we do, and the ratio
says what all our work on top costs.

Memory is the most that Python held at once, at two sizes of a day. What SQLite holds beside it is
bounded by its cache.
"""

from __future__ import annotations

import csv
import shutil
import time
import tracemalloc
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from db import market
from db.connection import open_books
from kiosk.exports import csv_files
from kiosk.exports.extract import Extract, extract
from tests.bench.growth import grown
from tests.bench.market import a_folder
from tests.bench.table import Effort, Row, in_turns, milliseconds

_ENTRIES = "entry.id BETWEEN ?1 AND ?2"
_ROWS = "BETWEEN ?1 << 8 AND (?2 << 8) + 255"
BARE = {
    "visits": "SELECT visit.number, visit.reversed_in, before.number, entry.body FROM visit "
    "JOIN entry ON entry.id = visit.id LEFT JOIN visit AS before ON before.id = visit.brings_back "
    f"WHERE {_ENTRIES} ORDER BY visit.id",
    "lines": "SELECT movement.entry, entry.kind, visit.number, movement.good, movement.direction, "
    "movement.quantity, movement.rate, movement.credits FROM movement "
    "JOIN entry ON entry.id = movement.entry LEFT JOIN visit ON visit.id = movement.entry "
    f"WHERE movement.id {_ROWS} ORDER BY movement.id",
    "slips": "SELECT entry.id, entry.kind, visit.number, entry.body FROM entry "
    f"LEFT JOIN visit ON visit.id = entry.id WHERE {_ENTRIES} "
    "AND entry.kind IN ('visit', 'reversal', 'void', 'reissue') ORDER BY entry.id",
    "postings": "SELECT posting.entry, entry.kind, visit.number, posting.account, posting.credits "
    "FROM posting JOIN entry ON entry.id = posting.entry "
    "LEFT JOIN visit ON visit.id = posting.entry "
    f"WHERE posting.id {_ROWS} ORDER BY posting.id",
    "stock": f"SELECT good, SUM(quantity) FROM movement WHERE id {_ROWS} GROUP BY good",
}
WITH_WORDS = ("visits", "slips")
SMALLER = 10


def rows(effort: Effort) -> list[Row]:
    """Seconds of both in turns, and the peak of memory at two sizes."""
    with a_folder() as folder:
        peaks = []
        for name, visits in (("small", effort.records // SMALLER), ("large", effort.records)):
            grown(folder / name, visits)[0].close()
            peaks.append(_peak(folder / name, folder / "out"))
        books = open_books(folder / "large")
        day = extract(books, 1, market.market(books))
        rounds = 3 if effort.records > 100_000 else effort.rounds
        ours, bare = in_turns(
            rounds,
            partial(_timed, partial(csv_files.write, day), folder / "out"),
            partial(_timed, partial(_bare, day), folder / "out"),
        )
        books.close()
    small, large = peaks
    return [
        Row(
            f"CSV files of a day of {effort.records:,} visits ÷ bare cursor loop",
            milliseconds(ours),
            milliseconds(bare),
            ours / bare,
            2.0,
            1.2,
        ),
        Row(
            f"memory of that ÷ for a day of {effort.records // SMALLER:,}",
            f"{large / 1024:,.0f} KiB",
            f"{small / 1024:,.0f} KiB",
            large / small,
            1.1,
            1.05,
        ),
    ]


def _timed(write: partial[None], folder: Path) -> float:
    folder.mkdir()
    began = time.perf_counter()
    write(folder)
    seconds = time.perf_counter() - began
    shutil.rmtree(folder)
    return seconds


def _bare(day: Extract, folder: Path) -> None:
    bounds = (day.first, day.last)
    for name, query in BARE.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            cursor: Iterable[tuple[object, ...]] = day.books.sql(query, bounds)
            if name in WITH_WORDS:
                cursor = (row[:-1] for row in cursor)
            csv.writer(file, lineterminator="\n").writerows(cursor)


def _peak(data: Path, folder: Path) -> int:
    """The most bytes that Python held while it wrote the files of the day in `data`."""
    books = open_books(data)
    day = extract(books, 1, market.market(books))
    folder.mkdir()
    tracemalloc.start()
    csv_files.write(day, folder)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    shutil.rmtree(folder)
    books.close()
    return peak
