"""Machines for the doctor, and what it says of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk.doctor import Level, Machine, examine

TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "es_ES.UTF-8"}
NOON = datetime(2026, 11, 28, 12, 30, tzinfo=UTC)


def machine(folder: Path, **other: Any) -> Machine:
    """A machine where nothing is wrong, but for what is named otherwise."""
    well: dict[str, Any] = {"now": NOON, "size": (120, 40), "environment": TERMINAL}
    return Machine(folder, **(well | other))


def said(patient: Machine, topic: str) -> list[tuple[Level, str]]:
    """What the doctor says of one thing."""
    return [(one.level, one.words) for one in examine(patient) if one.topic == topic]


def level(patient: Machine, topic: str) -> Level:
    """The worst that the doctor says of one thing."""
    order = list(Level)
    return max((level for level, _words in said(patient, topic)), key=order.index)


def words(patient: Machine, topic: str) -> str:
    """All that the doctor says of one thing."""
    return " ".join(words for _level, words in said(patient, topic))
