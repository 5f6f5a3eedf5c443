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
    between = _Between(str(folder), fail)
    with ExitStack() as stack:
        for module in (io, builtins):
            stack.enter_context(patch.object(module, "open", between.opening))
        stack.enter_context(patch.object(os, "fsync", between.syncing))
        stack.enter_context(patch.object(os, "open", between.making))
        for name in _CHANGES:
            stack.enter_context(patch.object(os, name, between.changing(name)))
        yield


class _Between:
    """The functions that stand in between."""

    def __init__(self, inside: str, fail: Fail) -> None:
        self._inside, self._fail = inside, fail
        self._open, self._sync, self._make = io.open, os.fsync, os.open

        class Raw(io.FileIO):
            def write(self, data: Any) -> int:
                fail("write")
                return super().write(data)

        self._raw = Raw

    def _is_ours(self, path: Any) -> bool:
        """Whether a path, or the number of an open file, lies in the folder."""
        if isinstance(path, int):
            path = Path(f"/proc/self/fd/{path}").readlink()
        return isinstance(path, str | os.PathLike) and os.fspath(path).startswith(self._inside)

    def making(self, path: Any, flags: int, *rest: Any, **more: Any) -> int:
        """`os.open`."""
        if flags & os.O_CREAT and self._is_ours(path):
            self._fail("open")
        return self._make(path, flags, *rest, **more)

    def opening(
        self, file: Any, mode: str = "r", buffering: int = -1, encoding: str | None = None,
        errors: str | None = None, newline: str | None = None, *rest: Any, **more: Any,
    ) -> Any:  # fmt: skip
        """`open`."""
        if not self._is_ours(file) or not set("wax+") & set(mode):
            return self._open(file, mode, buffering, encoding, errors, newline, *rest, **more)
        if not isinstance(file, int):  # else `os.open` made it
            self._fail("open")
        raw = self._raw(file, mode.replace("b", "").replace("t", ""))
        if buffering == 0:
            return raw
        buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)

    def syncing(self, descriptor: Any) -> None:
        """`os.fsync`."""
        if self._is_ours(descriptor):
            self._fail("sync")
        self._sync(descriptor)

    def changing(self, name: str) -> Callable[..., Any]:
        """A function of `os` that changes the file that is named first."""
        before = getattr(os, name)

        def change(path: Any, *rest: Any, **more: Any) -> Any:
            if self._is_ours(path):
                self._fail(name)
            return before(path, *rest, **more)

        return change
