"""Checking in lines: with a card, with a paper as a witness, one day or all of them."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.kiosk.cli.lines import Lines, copied, found


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("pattern") / "market")


@pytest.fixture
def table(pattern: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    """Two sealed and exported days."""
    made = copied(pattern, tmp_path, capsys)
    made.ok("visit", "--brought", "3 kg tomatoes")
    made.ok("day", "close")
    made.ok("day", "open")
    made.ok("visit", "--brought", "1 kg tomatoes")
    made.ok("day", "close")
    return made


@pytest.fixture
def stranger(table: Lines, tmp_path: Path) -> Lines:
    """A computer without a market."""
    return Lines(tmp_path / "nowhere", table.capture)


def head(table: Lines, seq: int) -> str:
    database = sqlite3.connect(table.folder / "books.sqlite")
    (hash,) = database.execute("SELECT hash FROM entry WHERE seq = ?", (seq,)).fetchone()
    database.close()
    return bytes(hash).hex()


def last_visit(table: Lines) -> int:
    database = sqlite3.connect(table.folder / "books.sqlite")
    (seq,) = database.execute("SELECT max(seq) FROM entry WHERE kind = 'visit'").fetchone()
    database.close()
    return int(seq)


def test_a_card_is_shown_or_written(table: Lines, tmp_path: Path) -> None:
    shown = json.loads(table.ok("card"))
    assert shown["market"] == "Oak Street Market"
    said = table.json("card", "--to", str(tmp_path / "oak.card"))
    assert said["check"] == shown["check"]
    assert json.loads((tmp_path / "oak.card").read_text()) == shown
    assert shown["check"] in table.ok("card", "--to", str(tmp_path / "oak.card"))
    assert table.refused("card", "--to", str(tmp_path / "no" / "oak.card"), status=3)


def test_all_days_are_checked_with_nothing_but_the_card(
    table: Lines, stranger: Lines, tmp_path: Path
) -> None:
    table.ok("card", "--to", str(tmp_path / "oak.card"))
    exports = str(table.folder / "exports")
    said = stranger.json("verify", exports, "--card", str(tmp_path / "oak.card"))
    assert (said["right"], said["days"], said["whole"]) == (True, [1, 2], True)
    assert said["market"] == "Oak Street Market"
    lines = stranger.ok("verify", exports, "--card", str(tmp_path / "oak.card"))
    assert "2 days, one after the other" in lines
    assert "The key is the one on the card of Oak Street Market." in lines


def test_another_markets_card_is_said(table: Lines, stranger: Lines, tmp_path: Path) -> None:
    elm = Lines(tmp_path / "elm", table.capture)
    elm.ok("found", "--name", "Elm")
    elm.ok("card", "--to", str(tmp_path / "elm.card"))
    for line in (["verify"], ["verify", str(table.folder / "exports")]):
        said = table.json(*line, "--card", str(tmp_path / "elm.card"), status=1)
        assert "the key of Elm is" in said["findings"][0]["what"]


def test_a_card_that_is_none_is_refused(table: Lines, tmp_path: Path) -> None:
    (tmp_path / "card").write_text("{}")
    assert table.refused("verify", "--card", str(tmp_path / "card")) == "NoCard"


def test_one_later_day_says_what_it_can_not_show(table: Lines) -> None:
    (folder,) = (table.folder / "exports").glob("day-0002-*")
    assert table.json("verify", str(folder))["whole"] is False
    assert "Stock, balances and names" in table.ok("verify", str(folder))


def test_a_paper_bears_witness(table: Lines) -> None:
    seq = last_visit(table)
    printed = head(table, seq)[:8]
    for line in (["verify"], ["verify", str(table.folder / "exports")]):
        (standing,) = table.json(*line, "--witness", printed.upper())["witness"]
        assert (standing["seq"], standing["day"], standing["visit"]) == (seq, 2, 1)
        assert f"entry {standing['kiosk']}/{seq}, visit 2/1." in table.ok(
            *line, "--witness", printed
        )
    assert "of market day 1" in table.ok("verify", "--witness", head(table, 5)[:12])
    assert "is right: entry" in table.ok("verify", "--witness", head(table, 1))


def test_a_paper_that_nobody_knows_is_a_finding(table: Lines) -> None:
    for line in (["verify"], ["verify", str(table.folder / "exports")]):
        said = table.json(*line, "--witness", "01234567", status=1)
        assert said["findings"][0]["where"] == "paper 01234567"
        assert "cut off or written anew" in said["findings"][0]["what"]


@pytest.mark.parametrize("hash", ["", "1234567", "0123456g", "0" * 65, "deadbeef deadbeef"])
def test_a_witness_that_can_not_be_one_is_typed_wrongly(table: Lines, hash: str) -> None:
    assert table.run("verify", "--witness", hash) == 2
