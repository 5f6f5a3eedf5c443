"""Write down every statement that books send to SQLite, to send the same ones without us."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from hashlib import sha256
from typing import Any, NamedTuple
from unittest.mock import patch

import orjson


class Sent(NamedTuple):
    """One statement as it went to SQLite, and the values bound to it. Where it puts an entry in the
    chain, `body` is what the entry says: whoever sends it writes and hashes that, as any program
    must. `many` are the values where it was sent once for each of them."""

    sql: str
    values: Any
    body: dict[str, Any] | None = None
    many: list[Any] | None = None


BODY = 6
"""Place of the body among the columns of an entry; the hash before and its own follow."""

READS = ("SELECT", "PRAGMA")
"""How statements begin that give a row."""

_connect = sqlite3.connect


@contextmanager
def recording(sent: list[Sent]) -> Iterator[None]:
    """Connections that are opened inside write down in `sent` what they execute."""

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, values: Any = ()) -> Cursor:
            is_entry = sql.startswith('INSERT INTO "entry"')
            body = orjson.loads(values[BODY]) if is_entry else None
            sent.append(Sent(sql, copy(values), body))
            return super().execute(sql, values)

        def executemany(self, sql: str, many: Iterable[Any]) -> Cursor:
            each = list(many)
            if each:
                sent.append(Sent(sql, each[0], many=each))
            super().executemany(sql, each)
            return self

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def execute(self, sql: str, values: Any = ()) -> Any:
            return self.cursor().execute(sql, values)

        def executemany(self, sql: str, many: Any) -> Any:
            return self.cursor().executemany(sql, many)

    with patch(
        "sqlite3.connect", lambda *names, **more: _connect(*names, factory=Connection, **more)
    ):
        yield


def send(connection: sqlite3.Connection, sent: Sequence[Sent]) -> None:
    """Send recorded statements as the manual of sqlite3 does, and fetch what they give. (One cursor
    for all of them, as the books have it, would save it some 3 µs a visit.)"""
    execute, execute_many = connection.execute, connection.executemany
    dumps, sorted_keys = orjson.dumps, orjson.OPT_SORT_KEYS
    for sql, values, body, many in sent:
        if many is not None:
            execute_many(sql, many)
            continue
        if body is not None:
            raw, before = dumps(body, option=sorted_keys), values[BODY + 1]
            values = (*values[:BODY], raw, before, sha256(before + raw).digest())
        cursor = execute(sql, values)
        if sql.startswith(READS):
            cursor.fetchone()
