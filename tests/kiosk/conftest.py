"""A real market on its first day, for the tests of the till and of what lies below it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.till import Till
from tests.kiosk.faces import fresh, only_vera
from tests.kiosk.tills import Clock, found

__all__ = ["clock", "fresh", "only_vera", "till"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def till(tmp_path: Path, clock: Clock) -> Iterator[Till]:
    made = found(tmp_path / "market", clock)
    yield made
    made.close()
