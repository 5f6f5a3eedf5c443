"""The data folder: room for the days to come, for its owner's eyes, with this market's key."""

from __future__ import annotations

import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from db.connection import FILE
from kiosk.config import KEY_FILE, PAPERS_FOLDER, SETTINGS_FILE, Settings, save_settings
from kiosk.doctor import Level
from kiosk.keys import resting
from kiosk.slips import keyfile
from kiosk.slips.signing import MarketKey
from kiosk.till import open_till
from tests.kiosk.doctor.machines import level, machine, words
from tests.kiosk.tills import Clock

Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize(
    ("free", "wanted"),
    [
        (90_000_000_000, Level.OK),
        (900_000_000, Level.NOTE),
        (99_000_000, Level.TROUBLE),
        (0, Level.TROUBLE),
    ],
)
def test_little_room_is_said_before_there_is_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch, free: int, wanted: Level
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: Usage(10**11, 0, free))
    assert level(machine(folder), "disk") is wanted


def test_room_is_counted_in_days_like_those_that_were(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: Usage(10**11, 0, 50_000_000_000))
    with (folder / "day.bin").open("wb") as file:
        file.truncate(5_000_000_000)
    assert "room for about 9 market days" in words(machine(folder), "disk")
    assert level(machine(folder), "disk") is Level.NOTE


def test_where_there_is_hardly_any_room_nobody_hears_for_how_many_days_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: Usage(10**11, 0, 52_000_000))
    said = words(machine(folder), "disk")
    assert "Only 52 MB are free" in said and "market days" not in said


@pytest.mark.parametrize(
    ("most", "free", "wanted"),
    [(10_000, 0, Level.TROUBLE), (10_000, 900, Level.TROUBLE), (10_000, 1000, Level.OK),
     (0, 0, Level.OK)],
)  # fmt: skip
def test_a_disk_on_which_no_more_files_can_be_made_is_trouble(
    folder: Path, monkeypatch: pytest.MonkeyPatch, most: int, free: int, wanted: Level
) -> None:
    """Some disks say nothing of files: then they are made as long as there is room."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: Usage(10**12, 0, 10**11))
    told = os.statvfs(folder)
    few = os.statvfs_result((*told[:5], most, free, free, *told[8:]))
    monkeypatch.setattr(os, "statvfs", lambda _place: few)
    assert level(machine(folder), "disk") is wanted
    said = words(machine(folder), "disk")
    assert (f"more files: {free}," in said and "market days" not in said) == (
        wanted is not Level.OK
    )


def test_a_disk_that_can_only_be_read_is_trouble(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = os.statvfs(folder)
    read_only = os.statvfs_result((*told[:8], told.f_flag | os.ST_RDONLY, *told[9:]))
    monkeypatch.setattr(os, "statvfs", lambda _place: read_only)
    assert "can only be read" in words(machine(folder), "disk")
    assert level(machine(folder), "disk") is Level.TROUBLE


def test_what_is_secret_is_for_the_owner_alone(folder: Path) -> None:
    assert level(machine(folder), "folder") is Level.OK
    (folder / KEY_FILE).chmod(0o644)
    assert level(machine(folder), "folder") is Level.OK  # nobody else gets into the folder
    folder.chmod(0o755)
    assert level(machine(folder), "folder") is Level.TROUBLE
    assert KEY_FILE in words(machine(folder), "folder")
    assert "books" not in words(machine(folder), "folder").lower()


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b'{"dark": true, "more": "' + b"x" * 70_000 + b'"}', "larger than 16 kB"),
        (b"\xff", "makes no sense"),
        (b"[]", "makes no sense"),
        (b"{" * 9000, "makes no sense"),
        (b'{"printer": "fax", "cut": 3, "dark": true}', "printer, cut"),
        (None, "it is a folder"),
    ],
)
def test_settings_that_are_not_used_are_trouble(
    folder: Path, content: bytes | None, wanted: str
) -> None:
    (folder / SETTINGS_FILE).unlink(missing_ok=True)
    if content is None:
        (folder / SETTINGS_FILE).mkdir()
    else:
        (folder / SETTINGS_FILE).write_bytes(content)
    assert level(machine(folder), "folder") is Level.TROUBLE
    said = words(machine(folder), "folder")
    assert SETTINGS_FILE in said and wanted in said
    only_a_part = wanted == "printer, cut"
    assert ("Remove it" in said) is not only_a_part
    assert ("A part of" in said) is only_a_part
    assert ("is not used" in said and "Set it anew under Steward" in said) or not only_a_part


@pytest.mark.parametrize("content", [None, b"{}", b'{"of_a_later_version": 3, "language": null}'])
def test_settings_that_lack_something_or_have_more_are_well(
    folder: Path, content: bytes | None
) -> None:
    (folder / SETTINGS_FILE).unlink(missing_ok=True)
    if content is not None:
        (folder / SETTINGS_FILE).write_bytes(content)
    assert level(machine(folder), "folder") is Level.OK


def test_many_files_that_others_may_read_are_not_all_named(folder: Path) -> None:
    folder.chmod(0o755)
    for number in range(9):
        (folder / f"left-{number}").touch(mode=0o644)
    (folder / PAPERS_FOLDER).mkdir(mode=0o755)
    assert "left-0, left-1, left-2 and 7 more" in words(machine(folder), "folder")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to be root")
def test_files_of_somebody_else_are_named(folder: Path) -> None:
    os.chown(folder / KEY_FILE, 65534, 65534)
    assert f"Somebody else owns {KEY_FILE}" in words(machine(folder), "folder")


def test_a_folder_that_can_not_be_used_is_trouble(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    assert "as its owner" in words(machine(folder), "folder")


def replaced(folder: Path, key: MarketKey, passphrase: str | None) -> None:
    (folder / KEY_FILE).unlink()
    keyfile.save(folder / KEY_FILE, key, passphrase, keyfile.CHEAP)


def test_a_key_without_a_passphrase_is_worth_a_note(folder: Path) -> None:
    assert level(machine(folder), "key") is Level.NOTE
    replaced(folder, keyfile.load(folder / KEY_FILE, None), "open sesame")
    assert level(machine(folder), "key") is Level.OK


@pytest.mark.parametrize("passphrase", [None, "open sesame"])
def test_another_market_s_key_is_trouble(folder: Path, passphrase: str | None) -> None:
    replaced(folder, MarketKey.generate(), passphrase)
    assert level(machine(folder), "key") is Level.TROUBLE
    assert "not the key of this market" in words(machine(folder), "key")


def test_a_key_whose_seed_is_not_the_one_that_it_says_is_trouble(folder: Path) -> None:
    file = folder / KEY_FILE
    seed = keyfile.load(file, None).seed().hex()
    file.write_text(file.read_text().replace(seed, "00" * 32))
    assert level(machine(folder), "key") is Level.TROUBLE


def test_an_unlocked_key_rests_only_while_a_day_needs_it(folder: Path) -> None:
    key = keyfile.load(folder / KEY_FILE, None)
    replaced(folder, key, "open sesame")
    keyfile.save(folder / resting.FILE, key, None)
    assert level(machine(folder), "key") is Level.NOTE
    assert "closing the day wipes it" in words(machine(folder), "key")
    save_settings(folder, Settings(ask_again=True))
    assert level(machine(folder), "key") is Level.TROUBLE
    save_settings(folder, Settings())
    till = open_till(folder, Clock())
    till.unlock("open sesame")
    till.close_day(None)
    till.close()
    assert words(machine(folder), "key") == "It is locked with the stewards' passphrase."
    keyfile.save(folder / resting.FILE, key, None)
    assert level(machine(folder), "key") is Level.TROUBLE
    (folder / FILE).write_bytes(b"no books " * 500)
    assert "no market day needs that" in words(machine(folder), "key")
