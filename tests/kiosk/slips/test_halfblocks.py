"""Promises of the code on the screen: it fits 80×24 and reads back from the characters' shapes."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.slips.halfblocks import half_blocks
from tests.kiosk.slips.reading import read
from tests.kiosk.slips.test_vectors import LIVE, PRACTICE

CELL = 6
"""Dots of a cell's width; it is twice as high."""


def screen(lines: list[str]) -> Any:
    """What a terminal shows that paints white on black."""
    from PIL import Image

    image = Image.new("L", (CELL * len(lines[0]), 2 * CELL * len(lines)), 0)
    for y, line in enumerate(lines):
        for x, character in enumerate(line):
            upper, lower = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}[character]
            for half, painted in enumerate((upper, lower)):
                left, top = x * CELL, (2 * y + half) * CELL
                image.paste(255 * painted, (left, top, left + CELL, top + CELL))
    return image


@pytest.mark.parametrize("quiet", [1, 2, 3, 4])
@pytest.mark.parametrize("text", [LIVE.text, PRACTICE.text], ids=["live", "practice"])
def test_a_slip_reads_back_from_the_screen(text: str, quiet: int) -> None:
    seen = read(screen(half_blocks(text, quiet)))
    assert (seen.text, seen.version, seen.level) == (text, "5", "L")


def test_a_slip_fits_the_smallest_screen_with_room_for_words() -> None:
    lines = half_blocks(LIVE.text)
    assert len(lines) == 21
    assert {len(line) for line in lines} == {41}


def test_the_quiet_zone_is_painted_all_round() -> None:
    lines = half_blocks(LIVE.text)
    assert set(lines[0]) == {"█"}
    assert {line[:2] + line[-2:] for line in lines} == {"████"}
    assert set(lines[-1][2:-2]) <= {"█"}
