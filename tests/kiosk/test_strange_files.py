"""Pipes and folders under the names of files in the data folder: nothing waits for them, and what can't
be read is as if it were not there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.backup.last import NOTE_FILE, BackupNotNoted
from kiosk.config import SETTINGS_FILE
from kiosk.keys.resting import FILE as RESTING
from kiosk.machine.log import FILE as LOG
from kiosk.running.onetable import FILE as LOCK
from kiosk.running.visitkeeping import FILE as VISIT
from tests.kiosk.cli.lines import shell
from tests.kiosk.screens.table import founded
from tests.kiosk.terminal import at_terminal

MARK = "books.sqlite-at-rest"
NAMES = (VISIT, NOTE_FILE, SETTINGS_FILE, RESTING, LOG, LOCK)


def strange(tmp_path: Path, make: Callable[[Path], object]) -> Path:
    """A market whose small files are something else."""
    folder = founded(tmp_path / "market", practice=False)
    (folder / MARK).unlink()
    if make is os.mkfifo:
        make(folder / MARK)
    for name in NAMES:
        (folder / name).unlink(missing_ok=True)
        make(folder / name)
    return folder


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
def test_the_table_is_up_and_books(tmp_path: Path, make: Callable[[Path], object]) -> None:
    with at_terminal(strange(tmp_path, make)) as terminal:
        terminal.wait("Scan a slip at any time")
        terminal.press("1", until="what do they bring or take?")
        terminal.type("3 tom", until="tomatoes kg 2 credits")
        terminal.press("enter", until="we hand out a slip of")
        terminal.press("enter", until="Give it to the neighbour.")


def test_commands_in_lines_wait_for_no_pipe(tmp_path: Path) -> None:
    data = ("--data", str(strange(tmp_path, os.mkfifo)))
    assert "versions" in shell(*data, "doctor").stdout
    assert "Market day 1" in shell(*data, "day", "report").stdout
    assert shell(*data, "backup").returncode == 0


def test_a_backup_that_can_not_be_noted_is_made_all_the_same(tmp_path: Path) -> None:
    data = ("--data", str(strange(tmp_path, Path.mkdir)))
    assert shell(*data, "day", "report").returncode == 0
    done = shell(*data, "backup")
    assert done.returncode == BackupNotNoted.status
    assert "is whole" in done.stderr
