"""Verifying the chain against the least that anyone must do for it: hash the same bytes."""

from __future__ import annotations

import time
from hashlib import sha256

from db.chain import verify_chain
from db.connection import Books
from db.journal import GENESIS
from tests.bench.growth import grown
from tests.bench.market import a_folder
from tests.bench.table import Effort, Row, in_turns, per_second


def rows(effort: Effort) -> list[Row]:
    """Entries verified a second, against a bare loop of SHA-256 over the bodies in memory."""
    entries = min(effort.records, 50_000)
    with a_folder() as folder:
        books, _mint = grown(folder, entries)
        bodies = [bytes(row[0]) for row in books.sql("SELECT body FROM entry ORDER BY id")]

        def ours() -> float:
            return _verified(books, len(bodies))

        def bare() -> float:
            began, digest = time.perf_counter(), GENESIS
            for body in bodies:
                digest = sha256(digest + body).digest()
            return len(bodies) / (time.perf_counter() - began)

        verified, hashed = in_turns(effort.rounds, ours, bare)
        books.close()
    return [
        Row(
            f"chain of {len(bodies):,} entries verified ÷ bare SHA-256 loop over them",
            per_second(verified),
            per_second(hashed),
            verified / hashed,
            0.6,
            0.75,
            more=True,
        )
    ]


def _verified(books: Books, number: int) -> float:
    began = time.perf_counter()
    findings = list(verify_chain(books))
    seconds = time.perf_counter() - began
    if findings:
        raise AssertionError(f"the chain does not verify: {findings[0]}")
    return number / seconds
