"""A new key in lines: what it says, what it asks for, and what it refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.kiosk.cli.lines import Lines, copied, found

ROTATE = ("key", "rotate", "--decision", "assembly of 28 November")


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("pattern") / "market")


@pytest.fixture
def table(pattern: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    return copied(pattern, tmp_path, capsys)


def key_of(table: Lines) -> str:
    return str(json.loads(table.ok("card"))["key"])


def test_slips_of_before_and_after_are_handed_in_together(table: Lines) -> None:
    old = table.slip("--brought", "3 kg tomatoes")
    before = key_of(table)
    said = table.json(*ROTATE)
    assert (said["before"], said["public_key"]) == (before, key_of(table))
    assert (said["signed"], said["last_good"], said["passphrase"]) == (True, None, False)
    new = table.slip("--brought", "3 kg tomatoes")
    for text in (old["text"], old["code"], new["text"], new["code"]):
        assert table.json("slip", "check", text)["verdict"] == "good"
    table.json("visit", "--took", "2 honey", "--slip", old["code"], "--slip", new["text"])
    assert "new key: assembly of 28 November" in table.ok("ledger")


def test_days_are_verified_with_the_card_of_before_and_with_the_new_one(
    table: Lines, tmp_path: Path
) -> None:
    old, new = str(tmp_path / "old.card"), str(tmp_path / "new.card")
    exports = str(table.folder / "exports")
    table.ok("card", "--to", old)
    table.ok("day", "close")
    table.ok("day", "open")
    assert "new one follows it" in table.ok(*ROTATE)
    table.ok("card", "--to", new)
    table.ok("day", "close")
    stranger = Lines(tmp_path / "nowhere", table.capture)
    assert "gave way to" in stranger.ok("verify", exports, "--card", old)
    assert "the one on the card" in stranger.ok("verify", exports, "--card", new)
    assert "gave way to" in table.ok("verify", "--card", old)
    table.ok("verify", "--card", new)
    table.ok("verify", exports)


def test_a_stolen_key_is_trusted_by_the_new_card_alone(table: Lines, tmp_path: Path) -> None:
    old, new = str(tmp_path / "old.card"), str(tmp_path / "new.card")
    exports = str(table.folder / "exports")
    table.ok("card", "--to", old)
    said = table.json(*ROTATE, "--stolen", "--last-good", "2020-05-01")
    assert said["last_good"] == "2020-05-01"
    assert "new key: the old key was stolen after 1 May 2020 · assembly" in table.ok("ledger")
    table.ok("card", "--to", new)
    table.ok("day", "close")
    stranger = Lines(tmp_path / "nowhere", table.capture)
    stranger.ok("verify", exports, "--card", new)
    assert stranger.json("verify", exports, "--card", old, status=1)["right"] is False
    assert "compare the market's new card" in stranger.err
    assert table.run("verify", "--card", old) == 1


@pytest.mark.parametrize(
    ("typed", "error", "status"),
    [
        (["--decision", " "], "MissingDecision", 1),
        (["--decision", "d", "--stolen"], "TypedWrongly", 2),
        (["--decision", "d", "--last-good", "2020-05-01"], "TypedWrongly", 2),
        (["--decision", "d", "--stolen", "--last-good", "2999-01-01"], "BadLastGoodDay", 1),
        (["--decision", "d", "--stolen", "--last-good", "1999-01-01"], "BadLastGoodDay", 1),
        (["--decision", "d", "--stolen", "--last-good", "yesterday"], "TypedWrongly", 2),
        (["--decision", "d", "--lost"], "KeyNotLost", 1),
        (["--decision", "d", "--passphrase-file", "no.txt"], "FileUnreadable", 3),
        ([], "TypedWrongly", 2),
    ],
)
def test_what_can_not_be_is_refused_and_the_key_stays(
    table: Lines, typed: list[str], error: str, status: int
) -> None:
    before = (table.folder / "market.key").read_bytes()
    assert table.refused("key", "rotate", *typed, status=status) == error
    assert (table.folder / "market.key").read_bytes() == before
    assert len(list(table.folder.glob("*market.key*"))) == 1


def test_a_locked_key_is_asked_for_and_its_passphrase_locks_the_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Lines(tmp_path / "market", capsys)
    for name in ("first", "second"):
        (tmp_path / name).write_text(f"the {name} one\n")
    first, second = str(tmp_path / "first"), str(tmp_path / "second")
    table.ok("found", "--name", "Oak", "--practice", "--passphrase-file", first)
    assert table.refused(*ROTATE) == "PassphraseNeeded"
    monkeypatch.setenv("KIOSK_PASSPHRASE_FILE", first)
    assert table.json(*ROTATE)["passphrase"] is True
    assert table.json(*ROTATE, "--passphrase-file", second)["passphrase"] is True
    assert table.refused(*ROTATE) == "WrongPassphrase"
    monkeypatch.setenv("KIOSK_PASSPHRASE_FILE", second)
    table.ok(*ROTATE)


def test_a_passphrase_that_nobody_knows_any_more_is_a_lost_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = Lines(tmp_path / "market", capsys)
    (tmp_path / "secret").write_text("nobody knows it\n")
    secret = str(tmp_path / "secret")
    table.ok("found", "--name", "Oak", "--practice", "--passphrase-file", secret)
    said = table.json(*ROTATE, "--lost")
    assert (said["signed"], said["passphrase"]) == (False, False)
    table.ok("verify")
    assert table.json("card")["before"] == [said["before"]]


def test_with_the_newest_card_a_market_without_books_honours_slips_of_every_key(
    table: Lines, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = [table.slip("--brought", "3 kg tomatoes")["text"]]
    table.ok("card", "--to", str(tmp_path / "first.card"))
    table.ok(*ROTATE)
    table.ok("card", "--to", str(tmp_path / "second.card"))
    texts.append(table.slip("--brought", "3 kg tomatoes")["text"])
    table.ok(*ROTATE, "--stolen", "--last-good", "2020-05-01")
    texts.append(table.slip("--brought", "3 kg tomatoes")["text"])
    table.ok("card", "--to", str(tmp_path / "third.card"))
    sheets = table.json("key", "split", "--to", str(tmp_path / "stick"), "--text")["files"][:2]
    shares = [part for file in sheets for part in ("--share", file)]
    anew = Lines(tmp_path / "anew", capsys)
    rebuild = ("key", "rebuild", *shares, "--name", "Oak Street Market", "--card")
    assert anew.refused(*rebuild, str(tmp_path / "second.card")) == "CardOfAnotherKey"
    assert not anew.folder.exists()
    said = anew.json(*rebuild, str(tmp_path / "third.card"))
    assert said["public_key"] == key_of(table) == key_of(anew)
    assert json.loads(anew.ok("card")) == json.loads(table.ok("card"))
    anew.ok("day", "open")
    for text, verdict in zip(texts, ("good", "forged", "good"), strict=True):
        status = 0 if verdict == "good" else 1
        assert anew.json("slip", "check", text, status=status)["verdict"] == verdict
    anew.json("visit", "--slip", texts[0], "--slip", texts[2])
    assert anew.json("slip", "check", texts[0], status=1)["verdict"] == "spent"
    anew.ok("verify", "--card", str(tmp_path / "third.card"))


def test_a_new_key_that_no_backup_holds_says_so(table: Lines, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    table.ok("backup", "--to", str(stick), "--always")
    stick.rename(tmp_path / "away")
    assert table.run(*ROTATE) == 0
    assert "no backup holds the new key" in table.err
    (tmp_path / "away").rename(stick)
    assert "The books are saved in" in table.ok(*ROTATE)


def test_books_of_before_the_key_changed_are_led_to_it_by_the_card(
    table: Lines, tmp_path: Path
) -> None:
    """The stick was away when the key was stolen and changed: its backup knows the old key alone."""
    before = Lines(tmp_path / "before", table.capture)
    shutil.copytree(table.folder, before.folder)
    table.ok(*ROTATE, "--stolen", "--last-good", "2020-05-01")
    slip = table.slip("--brought", "3 kg tomatoes")
    table.ok("card", "--to", str(tmp_path / "card"))
    split = table.json("key", "split", "--text", "--to", str(tmp_path / "sheets"))
    sheets = [one for file in split["files"][:2] for one in ("--share", file)]
    assert before.refused("key", "rebuild", *sheets) == "UnknownKey"
    before.ok("key", "rebuild", *sheets, "--card", str(tmp_path / "card"))
    assert key_of(before) == key_of(table)
    assert before.json("slip", "check", slip["text"], status=1)["verdict"] != "foreign"
    before.ok("slip", "honour", "--why", "the stick was away")
    assert before.json("slip", "check", slip["text"])["verdict"] == "good"
    before.ok("verify", "--card", str(tmp_path / "card"))


def test_a_card_without_a_name_is_refused(table: Lines, tmp_path: Path) -> None:
    table.ok("card", "--to", str(tmp_path / "card"))
    (table.folder / "books.sqlite").unlink()
    assert table.run("key", "rebuild", "--card", str(tmp_path / "card")) == 2
