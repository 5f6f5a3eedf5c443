"""Names of the crew in lines: of which days they are kept, what forgets them, and what still holds them."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from db.market import Market, Rules
from kiosk.founding import found_market
from tests.kiosk.cli.lines import Lines, copied, found


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("pattern") / "market")


@pytest.fixture
def table(pattern: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    return copied(pattern, tmp_path, capsys)


def test_names_of_the_crew_are_listed_by_day_and_forgotten(table: Lines) -> None:
    (day,) = table.json("crew", "list")["days"]
    assert (day["day"], day["handles"]) == (1, 1)
    assert "Ana" not in table.ok("crew", "list")
    assert table.json("crew", "forget") == {"forgotten": 0, "backups": 0}
    assert table.json("crew", "forget", "--day", "1") == {"forgotten": 1, "backups": 0}
    assert table.json("crew", "list") == {"days": [], "backups": 0}
    assert "Ana" not in table.ok("day", "report")
    assert table.refused("crew", "forget", "--day", "9") == "DayNotOpen"
    table.ok("verify")


def test_it_is_said_how_many_backups_hold_names_that_were_forgotten(table: Lines) -> None:
    table.ok("day", "close")
    assert "kept until" in table.ok("crew", "list")
    said = table.ok("crew", "forget", "--day", "1")
    assert "1 backup beside the books still holds names" in said and "on a stick" in said
    table.ok("backup")
    assert table.json("crew", "list")["backups"] == 1
    table.ok("backup")
    assert table.ok("crew", "list") == "No name of the crew is kept.\n"


def test_backups_beside_the_books_that_no_newer_one_replaces_are_named_to_be_removed(
    table: Lines, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    table.ok("backup")
    table.ok("backup", "--to", str(stick), "--always")
    table.ok("day", "close")
    (beside,) = (table.folder / "backups").iterdir()
    said = " ".join(table.ok("crew", "forget", "--day", "1").split())
    assert "twice" not in said
    assert f"Newer ones go to {stick}: once one is there, remove {beside}" in said
    table.ok("backup")
    table.ok("backup")
    assert table.json("crew", "list")["backups"] == 1, "as said, none takes its place"
    shutil.rmtree(beside)
    assert table.ok("crew", "list") == "No name of the crew is kept.\n"


def listed_after(
    folder: Path, capsys: pytest.CaptureFixture[str], *, passed: int, keep: int
) -> Lines:
    """A market that keeps names for so many days, so many days after its only market day."""
    then = datetime.now().astimezone() - timedelta(days=passed)
    till = found_market(
        folder, Market("Oak", "", "en", b"", False), rules=Rules(crew_days=keep), clock=lambda: then
    )
    till.open_day([("table", "Ana"), ("gate", "Bo")])
    till.close_day(None)
    till.close()
    return Lines(folder, capsys)


def test_names_that_are_due_are_never_said_to_be_kept_until_a_day_that_is_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = listed_after(tmp_path / "market", capsys, passed=60, keep=28)
    said = table.ok("crew", "list")
    assert "due since" in said
    assert "the table forgets them by itself" in said
    assert table.json("crew", "list")["days"][0]["handles"] == 2
    table.ok("backup")
    assert table.json("crew", "list") == {"days": [], "backups": 0}


def test_names_that_are_due_only_by_a_clock_far_ahead_are_said_to_wait_for_a_market_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = listed_after(tmp_path / "market", capsys, passed=400, keep=90)
    table.ok("backup")
    said = " ".join(table.ok("crew", "list").split())
    assert "if the clock is right: the next market day forgets them" in said
    today = datetime.now().astimezone().date().isoformat()
    table.ok("day", "open", "--date", today)
    table.ok("crew", "forget")
    assert table.json("crew", "list")["days"] == []
