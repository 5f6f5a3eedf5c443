"""No key leads out of the kiosk but the one by which a steward chooses so: a few of them here, all
with `python -m tests.every_key`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kiosk import every_key as harness
from tests.kiosk.every_key import every_key, pressed

OUTWARD = [
    b"\x03", b"\x11", b"\x1a", b"\x1c", b"\x10", b"\x1bq", b"\x1b[113;5u", b"\x1b[19;5~", b"\x1b[1;5S",
]  # fmt: skip
"""What leaves, stops or opens something in other programs: ctrl with c, q, z, \\ and p, alt q, …"""


def test_no_key_that_leaves_other_programs_leaves_this_one(tmp_path: Path) -> None:
    result = pressed(tmp_path, "steward", OUTWARD)
    assert (result.keys, result.wrong) == (len(OUTWARD), [])


def test_the_key_that_leaves_by_choice_is_seen_to_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(harness.LEAVES, "leave?", ())
    result = pressed(tmp_path, "leave?", [b"l"])
    assert result.wrong == ["leave?: b'l': the kiosk ended, or answers no more"]


def test_every_key_of_a_keyboard_is_among_them() -> None:
    keys = every_key()
    assert len(keys) == len(set(keys)) > 2000
    assert set(OUTWARD) <= set(keys)
