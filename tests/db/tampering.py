"""What somebody with the file and SQL can do to the books, for the tests that must find it out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from db.connection import Books
from db.journal import GENESIS

Change = Callable[[dict[str, Any]], dict[str, Any] | bytes]


def tamper(books: Books, sql: str, values: tuple[Any, ...] = ()) -> None:
    """Run SQL past triggers and references, and leave no trace of that."""
    with unguarded(books):
        books.sql(sql, values)


def by_the_library(content: object) -> bytes:
    """Canonical JSON as the standard library writes it, of whatever size its numbers are."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@contextmanager
def unguarded(books: Books) -> Iterator[None]:
    """Books without triggers and references for a while."""
    query = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
    triggers = books.sql(query).fetchall()
    for name, _sql in triggers:
        books.sql(f"DROP TRIGGER {name}")
    books.sql("PRAGMA foreign_keys = 0")
    try:
        yield
    finally:
        for _name, sql in triggers:
            books.sql(sql)
        books.sql("PRAGMA foreign_keys = 1")


@contextmanager
def taken_back(books: Books) -> Iterator[None]:
    """Whatever is tampered with inside was never done."""
    books.sql("PRAGMA foreign_keys = 0")  # it can't be set in a transaction
    books.sql("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        books.sql("ROLLBACK")
        books.sql("PRAGMA foreign_keys = 1")


def rewrite(books: Books, seq: int, change: Change) -> None:
    """Change the words of one entry and hash the whole journal anew, as a patient forger would."""
    with unguarded(books):
        prev = GENESIS
        for key, number, raw in books.sql("SELECT id, seq, body FROM entry ORDER BY id").fetchall():
            if number == seq:
                changed = change(json.loads(raw))
                raw = changed if isinstance(changed, bytes) else by_the_library(changed)
            digest = sha256(prev + raw).digest()
            books.sql(
                "UPDATE entry SET body = ?, prev_hash = ?, hash = ? WHERE id = ?",
                (raw, prev, digest, key),
            )
            prev = digest
