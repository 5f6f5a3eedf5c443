"""Standard streams that were closed before the program began."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kiosk.cli.lines import ROOT, Lines, copied, dump, found

ALL = "<&- >&- 2>&-"


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("pattern") / "market")


@pytest.fixture
def table(pattern: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    return copied(pattern, tmp_path, capsys)


def closed(table: Lines, streams: str, *typed: str) -> subprocess.CompletedProcess[str]:
    """Type a command with some of its streams closed, as a shell writes that."""
    program = [sys.executable, "-m", "kiosk", "--data", str(table.folder), *typed]
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {streams}', "sh", *program],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Something in this program is wrong" not in done.stdout + done.stderr
    return done


@pytest.mark.parametrize("streams", ["<&-", ">&-"])
def test_the_full_screen_says_that_there_is_no_terminal(table: Lines, streams: str) -> None:
    done = closed(table, streams)
    assert done.returncode == 3
    assert done.stderr.startswith("The full screen needs a terminal")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("key", "rebuild"), "The words of a share are needed"),
        (("visit", "--slip", "-"), "There is nothing to book"),
    ],
)
def test_an_input_that_is_closed_has_ended(table: Lines, typed: tuple[str, ...], said: str) -> None:
    done = closed(table, "<&-", *typed)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr


def test_an_answer_that_nobody_can_get_is_none_and_what_was_booked_stays(table: Lines) -> None:
    before = dump(table.folder)
    done = closed(table, ">&-", "visit", "--brought", "3 kg tomatoes")
    assert done.returncode == 3
    assert "stays booked" in done.stderr
    assert len(dump(table.folder)) > len(before)
    helped = closed(table, ">&-", "--help")
    assert helped.returncode == 3
    assert "Exception" not in helped.stderr


def test_who_closes_only_the_complaints_gets_the_answer(table: Lines) -> None:
    done = closed(table, "2>&-", "day", "report")
    assert done.returncode == 0
    assert "Market day 1" in done.stdout


def test_no_file_of_the_market_gets_the_number_of_a_stream(table: Lines) -> None:
    assert closed(table, ALL, "visit", "--brought", "3 kg tomatoes").returncode == 3
    assert closed(table, ALL, "doctor").returncode == 3
    assert "The books are right" in table.ok("verify")
