"""Standard input, output and error, where whoever starts the program closed some of them.

Python then has no such stream at all, and the next file that is opened gets its number: what a library
writes to its standard error would go into the books. What was closed is therefore opened on the null
device before anything else is. Input is at its end at once, and what is complained about is heard by
nobody; but an answer that nobody can get must not look as if it had been given, so that to write to
standard output fails, as it does on a full disk.
"""

from __future__ import annotations

import os
import sys

_STREAMS = (
    ("stdin", "r", os.O_RDONLY),
    ("stdout", "w", os.O_RDONLY),
    ("stderr", "w", os.O_WRONLY),
)
"""In the order of their numbers: the system gives the lowest one that is free."""


def open_closed_streams() -> None:
    """Let `sys` have all three; to be called before any other file is opened."""
    for name, mode, flags in _STREAMS:
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, flags)
            os.set_inheritable(descriptor, True)
            stream = os.fdopen(descriptor, mode, encoding="utf-8", errors="replace", closefd=False)
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
