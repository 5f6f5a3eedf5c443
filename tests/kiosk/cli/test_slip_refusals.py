"""Slips that can't be handed in, each told apart from the others, and nothing changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from db.market import Market, Rules
from db.weighing import Exchange, Line
from kiosk.founding import found_market
from kiosk.till import open_till
from tests.kiosk.cli.lines import Lines, clock, copied, found, some_goods


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("pattern") / "market")


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found_with(tmp_path_factory.mktemp("practice"), practice=True)


@pytest.fixture
def table(pattern: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    return copied(pattern, tmp_path, capsys)


def found_with(
    folder: Path,
    *,
    practice: bool = False,
    rules: Rules | None = None,
    at: Callable[[], datetime] | None = None,
) -> Path:
    """A market of its own, with an open day."""
    wanted = Market("Elm Street Market", "", "en", b"", practice)
    till = found_market(folder, wanted, rules=rules, goods=some_goods(), clock=at)
    till.open_day()
    till.close()
    return folder


def slip_of(folder: Path, capture: pytest.CaptureFixture[str]) -> str:
    return str(Lines(folder, capture).slip("--brought", "3 kg tomatoes")["text"])


def test_a_slip_counts_once_in_a_visit(table: Lines) -> None:
    slip = table.slip("--brought", "3 kg tomatoes")
    twice = ("--slip", slip["text"], "--slip", slip["code"])
    assert table.refused("visit", *twice) == "SlipTwice"


def test_a_spent_slip_stays_spent(table: Lines) -> None:
    slip = table.slip("--brought", "3 kg tomatoes")
    table.ok("visit", "--took", "1 honey", "--slip", slip["text"])
    for given in (slip["text"], slip["code"]):
        assert table.refused("visit", "--took", "1 honey", "--slip", given) == "SlipSpent"


def test_a_void_slip_is_told_from_an_undone_and_a_reissued_one(table: Lines) -> None:
    slips = [table.slip("--brought", "3 kg tomatoes")["text"] for _ in range(3)]
    table.ok("undo")
    table.ok("slip", "void", "1", "--why", "wet")
    table.ok("slip", "reissue", "2", "--why", "torn")
    found = [table.refused("visit", "--slip", text) for text in slips]
    assert found == ["SlipVoid", "SlipReissued", "SlipUndone"]


def test_an_expired_slip_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def at() -> datetime:
        return clock("2021-05-01")

    folder = found_with(tmp_path / "market", rules=Rules(slip_days=7), at=at)
    till = open_till(folder, clock=at)
    slip = till.book(Exchange((Line("tomatoes", 3000),)), "key").slips[0]
    till.close()
    table = Lines(folder, capsys)
    assert table.refused("visit", "--took", "1 honey", "--slip", slip.text) == "SlipExpired"
    said = table.json("slip", "check", slip.text, status=1)
    assert (said["verdict"], said["expires"], said["ended"]) == ("expired", "2021-05-08", None)
    assert "2021-05-08" in said["sentence"]


def test_slips_of_other_markets_and_of_practice_are_told_apart(
    table: Lines, practice: Path, tmp_path: Path
) -> None:
    live = slip_of(found_with(tmp_path / "elm"), table.capture)
    played = slip_of(practice, table.capture)
    ours = table.slip("--brought", "3 kg tomatoes")["text"]
    assert table.refused("visit", "--slip", live) == "ForeignSlip"
    assert table.refused("visit", "--slip", played) == "PracticeSlip"
    at_play = Lines(practice, table.capture)
    assert at_play.refused("visit", "--slip", ours) == "LiveSlipAtPractice"
    words = [
        lines.json("slip", "check", text, status=1)["verdict"]
        for lines, text in ((table, live), (table, played), (at_play, ours))
    ]
    assert words == ["foreign", "practice", "foreign"]


def test_a_flipped_character_is_seen_wherever_it_is(table: Lines) -> None:
    slip = table.slip("--brought", "3 kg tomatoes")
    text, code = slip["text"], slip["code"]
    found = set()
    for at in range(4, len(text), 5):
        flipped = text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]
        said = table.json("slip", "check", flipped, status=1)
        found.add(said["verdict"])
    assert found == {"forged", "foreign", "unknown"}
    flipped = text[:-9] + ("7" if text[-9] != "7" else "8") + text[-8:]
    assert table.refused("visit", "--slip", flipped) == "ForgedSlip"
    mistyped = ("0" if code[0] != "0" else "1") + code[1:]
    assert table.refused("visit", "--slip", mistyped) == "MistypedGroup"


def test_a_slip_that_the_books_do_not_hold_is_refused(table: Lines, tmp_path: Path) -> None:
    stolen = tmp_path / "copy"
    shutil.copytree(table.folder, stolen)
    text = slip_of(stolen, table.capture)
    assert table.refused("visit", "--slip", text) == "UnknownSlip"
    assert table.json("slip", "check", text, status=1)["verdict"] == "unknown"


def test_unknown_codes_can_be_tried_a_few_times_only(table: Lines, pattern: Path) -> None:
    other = Lines(table.folder.parent / "other", table.capture)
    found_with(other.folder)
    code = other.slip("--brought", "1 honey")["code"]
    said = [table.json("slip", "check", code, status=1)["sentence"] for _ in range(11)]
    assert len(set(said[:10])) == 1
    assert "Wait" in said[10]
    assert table.json("visit", "--slip", code, status=1)["error"] == "TooManyTries"
