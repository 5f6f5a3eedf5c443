"""The log holds no disk that has to be taken out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk import log


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    log.open_log(tmp_path)
    yield tmp_path
    log.close_log()


def held(folder: Path) -> list[str]:
    """Files of the folder that this process has open."""
    found = []
    for one in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            found.append(os.fspath(one.readlink()))
    return [path for path in found if path.startswith(os.fspath(folder))]


def test_a_log_that_let_go_holds_no_file_and_goes_on_with_the_next_line(folder: Path) -> None:
    log.note("the table is up")
    assert held(folder) == [str(folder / log.FILE)]
    log.let_go()
    assert held(folder) == []
    log.note("day {day} is open", day=3)
    written = (folder / log.FILE).read_text()
    assert "the table is up" in written and "day 3 is open" in written
