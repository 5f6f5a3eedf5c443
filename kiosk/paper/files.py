"""Files that are whole and durable, or not there: for pictures and sheets."""

from __future__ import annotations

from pathlib import Path

from kiosk.machine import durable

PRIVATE, SHARED = durable.PRIVATE, durable.SHARED


def write_new(path: Path, content: bytes, mode: int = SHARED) -> None:
    """Write `content` to `path`, durable but for its name in the folder; raises OSError.

    What lies there is removed first, because opening it would keep its permissions.
    """
    path.unlink(missing_ok=True)
    durable.write_new(path, content, mode)
