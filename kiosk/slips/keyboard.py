"""Undo what a foreign keyboard layout or Caps Lock did to a scan.

A scanner that thinks it types on a US keyboard says `Y026…`; a host with another layout reads `Z026…`,
`Yà é-…` or `Н026…`. Each layout that could have done it is inverted, and the caller says which result
it accepts. Two results that are both accepted are refused: nobody may guess with somebody's slip.
What a scan means is left to the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from kiosk.slips.keyboard_layouts import KEYS, LAYOUTS

LONGEST = 400
"""Characters beyond which nothing is tried: the longest text of ours has 176."""


def repairs(text: str) -> Iterator[str]:
    """Each distinct text in `[0-9A-Z]` that a US scanner may have meant; `text` itself comes first.

    At most one a layout and Caps Lock state. Nothing for an empty text, for more than LONGEST
    characters, and for a character that no layout types.
    """
    if not 0 < len(text) <= LONGEST:
        return
    characters = set(text)
    seen = set[str]()
    for inverse in _inverses():
        if inverse.keys() >= characters:
            meant = "".join(map(inverse.__getitem__, text))
            if meant not in seen:
                seen.add(meant)
                yield meant


def repair(text: str, accepts: Callable[[str], bool]) -> str | None:
    """The one repaired text that `accepts` says yes to; None where none is, or more than one.

    `accepts` should check as much as can be known, at best a signature. A text that is accepted as
    it is, is not looked at further: it was not typed through a foreign layout.
    """
    accepted = None
    for meant in repairs(text):
        if not accepts(meant):
            continue
        if meant == text:
            return text
        if accepted is not None:
            return None
        accepted = meant
    return accepted


@cache
def _inverses() -> tuple[dict[str, str], ...]:
    """From what was typed to the key, the US layout first; what two keys type is in none of them."""
    inverses: list[dict[str, str]] = []
    for rows in LAYOUTS.values():
        for row in rows:
            inverse = {
                typed: key for typed, key in zip(row, KEYS, strict=True) if row.count(typed) == 1
            }
            if inverse not in inverses:
                inverses.append(inverse)
    return tuple(inverses)
