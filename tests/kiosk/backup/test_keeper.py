"""When a backup is due, and how its age is said."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from kiosk.backup import keeper
from kiosk.backup.keeper import Situation, is_time
from kiosk.backup.last import LastBackup
from kiosk.wording import age

MINUTE = 60_000
NOW = 1_795_000_000_000


def at(minutes_ago: float | None, *, is_open: bool = True) -> Situation:
    """How it stands where the last backup was made so many minutes ago, None for never."""
    last = (
        None
        if minutes_ago is None
        else LastBackup("/media/stick/x", NOW - round(minutes_ago * MINUTE), 7, 1)
    )
    return Situation(False, is_open, 15, NOW, last, True, Path("/media/stick"), False, "x", False)


@pytest.mark.parametrize(
    ("minutes_ago", "is_open", "in_trouble", "wanted"),
    [
        (None, True, False, True),
        (None, False, False, False),
        (14.9, True, False, False),
        (15, True, False, True),
        (900, True, False, True),
        (900, False, False, False),
        (-5, True, False, True),
        (1, True, True, True),
        (900, False, True, True),
    ],
)
def test_it_is_time_while_a_day_is_open_and_after_a_trouble(
    minutes_ago: float | None, is_open: bool, in_trouble: bool, wanted: bool
) -> None:
    assert is_time(at(minutes_ago, is_open=is_open), in_trouble=in_trouble) == wanted


@pytest.mark.parametrize(
    ("milliseconds", "said"),
    [
        (-5 * MINUTE, "just now"),
        (MINUTE - 1, "just now"),
        (3 * MINUTE, "3 min ago"),
        (60 * MINUTE - 1, "59 min ago"),
        (125 * MINUTE, "2 h ago"),
        (24 * 60 * MINUTE, "1 day ago"),
        (8 * 24 * 60 * MINUTE, "8 days ago"),
    ],
)
def test_how_long_ago_is_said_in_the_unit_that_fits(milliseconds: int, said: str) -> None:
    assert age(milliseconds) == said


@pytest.mark.parametrize("code", [errno.EIO, errno.EACCES])
def test_a_stick_that_answers_with_an_error_is_not_there(
    monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def failing(_path: Path) -> bool:
        raise OSError(code, "no")

    monkeypatch.setattr(Path, "is_dir", failing)
    assert keeper._look_at(at(900)) == (False, False)
