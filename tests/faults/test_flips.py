"""Whatever is changed in a file at rest is found; the long form is `python -m tests.faults.flips`."""

from __future__ import annotations

from pathlib import Path

from tests.faults import flips


def test_flipped_bits_and_edited_rows_are_found(tmp_path: Path) -> None:
    assert list(flips.run(tmp_path, 12))[-1] == "12 flips and 12 edits, all found"
