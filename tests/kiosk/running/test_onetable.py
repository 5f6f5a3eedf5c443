"""One full screen for one folder, from its first picture to its last; and nothing else is kept out."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.errors import DiskFull, Trouble
from db.surroundings import DiskReadOnly
from kiosk.machine import log
from kiosk.running import onetable, tillthread
from kiosk.running.onetable import FILE, TableIsOpen
from kiosk.running.tillthread import TillThread
from kiosk.running.visitkeeping import FILE as VISIT
from kiosk.till import Till, open_till
from tests.kiosk.running.test_supervisor import HOME, kill_the_app
from tests.kiosk.running.test_tillthread import play
from tests.kiosk.screens.table import founded
from tests.kiosk.terminal import at_terminal, environment_for
from tests.kiosk.tills import Clock, found, handed_out


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
        for _again in range(2):
            with pytest.raises(TableIsOpen, match="restart the machine"):
                onetable.take_up()


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


def test_a_lock_that_can_only_be_read_is_a_lock_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a disk that can only be read, or where root made it and lets others read it."""
    (folder / FILE).touch()
    opened = os.open

    def refuses_to_write(path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_RDWR:
            raise PermissionError(errno.EACCES, "no")
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", refuses_to_write)
    onetable.take(folder)
    monkeypatch.undo()
    assert is_locked(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for others")
def test_a_lock_that_root_made_belongs_to_whom_the_books_belong(folder: Path) -> None:
    os.chown(folder / onetable.BOOKS, 4321, 4322)
    onetable.take(folder)
    made = (folder / FILE).stat()
    assert (made.st_uid, made.st_gid, stat.S_IMODE(made.st_mode)) == (4321, 4322, 0o600)
    onetable.let_go()
    (folder / FILE).unlink()
    (folder / "other").touch()
    os.link(folder / "other", folder / FILE)
    onetable.take(folder)
    assert (folder / "other").stat().st_uid == 0, "a file of another name is given to nobody"


def test_a_table_without_a_lock_says_so_once_in_the_log(folder: Path) -> None:
    (folder / FILE).mkdir()
    log.open_log(folder)
    try:
        onetable.take(folder)
        for _look in range(3):
            onetable.take_up()
    finally:
        log.close_log()
    said = (folder / log.FILE).read_text()
    assert said.count("a second table would not be refused") == 1
    assert f"error {errno.EISDIR}" in said


# A table that waits for its disk, and the one that was opened meanwhile


class Held:
    """The lock in the hands of another table."""

    def __init__(self, folder: Path) -> None:
        self._file = (folder / FILE).open("ab")
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def let_go(self) -> None:
        self._file.close()


@pytest.fixture
def market(tmp_path: Path, clock: Clock) -> Iterator[Path]:
    found(tmp_path / "market", clock).close()
    yield tmp_path / "market"
    onetable.let_go()
    onetable._folder = None


@pytest.fixture
def thread() -> Iterator[TillThread]:
    made = TillThread()
    yield made
    made.close()


def test_a_table_that_let_go_comes_back_only_where_no_other_was_opened(
    market: Path, thread: TillThread, tmp_path: Path
) -> None:
    async def script(thread: TillThread) -> None:
        onetable.take(market)
        await thread.open(market)
        market.rename(tmp_path / "away")
        await thread.look()
        (tmp_path / "away").rename(market)
        other = Held(market)
        for _look in range(2):
            await thread.look()
            assert isinstance(thread.trouble, TableIsOpen)
            with pytest.raises(TableIsOpen):
                await thread.ask(handed_out)
        other.let_go()
        await thread.look()
        assert thread.trouble is None
        assert is_locked(market)
        await thread.ask(handed_out)

    play(thread, script)


@pytest.mark.parametrize("fails", [DiskReadOnly(), DiskFull()])
def test_of_two_that_waited_for_a_disk_from_the_start_one_is_opened(
    market: Path, thread: TillThread, monkeypatch: pytest.MonkeyPatch, fails: Trouble
) -> None:
    def can_not_be_opened(_folder: Path) -> Till:
        raise fails

    async def script(thread: TillThread) -> None:
        with monkeypatch.context() as on_a_bad_disk:
            on_a_bad_disk.setattr(tillthread, "_open_till", can_not_be_opened)
            onetable.take(market)
            with pytest.raises(type(fails)):
                await thread.open(market)
            await thread.look()
            other = Held(market)  # who waits holds nothing, so that the disk can be taken out
        await thread.look()
        assert isinstance(thread.trouble, TableIsOpen)
        other.let_go()
        await thread.look()
        assert thread.is_open
        assert is_locked(market)

    play(thread, script)


def test_a_table_that_got_no_lock_at_first_gets_it_later_or_stands_back(
    market: Path, thread: TillThread
) -> None:
    async def script(thread: TillThread) -> None:
        (market / FILE).mkdir()
        onetable.take(market)
        await thread.open(market)
        await thread.ask(handed_out)
        (market / FILE).rmdir()
        other = Held(market)
        await thread.look()
        assert isinstance(thread.trouble, TableIsOpen)
        assert not thread.is_open
        other.let_go()
        await thread.look()
        assert thread.is_open
        assert is_locked(market)

    play(thread, script)


def test_a_market_founded_where_a_table_was_opened_meanwhile_is_left_to_that(
    thread: TillThread, tmp_path: Path, clock: Clock
) -> None:
    folder, held = tmp_path / "market", []

    def founded_and_opened_by_another() -> Till:
        till = found(folder, clock)
        held.append(Held(folder))
        return till

    async def script(thread: TillThread) -> None:
        onetable.take(folder)
        with pytest.raises(TableIsOpen):
            await thread.start(founded_and_opened_by_another)
        assert not thread.is_open
        held[0].let_go()
        await thread.start(lambda: open_till(folder, clock))
        assert is_locked(folder)

    try:
        play(thread, script)
    finally:
        onetable.let_go()
        onetable._folder = None


def test_a_folder_that_can_not_be_looked_into_is_for_the_table_to_explain(folder: Path) -> None:
    onetable.take(folder / ("long" * 100))
