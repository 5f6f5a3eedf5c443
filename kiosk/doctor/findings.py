"""What the doctor's checks are given, and what they say."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.config import Settings, load_settings

if TYPE_CHECKING:
    from db.condition import Condition
    from kiosk.paper.printer import PrinterState


class Level(StrEnum):
    """How much a sentence matters: all is well; good to know, or to be done some time; to be mended
    before the market goes on."""

    OK = "ok"
    NOTE = "note"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence about `topic` (a key of CHECKS), in the language spoken now, safe to show."""

    topic: str
    level: Level
    words: str


@dataclass
class Machine:
    """What is looked at: the data `folder` and what is around it.

    `size` are columns and rows of the terminal, None where there is none; `encoding` how what is shown
    gets there; `answer` is what the printer said, asked by whoever owns
    it, None where the check shall ask.
    """

    folder: Path
    now: datetime = field(default_factory=lambda: datetime.now().astimezone())
    size: tuple[int, int] | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    encoding: str = "utf-8"
    answer: PrinterState | None = None

    @cached_property
    def settings(self) -> Settings:
        """How this machine is set up."""
        return load_settings(self.folder)

    @cached_property
    def books(self) -> Condition:
        """The condition of the books; raises what `db.condition` raises."""
        from db.condition import condition

        return condition(self.folder)


Check = Callable[[Machine], Iterator[tuple[Level, str]]]
"""Yields a level and a sentence for each fact."""
