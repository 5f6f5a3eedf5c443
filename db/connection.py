"""Open the books: SQLite with the settings that survive a power cut, and their migrations.

`Books` is one open database used from one thread. It executes what the other modules of `db` ask
for, and turns what the database or the disk says into the errors of db/errors.py. What the entries
mean is left to journal, ledger, slips, days and catalogue.
"""

from __future__ import annotations

import errno
import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import peewee

from db import atrest
from db.clock import time_of_books
from db.errors import NewerDatabase, NoMarket
from db.standing import Standing, standing
from db.statements import Statement
from db.surroundings import DATABASE_ERRORS, unopened
from db.terms import SYMBOLS
from db.transactions import Reading, Transaction

FILE = "books.sqlite"
MIGRATIONS = Path(__file__).parent / "migrations"

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",  # WAL with NORMAL loses acknowledged visits at a power cut
    "foreign_keys": 1,
    "recursive_triggers": 1,  # else REPLACE deletes from the journal past its triggers
    "busy_timeout": 5000,
    "secure_delete": 1,  # a wiped print job leaves no bytes behind in a free page
    "temp_store": "memory",  # no secret in a temporary file
    "cache_size": -32_000,
    "wal_autocheckpoint": 4000,  # 16 MB: each one costs two syncs more than a visit's own
    "trusted_schema": 0,
}

SCRATCH_PRAGMAS = {**PRAGMAS, "journal_mode": "memory", "synchronous": "off"}
"""For books that are thrown away before anybody needs them: nothing in them has to last."""

NOT_UNIQUE = (peewee.IntegrityError, sqlite3.IntegrityError)
"""What it raises where a row breaks a rule of its table."""


Known = TypeVar("Known")


class Books:
    """One open set of books.

    `clock` gives the time now as an aware datetime; tests and practice may bring their own.
    """

    def __init__(
        self, file: Path, clock: Callable[[], datetime] | None = None, *, scratch: bool = False
    ) -> None:
        self.file = file
        self._clock = clock
        self.database = peewee.SqliteDatabase(
            str(file),
            pragmas=SCRATCH_PRAGMAS if scratch else PRAGMAS,
            lock_type="IMMEDIATE",
            thread_safe=False,
        )
        self.leaves_mark = False
        """Whether the closing says what the file is then (db/atrest.py): not where it is found wrong."""
        self.rests = False
        """Whether it says so even where the file is large and that takes a while."""
        self._connection: sqlite3.Connection | None = None
        self._execute: Callable[..., Any] = self.database.execute_sql
        self._cursor: sqlite3.Cursor
        self.kiosk = ""
        self._known: dict[Callable[[Books], Any], Any] = {}
        self._version = -1
        self.place: tuple[int, int] | None = None
        """Device and number of the file that was opened."""

    def connect(self) -> None:
        """Open the file. From then on statements go to SQLite itself: peewee's way to it costs as
        much as a small statement."""
        self._connection = self.database.connection()  # opens it
        self._execute = self._connection.execute
        self._cursor = self._connection.cursor()

    # Time

    def now(self) -> int:
        """Milliseconds since 1970, UTC, as the books count them: see db/clock.py."""
        return self.time_after(self.known(standing))

    def time_after(self, stands: Standing) -> int:
        """The time now, where the journal stands so."""
        return time_of_books(self.clock_time(), stands.recorded_at, is_open=stands.is_open)

    def today(self) -> date:
        """The date of `now` where the table stands."""
        return self.date_of(self.now())

    def clock_time(self) -> int:
        """What the clock says, right or wrong, in milliseconds since 1970, UTC."""
        if self._clock is None:
            return time.time_ns() // 1_000_000
        return round(self._clock().timestamp() * 1000)

    def date_of(self, milliseconds: int) -> date:
        """The date of a moment where the table stands."""
        zone = self._clock().tzinfo if self._clock else None
        return datetime.fromtimestamp(milliseconds / 1000, zone).date()

    @property
    def newest(self) -> int:
        """When this kiosk's last entry was made, in milliseconds since 1970; 0 before the first."""
        return self.known(standing).recorded_at

    # What was read and still holds

    def known(self, read: Callable[[Books], Known]) -> Known:
        """What `read` gives of the books, read once: nothing in them changes without an entry.

        Inside a transaction that is so for certain. Outside, another program may have made an entry
        since: ask there only for what may be a little old.
        """
        found: Known | None = self._known.get(read)
        if found is None:
            found = self._known[read] = read(self)
        return found

    def remember(self, known: dict[Callable[[Books], Any], Any]) -> None:
        """An entry was made, and this alone is known after it: what `known` would read otherwise."""
        self._known = known

    def forget(self) -> None:
        """Read anew when it is needed: an entry was made or taken back, here or elsewhere."""
        self._known = {}

    def forget_if_changed(self) -> None:
        """Forget what was read where another program has written since; inside a transaction."""
        (version,) = self._cursor.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self._version = version
            self.forget()

    # Statements

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is running."""
        return self._connection is not None and self._connection.in_transaction

    # Compiled statements share one cursor: none of them is still giving rows when the next one runs.

    def tell(self, text: str) -> None:
        """Run SQL that gives no rows."""
        self._cursor.execute(text)

    def run(self, statement: Statement, **values: Any) -> sqlite3.Cursor:
        """Run a compiled statement that writes; the cursor knows `rowcount` until the next one."""
        return self._cursor.execute(statement.sql, values)

    def run_in_order(self, statement: Statement, values: tuple[Any, ...]) -> sqlite3.Cursor:
        """The same with values in the slots' order, as they stand in the SQL: for what every visit
        runs, since SQLite looks each name up."""
        return self._cursor.execute(statement.sql_in_order, values)

    def run_each(self, statement: Statement, many: Iterable[tuple[Any, ...]]) -> None:
        """Run a compiled statement that writes, once for each row of values in the slots' order."""
        self._cursor.executemany(statement.sql_in_order, many)

    def one(self, statement: Statement, **values: Any) -> Any:
        """The row of a compiled statement that gives one at most, as a tuple, or None."""
        return self._cursor.execute(statement.sql, values).fetchone()

    def all(self, statement: Statement, **values: Any) -> list[Any]:
        """The rows of a compiled statement, as tuples."""
        return self._cursor.execute(statement.sql, values).fetchall()

    def rows(self, query: Any) -> Iterator[Any]:
        """The rows of a query, as tuples, built freely: for the read side."""
        sql, values = self.database.get_sql_context().sql(query).query()
        return iter(self._execute(sql, values))

    def write(self, query: Any) -> Any:
        """Run a query that writes, built freely: off the path of a visit. Gives the cursor."""
        sql, values = self.database.get_sql_context().sql(query).query()
        return self._execute(sql, values)

    def sql(self, text: str, values: tuple[Any, ...] = ()) -> Any:
        """Run SQL that was written by hand; gives the cursor."""
        return self._execute(text, values)

    def transaction(self) -> Transaction:
        """All of it or nothing. What was done inside is durable when this ends without an error."""
        return Transaction(self)

    def reading(self) -> Reading:
        """The database's errors become ours; nothing is written."""
        return Reading(self)

    def forget_wiped(self) -> None:
        """Carry the write-ahead log into the file and empty it, so that wiped bytes are gone from
        both. Costs a few syncs; for the pace of people, not for each statement.

        Raises nothing: what was wiped is committed already, and to report a failure then would
        invite people to do it again. Where the log can't be emptied now (full disk, another
        reader such as a backup, a larger transaction around this) the next call or the closing does
        it: nobody at the table waits until a reader is done.
        """
        with suppress(*DATABASE_ERRORS):
            self._execute("PRAGMA busy_timeout = 0").fetchall()
            try:
                self._execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                self._execute(f"PRAGMA busy_timeout = {PRAGMAS['busy_timeout']}").fetchall()

    def close(self) -> None:
        """Close the file; the write-ahead log is folded into it."""
        if self._connection is not None and not self.database.is_closed():
            # A statement that it holds, such as one that failed, would keep the file open.
            self._cursor.close()
        self.database.close()
        if self.leaves_mark:
            self.leaves_mark = False
            atrest.leave(self.file, any_size=self.rests)

    @property
    def is_in_place(self) -> bool:
        """Whether the file that is open is the one that its path names: else it was taken away,
        moved or replaced, and what is booked in it would be lost."""
        try:
            return self.place is None or _place(self.file.stat()) == self.place
        except OSError:
            return False

    def setting(self, pragma: str) -> Any:
        """What the database says that a pragma is set to."""
        return self._execute(f"PRAGMA {pragma}").fetchone()[0]


def open_books(
    folder: Path,
    *,
    create: bool = False,
    clock: Callable[[], datetime] | None = None,
    scratch: bool = False,
) -> Books:
    """The books in `folder`, with every migration applied. What is written to `scratch` books is
    not durable.

    Raises NoMarket where there are none and `create` is false, DataFolderUnusable, DatabaseDamaged,
    NewerDatabase (the file is left as it was), DiskFull, BooksBusy.
    """
    file = folder / FILE
    try:
        if not file.exists():
            if not create:
                raise NoMarket(folder=folder)
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            file.touch(mode=0o600)
        _check_usable(file)
        place = _place(file.stat())
    except OSError as error:
        raise unopened(error, folder) from error
    books = Books(file, clock, scratch=scratch)
    books.place = place
    try:
        with books.reading():
            _connect(books, scratch)
            _migrate(books, folder)
            books.kiosk = _own_kiosk(books)
    except BaseException:
        books.close()
        raise
    return books


def _connect(books: Books, scratch: bool) -> None:
    """Open the file, so that others see it is open, before anybody can leave a mark."""
    if scratch:
        books.connect()
        return
    try:
        with atrest.one_at_a_time(books.file.parent):
            atrest.take_away(books.file)
            books.connect()
    except OSError as error:
        raise unopened(error, books.file.parent) from error
    books.leaves_mark = True


def _check_usable(file: Path) -> None:
    """Raise OSError where the file can't be read and written.

    It is never opened for that. To close it again would take away all locks that this process has on
    it, those of SQLite's other connections too, and another process that closes the books would then
    remove the write-ahead log that we go on writing (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """
    if not file.is_file():
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not os.access(file, os.R_OK | os.W_OK):
        is_read_only = os.statvfs(file).f_flag & os.ST_RDONLY
        code = errno.EROFS if is_read_only else errno.EACCES
        raise OSError(code, os.strerror(code))


def _place(file: os.stat_result) -> tuple[int, int]:
    return file.st_dev, file.st_ino


def _migrate(books: Books, folder: Path) -> None:
    from playhouse.migrations import Runner

    runner = Runner(books.database, str(MIGRATIONS))
    known, applied = {one.name for one in runner.migrations()}, set(runner.applied())
    unknown = sorted(applied - known)
    if unknown:
        raise NewerDatabase(folder=folder, newest=unknown[-1])
    if applied and known - applied:
        _refuse_others(books)
    runner.up()


def _refuse_others(books: Books) -> None:
    """Raises, as for a lock, where another program has the books open: an older one would go on by
    the old tables. SQLite leaves its log only where it is alone with the file."""
    for mode in ("delete", PRAGMAS["journal_mode"]):
        books.sql(f"PRAGMA journal_mode = {mode}").fetchall()


def _own_kiosk(books: Books) -> str:
    """This machine's kiosk id, made once: 20 random bits as four symbols."""
    row = books.sql("SELECT value FROM local WHERE name = 'kiosk'").fetchone()
    if row is not None:
        return str(row[0])
    kiosk = "".join(secrets.choice(SYMBOLS) for _ in range(4))
    books.sql("INSERT INTO local (name, value) VALUES ('kiosk', ?)", (kiosk,))
    return kiosk
