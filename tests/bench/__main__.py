"""`python -m tests.bench [NAME…] [--quick] [--large] [--years DIR]`: measure, and print the ratios."""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import sys
from importlib import import_module
from pathlib import Path

from tests.bench.table import Effort, Row, lines

ROWS = (
    "paint", "redeem", "growth", "chain", "balances", "restart", "csv_export", "picture", "scans",
    "ledger", "frames",
)  # fmt: skip
"""What can be measured: one module each, whose `rows` gives its lines of the table."""


def main() -> int:
    """Measure what was named (else everything); 1 where a promise is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("name", nargs="*", help=", ".join(ROWS))
    parser.add_argument("--quick", action="store_true", help="few rounds, small books")
    parser.add_argument("--large", action="store_true", help="a million records, not 100,000")
    parser.add_argument(
        "--years", type=Path, help="keep the made-up years of a market here, for the next run"
    )
    asked = parser.parse_args()
    unknown = set(asked.name) - set(ROWS)
    if unknown:
        parser.error(f"not one of {', '.join(ROWS)}: {', '.join(sorted(unknown))}")
    records = 1_000_000 if asked.large else 10_000 if asked.quick else 100_000
    effort = Effort(3 if asked.quick else 9, records, asked.quick, asked.years)
    rows: list[Row] = []
    for name in asked.name or ROWS:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        measured: list[Row] = import_module(f"tests.bench.{name}").rows(effort)
        for row in measured:  # at once: a long run may be given up
            print(f"  {row.what}: {row.ratio:.3g}", file=sys.stderr, flush=True)
        rows += measured
    print(_machine())
    print()
    for line in lines(rows):
        print(line)
    return 1 if any(row.verdict() == "MISSED" for row in rows) else 0


def _machine() -> str:
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


if __name__ == "__main__":
    sys.exit(main())
