from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.kiosk.cli.lines import Lines, copied, found


@pytest.fixture
def table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    return copied(found(tmp_path / "pattern"), tmp_path, capsys)


def test_a_season_in_lines_and_as_json(table: Lines) -> None:
    table.ok("visit", "--brought", "3 kg tomatoes", "--took", "1 honey", "--work", "2 childcare")
    table.ok("visit", "--took", "1 honey", "--solidarity")
    said = table.ok("season")
    for part in (
        "2 visits, brought 6, work 8, taken 8, solidarity 4, in circulation 10",
        "care: 8 in, 0 out", "fruit and vegetables: 6 in, 0 out", "staples: 0 in, 8 out",
        "1 market day, 2 visits, 2 h given", "slips in circulation: 0 before, 10 at the end",
        "solidarity: 4, 50 % of what was taken",
    ):  # fmt: skip
        assert part in said, part
    facts = table.json("season", "--weeks", "3")
    today = date.today()
    week = facts["weeks"][-1]
    assert week["monday"] == (today - timedelta(days=today.weekday())).isoformat()
    assert (week["visits"], week["brought"], week["hours"], week["outstanding"]) == (
        2, "6", "2", "10",
    )  # fmt: skip
    assert [one["days"] for one in facts["weeks"]] == [0, 0, 1]
    assert {"category": "care", "came": ["0", "0", "8"], "went": ["0", "0", "0"]} in facts[
        "categories"
    ]
    assert facts["outstanding_before"] == "0"


def test_a_season_of_long_ago_is_empty(table: Lines) -> None:
    table.ok("visit", "--brought", "3 kg tomatoes")
    facts = table.json("season", "--until", "2020-02-29", "--weeks", "0")
    assert [one["monday"] for one in facts["weeks"]] == ["2020-02-24"]
    assert facts["categories"] == []


@pytest.mark.parametrize("wrong", [("--until", "yesterday"), ("--weeks", "many")])
def test_what_is_no_date_and_no_number_is_refused(table: Lines, wrong: tuple[str, str]) -> None:
    assert table.refused("season", *wrong, status=2) == "TypedWrongly"
