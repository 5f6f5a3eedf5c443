"""What keeps a running kiosk's secrets in its own process and its files for their owner.

Files that are made are for their owner alone, whatever the system's custom is: the ledger that is for
everyone is copied from there, and sticks know no owners. No memory is written to disk after a crash,
no other program of the same user may look into the one that holds the key, and what nobody caught
is written to the log without a value (kiosk/machine/log.py).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from kiosk.machine import log

OWNER_ALONE = 0o077

_WATCHING = (
    "TEXTUAL",
    "TEXTUAL_LOG",
    "TEXTUAL_PRESS",
    "TEXTUAL_SCREENSHOT",
    "TEXTUAL_SCREENSHOT_LOCATION",
)
"""What would make Textual write to files what is typed and shown."""

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4


@contextmanager
def kept_private() -> Iterator[None]:
    """While this lasts; then everything but the limit on core dumps is as it was."""
    import resource

    umask = os.umask(OWNER_ALONE)
    restore = log.say_no_values()
    for name in _WATCHING:
        os.environ.pop(name, None)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    try:
        yield
    finally:
        restore()
        os.umask(umask)


def hide_memory() -> None:
    """From now on no other program of this user reads this one's memory, and no core dump is piped
    to one. Where the system has no such thing, nothing happens."""
    _prctl(_PR_SET_DUMPABLE, 0)


def end_with_parent(signal: int) -> None:
    """Be sent `signal` when the program that started this one ends."""
    _prctl(_PR_SET_PDEATHSIG, signal)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
