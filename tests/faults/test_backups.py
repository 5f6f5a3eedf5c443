"""A killed backup leaves whole ones; the long form is `python -m tests.faults.backups`."""

from __future__ import annotations

from pathlib import Path

from tests.faults import backups


def test_whenever_a_backup_is_killed_whole_ones_are_left_and_each_restores(tmp_path: Path) -> None:
    said = list(backups.run(tmp_path, 5, visits=10))
    assert said[-1].startswith("5 backups killed; all ")
