"""Each bad input from the command line: its own error, its own sentence, and nothing changed."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from db.connection import FILE
from tests.kiosk.cli.lines import CATALOGUE, Lines, copied, dump, found


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("pattern") / "market")


@pytest.fixture
def table(pattern: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    return copied(pattern, tmp_path, capsys)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        (["--brought", "3 kg unobtainium"], "UnknownGood"),
        (["--brought", "3 tomatos paste sauce"], "UnknownGood"),
        (["--brought", "3 kg tomatoez"], "MistypedGood"),
        (["--brought", "3 tom"], "AmbiguousGood"),
        (["--brought", "3 l tomatoes"], "WrongUnit"),
        (["--brought", "0 kg tomatoes"], "ZeroQuantity"),
        (["--brought", "0.0001 g tomatoes"], "ZeroQuantity"),
        (["--brought", "10001 kg tomatoes"], "AbsurdQuantity"),
        (["--took", "99999999 honey"], "AbsurdQuantity"),
        (["--brought", "1/0 tomatoes"], "BadQuantity"),
        (["--brought", "1.2.3 tomatoes"], "BadQuantity"),
        (["--brought", "10000 honey"] * 5, "AmountOutOfRange"),
        (["--brought", "-3 tomatoes"], "MinusHere"),
        (["--took", "-1 honey"], "MinusHere"),
        (["--work", "-2 childcare"], "MinusHere"),
        (["--brought", "2 childcare"], "WorkBrought"),
        (["--work", "2 honey"], "NoWork"),
        ([], "EmptyVisit"),
        (["--solidarity"], "EmptyVisit"),
        (["--took", "1 honey"], "ShortOfCredits"),
        (["--brought", "3 kg tomatoes"] * 101, "AbsurdQuantity"),
        (["--slip", "what is this"], "NotASlip"),
        (["--slip", "Y026" + "0" * 134], "NotASlip"),
        (["--slip", "\x1b]0;gone\x07[/]"], "NotASlip"),
    ],
)
def test_a_visit_that_can_not_be_is_refused(table: Lines, typed: list[str], error: str) -> None:
    assert table.refused("visit", *typed) == error


def test_a_refusal_says_nothing_on_standard_output(table: Lines) -> None:
    assert table.run("visit", "--took", "1 honey") == 1
    assert table.out == ""
    assert table.err.endswith(".\n") and table.err.count("\n") == 1


def test_the_sentence_names_what_was_typed_and_can_not_act_on_a_terminal(table: Lines) -> None:
    assert table.run("visit", "--brought", "3 \x1b]0;gone\x07\u202etomatillo soup") == 1
    assert "tomatillo soup" in table.err
    assert table.err.rstrip("\n").isprintable()


@pytest.mark.parametrize(
    ("typed", "error", "status"),
    [
        (["print", "done", "99"], "UnknownJob", 1),
        (["print", "again", "99"], "UnknownJob", 1),
        (["slip", "void", "1", "--why", "w"], "UnknownVisit", 1),
        (["slip", "void", "one/two", "--why", "w"], "UnknownVisit", 1),
        (["slip", "reissue", "7/1", "--why", "w"], "UnknownVisit", 1),
        (["undo"], "NothingToUndo", 1),
        (["undo", "--back"], "NothingToBringBack", 1),
        (["day", "open"], "DayAlreadyOpen", 1),
        (["goods", "rate", "honey", "minus two", "--decision", "d"], "BadAmount", 1),
        (["goods", "rate", "honey", "1.234", "--decision", "d"], "BadAmount", 1),
        (["goods", "rate", "honey", "200000", "--decision", "d"], "AmountOutOfRange", 1),
        (["goods", "rate", "honey", "2", "--decision", "  "], "MissingDecision", 1),
        (["goods", "rate", "unobtainium", "2", "--decision", "d"], "UnknownGood", 1),
        (["goods", "import", str(CATALOGUE), "--decision", " "], "MissingDecision", 1),
        (["goods", "spoil", "2 kg tomatoes", "--why", " "], "MissingDecision", 1),
        (["goods", "spoil", "2 childcare", "--why", "w"], "NotStored", 1),
        (["goods", "count", "-2 honey"], "MinusHere", 1),
        (["goods", "count", "0 childcare"], "NotStored", 1),
        (["goods", "cards", "unobtainium", "--to", "cards.pdf"], "UnknownGood", 1),
        (["goods", "cards", "honey", "--to", f"{os.devnull}/cards.pdf"], "FolderUnwritable", 3),
        (["rules", "--slip-step", "0.3", "--decision", "d"], "BadSetting", 1),
        (["rules", "--slip-days", "99999", "--decision", "d"], "BadSetting", 1),
        (["rules", "--solidarity-day", "lots", "--decision", "d"], "BadAmount", 1),
        (["rules", "--decision", "to change nothing"], "TypedWrongly", 2),
        (["ledger", "--good", "unobtainium"], "UnknownGood", 1),
        (["ledger", "--slip", "7KQ2M-X84DT-0PZ3H"], "UnknownReference", 1),
        (["ledger", "--direction", "up"], "TypedWrongly", 2),
        (["export", "9"], "UnknownDay", 1),
        (["export", "--to", f"{os.devnull}/stick"], "FolderUnwritable", 3),
        (["verify", f"{os.devnull}/folder"], "FileUnreadable", 3),
        (["found", "--name", "Another"], "MarketExists", 1),
        (["found", "--name", "A", "--catalogue", "no.csv"], "FileUnreadable", 3),
        (["found", "--name", "A", "--passphrase-file", "no.txt"], "FileUnreadable", 3),
        (["rules", "--language", "xx"], "BadSetting", 1),
    ],
)
def test_what_can_not_be_done_is_refused(
    table: Lines, typed: list[str], error: str, status: int
) -> None:
    assert table.refused(*typed, status=status) == error


@pytest.mark.parametrize(
    "typed",
    [
        ["visit", "--bogus"],
        ["visit", "--brough", "3 kg tomatoes"],
        ["visit", "--key", ""],
        ["visit", "--key", "two words"],
        ["visit", "--key", "k" * 101],
        ["visit", "--brought", "3 tomatoes " * 50],
        ["day"],
        ["day", "open", "--crew", "Ana"],
        ["day", "close", "--counted", "-1"],
        ["day", "close", "--counted", "many"],
        ["slip", "void", "1"],
        ["print", "done", "first"],
        ["print", "done", "99999999999999999999"],
        ["goods", "rate", "honey", "2"],
        ["export", "--to", ""],
        ["rules", "--slip-days", "-1"],
        ["visit", "--brought", "3 kg \udcff"],
        ["restore"],
        ["dance"],
    ],
)
def test_what_was_typed_wrongly_does_nothing(table: Lines, typed: list[str]) -> None:
    assert table.refused(*typed, status=2) == "TypedWrongly"


@pytest.mark.parametrize(
    "typed",
    [
        ["visit", "--brought", "3 kg tomatoes"],
        ["undo"],
        ["undo", "--back"],
        ["slip", "void", "1/1", "--why", "w"],
        ["goods", "spoil", "1 honey", "--why", "w"],
        ["goods", "count", "1 honey"],
    ],
)
def test_nothing_moves_while_no_day_is_open(table: Lines, typed: list[str]) -> None:
    table.slip("--brought", "3 kg tomatoes")
    table.ok("day", "close")
    assert table.refused(*typed) == "DayNotOpen"


def test_a_day_is_closed_once(tmp_path: Path, table: Lines) -> None:
    table.ok("day", "close", "--counted", "0")
    assert table.refused("day", "close") == "DayClosed"
    fresh = Lines(tmp_path / "fresh", table.capture)
    fresh.ok("found", "--name", "Elm")
    for typed in (["day", "close"], ["day", "report"], ["export"]):
        assert fresh.refused(*typed) == "DayNotOpen"


@pytest.mark.parametrize(
    ("content", "error", "status"),
    [
        (b"\xff\xfe\x00broken", "FileUnreadable", 3),
        (b"", "BadCatalogue", 1),
        (b"id,unit\nbread,each\n", "BadCatalogue", 1),
        (b"id,unit,rate,name_en\nbread,each,1,bread\nsoup,stone,2,soup\n", "BadCatalogue", 1),
        (b"id,unit,rate,name_en\nbread,each,1,bread\nbread,each,2,loaf\n", "BadCatalogue", 1),
        (b'id,unit,rate,name_en\nbread,each,1,"bread\n', "BadCatalogue", 1),
    ],
)
def test_of_a_wrong_catalogue_nothing_is_imported(
    table: Lines, tmp_path: Path, content: bytes, error: str, status: int
) -> None:
    file = tmp_path / "goods.csv"
    file.write_bytes(content)
    assert table.refused("goods", "import", str(file), status=status) == error
    assert "goods.csv" in table.err
    fresh = Lines(tmp_path / "fresh", table.capture)
    founding = ("found", "--name", "Elm", "--catalogue", str(file))
    assert fresh.refused(*founding, status=status) == error
    assert not fresh.folder.exists(), "no market is founded on a wrong catalogue"


def test_a_line_of_a_catalogue_is_named_by_its_number(table: Lines, tmp_path: Path) -> None:
    file = tmp_path / "goods.csv"
    file.write_text("id,unit,rate,name_en\nbread,each,1,bread\nsoup,stone,x,soup\n")
    assert table.run("goods", "import", str(file)) == 1
    assert "Line 3" in table.err and "Line 2" not in table.err


def test_without_a_market_there_is_nothing_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = Lines(tmp_path / "nowhere", capsys)
    for typed in (["visit", "--brought", "1 honey"], ["rules"], ["verify"], ["day", "report"]):
        assert nowhere.refused(*typed) == "NoMarket"
    assert not nowhere.folder.exists()


def test_a_data_folder_that_can_not_be_written_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("a file, not a folder")
    inside = Lines(tmp_path / "file" / "market", capsys)
    assert inside.refused("found", "--name", "Elm", status=3) == "DataFolderUnusable"
    assert (tmp_path / "file").read_text() == "a file, not a folder"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_market_that_can_not_be_written_is_said(table: Lines) -> None:
    (table.folder / FILE).chmod(0o400)
    try:
        assert table.run("visit", "--brought", "3 kg tomatoes") == 3
        assert str(table.folder) in table.err
    finally:
        (table.folder / FILE).chmod(0o600)


def test_books_of_a_newer_version_are_left_alone(table: Lines) -> None:
    database = sqlite3.connect(table.folder / FILE)
    columns = [row[1] for row in database.execute("PRAGMA table_info(schema_migration)")]
    values = {"id": 9999, "name": "9999_newer"}
    filled = [values.get(name, "2031-01-01 00:00:00") for name in columns]
    marks = ", ".join("?" * len(columns))
    database.execute(f"INSERT INTO schema_migration VALUES ({marks})", filled)
    database.commit()
    database.close()
    for typed in (["visit", "--brought", "3 kg tomatoes"], ["rules"], ["found", "--name", "Elm"]):
        assert table.refused(*typed, status=3) == "NewerDatabase"
    assert "9999_newer" in table.err


def test_a_damaged_file_is_no_market(table: Lines) -> None:
    (table.folder / FILE).write_bytes(b"this was a market once" * 500)
    assert table.run("rules") == 3
    assert "Restore the last backup" in table.err


def test_a_key_that_is_missing_is_said(table: Lines) -> None:
    (table.folder / "market.key").unlink()
    assert table.refused("visit", "--brought", "3 kg tomatoes", status=3) == "KeyMissing"


def test_a_key_is_for_one_exchange(table: Lines) -> None:
    table.ok("visit", "--brought", "3 kg tomatoes", "--key", "one")
    other = ("visit", "--brought", "4 kg tomatoes", "--key", "one")
    assert table.refused(*other) == "KeyUsedDifferently"
    table.ok("undo")
    assert table.refused("visit", "--brought", "3 kg tomatoes", "--key", "one") == "KeyOfUndone"


def test_a_visit_whose_slip_went_on_is_not_undone(table: Lines) -> None:
    slip = table.slip("--brought", "3 kg tomatoes")
    table.ok("visit", "--slip", slip["text"], "--took", "3 kg tomatoes")
    table.ok("undo")
    table.ok("slip", "void", "1", "--why", "wet")
    assert table.refused("undo") == "ChangeAlreadyEnded"


def test_solidarity_has_its_limits(table: Lines) -> None:
    table.ok("rules", "--solidarity-day", "5", "--decision", "assembly")
    table.ok("visit", "--took", "1 honey", "--solidarity")
    assert table.refused("visit", "--took", "1 honey", "--solidarity") == "SolidarityDayLimit"


def test_each_kind_of_refusal_has_a_sentence_of_its_own() -> None:
    from db.errors import KioskError
    from kiosk.cli import commands

    assert commands

    def below(kind: type[KioskError]) -> list[type[KioskError]]:
        return [one for sub in kind.__subclasses__() for one in (sub, *below(sub))]

    sentences = [one.sentence for one in below(KioskError) if "sentence" in vars(one)]
    assert len(set(sentences)) == len(sentences) > 50
    # One names the file alone, and goes on with the sentence of what is wrong in it.
    assert [one for one in sentences if len(one) <= 20] == ["{file}: {problem}"]


def test_the_books_are_compared_with_all_their_tables(table: Lines) -> None:
    before = dump(table.folder)
    table.ok("visit", "--brought", "3 kg tomatoes", "--gift")
    after = dump(table.folder)
    assert len(after) > len(before) > 40
