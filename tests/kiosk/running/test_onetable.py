"""One full screen for one folder, from its first picture to its last; and nothing else is kept out."""

from __future__ import annotations

import errno
import fcntl
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.running import onetable
from kiosk.running.onetable import FILE, TableIsOpen
from kiosk.running.visitkeeping import FILE as VISIT
from tests.kiosk.running.test_supervisor import HOME, kill_the_app
from tests.kiosk.screens.table import founded
from tests.kiosk.terminal import at_terminal, environment_for


def is_refused(folder: Path) -> bool:
    """Whether a second table is refused calmly, and shows nothing."""
    with at_terminal(folder) as second:
        status = second.status()
        second.read_to_the_end()
        said = second.words()
        assert b"\x1b" not in second.output
    return status == 3 and "is already open on this machine" in said


def test_a_second_table_is_refused_and_touches_nothing_of_the_first(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")
    with at_terminal(folder) as first:
        first.wait(HOME)
        first.press("1", until="what do they bring or take?")
        first.type("5 tom", until="tomatoes kg 2 credits")
        first.press("enter", until="we hand out a slip of")
        first.wait_for((folder / VISIT).exists, "the visit on the disk")
        assert is_refused(folder)
        assert (folder / VISIT).exists()
        kill_the_app(first)
        first.wait("The kiosk started anew. This visit is as it was")
        assert is_refused(folder), "the table that came back is the one"
        in_lines = subprocess.run(
            [sys.executable, "-m", "kiosk", "day", "report"],
            env=environment_for(folder),
            capture_output=True,
            check=False,
        )
        assert in_lines.returncode == 0
        first.press("enter", until="visit 1 is in the book")
        assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600


def test_whoever_kills_the_table_can_open_it_again(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")
    with at_terminal(folder) as first:
        first.wait("Scan a slip at any time")
        kill_the_app(first)
        first.wait("Scan a slip at any time")
    with at_terminal(folder) as again:  # its whole group was killed
        again.wait("Scan a slip at any time")
        again.signal(signal.SIGTERM)
        again.status()
    with at_terminal(folder) as again:
        again.wait("Scan a slip at any time")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / onetable.BOOKS).touch()
    yield tmp_path
    onetable.let_go()
    onetable._folder = None


def is_locked(folder: Path) -> bool:
    """Whether somebody holds the lock."""
    with (folder / FILE).open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_the_lock_is_let_go_with_the_books_and_taken_up_again(folder: Path) -> None:
    onetable.take(folder)
    onetable.take(folder)
    assert is_locked(folder)
    onetable.let_go()
    assert not is_locked(folder)
    onetable.take_up()
    assert is_locked(folder)
    onetable.let_go()
    with (folder / FILE).open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        onetable.take_up()
        with pytest.raises(TableIsOpen):
            onetable.take(folder)


def test_an_empty_folder_stays_empty_until_a_market_is_in_it(folder: Path) -> None:
    (folder / onetable.BOOKS).unlink()
    onetable.take(folder)
    assert list(folder.iterdir()) == []
    (folder / onetable.BOOKS).touch()
    onetable.take_up()
    assert is_locked(folder)


@pytest.mark.parametrize("refusal", [errno.ENOTSUP, errno.ENOLCK, errno.EBADF])
def test_a_file_system_without_locks_stops_no_table(
    folder: Path, monkeypatch: pytest.MonkeyPatch, refusal: int
) -> None:
    def refuses(_file: int, _how: int) -> None:
        raise OSError(refusal, "no locks")

    monkeypatch.setattr(fcntl, "flock", refuses)
    onetable.take(folder)


def test_what_lies_where_the_lock_should_be_stops_no_table(folder: Path) -> None:
    (folder / FILE).mkdir()
    onetable.take(folder)


def test_a_folder_that_can_not_be_looked_into_is_for_the_table_to_explain(folder: Path) -> None:
    onetable.take(folder / ("long" * 100))
