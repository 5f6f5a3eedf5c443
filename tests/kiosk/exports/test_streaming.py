"""Formats for bookkeepers take no more memory for a large day than for a small one."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from db import days
from db.weighing import Line
from kiosk.exports import beancount, csv_files, hledger, workbook
from kiosk.exports.extract import extract
from kiosk.exports.formats import Format
from tests.kiosk.exports.conftest import Table, open_table, reference

SIZES = (10, 100, 150, 400)
"""Pairs of visits on each day. Entries are read by the batch, so a day for those who read them has more
than one."""


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    """Sealed days with more and more visits."""
    table = open_table(tmp_path_factory.mktemp("data"))
    for pairs in SIZES:
        days.open_day(table.books)
        with table.books.transaction():
            for _ in range(pairs):
                first = table.visit(Line("tomatoes", 3000), Line("honey", 500, True))
                table.visit(Line("honey", 1000, True), slips=(reference(first),))
        table.close()
    yield table
    table.books.close()


@pytest.mark.parametrize(
    ("form", "small", "large"), [(hledger, 3, 4), (beancount, 3, 4), (workbook, 1, 2)]
)
def test_memory_does_not_grow_with_the_day(
    sizes: Table, tmp_path: Path, form: Format, small: int, large: int
) -> None:
    peaks, written = [], []
    for number in (small, small, large):  # the first run fills what is made once a process
        day = extract(sizes.books, number, sizes.market)
        folder = tmp_path / str(len(peaks))
        folder.mkdir()
        csv_files.write(day, folder)
        if peaks:
            tracemalloc.start()
        form.write(day, folder)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        written.append((folder / form.RESOURCES[0].path).stat().st_size)
    assert written[2] > 2 * written[1]
    assert (
        peaks[2] < peaks[1] + 200_000
    )  # what Python keeps of small tuples; all rows take far more
