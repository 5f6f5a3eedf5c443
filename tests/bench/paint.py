"""First paint of the app against the import that no Textual app can do without.

Both run in a fresh interpreter behind a real pseudo-terminal of 80×24 and are timed from the start
of the process to the byte that says so: the menu of Home with the market's name above it, or a word
written after `import textual.app`.
"""

from __future__ import annotations

import compileall
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path

from db import days
from db.terms import Market
from kiosk.founding import found_market, suggested_goods
from tests.bench.market import a_folder
from tests.bench.table import Effort, Row, in_turns, milliseconds

NAME = "Oak Square"
HOME = (NAME.encode(), b"everything the market gave and received", b"slips, printer")
"""What stands on the first frame: the market's name, and the menu's third and last lines."""

FIGURES = (*HOME, b"solidarity")
"""What stands on Home once the books have answered."""

COMMAND = "import sys; from kiosk.cli import main; sys.exit(main())"
"""What the installed command `kiosk` runs."""

_SIZE = struct.pack("HHHH", 24, 80, 0, 0)
_PATIENCE_SECONDS = 20
_ROOT = Path(__file__).parents[2]


def seconds_until(wanted: Sequence[bytes], arguments: Sequence[str], data: Path) -> float:
    """Seconds from starting Python with `arguments` until all of `wanted` came to the terminal."""
    environment = {
        **os.environ,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "KIOSK_DATA": str(data),
    }
    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, _SIZE)
    began = time.perf_counter()
    process = os.posix_spawn(
        sys.executable,
        [sys.executable, *arguments],
        environment,
        file_actions=[(os.POSIX_SPAWN_DUP2, theirs, fd) for fd in (0, 1, 2)],
        setsid=True,
    )
    os.close(theirs)
    try:
        return _arrival(ours, wanted) - began
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(ours)


def _arrival(terminal: int, wanted: Sequence[bytes]) -> float:
    seen, end = b"", time.perf_counter() + _PATIENCE_SECONDS
    while (now := time.perf_counter()) < end:
        ready, _, _ = select.select([terminal], [], [], end - now)
        if ready:
            seen += os.read(terminal, 1 << 16)
            if all(word in seen for word in wanted):
                return time.perf_counter()
    raise TimeoutError(f"never painted: {[word for word in wanted if word not in seen]}")


def rows(effort: Effort) -> list[Row]:
    """First paint of Home, and Home with its figures."""
    with a_folder() as folder:
        till = found_market(
            folder, Market(NAME, "", "en", b"", practice=False), goods=suggested_goods()
        )
        days.open_day(till.books, [("table", "Ana")])
        till.close()
        app = ["-c", COMMAND]
        word = "import textual.app, os; os.write(1, b'ready')"
        sides = (
            lambda: seconds_until(HOME, app, folder),
            lambda: seconds_until(FIGURES, app, folder),
            lambda: seconds_until((b"ready",), ["-c", word], folder),
        )
        os.chdir(_ROOT)
        for package in ("db", "kiosk"):  # as an installed program is
            compileall.compile_dir(_ROOT / package, quiet=1)
        in_turns(1, *sides)  # what is compiled and cached on the first run is not measured
        home, figures, imported = in_turns(2 * effort.rounds, *sides)
    return [
        Row(
            "first paint of Home ÷ import textual.app",
            milliseconds(home),
            milliseconds(imported),
            home / imported,
            1.4,
            1.1,
        ),
        Row(
            "Home with today's figures ÷ import textual.app",
            milliseconds(figures),
            milliseconds(imported),
            figures / imported,
        ),
    ]
