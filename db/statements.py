"""SQL that peewee compiles once: what is on the path of a visit runs these."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import peewee


class Slot:
    """A value that a statement leaves open until it runs."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


def slot(name: str) -> Any:
    """An open value, by name, for use in a query that a `Statement` compiles."""
    return peewee.Value(Slot(name), converter=False)


class Statement:
    """A query that peewee compiles once, when it is first run; each run only fills the slots.

    The query builder costs more than the disk: nothing on the path of a visit uses it afresh.
    """

    def __init__(self, query: Any) -> None:
        self._query = query

    @cached_property
    def sql(self) -> str:
        """The SQL with a named parameter for each slot; what is always the same stands in it."""
        return self._compiled(lambda slot: f":{slot.name}")

    @cached_property
    def sql_in_order(self) -> str:
        """The same with a question mark for each slot."""
        return self._compiled(lambda slot: "?")

    def _compiled(self, parameter: Callable[[Slot], str]) -> str:
        text, values = peewee.SqliteDatabase(None).get_sql_context().sql(self._query).query()
        compiled, *rest = str(text).split("?")
        for value, part in zip(values, rest, strict=True):
            compiled += parameter(value) if isinstance(value, Slot) else _constant(value)
            compiled += part
        return compiled


def _constant(value: int | str | None) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'{}'".format(value.replace("'", "''"))
