"""Real books in a real file: founded with a few goods, and with the first day open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db import days
from tests.db.table import Table, copied_table, found_table, live_two_days


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a market that was founded once, to copy from."""
    folder = tmp_path_factory.mktemp("pattern")
    found_table(folder).books.close()
    return folder


@pytest.fixture
def founded(pattern: Path, tmp_path: Path) -> Iterator[Table]:
    """A market without an open day."""
    table = copied_table(pattern, tmp_path)
    yield table
    table.books.close()


@pytest.fixture
def table(founded: Table) -> Table:
    """A market on its first day."""
    days.open_day(founded.books, [("table", "Ana")])
    return founded


@pytest.fixture
def busy(table: Table) -> Table:
    """A day with one of everything in it, and the next one open."""
    live_two_days(table)
    return table
