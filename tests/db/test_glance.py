"""Whose books these are is told at a glance, or not at all: a glance never fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.glance import FILE, glance
from tests.db.table import OAK, Table


def test_a_glance_tells_whose_books_these_are(table: Table) -> None:
    assert glance(table.books.file.parent) == OAK


def test_a_glance_at_closed_books_tells_the_same(table: Table) -> None:
    table.books.close()
    assert glance(table.books.file.parent) == OAK


def test_where_there_are_no_books_there_is_no_market(tmp_path: Path) -> None:
    assert glance(tmp_path) is None
    (tmp_path / FILE).mkdir()
    assert glance(tmp_path) is None


@pytest.mark.parametrize("content", [b"", b"these are no books " * 300])
def test_what_is_no_database_has_no_market(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert glance(tmp_path) is None


@pytest.mark.parametrize("done", ["DELETE FROM market", "ALTER TABLE market RENAME name TO title"])
def test_books_without_a_market_have_none(table: Table, done: str) -> None:
    table.books.sql(done)
    assert glance(table.books.file.parent) is None
