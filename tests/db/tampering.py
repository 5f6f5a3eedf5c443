"""What somebody with the file and SQL can do to the books, for the tests that must find it out."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from db.connection import Books
from db.journal import GENESIS

Change = Callable[[dict[str, Any]], dict[str, Any] | bytes]


def tamper(books: Books, sql: str, values: tuple[Any, ...] = ()) -> None:
    """Run SQL past triggers and references."""
    unguard(books)
    books.sql(sql, values)


def by_the_library(content: object) -> bytes:
    """Canonical JSON as the standard library writes it, of whatever size its numbers are."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def unguard(books: Books) -> None:
    triggers = books.sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        books.sql(f"DROP TRIGGER {name}")
    books.sql("PRAGMA foreign_keys = 0")


def rewrite(books: Books, seq: int, change: Change) -> None:
    """Change the words of one entry and hash the whole journal anew, as a patient forger would."""
    unguard(books)
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
