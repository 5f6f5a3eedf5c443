"""The folder into which is restored: what may lie there, and a disk that is full or knows no locks."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

import pytest

from db.connection import FILE
from db.errors import DiskFull
from db.surroundings import QuotaReached
from kiosk import bookcheck
from kiosk.backup.restoring import FolderNotEmpty, NoRoomToRestore, restore
from kiosk.config import KEY_FILE, SETTINGS_FILE
from kiosk.machine import log
from kiosk.messages import sentence
from kiosk.running import onetable
from tests.kiosk.backup.sticks import WHOLE, no_links, refused


def test_a_folder_in_which_the_kiosk_was_only_started_counts_as_empty(
    full_stick: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "started"
    folder.mkdir()
    logs = {log.FILE, *(f"{log.FILE}.{number}" for number in range(1, log.OLDER_FILES + 1))}
    left = logs | {onetable.FILE}
    for name in left:
        (folder / name).write_text(name)
    restore(full_stick, folder)
    assert {path.name for path in folder.iterdir()} == WHOLE | left
    assert {(folder / name).read_text() for name in left} == left


def test_what_lies_in_the_way_of_a_restore_is_named(full_stick: Path, tmp_path: Path) -> None:
    folder = tmp_path / "full"
    folder.mkdir()
    for name in ("table.lock", "kiosk.log", "kiosk.log.4", "letter\x1b.txt"):
        (folder / name).touch()
    assert "kiosk.log.4" in sentence(refused(full_stick, folder, FolderNotEmpty))
    (folder / "kiosk.log.4").unlink()
    said = sentence(refused(full_stick, folder, FolderNotEmpty))
    assert "letter" in said and "\x1b" not in said
    (folder / "letter\x1b.txt").unlink()
    for name in (FILE, KEY_FILE, SETTINGS_FILE):
        (folder / name).touch()
        assert name in sentence(refused(full_stick, folder, FolderNotEmpty))
        (folder / name).unlink()


def test_books_that_somebody_puts_there_meanwhile_stay(
    full_stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for knows_links in (True, False):
        folder = tmp_path / f"new{knows_links}"

        def meanwhile(_done: int, _whole: int, folder: Path = folder) -> None:
            (folder / FILE).write_text("founded")

        if not knows_links:
            monkeypatch.setattr(os, "link", no_links)
        with pytest.raises(FolderNotEmpty) as caught:
            restore(full_stick, folder, meanwhile)
        assert FILE in sentence(caught.value)
        assert [path.name for path in folder.iterdir()] == [FILE]
        assert (folder / FILE).read_text() == "founded"


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), DiskFull(), QuotaReached()])
def test_a_disk_that_fills_up_meanwhile_is_said_to_be_too_small(
    full_stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def full(*_what: object) -> None:
        raise error

    if isinstance(error, OSError):
        monkeypatch.setattr(os, "link", full)
    else:
        monkeypatch.setattr(bookcheck, "check_books", full)
    said = sentence(refused(full_stick, tmp_path / "new", NoRoomToRestore))
    assert str(tmp_path / "new") in said and "booked" not in said


@pytest.mark.parametrize("said", ["EBADF", "ENOLCK", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL"])
def test_where_no_folder_can_be_locked_one_is_restored_all_the_same(
    full_stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    def no_locks(*_what: object) -> None:
        raise OSError(getattr(errno, said), "no locks")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    restore(full_stick, tmp_path / "new")
    assert {path.name for path in (tmp_path / "new").iterdir()} == WHOLE
