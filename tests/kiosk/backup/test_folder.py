"""What lies on a stick is looked at within limits, and none of it is believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.connection import FILE
from kiosk.backup.folder import (
    MANIFEST,
    MOST_BACKUPS,
    BadBackup,
    NewerBackup,
    NoBackup,
    TooManyBackups,
    TooMuchThere,
    backup_in,
    backups_below,
)
from kiosk.backup.restoring import restore
from tests.kiosk.backup.sticks import changed, last, refused


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"[" * 10_000,
        b"\xff",
        b'{"format": "market-kiosk backup"}',
        b"9" * 20_000,
    ],
)
def test_a_manifest_that_is_none_is_refused(
    full_stick: Path, tmp_path: Path, content: bytes
) -> None:
    (last(full_stick) / MANIFEST).write_bytes(content)
    refused(
        last(full_stick), tmp_path / "new", BadBackup if b"format" not in content else NewerBackup
    )


@pytest.mark.parametrize(
    "said",
    [
        {"files": {}},
        {"files": {"../market.key": {"bytes": 1, "sha256": "0" * 64}}},
        {"files": {"/etc/passwd": {"bytes": 1, "sha256": "0" * 64}}},
        {"files": {"letter.txt": {"bytes": 1, "sha256": "0" * 64}}},
        {"files": {FILE: {"bytes": 1 << 60, "sha256": "0" * 64}}},
        {"files": {FILE: {"bytes": -1, "sha256": "0" * 64}}},
        {"files": {FILE: {"bytes": 1, "sha256": "zz"}}},
        {"files": 3},
        {"seq": True},
        {"seq": -4},
        {"head": "ff"},
        {"head": None},
        {"kiosk": "../."},
        {"kiosk": 4},
        {"market": ["a"]},
        {"market": "a" * 5000},
        {"open": 1},
        {"made_at": 1e400},
        {"checked": "by nobody"},
        {"public_key": "00"},
    ],
)
def test_words_of_a_manifest_that_can_not_be_are_refused(
    full_stick: Path, tmp_path: Path, said: dict[str, object]
) -> None:
    changed(last(full_stick), **said)
    refused(last(full_stick), tmp_path / "new", BadBackup)


def test_a_market_with_half_a_character_in_its_name_is_none(full_stick: Path) -> None:
    changed(last(full_stick), market="half a character: \ud800")
    with pytest.raises(BadBackup):
        backup_in(last(full_stick))


def test_a_newer_backup_asks_for_a_newer_kiosk(full_stick: Path, tmp_path: Path) -> None:
    changed(last(full_stick), version=2)
    refused(last(full_stick), tmp_path / "new", NewerBackup)


def test_a_folder_without_a_backup_says_so(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    for name in ("letters", "nowhere"):
        refused(tmp_path / name, tmp_path / "new", NoBackup)


def test_folders_behind_links_are_not_looked_into(full_stick: Path, tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / last(full_stick).parent.name).symlink_to(last(full_stick).parent)
    refused(tmp_path / "links", tmp_path / "new", NoBackup)


def test_a_stick_full_of_other_things_still_has_its_backup(
    full_stick: Path, tmp_path: Path
) -> None:
    newest = last(full_stick)
    machine = newest.parent
    for place in (full_stick, machine):
        for number in range(MOST_BACKUPS + 100):
            (place / f"holiday-{number}").mkdir()
            (place / f"photo-{number}.jpg").touch()
    assert len(backups_below(full_stick)[0]) == 2
    assert restore(machine, tmp_path / "new").backup.folder == newest


@pytest.mark.parametrize("is_machine", [False, True])
def test_what_lies_in_a_place_is_not_looked_through_for_ever(
    full_stick: Path, monkeypatch: pytest.MonkeyPatch, is_machine: bool
) -> None:
    there = last(full_stick).parent if is_machine else full_stick
    for number in range(11):
        (there / f"photo-{number}.jpg").touch()
    monkeypatch.setattr("kiosk.backup.folder.MOST_NAMES", 10)
    with pytest.raises(TooMuchThere, match="more than 10 "):
        backups_below(full_stick)


def test_more_backups_than_anybody_keeps_are_not_read(
    full_stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.backup.folder.MOST_BACKUPS", 1)
    with pytest.raises(TooManyBackups):
        backups_below(full_stick)
    assert backups_below(last(full_stick))[0] == [backup_in(last(full_stick))]
