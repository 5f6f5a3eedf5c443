"""Fonts as a machine may have them, for the tests: all that are here, or only the one of every kiosk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.machine import fontfiles
from kiosk.machine.fonts import chosen, replaced


def printable(text: str) -> None:
    """Skip where no font of this machine has the letters."""
    if replaced(text):
        pytest.skip("no font on this machine has these letters: install fonts-dejavu-core")


@pytest.fixture
def fresh() -> Iterator[None]:
    """What was found on this machine is forgotten, before and after."""

    def forget() -> None:
        for cached in (chosen, fontfiles._found, fontfiles._lying_about, fontfiles.files_with):
            cached.cache_clear()

    forget()
    yield
    forget()


@pytest.fixture
def only_vera(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without any font but the one that every kiosk has."""
    monkeypatch.setattr(fontfiles, "_folders", list)
    monkeypatch.setattr(fontfiles, "_known_to_fontconfig", lambda letter: frozenset())
