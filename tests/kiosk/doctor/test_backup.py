"""What the doctor says of backups: how old, where, and what they are good for."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from kiosk.backup.making import back_up
from kiosk.backup.place import choose_place
from kiosk.config import BACKUPS_FOLDER
from kiosk.doctor import Level
from kiosk.till import open_till
from tests.kiosk.doctor.machines import NOON, level, machine, words
from tests.kiosk.tills import Clock, booked


def saved(folder: Path, to: Path, clock: Clock | None = None) -> None:
    till = open_till(folder, clock or Clock())
    to.mkdir(exist_ok=True)
    choose_place(folder, till.books, to)
    back_up(folder, till.books, to)
    till.close()


def test_a_market_that_was_never_saved_is_told_so_in_time(folder: Path) -> None:
    assert "No backup was made yet" in words(machine(folder), "backup")
    assert level(machine(folder), "backup") is Level.NOTE
    clock = Clock()
    till = open_till(folder, clock)
    till.close_day(None)
    clock.forward(days=7)
    till.open_day()
    till.close()
    assert level(machine(folder, now=NOON + timedelta(days=7)), "backup") is Level.TROUBLE


def test_a_stick_is_better_than_the_same_machine(folder: Path, tmp_path: Path) -> None:
    saved(folder, folder / BACKUPS_FOLDER)
    assert "no stolen laptop" in words(machine(folder), "backup")
    saved(folder, tmp_path / "stick")
    said = words(machine(folder), "backup")
    assert "made 30 min ago" in said and "no stolen laptop" not in said
    assert "key is in no backup" in said
    shutil.rmtree(tmp_path / "stick")
    assert "is not there now" in words(machine(folder), "backup")
    assert level(machine(folder), "backup") is Level.NOTE


def test_what_was_booked_long_after_the_last_backup_is_trouble(
    folder: Path, tmp_path: Path
) -> None:
    saved(folder, tmp_path / "stick")
    assert level(machine(folder, now=NOON + timedelta(days=30)), "backup") is Level.NOTE
    clock = Clock()
    clock.forward(minutes=5)
    till = open_till(folder, clock)
    booked(till, "1 tomatoes")
    till.close()
    assert level(machine(folder), "backup") is Level.NOTE
    later = machine(folder, now=NOON + timedelta(hours=2))
    assert level(later, "backup") is Level.TROUBLE
    assert "What was booked since is in none" in words(later, "backup")
