"""The key in lines: on sheets, back from them, and with it the slips of books that are lost."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from kiosk.config import KEY_FILE
from tests.kiosk.cli.lines import Lines, copied, found, shell


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("pattern") / "market")


@pytest.fixture
def table(pattern: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    return copied(pattern, tmp_path, capsys)


@pytest.fixture
def sheets(table: Lines, tmp_path: Path) -> list[str]:
    """Files with the three shares of the market's key."""
    files = table.json("key", "split", "--to", str(tmp_path / "stick"), "--text")["files"]
    assert len(files) == 3
    return list(files)


def shares(*files: str) -> list[str]:
    return [part for file in files for part in ("--share", file)]


def words_of(file: str) -> list[str]:
    numbered = [line.split() for line in Path(file).read_text().splitlines()]
    return [parts[1] for parts in numbered if len(parts) == 2 and parts[0].isdigit()]


def test_split_says_what_it_made_and_never_the_words(table: Lines, tmp_path: Path) -> None:
    to = tmp_path / "stick"
    said: dict[str, Any] = table.json(
        "key", "split", "--shares", "5", "--needed", "3", "--to", str(to)
    )
    assert (said["shares"], said["needed"]) == (5, 3)
    assert sorted(Path(file) for file in said["files"]) == sorted(to.iterdir())
    assert {path.suffix for path in to.iterdir()} == {".pdf"}
    assert len(said["split"].split()) == 2
    assert "3 of them are the key" in table.err


@pytest.mark.parametrize("pair", list(combinations(range(3), 2)))
def test_each_pair_of_sheets_puts_the_key_back(
    table: Lines, sheets: list[str], pair: tuple[int, int]
) -> None:
    before = (table.folder / KEY_FILE).read_bytes()
    (table.folder / KEY_FILE).unlink()
    assert table.refused("day", "report", status=3) == "KeyMissing"
    said = table.json("key", "rebuild", *shares(*(sheets[at] for at in pair)))
    assert (said["market"], said["founded_anew"]) == ("Oak Street Market", False)
    assert (table.folder / KEY_FILE).read_bytes() == before
    table.ok("visit", "--brought", "3 kg tomatoes")


@pytest.mark.parametrize("one", range(3))
def test_one_sheet_puts_nothing_back(table: Lines, sheets: list[str], one: int) -> None:
    (table.folder / KEY_FILE).unlink()
    assert table.refused("key", "rebuild", *shares(sheets[one])) == "SharesMissing"
    assert table.refused("key", "rebuild", *shares(sheets[one], sheets[one])) == "ShareTwice"
    assert not (table.folder / KEY_FILE).exists()


def test_a_mistyped_word_is_named_with_its_file(table: Lines, sheets: list[str]) -> None:
    words = words_of(sheets[1])
    wrong = Path(sheets[1]).with_name("typed.txt")
    wrong.write_text(" ".join([*words[:6], "academc", *words[7:]]))
    name = table.refused("key", "rebuild", *shares(sheets[0], str(wrong)))
    assert name == "ShareFileMistyped"
    assert f"{wrong}: Word 7, “academc”, is mistyped: it is likely “{words[6]}”" in table.err


def test_sheets_of_another_market_are_refused(
    table: Lines, sheets: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strange = Lines(found(tmp_path / "strange"), capsys)
    to = str(tmp_path / "other stick")
    others = strange.json("key", "split", "--to", to, "--text")["files"]
    assert table.refused("key", "rebuild", *shares(sheets[0], others[1])) == "OtherSplit"
    assert table.refused("key", "rebuild", *shares(*others)) == "UnknownKey"


def test_with_the_key_alone_each_slip_is_honoured_once(
    table: Lines, sheets: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slips = [table.slip("--brought", "3 kg tomatoes") for _ in range(3)]
    shutil.rmtree(table.folder)
    anew = Lines(tmp_path / "anew", capsys)
    key = shares(sheets[2], sheets[0])
    assert anew.refused("key", "rebuild", *key) == "NoBooksYet"
    said = anew.json("key", "rebuild", *key, "--name", "Oak Street Market", "--suggested-goods")
    assert said["founded_anew"] is True
    anew.ok("day", "open")
    for slip in slips:
        checked = anew.json("slip", "check", slip["text"])
        assert (checked["verdict"], checked["from_paper"], checked["amount"]) == ("good", True, "6")
        anew.json("visit", "--slip", slip["text"])
        spent = anew.json("slip", "check", slip["text"], status=1)
        assert (spent["verdict"], spent["from_paper"]) == ("spent", False)
        assert anew.refused("visit", "--slip", slip["text"]) == "SlipSpent"
    assert anew.json("day", "report")["balances"]["paper"] == "18"
    assert "slip honoured from paper: of lost books 6" in anew.ok("ledger")
    assert "honoured from paper" not in anew.ok("ledger", "--visit", "1")
    anew.ok("verify")
    assert anew.refused("key", "rebuild", *key, "--name", "Oak Street Market") == "BooksThere"


def test_a_typed_code_of_lost_books_says_that_the_slip_must_be_scanned(
    table: Lines, sheets: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slip = table.slip("--brought", "3 kg tomatoes")
    anew = Lines(tmp_path / "anew", capsys)
    anew.json("key", "rebuild", *shares(*sheets[:2]), "--name", "Oak Street Market")
    said = anew.json("slip", "check", slip["code"], status=1)
    assert said["verdict"] == "unknown"
    assert "Scan the slip" in said["sentence"]


def test_books_from_a_backup_honour_what_they_miss_by_decision(
    table: Lines, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = tmp_path / "backup"
    shutil.copytree(table.folder, backup)
    slip = table.slip("--brought", "3 kg tomatoes")
    restored = Lines(backup, capsys)
    assert restored.refused("visit", "--slip", slip["text"]) == "UnknownSlip"
    assert restored.refused("slip", "honour", "--why", " ") == "MissingDecision"
    said = restored.ok("slip", "honour", "--why", "the laptop was stolen")
    assert "honoured by their signature, once" in said
    restored.json("visit", "--slip", slip["text"])
    assert restored.refused("visit", "--slip", slip["text"]) == "SlipSpent"
    assert "books lost: the laptop was stolen" in restored.ok("ledger")
    too_late = ("--since", "2999-01-01", "--why", "x")
    assert restored.refused("slip", "honour", *too_late) == "BadSetting"


def test_without_a_printer_a_folder_must_be_named(table: Lines) -> None:
    assert table.refused("key", "split") == "NoPrinterForShares"
    assert table.refused("key", "split", "--to", str(table.folder / "x")) == "FolderOfTheKiosk"
    assert table.refused("key", "split", "--text", status=2) == "TypedWrongly"
    assert table.refused("key", "split", "--to", "x", "--needed", "1") == "BadSetting"
    assert table.refused("key", "split", "--to", "x", "--shares", "17") == "BadSetting"
    assert not Path("x").exists()


@pytest.mark.parametrize(("letters", "between"), [(None, "\n"), (4, "\n\n \t\n")])
def test_shares_are_read_from_standard_input(
    table: Lines, sheets: list[str], letters: int | None, between: str
) -> None:
    """In whole words or by their beginnings, as on the screen; a blank line between two ends nothing."""
    before = (table.folder / KEY_FILE).read_bytes()
    (table.folder / KEY_FILE).unlink()
    shares = (" ".join(word[:letters] for word in words_of(file)) for file in sheets[:2])
    typed = between.join(("", *shares, ""))
    kept = sys.stdin
    try:
        sys.stdin = io.TextIOWrapper(io.BytesIO(typed.encode()))
        table.ok("key", "rebuild")
    finally:
        sys.stdin = kept
    assert (table.folder / KEY_FILE).read_bytes() == before


def test_a_sheet_may_hold_the_beginnings_of_its_words(table: Lines, sheets: list[str]) -> None:
    for name in sheets[:2]:
        Path(name).write_text(" ".join(word[:4] for word in words_of(name)))
    before = (table.folder / KEY_FILE).read_bytes()
    (table.folder / KEY_FILE).unlink()
    table.ok("key", "rebuild", *shares(*sheets[:2]))
    assert (table.folder / KEY_FILE).read_bytes() == before


def test_without_words_it_says_what_is_missing(table: Lines) -> None:
    said = shell("--data", str(table.folder), "--json", "key", "rebuild")
    assert said.returncode == 1
    assert json.loads(said.stdout)["error"] == "NoMoreShares"


def test_the_new_passphrase_comes_from_its_file(
    table: Lines, sheets: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "passphrase"
    file.write_text("a new one\n")
    said = table.json("key", "rebuild", *shares(*sheets[1:]), "--passphrase-file", str(file))
    assert said["passphrase"] is True
    assert "seed" not in json.loads((table.folder / KEY_FILE).read_text())


def test_what_is_no_plain_file_is_not_waited_for(table: Lines, tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to("/dev/zero")
    for path in (pipe, link, tmp_path):
        assert table.refused("key", "rebuild", *shares(str(path)), status=3) == "FileUnreadable"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"word " * 10_000, b"1 acid\n" * 33])
def test_a_file_that_is_no_share_is_refused(table: Lines, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "share.txt"
    file.write_bytes(content)
    status = 3 if content[:1] == b"\xff" or len(content) > 20_000 else 1
    name = table.refused("key", "rebuild", *shares(str(file)), status=status)
    assert name in ("ShareFileMistyped", "FileUnreadable")
