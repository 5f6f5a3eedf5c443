"""Where a journal stands before anything stands in it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from db.connection import open_books
from db.standing import GENESIS, standing


def test_a_journal_begins_with_nothing_and_before_the_first_day(tmp_path: Path) -> None:
    with closing(open_books(tmp_path, create=True)) as books:
        assert tuple(standing(books)) == (0, GENESIS, 0, 0, False)
