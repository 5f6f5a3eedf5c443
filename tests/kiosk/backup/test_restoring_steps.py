"""Restoring, killed or failing at each of its steps: all is there or nothing, and the next one succeeds."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from db.connection import FILE
from db.errors import KioskError
from kiosk.backup.placing import PLACES
from kiosk.backup.restoring import FolderNotEmpty, restore
from kiosk.config import KEY_FILE
from kiosk.till import open_till
from tests.kiosk.backup.sticks import WHOLE, no_links, refused
from tests.kiosk.tills import sound

STEPS = ("mkdir", "link", "rename", "fsync", "unlink", "rmdir")
"""What of the system changes a folder, or makes a change durable."""


def killed(full_stick: Path, folder: Path, at: int) -> bool:
    """Restore in a process that is gone right before its step `at`; gives whether it got so far."""
    child = os.fork()
    if child == 0:
        step = iter(range(1 << 20))

        def dying(real: Callable[..., object]) -> Callable[..., object]:
            def dies(*arguments: object, **named: object) -> object:
                if next(step) == at:
                    os._exit(9)
                return real(*arguments, **named)

            return dies

        try:
            for name in STEPS:
                setattr(os, name, dying(getattr(os, name)))
            restore(full_stick, folder)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.fixture(params=["links", "no links"])
def _disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "no links":
        monkeypatch.setattr(os, "link", no_links)


@pytest.mark.usefixtures("_disk")
def test_whenever_a_restore_is_killed_all_is_there_or_nothing_and_the_next_one_succeeds(
    full_stick: Path, tmp_path: Path
) -> None:
    at, folder = 0, tmp_path / "new"
    while killed(full_stick, folder, at):
        if (folder / FILE).exists():
            assert {path.name for path in folder.iterdir()} >= WHOLE
            with closing(open_till(folder)) as till:
                assert sound(till)
        else:
            restore(full_stick, folder)
            assert {one.name for one in folder.iterdir()} == WHOLE
        shutil.rmtree(folder)
        at += 1
    assert at > 10
    assert {one.name for one in folder.iterdir()} == WHOLE


def failing(full_stick: Path, folder: Path, at: int, *, for_good: bool) -> tuple[bool, bool]:
    """Restore onto a disk that fails at the step `at`, once or from then on; gives whether the restore
    got so far, and whether it said that it succeeded."""
    steps = 0

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def fails(*arguments: object, **named: object) -> object:
            nonlocal steps
            steps += 1
            if steps - 1 == at or (for_good and steps > at):
                raise OSError(errno.EROFS, os.strerror(errno.EROFS))
            return real(*arguments, **named)

        return fails

    with pytest.MonkeyPatch.context() as patch:
        for name in STEPS:
            patch.setattr(os, name, counted(getattr(os, name)))
        try:
            restore(full_stick, folder)
        except KioskError:
            return steps > at, False
    return steps > at, True


@pytest.mark.usefixtures("_disk")
@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for good"])
def test_wherever_the_disk_fails_all_is_there_or_nothing_and_what_is_said_is_so(
    full_stick: Path, tmp_path: Path, for_good: bool
) -> None:
    at, folder, failures = 0, tmp_path / "new", 0
    while True:
        got_there, succeeded = failing(full_stick, folder, at, for_good=for_good)
        if succeeded:
            assert {path.name for path in folder.iterdir()} - {".restoring"} == WHOLE
        else:
            failures += 1
            assert not (folder / FILE).exists()
            assert for_good or not folder.exists()
            if folder.exists():
                restore(full_stick, folder)
                assert {path.name for path in folder.iterdir()} == WHOLE
        if not got_there:
            break
        shutil.rmtree(folder, ignore_errors=True)
        at += 1
    assert failures > 8


@pytest.mark.parametrize("note", [None, b"", b"[]", b"{", b'{"market.key": 3}', b"\xff"])
def test_a_key_that_no_restoring_put_there_is_left_alone(
    full_stick: Path, tmp_path: Path, note: bytes | None
) -> None:
    folder = tmp_path / "new"
    (folder / ".restoring").mkdir(parents=True)
    (folder / KEY_FILE).write_text("another market's")
    if note is not None:
        (folder / ".restoring" / PLACES).write_bytes(note)
    refused(full_stick, folder, FolderNotEmpty)
    assert (folder / KEY_FILE).read_text() == "another market's"


def test_on_a_disk_without_links_a_key_that_was_changed_after_a_kill_is_left_alone(
    full_stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", no_links)
    folder, at = tmp_path / "new", 0
    while killed(full_stick, folder, at) and not (folder / KEY_FILE).exists():
        shutil.rmtree(folder, ignore_errors=True)
        at += 1
    assert not (folder / FILE).exists()
    raw = (folder / KEY_FILE).read_bytes()
    (folder / KEY_FILE).write_bytes(raw[:-1] + b" ")
    refused(full_stick, folder, FolderNotEmpty)
    assert (folder / KEY_FILE).read_bytes() == raw[:-1] + b" "
