"""Promises of the key file on its disk: owner only, whole or not there, never overwritten unasked, and
nothing of it left where another takes its place. What opens it is in test_keyfile.py."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from db.errors import KeyUnusable, WrongPassphrase
from kiosk.slips import keyfile
from kiosk.slips.keyfile import (
    CHEAP,
    KeyExists,
    load,
    needs_passphrase,
    put_in_place,
    save,
)
from kiosk.slips.signing import MarketKey


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "market.key"


def test_only_its_owner_may_read_the_file_whatever_the_umask(path: Path, key: MarketKey) -> None:
    before = os.umask(0)
    try:
        save(path, key, None)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_is_never_overwritten(path: Path, key: MarketKey) -> None:
    save(path, key, None)
    before = path.read_bytes()
    with pytest.raises(KeyExists):
        save(path, MarketKey.generate(), None)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)


def test_a_disk_without_links_keeps_the_same_promises(
    path: Path, key: MarketKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_links(monkeypatch)
    save(path, key, None)
    assert load(path, None).seed() == key.seed()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(KeyExists):
        save(path, MarketKey.generate(), None)
    assert load(path, None).seed() == key.seed()
    assert list(path.parent.iterdir()) == [path]


def test_nothing_is_left_where_the_folder_refuses(tmp_path: Path, key: MarketKey) -> None:
    with pytest.raises(KeyUnusable) as caught:
        save(tmp_path / "missing" / "market.key", key, None)
    assert caught.value.facts["why"] == "No such file or directory"
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_where_the_disk_fails(
    path: Path, key: MarketKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(KeyUnusable, match="No space"):
        save(path, key, None)
    assert list(path.parent.iterdir()) == []


def test_the_file_and_then_its_folder_reach_the_disk(
    path: Path, key: MarketKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, kinds = os.fsync, list[str]()

    def record(descriptor: int) -> None:
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        kinds.append("folder" if folder else "file")
        assert path.exists() == folder  # the name appears only when the content is safe
        real(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    save(path, key, None)
    assert kinds == ["file", "folder"]


@pytest.mark.parametrize("change_of", ["relock", "put_back", "put_in_place", "remove"])
def test_what_is_done_to_a_file_s_name_reaches_the_disk(
    path: Path, key: MarketKey, monkeypatch: pytest.MonkeyPatch, change_of: str
) -> None:
    save(path, key, None)
    prepared = path.with_name("new")
    if change_of == "put_in_place":
        save(prepared, MarketKey.generate(key), None)
    before = path.stat().st_ino
    real, seen = os.fsync, list[bool]()

    def record(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            seen.append(not path.exists() or path.stat().st_ino != before)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    match change_of:
        case "relock":
            keyfile.relock(path, None, "plum", CHEAP)
        case "put_back":
            keyfile.put_back(path, key, None)
        case "put_in_place":
            put_in_place(prepared, path)
        case _:
            keyfile.remove(path)
    assert seen[-1:] == [True], "the folder, when the file has its new content or none"


def test_a_key_that_is_removed_leaves_nothing_behind(path: Path, key: MarketKey) -> None:
    save(path, key, None)
    with path.open("rb") as old:
        keyfile.remove(path)
        assert set(old.read()) == {0}
    assert list(path.parent.iterdir()) == []
    keyfile.remove(path)  # and it may be gone already


def test_a_key_that_has_another_name_is_kept_under_it(path: Path, key: MarketKey) -> None:
    save(path, key, None)
    other = path.with_name("other")
    other.hardlink_to(path)
    keyfile.remove(path)
    assert not path.exists()
    assert load(other, None).seed() == key.seed()


def test_a_key_takes_the_place_of_another_and_leaves_nothing_of_it(
    path: Path, key: MarketKey
) -> None:
    save(path, key, None)
    old = path.open("rb")
    new = MarketKey.generate(key)
    prepared = path.with_name("new")
    save(prepared, new, None)
    put_in_place(prepared, path)
    assert set(old.read()) == {0}
    old.close()
    assert load(path, None).public == new.public
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_who_is_late_does_not_overwrite_the_key_that_is_in_place(
    path: Path, key: MarketKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two programs complete the same rotation: the faster one renames while the other one has read
    the new file and is about to overwrite the old one."""
    new = MarketKey.generate(key)
    prepared = path.with_name("new")
    save(path, key, None)
    save(prepared, new, None)
    real = Path.read_bytes

    def slowly(read: Path) -> bytes:
        content = real(read)
        prepared.replace(path)  # the other one was faster
        return content

    monkeypatch.setattr(Path, "read_bytes", slowly)
    put_in_place(prepared, path)
    monkeypatch.undo()
    assert load(path, None).public == new.public


@pytest.mark.parametrize(("old", "new"), [(None, "plum"), ("plum", "pear"), ("plum", None)])
def test_a_key_is_locked_otherwise_and_nothing_of_before_is_left(
    tmp_path: Path, old: str | None, new: str | None
) -> None:
    path, key = tmp_path / "market.key", MarketKey.generate()
    save(path, key, old, CHEAP)
    before = path.read_bytes()
    (tmp_path / "another name").hardlink_to(path)
    assert keyfile.relock(path, old, new, CHEAP).seed() == key.seed()
    assert needs_passphrase(path) == (new is not None)
    assert load(path, new).seed() == key.seed()
    assert (tmp_path / "another name").read_bytes() == bytes(len(before))
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(list(tmp_path.iterdir())) == 2


def test_a_wrong_passphrase_locks_nothing_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "market.key"
    save(path, MarketKey.generate(), "plum", CHEAP)
    before = path.read_bytes()
    with pytest.raises(WrongPassphrase):
        keyfile.relock(path, "pear", "fig", CHEAP)
    with pytest.raises(keyfile.EmptyPassphrase):
        keyfile.relock(path, "plum", "", CHEAP)
    assert path.read_bytes() == before


def test_a_passphrase_that_could_not_be_changed_is_the_one_before(
    path: Path, key: MarketKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(path, key, "pear", CHEAP)

    def full(_from: Path, _to: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(KeyUnusable, match="No space left"):
        keyfile.relock(path, "pear", "plum", CHEAP)
    assert load(path, "pear").seed() == key.seed()
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_key_that_another_program_put_there_meanwhile_is_not_replaced(
    path: Path, key: MarketKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(path, key, "pear", CHEAP)
    other, real = MarketKey.generate(), keyfile.content_of

    def slow(*arguments: Any) -> bytes:
        prepared = path.with_name("prepared")
        prepared.write_bytes(real(path, other, "fig", CHEAP))
        keyfile.put_in_place(prepared, path)
        return real(*arguments)

    monkeypatch.setattr(keyfile, "content_of", slow)
    with pytest.raises(KeyUnusable, match="another program"):
        keyfile.relock(path, "pear", "plum", CHEAP)
    assert load(path, "fig").seed() == other.seed()


def test_what_a_disk_refuses_is_never_passed_over(
    path: Path, key: MarketKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(path, key, None)

    def refuse(*_arguments: object, **_named: object) -> None:
        raise OSError(errno.EIO, "Input/output error", str(path))

    with monkeypatch.context() as failing:
        failing.setattr(os, "fsync", refuse)
        with pytest.raises(KeyUnusable) as caught:
            keyfile.put_back(path, key, None)
        assert caught.value.facts["why"] == "Input/output error"
    with monkeypatch.context() as failing:
        failing.setattr(Path, "unlink", refuse)
        with pytest.raises(KeyUnusable) as caught:
            keyfile.remove(path)
        assert caught.value.facts["why"] == "Input/output error"
