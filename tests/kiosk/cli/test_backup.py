"""Backups in lines: saved, read back, restored, and said in sentences."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kiosk.config import KEY_FILE
from tests.kiosk.cli.lines import Lines, copied, found


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("pattern") / "market")


@pytest.fixture
def table(pattern: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    return copied(pattern, tmp_path, capsys)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def other(table: Lines, tmp_path: Path) -> Lines:
    """A shell at a new machine."""
    return Lines(tmp_path / "new", table.capture)


def test_a_market_is_saved_and_restored_in_lines(table: Lines, tmp_path: Path, stick: Path) -> None:
    slip = table.slip("--brought", "3 kg tomatoes")
    said = table.ok("backup", "--to", str(stick))
    assert "up to entry 4 of" in said and str(stick) in said and "key is not in it" in said
    new = other(table, tmp_path)
    said = new.ok("restore", str(stick))
    assert "Oak Street Market is restored in" in said and "up to entry 4 of" in said
    assert "Market day 1 is still open in it." in said
    assert "kiosk slip reissue 1/1 --why W" in said
    shutil.copy(table.folder / KEY_FILE, new.folder)
    new.ok("verify")
    assert new.json("visit", "--took", "1 honey", "--slip", slip["text"])["redeemed"] == "6"


def test_both_answer_with_facts(table: Lines, tmp_path: Path, stick: Path) -> None:
    table.slip("--brought", "3 kg tomatoes")
    made = table.json("backup", "--to", str(stick))
    assert made["entry"] == 4 and made["open"] is True and made["checked"] == "replay"
    assert made["key"] is False and Path(made["folder"]).is_relative_to(stick)
    restored = other(table, tmp_path).json("restore", str(stick))
    assert restored["backup"] == made["folder"] and restored["head"] == made["head"]
    assert restored["papers"] == [{"day": 1, "visit": 1, "amount": "6"}]


def test_what_has_to_be_set_up_anew_is_said(table: Lines, tmp_path: Path, stick: Path) -> None:
    table.ok("print", "use", "network", "127.0.0.1:9")
    table.ok("backup", "--to", str(stick), "--always")
    said = other(table, tmp_path).ok("restore", str(stick))
    assert "kiosk print use" in said and "kiosk backup --to DIR --always" in said
    shutil.rmtree(tmp_path / "new")
    restored = other(table, tmp_path).json("restore", str(stick))
    assert restored["set_up_anew"] == ["printer", "backup"]
    assert json.loads((tmp_path / "new" / "settings.json").read_text())["printer"] == "folder"


def test_without_a_name_it_lies_beside_the_books_and_says_what_that_means(table: Lines) -> None:
    said = table.ok("backup")
    assert str(table.folder / "backups") in said and "no stolen machine" in said
    assert (table.folder / "last-backup.json").exists()


def test_a_place_is_kept_from_now_on_where_that_was_asked_for(table: Lines, stick: Path) -> None:
    table.ok("backup", "--to", str(stick))
    assert Path(table.json("backup")["folder"]).is_relative_to(table.folder)
    table.ok("backup", "--to", str(stick), "--always", "--every", "30")
    assert Path(table.json("backup")["folder"]).is_relative_to(stick)
    assert json.loads((table.folder / "settings.json").read_text())["backup_minutes"] == 30
    shutil.rmtree(stick)
    assert table.refused("backup", status=3) == "NoBackupPlace"
    table.ok("backup", "--to", str(table.folder / "backups"), "--always")
    assert Path(table.json("backup")["folder"]).is_relative_to(table.folder)


def test_a_closed_day_is_saved_and_a_failing_disk_keeps_no_day_open(
    table: Lines, stick: Path
) -> None:
    closed = table.json("day", "close")
    assert Path(closed["backup"]).is_relative_to(table.folder / "backups")
    table.ok("day", "open")
    table.ok("backup", "--to", str(stick), "--always")
    shutil.rmtree(stick)
    closed = table.json("day", "close")
    assert closed["backup"] is None and closed["sealed"]
    assert "is not there" in table.err


def test_a_practice_market_is_not_saved_by_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    practice = Lines(tmp_path / "practice", capsys)
    practice.ok("found", "--name", "Practice", "--practice")
    practice.ok("day", "open")
    assert practice.json("day", "close")["backup"] is None
    assert not (practice.folder / "backups").exists()


def test_what_is_no_backup_is_refused_and_nothing_is_left(table: Lines, tmp_path: Path) -> None:
    new = other(table, tmp_path)
    assert new.refused("restore", str(tmp_path / "nowhere")) == "NoBackup"
    assert not new.folder.exists()
    assert table.refused("restore", str(tmp_path)) == "FolderNotEmpty"
    assert table.run("backup", "--every", "7") == 2


def test_a_bad_backup_is_passed_over_aloud(table: Lines, tmp_path: Path, stick: Path) -> None:
    table.ok("backup", "--to", str(stick))
    table.slip("--brought", "3 kg tomatoes")
    last = Path(table.json("backup", "--to", str(stick))["folder"])
    (last / "books.sqlite").write_bytes(b"rotten")
    assert last.name in other(table, tmp_path).told("restore", str(stick))
