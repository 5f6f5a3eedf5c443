"""Backups: verified before they count, and never at the cost of the ones that are there."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from db.errors import DiskFull, KeyUnusable, KioskError
from kiosk.backup import making
from kiosk.backup.folder import backup_in, backups_below
from kiosk.backup.last import NOTE_FILE, LastBackup, last_backup, remember
from kiosk.backup.making import (
    BackupGoesOn,
    BackupReadsBackWrong,
    NoRoomToCopy,
    WrongBooksNotSaved,
    back_up,
    is_light,
    is_new,
    tidy,
)
from kiosk.backup.place import BackupPlaceUnwritable, NoBackupPlace, NoRoomForBackup, choose_place
from kiosk.backup.restoring import restore
from kiosk.config import KEY_FILE, SETTINGS_FILE, Settings, load_settings
from kiosk.keys.rotation import OldKeyStays, rotate
from kiosk.slips import keyfile
from kiosk.till import Till, open_till
from tests.db.tampering import tamper
from tests.kiosk.backup.sticks import kept, saved, untidy
from tests.kiosk.tills import Clock, booked, found, handed_out


def test_a_backup_says_what_is_in_it(till: Till, stick: Path) -> None:
    booked(till, "3 tomatoes")
    made = saved(till, stick)
    assert made.manifest.moment.seq == 4
    assert (made.manifest.moment.day, made.manifest.moment.is_open) == (1, True)
    assert made.manifest.market == "Oak Square"
    assert backup_in(made.folder) == made
    assert made.folder.parent.name.startswith("market-")
    assert till.books.kiosk in made.folder.parent.name
    assert not untidy(till, stick)


def test_the_note_survives_a_restart_and_nonsense_in_it_does_not_matter(
    till: Till, stick: Path
) -> None:
    made = saved(till, stick)
    note = last_backup(till.folder)
    assert note is not None
    assert (note.folder, note.seq) == (str(made.folder), made.manifest.moment.seq)
    for nonsense in ("", "[]", '{"folder": 3}', "[" * 5000, note._replace(seq=-1)._asdict()):
        text = nonsense if isinstance(nonsense, str) else json.dumps(nonsense)
        (till.folder / NOTE_FILE).write_text(text)
        assert last_backup(till.folder) is None


def test_a_locked_key_is_in_the_backup_and_an_open_one_is_not(tmp_path: Path, clock: Clock) -> None:
    for passphrase, has_key in (("four words are enough", True), (None, False)):
        till = found(tmp_path / f"market {has_key}", clock, passphrase=passphrase)
        stick = tmp_path / f"stick {has_key}"
        stick.mkdir()
        choose_place(till.folder, till.books, stick)
        made = saved(till, stick)
        till.close()
        assert made.manifest.has_key == has_key
        assert (made.folder / KEY_FILE).exists() == has_key
        if has_key:
            assert keyfile.load(made.folder / KEY_FILE, passphrase).public == till.public


def test_a_backup_never_has_a_key_that_is_not_its_books(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change of the key that is broken off leaves the old key's file and books that name the new."""
    monkeypatch.setattr(keyfile, "MODERATE", keyfile.CHEAP)
    till = found(tmp_path / "market", clock, passphrase="four words are enough")
    stick = tmp_path / "stick"
    stick.mkdir()
    choose_place(till.folder, till.books, stick)

    def broken_off(prepared: Path, path: Path) -> None:
        raise KeyUnusable(folder=path.parent, why="the power was cut")

    with monkeypatch.context() as patch:
        patch.setattr(keyfile, "put_in_place", broken_off)
        with pytest.raises(OldKeyStays):
            rotate(till, "so it was decided", passphrase="four words are enough")
    made = saved(till, stick)
    assert not made.manifest.has_key
    assert not restore(made.folder, tmp_path / "restored").has_key
    till.close()
    again = open_till(till.folder, clock)
    again.unlock("four words are enough")
    booked(again, "1 honey", gift=True)
    made = saved(again, stick)
    assert made.manifest.has_key
    assert restore(made.folder, tmp_path / "restored again").has_key
    again.close()


def test_nothing_that_can_be_spent_reaches_the_stick(till: Till, stick: Path) -> None:
    slips = [handed_out(till) for _ in range(5)]
    till.print_now(slips[0].job)
    saved(till, stick)
    from kiosk.slips import payload

    for slip in slips:
        raw = payload.slip_of(slip.text)
        assert raw is not None
        serial = payload.unpack(raw).serial
        for path in (one for one in stick.rglob("*") if one.is_file()):
            content = path.read_bytes()
            forms = (raw, raw[20:], serial, slip.text.encode(), slip.code.encode())
            assert not any(form in content for form in forms), path


def test_wrong_books_take_the_place_of_no_backup(till: Till, stick: Path) -> None:
    good = saved(till, stick)
    tamper(till.books, "INSERT INTO balance VALUES ('goods', 1)")
    booked(till, "1 tomatoes")
    tamper(till.books, "UPDATE balance SET credits = credits + 1 WHERE account = 'goods'")
    with pytest.raises(WrongBooksNotSaved):
        saved(till, stick)
    assert backups_below(stick)[0] == [good]
    assert not untidy(till, stick)
    light = back_up(till.folder, till.books, stick, thorough=False)
    assert not light.manifest.is_thorough, (
        "a light check looks at file and chain alone, and says so"
    )


def test_a_light_check_still_finds_a_broken_chain(till: Till, stick: Path) -> None:
    booked(till, "1 tomatoes")
    tamper(till.books, "UPDATE entry SET body = CAST(body || ' ' AS BLOB) WHERE seq = 4")
    with pytest.raises(WrongBooksNotSaved):
        back_up(till.folder, till.books, stick, thorough=False)


@pytest.mark.parametrize(
    "content", [b'{"dark": true, "more": "' + b"x" * 70_000 + b'"}', b"\xff", None]
)
def test_settings_that_can_not_be_read_keep_no_backup_away(
    till: Till, stick: Path, tmp_path: Path, content: bytes | None
) -> None:
    file = till.folder / SETTINGS_FILE
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    saved(till, stick)
    restore(stick, tmp_path / "new")
    assert load_settings(tmp_path / "new") == Settings()


def failing(monkeypatch: pytest.MonkeyPatch, name: str, error: Exception, at: int) -> None:
    """The `at`-th call of a function of the module fails."""
    real: Callable[..., object] = getattr(making, name)
    calls = 0

    def fails(*arguments: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls == at:
            raise error
        return real(*arguments, **named)

    monkeypatch.setattr(making, name, fails)


@pytest.mark.parametrize(
    ("name", "code", "at", "wanted"),
    [
        ("copied", errno.ENOSPC, 1, NoRoomForBackup),
        ("copied", errno.EIO, 1, BackupPlaceUnwritable),
        ("copied", errno.ENOENT, 1, NoBackupPlace),
        ("sync_names", errno.EIO, 1, BackupPlaceUnwritable),
        ("read_back", errno.EIO, 2, BackupPlaceUnwritable),
        ("copy_books", errno.ENOSPC, 1, NoRoomForBackup),
    ],
)
def test_what_fails_leaves_the_earlier_backup_and_nothing_half(
    till: Till,
    stick: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    code: int,
    at: int,
    wanted: type[KioskError],
) -> None:
    good = saved(till, stick)
    booked(till, "1 tomatoes")
    with monkeypatch.context() as patched:
        failing(patched, name, OSError(code, os.strerror(code)), at)
        with pytest.raises(wanted):
            saved(till, stick)
    assert backups_below(stick)[0] == [good]
    note = last_backup(till.folder)
    assert note is not None and note.seq == good.manifest.moment.seq
    assert saved(till, stick).manifest.moment.seq == 4
    assert not untidy(till, stick)


def test_which_disk_lacks_the_room_is_said(
    till: Till, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    for name, error, where in (
        ("copy_books", full, till.folder),
        ("copy_books", DiskFull(), till.folder),
        ("sync", full, till.folder),
        ("copied", full, stick),
    ):
        with monkeypatch.context() as patched:
            failing(patched, name, error, 1)
            with pytest.raises(NoRoomForBackup) as caught:
                saved(till, stick)
        assert caught.value.facts["folder"] == where
        assert isinstance(caught.value, NoRoomToCopy) == (where == till.folder)


def test_a_stick_that_reads_back_otherwise_is_found_out(
    till: Till, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = saved(till, stick)
    real = making.copied

    def rots(source: Path, to: Path, *rest: object) -> object:
        content = real(source, to, *rest)  # type: ignore[arg-type]
        if to.is_relative_to(stick):
            raw = bytearray(to.read_bytes())
            raw[len(raw) // 2] ^= 1
            to.write_bytes(raw)
        return content

    booked(till, "1 tomatoes")
    monkeypatch.setattr(making, "copied", rots)
    with pytest.raises(BackupReadsBackWrong):
        saved(till, stick)
    assert backups_below(stick)[0] == [good]


def test_two_backups_at_once_do_not_meet(till: Till, stick: Path) -> None:
    tried: list[type[KioskError]] = []

    def again(_done: int, _all: int) -> None:
        if not tried:
            with pytest.raises(BackupGoesOn) as caught:
                saved(till, stick)
            tried.append(caught.type)

    back_up(till.folder, till.books, stick, tell=again)
    assert tried == [BackupGoesOn]
    assert kept(stick) == [3]


def test_what_a_kill_left_is_tidied(till: Till, stick: Path) -> None:
    made = saved(till, stick)
    (till.folder / ".backup" / "books.sqlite").write_text("half a copy")
    half = made.folder.with_name(".unfinished")
    half.mkdir()
    (half / "books.sqlite").write_text("half a copy")
    tidy(till.folder)
    assert not any((till.folder / ".backup").iterdir())
    saved(till, stick)
    assert not untidy(till, stick)


def test_entries_that_came_since_the_last_backup_are_new(till: Till, stick: Path) -> None:
    assert is_new(till.folder, till.books)
    saved(till, stick)
    assert not is_new(till.folder, till.books)
    booked(till, "1 tomatoes")
    assert is_new(till.folder, till.books)


def test_checks_are_light_where_a_full_one_takes_too_long(tmp_path: Path) -> None:
    assert not is_light(tmp_path, 15)
    for seconds, light in ((10, False), (90, False), (91, True)):
        remember(tmp_path, LastBackup("/media/stick", 1, 1, seconds))
        assert is_light(tmp_path, 15) == light


def test_every_backup_that_was_made_restores(till: Till, stick: Path, tmp_path: Path) -> None:
    saved(till, stick)
    booked(till, "1 tomatoes")
    saved(till, stick)
    for number, one in enumerate(backups_below(stick)[0]):
        restored = restore(one.folder, tmp_path / str(number))
        assert restored.backup == one
