"""What is wrong with this machine, in lines: it works where nothing else does."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from kiosk import messages
from kiosk.cli.answers import Answer, Asked
from kiosk.messages import _

if TYPE_CHECKING:
    from kiosk.doctor import Machine

TROUBLE_STATUS = 3
WIDTHS = (8, 10)
"""Columns of the level and of what was looked at."""


def doctor(asked: Asked) -> Answer:
    """`kiosk doctor`: the books are not opened, because they may be what is broken."""
    from kiosk.doctor import LEVELS, Machine, examine, is_well

    machine = Machine(asked.folder, size=_size(), encoding=sys.stdout.encoding or "ascii")
    _speak(asked, machine)
    said = examine(machine)
    facts = {
        "well": is_well(said),
        "checks": [
            {"topic": one.topic, "level": one.level.value, "says": one.words} for one in said
        ],
    }
    level_width, topic_width = WIDTHS
    lines = [
        " ".join(
            (_(LEVELS[one.level]).ljust(level_width), _(one.topic).ljust(topic_width), one.words)
        )
        for one in said
    ]
    return Answer(facts, lines, status=0 if is_well(said) else TROUBLE_STATUS)


def _size() -> tuple[int, int] | None:
    """Columns and rows of the terminal that this is typed in."""
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        try:
            size = os.get_terminal_size(stream.fileno())
        except (OSError, ValueError):
            continue
        return size.columns, size.lines
    return None


def _speak(asked: Asked, machine: Machine) -> None:
    """The language that was chosen, else of this machine, else of the market."""
    from db.glance import glance

    chosen = getattr(asked.options, "language", None) or machine.settings.language
    market = None if chosen else glance(asked.folder)
    if chosen or market:
        messages.use(chosen or (market.language if market else ""))
