"""The log of this machine: what happened when, for whoever has to mend it, and nothing about anybody.

A line is a fixed sentence and whole numbers: a visit's, a day's, a print job's. `note` takes nothing
else, so that no name, slip, passphrase or key can get into it by mistake, and `fault` writes of an
exception its type and the places in the code it went through, never what it says, because that may
quote anything. It is English, rotates, and is readable by its owner alone. Where it can't be
written, work goes on without it.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from kiosk.machine.outside import open_to_append

FILE = "kiosk.log"
LARGEST = 200_000
"""Bytes of one file; when it is full it becomes `kiosk.log.1`, and the oldest of them goes."""
OLDER_FILES = 3

MOST_PLACES = 12
"""Places of a traceback that are written, the innermost ones."""

_logger = logging.getLogger("kiosk")
_top = Path(__file__).parents[2]
_folder: Path | None = None
_hears = False
"""Whether the system's own word on a crash was asked for."""
_system: int | None = None
"""Where that goes: a file descriptor."""


def open_log(folder: Path) -> None:
    """Write to the log of the data folder from now on. Its file is made with the first line; until
    there is such a folder nothing is written."""
    global _folder
    if folder != _folder:
        close_log()
        _folder = folder


def close_log() -> None:
    """Write no more."""
    global _folder, _hears
    _folder, _hears = None, False
    let_go()


def let_go() -> None:
    """Hold no file open, so that its disk can be taken out; the next line opens it again."""
    global _system
    for handler in list(_logger.handlers):
        _logger.removeHandler(handler)
        handler.close()
    if _system is not None:
        import faulthandler

        faulthandler.disable()
        with suppress(OSError):
            os.close(_system)
        _system = None


def take_up() -> None:
    """After `let_go`: the disk is back."""
    if _hears:
        hear_the_system()


def _ready() -> bool:
    """Whether a line can be written; opens the file where that was not done yet."""
    if not _logger.handlers and _folder is not None and _folder.is_dir():
        _open(_folder)
    return bool(_logger.handlers)


def _open(folder: Path) -> None:
    from logging.handlers import RotatingFileHandler

    class Ours(RotatingFileHandler):
        def _open(self) -> TextIO:  # type: ignore[override]
            descriptor = open_to_append(Path(self.baseFilename))
            return open(descriptor, "a", encoding="utf-8")  # noqa: PTH123 - of a descriptor

    logging.raiseExceptions = False  # a full disk must not put tracebacks on the screen
    logging.getLogger().addHandler(logging.NullHandler())  # other programs' parts stay silent
    _logger.propagate = False
    _logger.setLevel(logging.INFO)
    with suppress(OSError):
        handler = Ours(folder / FILE, "a", LARGEST, OLDER_FILES, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
        _logger.addHandler(handler)


def note(what: str, **numbers: int) -> None:
    """Write one line: a fixed sentence, with whole numbers where it names them."""
    assert all(isinstance(number, int) for number in numbers.values()), "numbers alone"
    if _ready():
        _logger.info(what.format(**{name: int(number) for name, number in numbers.items()}))


def fault(where: str, error: BaseException) -> None:
    """Write of an exception what it was and where it came from; `where` is a fixed sentence."""
    if _ready():
        _logger.error(f"{where}: {described(error)}")


def described(error: BaseException) -> str:
    """`KeyError at kiosk/app.py:120 in ask < …`: types and places alone, the innermost first."""
    said: list[str] = []
    link: BaseException | None = error
    while link is not None and len(said) < 4:
        said.append(f"{type(link).__name__} at {_places(link.__traceback__)}")
        link = link.__cause__ or link.__context__
    return " because of ".join(said)


def _places(trace: TracebackType | None) -> str:
    # Walked by hand: what reads the lines of the source would also read their values.
    places = [
        f"{_shown(frame.f_code.co_filename)}:{line} in {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(trace)
    ]
    return " < ".join(reversed(places[-MOST_PLACES:])) or "no place"


def _shown(file: str) -> str:
    """A file of ours by its place in the program, any other by its name: no folder of anybody."""
    path = Path(file)
    return str(path.relative_to(_top)) if path.is_relative_to(_top) else path.name


def say_no_values() -> Callable[[], None]:
    """Whatever nobody caught, in whichever thread, is written to the log and not to the screen.

    Gives a function that puts everything back as it was.
    """
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)

    def uncaught(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        fault("nobody caught", error)

    def in_thread(told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None and told.exc_type is not SystemExit:
            fault("a thread ended", told.exc_value)

    def unraisable(told: Any) -> None:
        if told.exc_value is not None:
            fault("nobody could be told", told.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = uncaught, in_thread, unraisable

    def restore() -> None:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before

    return restore


def hear_the_system() -> None:
    """Where the system ends this process for a fault in a library, the places in the code are
    written to the log, without a value."""
    global _hears, _system
    import faulthandler

    _hears = True
    if _system is None and _folder is not None and _folder.is_dir():
        with suppress(OSError):
            _system = open_to_append(_folder / FILE)
            faulthandler.enable(_system, all_threads=False)
