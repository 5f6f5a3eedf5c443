"""Compare two sets of books row by row: the live ones and what a replay of their journal gave.

Says where they differ first, in each table, and what the journal wanted there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from db.connection import Books
from db.errors import N_
from db.findings import Finding, found, place
from db.models import PROJECTIONS

_ENTRY_COLUMNS = ("entry", "opened_in", "issued_in", "since")
"""Columns that name the entry which made a row."""
MOST_SHOWN = 4  # columns of a row that has no counterpart
_TABLE = N_("table {table}")
_TABLE_AND_ENTRY = N_("table {table}, entry {kiosk}/{seq}")
_MISSING = N_("the row {row} is missing")
_NOBODYS = N_("no entry made the row {row}")
_CHANGED = N_("{column} of the row {row} is {stored}, and the journal says {wanted}")

Row = tuple[Any, ...]


def compare(books: Books, replayed: Books) -> Iterator[Finding]:
    """The first row of each projection in which the books are not what a replay gave."""
    for table in PROJECTIONS:
        name = table._meta.table_name
        keys = [column.column_name for column in table._meta.get_primary_keys()]
        query = f"SELECT * FROM {name} ORDER BY {', '.join(keys)}"
        stored, wanted = books.sql(query), replayed.sql(query)
        columns = [column[0] for column in stored.description]
        difference = _first(iter(stored), iter(wanted), [columns.index(key) for key in keys])
        if difference is not None:
            yield _finding(name, columns, len(keys), *difference)


def _first(
    stored: Iterator[Row], wanted: Iterator[Row], keys: list[int]
) -> tuple[Row | None, Row | None] | None:
    """The first pair of rows that differ; one is None where its side has no such row."""
    while True:
        here, there = next(stored, None), next(wanted, None)
        if here is None and there is None:
            return None
        if here == there:
            continue
        if here is None or there is None:
            return here, there
        key, other = [here[at] for at in keys], [there[at] for at in keys]
        if key == other:
            return here, there
        return (here, None) if key < other else (None, there)


def _finding(
    table: str, columns: list[str], keys: int, stored: Row | None, wanted: Row | None
) -> Finding:
    row = wanted if wanted is not None else stored
    assert row is not None
    shown = row[:keys] if stored is not None and wanted is not None else row[:MOST_SHOWN]
    facts: dict[str, object] = {"table": table, "row": ", ".join(map(_shown, shown))}
    where = _TABLE
    entry = _entry_of(table, columns, row)
    if entry is not None:
        where = _TABLE_AND_ENTRY
        facts |= place(entry)
    if stored is None:
        return found(where, _MISSING, **facts)
    if wanted is None:
        return found(where, _NOBODYS, **facts)
    at = next(at for at in range(len(row)) if stored[at] != wanted[at])
    return found(
        where,
        _CHANGED,
        column=columns[at],
        stored=_shown(stored[at]),
        wanted=_shown(wanted[at]),
        **facts,
    )


def _entry_of(table: str, columns: list[str], row: Row) -> int | None:
    if table == "visit":
        return int(row[0])
    for name in _ENTRY_COLUMNS:
        if name in columns:
            return int(row[columns.index(name)])
    return None


def _shown(value: object) -> str:
    if value is None:
        return "–"
    return value.hex() if isinstance(value, bytes) else str(value)


# The schema

_SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_schema"


def compare_schema(books: Books, fresh: Books) -> Iterator[Finding]:
    """Tables, indexes, triggers and views that are not as this version makes them, and migrations
    that the books say they had."""
    stored, wanted = _schema(books), _schema(fresh)
    for key in sorted(stored.keys() | wanted.keys()):
        if stored.get(key) == wanted.get(key):
            continue
        what = N_("it is not as the kiosk made it")
        if key not in stored:
            what = N_("it was removed")
        elif key not in wanted:
            what = N_("it is none of the kiosk's")
        yield found(N_("{kind} {name} of the database"), what, kind=key[0], name=key[1])
    query = "SELECT name FROM schema_migration ORDER BY name"
    if not stored.keys() ^ wanted.keys() and (
        books.sql(query).fetchall() != fresh.sql(query).fetchall()
    ):
        what = N_("it does not list the steps that made these tables")
        yield found(_TABLE, what, table="schema_migration")


def have_same_tables(books: Books, fresh: Books) -> bool:
    """Whether the rows of both can be read and compared: the same tables, made by the same words."""
    return {key: row for key, row in _schema(books).items() if key[0] == "table"} == {
        key: row for key, row in _schema(fresh).items() if key[0] == "table"
    }


def _schema(books: Books) -> dict[tuple[str, str], Row]:
    return {(row[0], row[1]): tuple(row[2:]) for row in books.sql(_SCHEMA)}
