"""The real kiosk with a fault in it, whose words and whose variables hold secrets.

Run by the canary search as a program in a pseudo-terminal: `python -m tests.faults.faulty MARK WHERE`.
The first slip that is checked there meets the fault; once the file MARK is there, none does, so that
the table that comes after the crash works. WHERE says on which thread: `books`, `screen` or `thread`.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any

from kiosk.cli import main
from kiosk.running.scans import Scans
from kiosk.till import Till


def breaks(till: Till, text: str) -> None:
    """What a traceback with local variables would show, and what the words of an error say."""
    key = till.key()
    seed, shown = key.seed(), key.seed().hex()
    raise LookupError(f"no such thing as {text} under {shown}, {seed!r}")


def attach(mark: Path, where: str) -> None:
    """Put the fault in its place."""
    check, take = Till.scan, Scans.take

    def once() -> bool:
        if mark.exists():
            return False
        mark.touch()
        return True

    def scanning(till: Till, text: str) -> Any:
        if where != "screen" and once():
            if where == "books":
                breaks(till, text)
            thread = threading.Thread(target=breaks, args=(till, text))
            thread.start()
            thread.join()
        return check(till, text)

    async def taking(scans: Scans, text: str, ender: str) -> None:
        if where == "screen" and once():
            breaks(await scans._app.ask(lambda till: till), text)
        await take(scans, text, ender)

    Till.scan = scanning  # type: ignore[method-assign]
    Scans.take = taking  # type: ignore[method-assign]


if __name__ == "__main__":
    attach(Path(sys.argv[1]), sys.argv[2])
    sys.exit(main(sys.argv[3:]))
