"""Nothing that the table waits for reads a table from end to end, however long the market lives.

Every statement that goes to the database is written down, and SQLite is asked how it finds its rows.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Collection
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db import days, reports, slips
from db.connection import FILE
from db.glance import glance
from db.reports import LedgerFilter
from kiosk.config import KEY_FILE
from kiosk.running.printqueue import unknown_fates
from kiosk.running.table import read_table
from kiosk.till import Till, open_till
from tests.bench.record import Sent, recording
from tests.bench.years import SLIPS_FILE, Plan, years
from tests.kiosk.tills import exchange

LONG = frozenset({"entry", "posting", "movement", "visit", "slip", "day", "job", "secret"})
"""Tables that grow with every visit, every paper or every day."""

FROM_THE_NEWEST_BACK = re.compile(r'FROM "job" AS "t1" ORDER BY "t1"."id" DESC$')
"""Read only as far as a person went on since the same visit was booked; see `db.jobs.jobs_of`."""

AFTER = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


OF_FEW = ("day_open", "job_open")
"""Indexes of what is open, which is little."""


@pytest.fixture(scope="module")
def long_market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some weeks of a market with the journals of two kiosks, its last day open."""
    return years(tmp_path_factory.mktemp("years"), Plan(visits=200))


@pytest.fixture
def folder(long_market: Path, tmp_path: Path) -> Path:
    for name in (FILE, KEY_FILE, SLIPS_FILE):
        shutil.copy(long_market / name, tmp_path / name)
    return tmp_path


def scans(folder: Path, sent: list[Sent], long: Collection[str] = LONG) -> set[str]:
    """The statements that read one of these tables from end to end."""
    found = set()
    with closing(sqlite3.connect(folder / FILE)) as books:
        for sql, values in {one.sql: one.values for one in sent}.items():  # each once
            if sql.split()[0] not in ("SELECT", "INSERT", "UPDATE", "DELETE"):
                continue
            tables = {name: table for table, name in re.findall(r'"?(\w+)"? AS "?(\w+)"?', sql)}
            for *_, detail in books.execute(f"EXPLAIN QUERY PLAN {sql}", values):
                scan = re.match(r"SCAN (\w+)(?: USING INDEX (\w+))?", detail)
                if scan is None or scan[2] in OF_FEW or FROM_THE_NEWEST_BACK.search(sql):
                    continue
                if tables.get(scan[1], scan[1]) in long:
                    found.add(f"{detail}: {sql}")
    return found


def opened(folder: Path) -> Till:
    return open_till(folder, clock=lambda: AFTER)


def started(folder: Path) -> None:
    glance(folder)
    with closing(opened(folder)) as till:
        read_table(till)
        unknown_fates(till)
        till.pending()
        till.rules()


def visited(folder: Path) -> None:
    texts = (folder / SLIPS_FILE).read_text().split()
    with closing(opened(folder)) as till:
        for text in texts[:2]:
            till.scan(text)
        references = [till.accepted(text)[0] for text in texts[:2]]
        wanted = exchange("-1 honey", "1 tomatoes", "1 childcare", slips=references)
        for _again in range(2):
            booked = till.book(wanted, "some key")
        till.check(booked.slips[0].code)
        for job in till.pending():
            till.ready(job.id)
            till.sending(job.id)
            till.sent(job.id)
            till.confirm(job.id)
        till.undo()
        read_table(till)
        till.bring_back("another key")
        read_table(till)


def ended(folder: Path) -> None:
    """A steward's evening."""
    texts = (folder / SLIPS_FILE).read_text().split()
    with closing(opened(folder)) as till:
        till.reissue_slip(till.accepted(texts[0])[0], "lost")
        till.void_slip(till.accepted(texts[1])[0], "found in the street")
        handed = till.book(exchange("3 tomatoes"), "a key")
        slips.slip_of_visit(till.books, handed.day, handed.visit)
        till.spoil("tomatoes", 500, "mould")
        till.count_stock("tomatoes", 500)
        till.close_day(2)
        till.open_day()


def looked_at(folder: Path) -> None:
    """What the screens show."""
    with closing(opened(folder)) as till:
        books = till.books
        newest = till.newest_day().number
        reports.outstanding(books)
        reports.goods_of_day(books, newest)
        reports.stock(books)
        reports.decisions(books)
        days.all_days(books)
        days.balances(books)
        keys = reports.ledger_keys(books)
        reports.ledger_rows(books, keys[-64:])
        reports.ledger_keys(books, LedgerFilter(day=newest))
        till.hash_of(keys[-1])
        reports.visit(books, newest, 1)
        till.visit_named("2026-11-21/1")


@pytest.mark.parametrize("does", [started, visited, ended, looked_at])
def test_no_statement_reads_a_long_table_from_end_to_end(
    folder: Path, does: Callable[[Path], None]
) -> None:
    sent: list[Sent] = []
    with recording(sent):
        does(folder)
    assert len(sent) > 10
    # There are fifty days a year: a screen may read them all, a visit does not.
    long = LONG - {"day"} if does is looked_at else LONG
    assert scans(folder, sent, long) == set()


def test_a_scan_is_seen(folder: Path) -> None:
    sent: list[Sent] = [
        Sent("SELECT count(*) FROM entry", ()),
        Sent('SELECT "t1"."id" FROM "visit" AS "t1" WHERE ("t1"."number" = ?)', (1,)),
        Sent("SELECT id FROM entry WHERE id = ?", (1,)),
        Sent("SELECT name FROM market", ()),
    ]
    assert len(scans(folder, sent)) == 2
