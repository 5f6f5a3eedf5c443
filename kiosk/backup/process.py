"""Make one backup in a process of its own: `python -m kiosk.backup.process DATA LANGUAGE [light]`.

To check a year of books keeps a processor busy for a while; a process of its own leaves the table the
other one, and is polite about it. It says on standard output how far it is, one JSON object a line: at
last what was made, or the sentence that says what went wrong. It goes on when the app is left: the
day that was just closed is saved all the same. When it is started is left to kiosk/backup/keeper.py.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from db.connection import open_books
from db.errors import KioskError
from kiosk import messages
from kiosk.backup.making import back_up
from kiosk.backup.place import choose_place, place_of
from kiosk.config import BACKUPS_FOLDER
from kiosk.exports.progress import Seldom
from kiosk.messages import _, sentence

POLITE = 10
"""How much the table comes before this, as `nice` counts."""


def main(arguments: Sequence[str]) -> int:
    """Gives the exit status, as the command line does."""
    folder, language, *how = arguments
    messages.use(language)
    os.nice(POLITE)
    os.umask(0o077)
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(3))  # so that it tidies up
    data = Path(folder)
    try:
        with closing(open_books(data)) as books:
            to = place_of(data)
            if to == data / BACKUPS_FOLDER:
                choose_place(data, books, to)
            made = back_up(data, books, to, thorough="light" not in how, tell=Seldom(_tell_how_far))
    except KioskError as error:
        _tell(error=type(error).__name__, sentence=sentence(error))
        return error.status
    except Exception as error:  # whatever it is, the table hears that there is no backup
        why = _("No backup was made: {why}.").format(why=type(error).__name__)
        _tell(error=type(error).__name__, sentence=why)
        return 3
    _tell(made=str(made.folder))
    return 0


def _tell_how_far(done: int, _all: int) -> None:
    _tell(done=done)


def _tell(**said: Any) -> None:
    with suppress(OSError, ValueError):  # nobody listens any more
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
