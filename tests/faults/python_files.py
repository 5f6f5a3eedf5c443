"""Stands between Python and the files in one folder, as tests/faults/sqlite_files.py does for SQLite.

Counts what may fail: to make, write, rename or remove a file, to make a folder, to sync. Reading passes.
"""

from __future__ import annotations

import builtins
import io
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

Fail = Callable[[str], None]
"""Hears what is about to happen; raises OSError where that fails."""

_CHANGES = ("mkdir", "rename", "replace", "remove", "rmdir", "unlink")


@contextmanager
def failing_in(folder: Path, fail: Fail) -> Iterator[None]:
    """Ask `fail` before everything that changes a file below `folder`."""
    inside = str(folder)

    def is_ours(path: Any) -> bool:
        return isinstance(path, str | os.PathLike) and os.fspath(path).startswith(inside)

    class Raw(io.FileIO):
        def write(self, data: Any) -> int:
            fail("write")
            return super().write(data)

    opened, synced = io.open, os.fsync

    def opening(
        file: Any, mode: str = "r", buffering: int = -1, encoding: str | None = None,
        errors: str | None = None, newline: str | None = None, *rest: Any, **more: Any,
    ) -> Any:  # fmt: skip
        if not is_ours(file) or not set("wax+") & set(mode):
            return opened(file, mode, buffering, encoding, errors, newline, *rest, **more)
        fail("open")
        raw = Raw(file, mode.replace("b", "").replace("t", ""))
        if buffering == 0:
            return raw
        buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        if "b" in mode:
            return buffered
        return io.TextIOWrapper(buffered, encoding, errors, newline)

    def syncing(descriptor: Any) -> None:
        if os.readlink(f"/proc/self/fd/{descriptor}").startswith(inside):
            fail("sync")
        synced(descriptor)

    def changing(name: str) -> Callable[..., Any]:
        before = getattr(os, name)

        def change(path: Any, *rest: Any, **more: Any) -> Any:
            if is_ours(path):
                fail(name)
            return before(path, *rest, **more)

        return change

    with ExitStack() as stack:
        stack.enter_context(patch.object(io, "open", opening))
        stack.enter_context(patch.object(builtins, "open", opening))
        stack.enter_context(patch.object(os, "fsync", syncing))
        for name in _CHANGES:
            stack.enter_context(patch.object(os, name, changing(name)))
        yield
