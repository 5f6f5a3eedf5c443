"""Write down every statement that books send to SQLite, to send the same ones without us."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from typing import Any
from unittest.mock import patch

Sent = tuple[str, Any]
"""One statement as it went to SQLite, and the values bound to it."""

_connect = sqlite3.connect


@contextmanager
def recording(sent: list[Sent]) -> Iterator[None]:
    """Connections that are opened inside write down in `sent` what they execute."""

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, values: Any = ()) -> Cursor:
            sent.append((sql, copy(values)))
            return super().execute(sql, values)

        def executemany(self, sql: str, many: Iterable[Any]) -> Cursor:
            for values in many:
                self.execute(sql, values)
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
    """Send recorded statements and fetch what they give: the least that any program does."""
    execute = connection.execute
    for sql, values in sent:
        execute(sql, values).fetchall()
