"""A few trials of each kind of fault; many more are done by hand with `python -m tests.faults`."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults import cli_kills, disks, failing, kills, powercuts, screen, sqlite_files, torn
from tests.kiosk.screens.table import founded

needs_sqlite = pytest.mark.skipif(bool(sqlite_files.why_not()), reason=sqlite_files.why_not())
needs_disks = pytest.mark.skipif(bool(disks.why_not()), reason=disks.why_not())


@needs_sqlite
def test_what_was_acknowledged_outlives_a_torn_disk(tmp_path: Path) -> None:
    found = torn.trials(torn.founded(tmp_path), tmp_path, 5)
    assert found.broken == []
    assert found.acknowledged > 10


@needs_sqlite
def test_the_torn_disk_would_show_what_is_not_synced(tmp_path: Path) -> None:
    pattern = torn.founded(tmp_path)
    assert torn.trials(pattern, tmp_path, 5, synchronous="NORMAL").lost


@needs_sqlite
@pytest.mark.parametrize("use", ["redeem", "close"])
def test_no_operation_that_fails_is_called_a_success(tmp_path: Path, use: str) -> None:
    counted = failing.every_failure(use, *failing.founded(tmp_path), step=7)
    assert counted.refused == counted.operations >= 2


@needs_sqlite
def test_a_sync_that_fails_may_have_booked_and_is_booked_once_by_its_key(tmp_path: Path) -> None:
    pattern, slip = failing.founded(tmp_path)
    every = failing.operations("visit", pattern, slip)
    commit = max(number for number, what in enumerate(every, 1) if what == "SQLite's sync")
    counted = failing.every_failure("visit", pattern, slip, only=commit)
    assert (counted.refused, counted.appeared) == (1, 1)


@needs_sqlite
def test_a_backup_that_fails_at_its_first_page_is_refused_in_words(tmp_path: Path) -> None:
    pattern, slip = failing.founded(tmp_path)
    first = failing.operations("backup", pattern, slip).index("SQLite's write") + 1
    counted = failing.every_failure("backup", pattern, slip, only=first)
    assert (counted.refused, counted.appeared) == (1, 0)


@needs_disks
def test_what_was_acknowledged_outlives_a_power_cut(tmp_path: Path) -> None:
    pattern = torn.founded(tmp_path)
    with disks.power_disk(tmp_path) as disk:
        assert powercuts.cuts(disk, pattern, 3).broken == []
        assert powercuts.cuts(disk, pattern, 4, synchronous="NORMAL").lost


def test_a_command_that_is_killed_and_typed_again_books_once(tmp_path: Path) -> None:
    _driver, found = cli_kills.killed(torn.founded(tmp_path), 2)
    assert found.broken == []


def test_an_app_that_is_killed_has_booked_what_it_said(tmp_path: Path) -> None:
    folder, found = founded(tmp_path / "market", practice=False), kills.Found()
    kills.trial(folder, random.Random(1), found, kind="visit", after=0.3)
    kills.trial(folder, random.Random(2), found, kind="redeem", after=0.1)
    assert found.broken == []


def test_a_disk_without_room_is_said_on_the_screen_and_passes(tmp_path: Path) -> None:
    screen.watched("quota" if disks.why_not() else "full disk", tmp_path)
