"""What importing a package loads: the books work without a screen, and the till does not slow the
first paint with what only a picture or a sheet needs."""

from __future__ import annotations

import subprocess
import sys

import pytest


def loaded_by(module: str) -> set[str]:
    """Top-level names of the modules that a fresh interpreter holds after importing `module`."""
    script = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(answer.stdout.split())


def test_the_books_know_nothing_of_screens_and_pictures() -> None:
    loaded = loaded_by("db.corrections, db.reports, db.stock")
    assert {"db", "peewee", "sqlite3"} <= loaded
    assert not loaded & {"kiosk", "textual", "PIL", "qrcode", "nacl"}


@pytest.mark.parametrize(
    "module", ["db.connection", "db.journal", "db.ledger", "db.reports", "db.migrations.0001_books"]
)
def test_each_part_of_the_books_imports_alone(module: str) -> None:
    script = f"import importlib; importlib.import_module({module!r})"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_till_loads_nothing_that_only_a_picture_needs() -> None:
    loaded = loaded_by("kiosk.till")
    assert {"kiosk", "db"} <= loaded
    assert not loaded & {"textual", "PIL", "qrcode", "reportlab"}
