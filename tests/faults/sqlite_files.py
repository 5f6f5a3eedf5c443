"""Stands between SQLite and its files: sees every write, sync, truncation and deletion, and may fail it.

The product's statements run as ever, through Python's own sqlite3. In the very library that it uses
the file methods of the system's VFS are replaced, by their addresses, with functions of ours that
call the old ones; no compiler and no second SQLite is needed. It works where that library can be found
by its symbols (`why_not`).
"""

from __future__ import annotations

import _sqlite3
import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Protocol

IOERR_WRITE, IOERR_FSYNC, IOERR_TRUNCATE, FULL = 10 | 3 << 8, 10 | 4 << 8, 10 | 6 << 8, 13

_pointer = ctypes.c_void_p
# SQLite keeps the pointer to a name: it must reach the old function as it is.
_XOPEN = ctypes.CFUNCTYPE(ctypes.c_int, _pointer, _pointer, _pointer, ctypes.c_int, _pointer)
_XDELETE = ctypes.CFUNCTYPE(ctypes.c_int, _pointer, ctypes.c_char_p, ctypes.c_int)
_XWRITE = ctypes.CFUNCTYPE(ctypes.c_int, _pointer, _pointer, ctypes.c_int, ctypes.c_int64)
_XTRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, _pointer, ctypes.c_int64)
_XSYNC = ctypes.CFUNCTYPE(ctypes.c_int, _pointer, ctypes.c_int)


_FOR_EVER: list[_Shim] = []
"""A connection that nobody closed may write once more when it is collected."""


class _Vfs(ctypes.Structure):
    _fields_ = [
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", _pointer),
        ("name", ctypes.c_char_p),
        ("data", _pointer),
        ("open", _pointer),
        ("delete", _pointer),
    ]


class _Methods(ctypes.Structure):
    _fields_ = [
        ("version", ctypes.c_int),
        ("close", _pointer),
        ("read", _pointer),
        ("write", _pointer),
        ("truncate", _pointer),
        ("sync", _pointer),
        *((f"other{number}", _pointer) for number in range(13)),
    ]


class Observer(Protocol):
    """What sees the operations. Each gives 0 to let it happen, or the code with which it fails."""

    def wrote(self, path: str, offset: int, data: bytes) -> int: ...

    def truncated(self, path: str, size: int) -> int: ...

    def synced(self, path: str) -> int: ...

    def deleted(self, path: str) -> int: ...


@cache
def why_not() -> str:
    """Why nothing can stand there; empty where it can."""
    try:
        return "" if _vfs() else "SQLite has no VFS"
    except (OSError, AttributeError) as error:
        return f"the SQLite library can't be reached: {error}"


def _vfs() -> Any:
    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    return library.sqlite3_vfs_find(None)


@contextmanager
def observed(observer: Observer) -> Iterator[None]:
    """Let `observer` see all that SQLite does to files that are opened meanwhile."""
    vfs = _vfs().contents
    shim = _Shim(observer, vfs)
    _FOR_EVER.append(shim)
    before = vfs.open, vfs.delete
    vfs.open, vfs.delete = shim.addresses()
    try:
        yield
    finally:
        vfs.open, vfs.delete = before


class _Shim:
    """The functions that stand in between; they live as long as this does."""

    def __init__(self, observer: Observer, vfs: Any) -> None:
        self._observer = observer
        self._paths: dict[int, str] = {}
        self._tables: dict[int, _Methods] = {}
        self._kept: list[Any] = []
        self._open, self._delete = _XOPEN(vfs.open), _XDELETE(vfs.delete)
        self._on_open, self._on_delete = _XOPEN(self._opening), _XDELETE(self._deleting)

    def addresses(self) -> tuple[Any, Any]:
        return (
            ctypes.cast(self._on_open, _pointer),
            ctypes.cast(self._on_delete, _pointer),
        )

    def _opening(self, vfs: int, name: int | None, file: int, flags: int, out: int) -> int:
        result = self._open(vfs, name, file, flags, out)
        methods = ctypes.cast(file, ctypes.POINTER(_pointer))
        table = methods.contents.value
        if result == 0 and name is not None and table:
            self._paths[file] = ctypes.string_at(name).decode()
            if table not in self._tables:
                self._tables[table] = self._watched(table)
            methods[0] = ctypes.addressof(self._tables[table])
        return int(result)

    def _deleting(self, vfs: int, name: bytes, sync: int) -> int:
        failed = self._observer.deleted(name.decode())
        return failed or int(self._delete(vfs, name, sync))

    def _watched(self, table: int) -> _Methods:
        """A copy of a table of methods in which those that write are ours."""
        methods = _Methods.from_buffer_copy(_Methods.from_address(table))
        observer, paths = self._observer, self._paths
        write, cut, sync = (
            _XWRITE(methods.write),
            _XTRUNCATE(methods.truncate),
            _XSYNC(methods.sync),
        )

        def writing(file: int, data: int, length: int, offset: int) -> int:
            failed = observer.wrote(paths[file], offset, ctypes.string_at(data, length))
            return failed or int(write(file, data, length, offset))

        def truncating(file: int, size: int) -> int:
            return observer.truncated(paths[file], size) or int(cut(file, size))

        def syncing(file: int, flags: int) -> int:
            return observer.synced(paths[file]) or int(sync(file, flags))

        for name, kind, function in (
            ("write", _XWRITE, writing),
            ("truncate", _XTRUNCATE, truncating),
            ("sync", _XSYNC, syncing),
        ):
            made = kind(_typed(function))
            self._kept.append(made)
            setattr(methods, name, ctypes.cast(made, _pointer))
        self._kept.append(methods)
        return methods


def _typed(function: Callable[..., int]) -> Callable[..., int]:
    """A function that C may call: whatever goes wrong in it is an I/O error, not a lost exception."""

    def called(*arguments: Any) -> int:
        try:
            return function(*arguments)
        except BaseException:
            import traceback

            traceback.print_exc()
            return IOERR_WRITE

    return called
