"""The balances after years of visits: ours against plain-text accounting, the same truth in a journal.

The fair comparison is process against process: `kiosk day report`, Python's start and all, against
`hledger bal` and `ledger bal`, each from nothing to the balance of every account. What the books alone
take, once they are open, is the other one. All three must say the same.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from db import days
from db.amounts import CREDIT, format_credits
from db.connection import Books, open_books
from tests.bench.market import a_folder
from tests.bench.table import Effort, Row, in_turns, milliseconds
from tests.bench.years import copied_years

PROGRAMS = {"hledger": (100.0, 1000.0), "ledger": (20.0, 150.0)}
"""The least and the aimed-at ratio of each program's time to ours."""

_PROMISED_FROM = 1_000_000
"""Visits; for fewer, Python's start is most of what is measured."""

_INSIDE = 100
"""Reports in one measurement of the open books."""


def rows(effort: Effort) -> list[Row]:
    """Each program that this machine has, against ours as a process and within one."""
    with a_folder() as folder:
        market = copied_years(effort, folder / "market")
        books = open_books(market)
        journal = folder / "all.journal"
        _write_journal(books, journal)
        mine, inside = in_turns(
            effort.rounds, lambda: _report(market, books), lambda: _inside(books)
        )
        found: list[Row] = []
        for program, (least, aim) in PROGRAMS.items():
            if shutil.which(program) is None:
                print(f"  {program} is not installed here", file=sys.stderr)
                continue
            seconds = _bal(program, journal, books)
            what = f"balances at {effort.records:,} visits: {program} bal ÷ "
            shown = milliseconds(seconds)
            bounds = (least, aim) if effort.records >= _PROMISED_FROM else (None, None)
            found += [
                Row(
                    f"{what}kiosk day report", milliseconds(mine), shown, seconds / mine, *bounds,
                    more=True,
                ),
                Row(
                    f"{what}the open books", milliseconds(inside), shown, seconds / inside, more=True
                ),
            ]  # fmt: skip
        books.close()
    return found


def _write_journal(books: Books, file: Path) -> None:
    """Every entry that moves credits as a transaction, in a form that both programs read."""
    postings = books.sql(
        "SELECT posting.entry, posting.account, posting.credits, entry.day, entry.kind, day.date "
        "FROM posting JOIN entry ON entry.id = posting.entry "
        "JOIN day ON day.id = (entry.id >> 32 << 32 | entry.day) ORDER BY posting.id"
    )
    with file.open("w", encoding="utf-8") as journal:
        for entry, lines in groupby(postings, itemgetter(0)):
            first = next(lines)
            journal.write(f"{first[5]} {first[4]} {entry}\n")
            for _entry, account, credits, *_ in (first, *lines):
                journal.write(f"    {account}  {credits / CREDIT:.2f} CR\n")
            journal.write("\n")


def _report(market: Path, books: Books) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "kiosk", "--data", str(market), "--json", "day", "report"]
    said = subprocess.run(command, check=True, capture_output=True).stdout
    seconds = time.perf_counter() - began
    assert json.loads(said)["balances"] == {
        account: format_credits(credits) for account, credits in days.balances(books).items()
    }
    return seconds


def _inside(books: Books) -> float:
    began = time.perf_counter()
    for _ in range(_INSIDE):
        days.balances(books)
    return (time.perf_counter() - began) / _INSIDE


def _bal(program: str, journal: Path, books: Books) -> float:
    began = time.perf_counter()
    command = [program, "-f", str(journal), "bal", "--flat"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds = time.perf_counter() - began
    lines = re.finditer(r"^ *(-?[0-9]+\.[0-9]{2}) CR  (\S+)$", said, re.M)
    found = {match[2]: int(match[1].replace(".", "")) for match in lines}
    assert found == {
        account: credits for account, credits in days.balances(books).items() if credits
    }
    return seconds
