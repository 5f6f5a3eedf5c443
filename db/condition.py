"""In what condition the books are, read without changing a byte of them: for whoever looks what is
wrong with a machine, perhaps beside a kiosk that is running, perhaps on a disk that takes nothing.

It is a look, not a proof: SQLite's own quick check and a handful of rows. What the entries say of one
another is left to db/audit.py.
"""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from db.connection import FILE, MIGRATIONS
from db.errors import BooksBusy, DatabaseDamaged, DataFolderUnusable, NoMarket
from db.jobs import OPEN
from db.models import keys_of
from db.terms import Market

LOG_SUFFIX = "-wal"
MOST_FAULTS = 5
BUSY_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Condition:
    """What was seen. `faults` is what SQLite found wrong with the file, in its own words; `pending`
    are migrations that the next start applies, `newer` those that only a newer program knows."""

    market: Market
    faults: tuple[str, ...]
    journal_mode: str
    log_bytes: int
    """Size of the write-ahead log."""
    pending: tuple[str, ...]
    newer: tuple[str, ...]
    last_at: int | None
    """When this kiosk wrote its last entry: milliseconds since 1970, UTC."""
    days: int
    """Market days of this kiosk, open or closed."""
    open_day: tuple[int, date] | None
    """Number and date of the day that is open."""
    waiting: Mapping[str, int]
    """How many papers are `queued`, `sending` and `sent`."""
    names: tuple[str, ...]
    """What goods are called, in the market's language where they have a name in it."""


def condition(folder: Path) -> Condition:
    """The condition of the books in `folder`.

    Raises NoMarket, DataFolderUnusable, DatabaseDamaged, BooksBusy.
    """
    file = folder / FILE
    try:
        if not file.is_file():  # whatever else is there could make a reader wait for ever
            raise NoMarket(folder=folder)
        # Asked, not tried: to close a file takes from this program every lock that it has on it.
        if not os.access(file, os.R_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        log = file.with_name(f"{FILE}{LOG_SUFFIX}")
        log_bytes = log.stat().st_size if log.exists() else 0
    except OSError as error:
        raise DataFolderUnusable(folder=folder, why=error.strerror or error) from error
    with _read_only(file) as database:
        return _condition(database, folder, log_bytes)


@contextmanager
def _read_only(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(_connected(file)) as database:
            yield database
    except (sqlite3.Error, ValueError, TypeError, LookupError) as error:
        if "is locked" in str(error):
            raise BooksBusy() from error
        raise DatabaseDamaged(folder=file.parent, why=error) from error


def _connected(file: Path) -> sqlite3.Connection:
    """A connection that reads.

    A log lies beside books that are open, or were when a crash came. Where there is none the file is
    all there is, and is read without the files beside it that reading a log would make; so it is
    where these can't be made, as on a disk that takes nothing.
    """
    if file.with_name(f"{FILE}{LOG_SUFFIX}").exists():
        try:
            return _opened(file, "mode=ro")
        except sqlite3.OperationalError as error:
            if "unable to open" not in str(error):
                raise
    return _opened(file, "mode=ro&immutable=1")


def _opened(file: Path, how: str) -> sqlite3.Connection:
    database = sqlite3.connect(f"{file.absolute().as_uri()}?{how}", uri=True, timeout=BUSY_SECONDS)
    try:
        database.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        database.close()
        raise
    return database


def _condition(database: sqlite3.Connection, folder: Path, log_bytes: int) -> Condition:
    faults = [str(row[0]) for row in database.execute(f"PRAGMA quick_check({MOST_FAULTS})")]
    row = database.execute("SELECT name, place, language, public_key, practice FROM market")
    found = row.fetchone()
    if found is None:
        raise NoMarket(folder=folder)
    name, place, language, public_key, practice = found
    market = Market(name, place, language, public_key, bool(practice))
    applied = {str(row[0]) for row in database.execute("SELECT name FROM schema_migration")}
    known = {path.stem for path in MIGRATIONS.glob("[0-9]*.py")}
    days, open_day, last_at = _days(database)
    waiting = dict.fromkeys(OPEN, 0)
    for state, number in database.execute("SELECT state, count(*) FROM job GROUP BY state"):
        if state in waiting:
            waiting[state] = number
    (mode,) = database.execute("PRAGMA journal_mode").fetchone()
    return Condition(
        market,
        () if faults == ["ok"] else tuple(faults),
        str(mode),
        log_bytes,
        tuple(sorted(known - applied)),
        tuple(sorted(applied - known)),
        last_at,
        days,
        open_day,
        waiting,
        _names(database, market.language),
    )


def _days(
    database: sqlite3.Connection,
) -> tuple[int, tuple[int, date] | None, int | None]:
    """How many days this kiosk had, the open one, and when it wrote last."""
    (kiosk,) = database.execute("SELECT value FROM local WHERE name = 'kiosk'").fetchone()
    first, last = keys_of(kiosk)
    (days,) = database.execute(
        "SELECT count(*) FROM day WHERE id BETWEEN ? AND ?", (first, last)
    ).fetchone()
    is_open = database.execute(
        "SELECT number, date FROM day WHERE id BETWEEN ? AND ? AND sealed_in IS NULL",
        (first, last),
    ).fetchone()
    written = database.execute(
        "SELECT recorded_at FROM entry WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1",
        (first, last),
    ).fetchone()
    open_day = (int(is_open[0]), date.fromisoformat(is_open[1])) if is_open else None
    return int(days), open_day, int(written[0]) if written else None


def _names(database: sqlite3.Connection, language: str) -> tuple[str, ...]:
    rows = database.execute("SELECT names FROM good WHERE retired = 0 ORDER BY number")
    known = [json.loads(row[0]) for row in rows]
    return tuple(str(names.get(language) or next(iter(names.values()))) for names in known if names)
