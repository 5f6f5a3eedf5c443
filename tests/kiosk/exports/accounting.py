"""Programs for bookkeepers, asked what they make of our files."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

needs_hledger = pytest.mark.skipif(
    shutil.which("hledger") is None, reason="hledger is not installed (apt-get install hledger)"
)

Balances = dict[tuple[str, str], Decimal]
"""What is not zero, by account and commodity."""


def hledger(path: Path, *words: str) -> str:
    """What hledger prints about a journal; fails where it does."""
    run = subprocess.run(
        ["hledger", "-f", path, *words],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    return run.stdout


def check(path: Path) -> None:
    """hledger's strict check, and that dates are in order."""
    hledger(path, "check", "-s", "ordereddates")


def hledger_balances(path: Path, *words: str) -> Balances:
    rows = csv.DictReader(hledger(path, "bal", "--layout=tidy", "-O", "csv", *words).splitlines())
    return {
        (row["account"], row["commodity"]): Decimal(row["value"])
        for row in rows
        if row["commodity"]
    }


def beancount_entries(path: Path) -> list[Any]:
    """What beancount reads in a ledger; fails where it finds an error."""
    from beancount.loader import load_string

    entries, errors, _options = load_string(path.read_text(encoding="utf-8"))
    assert errors == []
    return list(entries)


def beancount_balances(entries: list[Any]) -> Balances:
    from beancount.core.data import Transaction

    sums: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                sums[posting.account, posting.units.currency] += posting.units.number
    return {place: amount for place, amount in sums.items() if amount}
