"""Whether a redeem gets slower as the books grow: the median one in large books against small ones."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median

from db.connection import Books, open_books
from tests.bench.market import Asked, Mint, a_folder, asked, found, hand_out, redeem
from tests.bench.table import Effort, Row, in_turns, microseconds
from tests.bench.years import copied_years

SMALL = 1_000
BATCH = 100
_CHUNK = 5_000


def grown(folder: Path, records: int) -> tuple[Books, Mint]:
    """Books with so many visits."""
    books, mint = found(folder), Mint()
    fill(books, mint, records)
    return books, mint


def fill(books: Books, mint: Mint, records: int) -> None:
    """Book so many visits as the table books them: each second one takes for a slip."""
    books.sql("PRAGMA synchronous = OFF")
    done = 0
    while done < records:
        pairs = min(_CHUNK, records - done) // 2
        with books.transaction():
            for reference in hand_out(books, mint, pairs, 2):
                redeem(books, mint, asked(reference))
            # As after a day: every paper came out.
            books.sql("DELETE FROM secret")
            books.sql("UPDATE job SET state = 'confirmed' WHERE state = 'queued'")
        mint.made.clear()
        done += 2 * pairs
    books.sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    books.sql("PRAGMA synchronous = FULL")


def rows(effort: Effort) -> list[Row]:
    """The median redeem, durable and with change, at both sizes in turns."""
    opened, sides = [], []
    with a_folder() as folder:
        for records in (effort.records, SMALL):
            market = copied_years(replace(effort, records=records), folder / str(records))
            books, mint = open_books(market), Mint()
            visits = map(asked, hand_out(books, mint, BATCH * effort.rounds, 2))
            opened.append(books)
            sides.append(partial(_median_redeem, books, mint, visits))
        large, small = in_turns(effort.rounds, *sides)
        for books in opened:
            books.close()
    return [
        Row(
            f"median redeem with {effort.records:,} visits ÷ with {SMALL:,}",
            microseconds(large),
            microseconds(small),
            large / small,
            1.25,
            1.1,
        )
    ]


def _median_redeem(books: Books, mint: Mint, visits: Iterator[Asked]) -> float:
    taken = []
    for visit in islice(visits, BATCH):
        began = time.perf_counter()
        redeem(books, mint, visit)
        taken.append(time.perf_counter() - began)
    return median(taken)
