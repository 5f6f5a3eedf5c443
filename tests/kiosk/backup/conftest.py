"""A stick that was chosen for backups, and one with two backups of a market."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kiosk.backup.making import back_up
from kiosk.backup.place import choose_place
from kiosk.till import Till
from tests.kiosk.backup.sticks import PASSPHRASE
from tests.kiosk.tills import Clock, booked, found


@pytest.fixture
def stick(tmp_path: Path, till: Till) -> Path:
    """A folder that was chosen for the backups of `till`."""
    folder = tmp_path / "stick"
    folder.mkdir()
    choose_place(till.folder, till.books, folder)
    return folder


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A market with a locked key, and a stick with two backups of it; a slip waits in the last."""
    where = tmp_path_factory.mktemp("pattern")
    till = found(where / "market", Clock(), passphrase=PASSPHRASE)
    stick = where / "stick"
    stick.mkdir()
    choose_place(till.folder, till.books, stick)
    till.change_settings(till.settings())
    booked(till, "3 tomatoes")
    till.confirm(till.pending()[0].id)
    back_up(till.folder, till.books, stick)
    booked(till, "1 honey")
    back_up(till.folder, till.books, stick)
    till.close()
    return where / "market", stick


@pytest.fixture
def market(pattern: tuple[Path, Path]) -> Path:
    return pattern[0]


@pytest.fixture
def full_stick(pattern: tuple[Path, Path], tmp_path: Path) -> Path:
    copy = tmp_path / "stick"
    shutil.copytree(pattern[1], copy)
    return copy
