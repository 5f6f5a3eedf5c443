"""What a printer is, whatever stands behind it: a folder, a receipt printer, CUPS.

Which printers there are is listed in kiosk/paper/printers.py. A printer gets one finished picture at
a time and knows nothing of slips, of the print queue, or of what a person saw come out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from db.errors import N_, PrinterTrouble

if TYPE_CHECKING:
    from PIL.Image import Image

FIRST_COPY = 1
"""The number of the original, as in `db.jobs.Job.copy`."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")


class FateUnknown(PrinterTrouble):
    """Some of the paper went to the printer, and what became of it only a person can see."""

    sentence = N_(
        "The printer broke off: {why}. Look whether the paper came out; Steward, Papers to confirm."
    )


def nobody_asks() -> None:
    """What `begins` is where nobody wants to know."""


class Readiness(StrEnum):
    """What a printer says of itself. Silence is `UNKNOWN`, never `READY`."""

    READY = "ready"
    UNKNOWN = "unknown"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class PrinterState:
    """A printer's answer: `sentence` says what is wrong where `readiness` is TROUBLE (in the
    language spoken when it was asked), and is empty otherwise."""

    readiness: Readiness
    sentence: str = ""


READY = PrinterState(Readiness.READY)
UNKNOWN = PrinterState(Readiness.UNKNOWN)


def trouble(sentence: str) -> PrinterState:
    """The state of a printer that needs somebody, with the sentence that says for what."""
    return PrinterState(Readiness.TROUBLE, sentence)


class Printer(Protocol):
    """Takes pictures to paper.

    All methods may wait for a device: call them off the thread that paints the screen.
    """

    @property
    def label(self) -> str:
        """What people call it, in the language spoken now."""

    def print(
        self, image: Image, name: str, dpi: int, begins: Callable[[], None] = nobody_asks
    ) -> Path | None:
        """Take one picture, one pixel a dot at `dpi` dots an inch, to paper; it is never resampled.

        `name` is for what keeps pictures (see `copy_name`). `begins` is called right before anything
        that could become paper goes out, and not at all by what puts a picture somewhere whole or
        not at all; what it raises goes through, and nothing is printed. Gives the picture's path
        where there is one. That it returns means only that the printer took it: whether paper came
        out, a person says. Raises PrinterTrouble, and then nothing of the picture is left anywhere;
        but FateUnknown where a part of it went out.
        """

    def state(self) -> PrinterState:
        """What the printer says of itself now; never raises."""

    def forget(self, name: str) -> None:
        """Remove what is kept of `name` and of all its copies; no harm where there is nothing.

        Raises PrinterTrouble where something is left.
        """


def copy_name(name: str, copy: int) -> str:
    """The name of a copy: `name` for the original (1), `name-copy2` for the second, and so on."""
    return name if copy <= FIRST_COPY else f"{name}-copy{copy}"


def checked_name(name: str) -> str:
    """The same name, where it can be a file's on every system and hides nothing.

    Raises ValueError for anything but ASCII letters, digits, `-` and `_`, at most 80 of them.
    """
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"not a name for a picture: {name!r}")
    return name
