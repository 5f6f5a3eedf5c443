"""The command line in tests: typed as in a shell, answered as in a shell."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from db.catalogue import Good
from db.connection import FILE
from db.market import Market
from kiosk.cli import main
from kiosk.founding import found_market, suggested_goods

ROOT = Path(__file__).parents[3]
CATALOGUE = ROOT / "assets" / "catalogue.csv"
SOME_GOODS = {"tomatoes", "tomato-plants", "potatoes", "honey", "bread", "rice", "childcare"}
ZONE = timezone(timedelta(hours=2))


@dataclass
class Lines:
    """A shell whose commands work on one data folder; `out` and `err` are what the last one said."""

    folder: Path
    capture: pytest.CaptureFixture[str] = field(repr=False)
    out: str = ""
    err: str = ""

    def run(self, *typed: str) -> int:
        """Type a command; gives its exit status."""
        self.capture.readouterr()
        status = main(["--data", str(self.folder), *typed])
        self.out, self.err = self.capture.readouterr()
        return status

    def ok(self, *typed: str) -> str:
        """Type a command that shall succeed without a word on standard error; gives what it says."""
        status = self.run(*typed)
        assert (status, self.err) == (0, ""), self.err
        return self.out

    def told(self, *typed: str) -> str:
        """Type a command that shall succeed; gives what it says beside, on standard error."""
        assert self.run(*typed) == 0, self.err
        return self.err

    def json(self, *typed: str, status: int = 0) -> Any:
        """Type a command with --json; gives the one object that it printed."""
        found = self.run(*typed, "--json")
        assert found == status, self.out + self.err
        assert self.out.count("\n") == 1
        return json.loads(self.out)

    def slip(self, *typed: str) -> Any:
        """Book a visit that hands out one slip; gives the slip."""
        (slip,) = self.json("visit", *typed)["slips"]
        return slip

    def refused(self, *typed: str, status: int = 1) -> str:
        """Type a command that shall be refused and change nothing; gives the error's name.

        The sentence stands on standard error, with --json too.
        """
        before = dump(self.folder)
        said = self.json(*typed, status=status)
        assert said.keys() == {"error", "sentence"}
        assert self.err == said["sentence"] + "\n"
        assert dump(self.folder) == before
        return str(said["error"])


def dump(folder: Path) -> list[str]:
    """Every row of every table of the books, as SQL."""
    file = folder / FILE
    if not file.exists():
        return []
    database = sqlite3.connect(file)
    try:
        return list(database.iterdump())
    finally:
        database.close()


def copied(pattern: Path, tmp_path: Path, capture: pytest.CaptureFixture[str]) -> Lines:
    """A shell beside a market that was founded once; its first day is open."""
    folder = tmp_path / "market"
    shutil.copytree(pattern, folder)
    return Lines(folder, capture)


def found(folder: Path) -> Path:
    """Found a market with a few goods and open its first day, to copy from."""
    till = found_market(
        folder, Market("Oak Street Market", "", "en", b"", False), goods=some_goods()
    )
    till.open_day([("table", "Ana")])
    till.close()
    return folder


def some_goods() -> list[Good]:
    """A few of the goods that come with the program: all of them would take their time."""
    return [good for good in suggested_goods() if good.id in SOME_GOODS]


def shell(*typed: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Type a command in a process of its own, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *typed],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C.UTF-8", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def clock(on: str) -> datetime:
    """A time on a day, where the table stands."""
    return datetime.fromisoformat(f"{on}T10:00:00").replace(tzinfo=ZONE)
