"""A short run of the long search for input that breaks a reader: `python -m tests.fuzz`."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.errors import NotASlip
from tests.fuzz.__main__ import READERS, tried
from tests.fuzz.bending import Bending

FEW = 120


@pytest.mark.parametrize("name", READERS)
def test_whatever_it_reads_only_its_own_errors_come(name: str) -> None:
    came = tried(name, 20, range(FEW))
    assert came.faults == []
    assert came.outcomes.total() == FEW
    assert came.outcomes["read"] > 0


class Breaks:
    """Reads nothing well."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "file"

    def make(self, bending: Bending) -> str:
        return bending.random.choice(("own", "foreign", "promise"))

    def check(self, made: str) -> None:
        if made == "own":
            raise NotASlip()
        if made == "foreign":
            raise KeyError(made)
        raise AssertionError("a promise is broken")


def test_a_reader_that_breaks_would_be_seen_and_so_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(READERS, "breaks", Breaks)  # type: ignore[arg-type]
    came = tried("breaks", 1, range(30))
    assert came.outcomes.keys() == {"NotASlip"}
    assert {"KeyError" in fault for fault in came.faults} == {True, False}
    number = int(came.faults[0].partition("--only ")[2].partition(":")[0])
    assert tried("breaks", 1, range(number, number + 1)).faults == came.faults[:1]
