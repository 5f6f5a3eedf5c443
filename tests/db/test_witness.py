"""A hash on paper names its entry, and knows of an end that the books have lost."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from db import audit, journal
from db.audit import Standing
from db.connection import open_books
from tests.db.table import Table


def journal_of(table: Table) -> list[Any]:
    return list(table.books.sql("SELECT * FROM entry ORDER BY id"))


def test_a_hash_on_paper_names_its_entry(busy: Table) -> None:
    for *_, kind, _raw, _prev, digest in journal_of(busy):
        (standing,) = audit.witnessed(busy.books, digest.hex()[:8])
        assert standing.kind == kind
    assert audit.witnessed(busy.books, digest.hex().upper()[:11]) == [standing]
    assert (standing.seq, standing.day, standing.visit) == (len(journal_of(busy)), 2, 1)


def test_a_hash_on_paper_knows_an_end_that_was_cut_off(busy: Table, tmp_path: Path) -> None:
    """Books as they were before, every table in its place, and a slip that was printed since."""
    with closing(open_books(tmp_path / "before", create=True)) as before:
        audit.replay(busy.books, before)
        busy.visit("1 lemons")
        (_, printed) = journal.head(busy.books)
        assert audit.witnessed(before, printed.hex()[:8]) == []
    assert audit.witnessed(busy.books, printed.hex()[:8])


def test_an_entry_that_is_no_visit_has_no_visits_number(busy: Table) -> None:
    for *_, seq, _at, day, kind, _raw, _prev, digest in journal_of(busy):
        (standing,) = audit.witnessed(busy.books, digest.hex())
        if kind != "visit":
            assert standing == Standing(busy.books.kiosk, seq, kind, day, 0)


def test_a_hash_is_found_by_as_much_as_can_be_read_of_it(busy: Table) -> None:
    """The longer the more certain; half a byte counts, too."""
    _seq, newest = journal.head(busy.books)
    digits = newest.hex()
    (standing,) = audit.witnessed(busy.books, digits)
    for length in range(1, len(digits) + 1):
        assert standing in audit.witnessed(busy.books, digits[:length])
        other = f"{int(digits[length - 1], 16) ^ 1:x}"
        assert standing not in audit.witnessed(busy.books, digits[: length - 1] + other)
