"""Quick hands for the tests of the screens: bursts of any keys, and lines that come in one piece.

A pasted line is what a person typed, without a wait for each letter; where it is the typing that a
test is about, it types.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.kiosk.screens.table import PERSON, AtTable


async def burst(table: AtTable, keys: Iterable[str]) -> None:
    """Keys a millisecond apart, named as Textual names them; then wait for what they do."""
    *all_but_last, last = keys
    table.now += PERSON
    await table.scan(all_but_last, end=last)  # type: ignore[arg-type]


def codes(texts: Iterable[str]) -> list[str]:
    """The keys of several scans in a row, each ended with Enter."""
    return [key for text in texts for key in (*text, "enter")]


async def enter(table: AtTable, *lines: str) -> None:
    """Paste each line and end it with Enter."""
    for line in lines:
        await table.paste(line)
        await table.press("enter")
