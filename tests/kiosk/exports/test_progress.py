"""How far an export is said to be is how far it is."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.weighing import Line
from kiosk.exports.extract import extract
from kiosk.exports.folder import export_days
from kiosk.exports.formats import FORMATS
from kiosk.exports.progress import PATIENCE, PAUSE, Progress, Seldom, bar, percent
from tests.kiosk.exports.conftest import Table, live_a_day


def test_an_export_of_two_days_goes_from_nothing_to_all_and_never_back(
    sealed: Table, tmp_path: Path
) -> None:
    live_a_day(sealed)
    with sealed.books.transaction():
        for _ in range(300):
            sealed.visit(Line("tomatoes", 1000))
    heard: list[tuple[int, int]] = []
    export_days(
        sealed.books,
        [1, 2],
        tmp_path / "out",
        sealed.market,
        tell=lambda done, total: heard.append((done, total)),
    )
    passes = sum(one.PASSES for one in FORMATS)
    sizes = [extract(sealed.books, number, sealed.market).size for number in (1, 2)]
    total = passes * sum(sizes)
    assert {all_there_is for _, all_there_is in heard} == {total}
    done = [far for far, _ in heard]
    assert done == sorted(done)
    assert done[-1] == total
    assert passes * sizes[0] in done  # the first day's share, when it was over
    steps = [after - before for before, after in pairwise([0, *done])]
    assert max(steps) <= max(sizes)  # a format that reads no entries has its reading at once


@given(
    st.lists(
        st.tuples(st.integers(0, 1000), st.lists(st.integers(0, 400), max_size=5)), max_size=5
    ),
)
def test_each_part_has_its_share_whatever_it_reads(parts: list[tuple[int, list[int]]]) -> None:
    heard: list[int] = []
    total = sum(size for size, _ in parts)
    progress = Progress(lambda done, _: heard.append(done), total)
    until = 0
    for size, reads in parts:
        with progress.part(size):
            for entries in reads:
                progress.read(entries)
                assert until <= heard[-1] <= until + size
        until += size
        assert heard[-1] == until
    assert heard == sorted(heard)


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_all_of_it_is_said_when_all_of_it_is_done_and_not_before(one: int, other: int) -> None:
    done, total = sorted((one, other))
    assert (percent(done, total) == 100) == (done == total)
    assert (bar(done, total, 30) == "█" * 30) == (done == total)
    assert len(bar(done, total, 30)) == 30


def test_it_is_said_after_a_while_and_then_now_and_then() -> None:
    time = 0.0
    heard: list[int] = []
    seldom = Seldom(lambda done, _: heard.append(done), lambda: time)
    for done in range(100):
        time = done * PAUSE / 4
        seldom(done, 100)
    assert heard[0] == pytest.approx(4 * PATIENCE / PAUSE, abs=1)
    assert {after - before for before, after in pairwise(heard)} <= {4, 5}
