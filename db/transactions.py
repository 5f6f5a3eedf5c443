"""A piece of work on the books: all of it or nothing, and the database's errors in our words."""

from __future__ import annotations

from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING

from db.surroundings import DATABASE_ERRORS, trouble

if TYPE_CHECKING:
    from db.connection import Books


class Reading:
    """See `Books.reading`. A class, because a generator costs as much as a small statement."""

    __slots__ = ("_books",)

    def __init__(self, books: Books) -> None:
        self._books = books

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(error, DATABASE_ERRORS):
            raise trouble(error, self._books.file) from error


class Transaction(Reading):
    """One transaction on the books, or a part of the one that is running; see `Books.transaction`."""

    __slots__ = ("_savepoint",)

    def __enter__(self) -> None:
        books = self._books
        try:
            self._savepoint = books.in_transaction
            # IMMEDIATE: one that reads first and then writes would be refused at once when another
            # writes meanwhile, whatever the timeout.
            if self._savepoint:
                books.tell("SAVEPOINT part")
            else:
                books.tell("BEGIN IMMEDIATE")
                books.forget_if_changed()
        except DATABASE_ERRORS as error:
            raise trouble(error, books.file) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        books = self._books
        if error is None:
            try:
                books.tell("RELEASE part" if self._savepoint else "COMMIT")
            except DATABASE_ERRORS as failed:
                self._undo()
                raise trouble(failed, books.file) from failed
            return
        self._undo()
        super().__exit__(kind, error, traceback)

    def _undo(self) -> None:
        """Take back what was done; SQLite did so itself where the disk failed."""
        books = self._books
        books.forget()
        with suppress(*DATABASE_ERRORS):
            if not books.in_transaction:
                return
            if self._savepoint:
                books.tell("ROLLBACK TO part")
                books.tell("RELEASE part")
            else:
                books.tell("ROLLBACK")
