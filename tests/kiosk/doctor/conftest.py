"""A market for the doctor to look at: closed books, an open day, no key with a passphrase."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.kiosk.tills import Clock, found


@pytest.fixture(scope="session")
def lying(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a market that was founded once, to copy from."""
    folder = tmp_path_factory.mktemp("doctor") / "market"
    found(folder, Clock()).close()
    return folder


@pytest.fixture
def folder(lying: Path, tmp_path: Path) -> Path:
    """The data folder of a market on its first day, of which no program is running."""
    return Path(shutil.copytree(lying, tmp_path / "market"))
