"""Restoring: all of it, verified, or nothing; and nothing that lies on a stick is believed."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from db.connection import FILE
from db.errors import DataFolderUnusable
from kiosk.backup.folder import Backup, BadBackup, NewerBackup
from kiosk.backup.making import back_up
from kiosk.backup.place import choose_place
from kiosk.backup.restoring import (
    FolderNotEmpty,
    NoRoomToRestore,
    RestoringGoesOn,
    SeveralMarkets,
    SeveralWays,
    restore,
    tidy,
)
from kiosk.config import KEY_FILE, SETTINGS_FILE, Settings, load_settings, save_settings
from kiosk.slips import keyfile
from kiosk.slips.signing import MarketKey
from kiosk.till import Till, open_till
from tests.kiosk.backup.sticks import PASSPHRASE, WHOLE, changed, fitting, last, refused
from tests.kiosk.tills import Clock, booked, handed_out, sound


@pytest.fixture
def opened() -> Iterator[Callable[[Path], Till]]:
    tills: list[Till] = []

    def opens(folder: Path) -> Till:
        till = open_till(folder, Clock())
        tills.append(till)
        return till

    yield opens
    for till in tills:
        till.close()


def test_a_restored_market_goes_on(
    full_stick: Path, tmp_path: Path, market: Path, opened: Callable[[Path], Till]
) -> None:
    restored = restore(full_stick, tmp_path / "new")
    assert restored.has_key and not restored.passed_over
    assert [(one.day, one.visit, one.amount) for one in restored.lost] == [(1, 2, 400)]
    till = opened(tmp_path / "new")
    assert sound(till)
    assert till.books.kiosk == opened(market).books.kiosk
    till.unlock(PASSPHRASE)
    assert till.newest_day().number == 1 and not till.newest_day().sealed
    assert booked(till, "2 tomatoes").visit == 3
    assert till.reissue(1, 2, "its paper never came out").amount == 400
    assert sound(till)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "new").glob("*.*")} == {0o600}
    assert (tmp_path / "new" / SETTINGS_FILE).read_bytes() == (market / SETTINGS_FILE).read_bytes()


def test_where_things_go_is_not_taken_from_a_stick(full_stick: Path, tmp_path: Path) -> None:
    """Whoever altered a backup would otherwise get every slip, or choose a file to be overwritten."""
    harmless = Settings(language="es", dark=True, paper="80", backup_minutes=30, ask_again=True)
    altered = replace(
        harmless,
        printer="network",
        printer_address="127.0.0.1:9",
        cut=False,
        backup_folder="/media/elsewhere",
        scanner_before="~",
    )
    save_settings(last(full_stick), altered)
    fitting(last(full_stick))
    restored = restore(full_stick, tmp_path / "new")
    assert load_settings(tmp_path / "new") == harmless
    assert restored.set_up_anew == ("printer", "scanner", "backup")
    assert (tmp_path / "new" / SETTINGS_FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"[" * 9000, b'{"printer": "network"' + b" " * 60_000 + b"}"]
)
def test_settings_on_a_stick_that_make_no_sense_are_none(
    full_stick: Path, tmp_path: Path, content: bytes
) -> None:
    (last(full_stick) / SETTINGS_FILE).write_bytes(content)
    fitting(last(full_stick))
    assert restore(full_stick, tmp_path / "new").set_up_anew == ()
    assert load_settings(tmp_path / "new") == Settings()
    assert (tmp_path / "new" / SETTINGS_FILE).stat().st_size < 1000


def test_slips_that_were_out_are_honoured_by_the_restored_market(
    tmp_path: Path, clock: Clock, till: Till, opened: Callable[[Path], Till]
) -> None:
    slip = handed_out(till, "3 tomatoes")
    stick = tmp_path / "stick"
    stick.mkdir()
    choose_place(till.folder, till.books, stick)
    back_up(till.folder, till.books, stick)
    restored = restore(stick, tmp_path / "new")
    assert not restored.has_key
    shutil.copy(till.folder / KEY_FILE, tmp_path / "new" / KEY_FILE)
    new = opened(tmp_path / "new")
    assert new.check(slip.text).error is None
    assert new.check(slip.code).error is None
    assert booked(new, "-1 honey", slips=[slip]).slips_in == 1
    assert new.check(slip.text).error is not None


def test_an_empty_folder_is_filled_and_any_other_is_left_alone(
    full_stick: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    restore(full_stick, tmp_path / "empty")
    assert (tmp_path / "empty" / FILE).exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear")
    (tmp_path / "file").write_text("dear")
    (tmp_path / "link").symlink_to(tmp_path / "full")
    for name in ("full", "link", "empty"):
        refused(full_stick, tmp_path / name, FolderNotEmpty)
    refused(full_stick, tmp_path / "file", DataFolderUnusable)
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]


def test_an_empty_folder_stays_the_folder_that_it_was(
    full_stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that somebody stands in, that is a disk of its own, or whose parent can't be written."""
    for name in ("here", "elsewhere"):
        (tmp_path / name).mkdir()
    (tmp_path / "link").symlink_to("elsewhere")
    monkeypatch.chdir(tmp_path / "here")
    for folder in (Path(), tmp_path / "link"):
        before = folder.stat().st_ino
        restore(full_stick, folder)
        assert folder.stat().st_ino == before
        assert {path.name for path in folder.iterdir()} == WHOLE
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("name", [FILE, KEY_FILE])
@pytest.mark.parametrize("how", ["bit", "cut", "longer", "missing", "link", "folder", "pipe"])
def test_a_file_that_is_not_what_was_saved_is_refused(
    full_stick: Path, tmp_path: Path, name: str, how: str
) -> None:
    backup = last(full_stick)
    file = backup / name
    raw = file.read_bytes()
    file.unlink()
    if how == "bit":
        file.write_bytes(raw[:100] + bytes([raw[100] ^ 4]) + raw[101:])
    elif how == "cut":
        file.write_bytes(raw[:-1])
    elif how == "longer":
        file.write_bytes(raw + b"\0")
    elif how == "link":
        (tmp_path / "elsewhere").write_bytes(raw)
        file.symlink_to(tmp_path / "elsewhere")
    elif how == "folder":
        file.mkdir()
    elif how == "pipe":
        os.mkfifo(file)
    refused(backup, tmp_path / "new", BadBackup)


def test_the_backup_before_takes_the_place_of_a_bad_one_and_it_says_so(
    full_stick: Path, tmp_path: Path
) -> None:
    (last(full_stick) / FILE).write_bytes(b"rotten")
    restored = restore(full_stick, tmp_path / "new")
    assert restored.backup.manifest.moment.seq == 4
    (said,) = restored.passed_over
    assert last(full_stick).name in said


def test_books_of_a_newer_version_ask_for_it_too(full_stick: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(last(full_stick) / FILE)) as database:
        database.execute("INSERT INTO schema_migration VALUES (99, '9999_wonders', '2030-01-01')")
        database.commit()
    fitting(last(full_stick))
    refused(last(full_stick), tmp_path / "new", NewerBackup)


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO balance VALUES ('goods', 100)",
        "UPDATE slip SET amount = amount + 1",
        "DELETE FROM visit WHERE number = 2",
        "UPDATE market SET name = 'Elm Square'",
        "UPDATE market SET public_key = zeroblob(32)",
        "UPDATE local SET value = 'ABCD' WHERE name = 'kiosk'",
        "UPDATE local SET value = 'what?' WHERE name = 'kiosk'",
        "DELETE FROM local",
        "DROP TABLE slip",
        "DROP TABLE market",
        "CREATE TRIGGER mine AFTER INSERT ON visit BEGIN DELETE FROM stock; END",
    ],
)
def test_books_that_were_tampered_with_are_refused_however_well_the_hashes_fit(
    full_stick: Path, tmp_path: Path, sql: str
) -> None:
    with closing(sqlite3.connect(last(full_stick) / FILE)) as database:
        database.execute(sql)
        database.commit()
    fitting(last(full_stick))
    refused(last(full_stick), tmp_path / "new", BadBackup)


def test_a_file_that_is_no_database_is_refused(full_stick: Path, tmp_path: Path) -> None:
    for content in (b"", b"SQLite format 3\0" + bytes(5000), b"letter" * 3000):
        (last(full_stick) / FILE).write_bytes(content)
        fitting(last(full_stick))
        refused(last(full_stick), tmp_path / "new", BadBackup)


@pytest.mark.parametrize("said", [{"seq": 3}, {"head": "0" * 64}, {"day": 2}, {"market": "Elm"}])
def test_books_that_are_not_what_the_manifest_says_are_refused(
    full_stick: Path, tmp_path: Path, said: dict[str, object]
) -> None:
    changed(last(full_stick), **said)
    refused(last(full_stick), tmp_path / "new", BadBackup)


def test_the_key_of_another_market_and_a_damaged_one_are_refused(
    full_stick: Path, tmp_path: Path
) -> None:
    key = last(full_stick) / KEY_FILE
    for number in range(2):
        key.unlink()
        if number:
            key.write_text("{}")
        else:
            keyfile.save(key, MarketKey.generate(), None, keyfile.CHEAP)
        fitting(last(full_stick))
        refused(last(full_stick), tmp_path / "new", BadBackup)


def test_a_disk_without_room_is_not_filled(
    full_stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=100_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    refused(full_stick, tmp_path / "new", NoRoomToRestore)


def test_a_new_disk_is_empty_although_its_system_made_a_folder_there(
    full_stick: Path, tmp_path: Path
) -> None:
    (tmp_path / "disk" / "lost+found").mkdir(parents=True)
    restore(full_stick, tmp_path / "disk")
    assert (tmp_path / "disk" / FILE).exists()


def test_two_restores_at_once_do_not_meet(full_stick: Path, tmp_path: Path) -> None:
    tried: list[int] = []

    def again(done: int, _all: int) -> None:
        if done not in tried:
            tried.append(done)
            with pytest.raises(RestoringGoesOn):
                restore(full_stick, tmp_path / "new")

    restore(full_stick, tmp_path / "new", again)
    assert len(tried) > 1
    assert {path.name for path in (tmp_path / "new").iterdir()} == WHOLE


def test_what_a_kill_left_beside_whole_books_is_tidied_at_the_next_start(
    full_stick: Path, tmp_path: Path
) -> None:
    restore(full_stick, tmp_path / "new")
    (tmp_path / "new" / ".restoring").mkdir()
    os.link(tmp_path / "new" / KEY_FILE, tmp_path / "new" / ".restoring" / KEY_FILE)
    tidy(tmp_path / "new")
    assert {one.name for one in (tmp_path / "new").iterdir()} == WHOLE


def test_of_several_machines_one_must_be_named(
    full_stick: Path, tmp_path: Path, till: Till
) -> None:
    choose_place(till.folder, till.books, full_stick)
    made = back_up(till.folder, till.books, full_stick)
    error = refused(full_stick, tmp_path / "new", SeveralMarkets)
    assert str(made.folder.parent) in str(error)
    assert restore(made.folder.parent, tmp_path / "new").backup == made


def test_of_two_ways_that_parted_one_must_be_named(
    tmp_path: Path, till: Till, opened: Callable[[Path], Till]
) -> None:
    full_stick = tmp_path / "both"
    full_stick.mkdir()
    choose_place(till.folder, till.books, full_stick)
    shutil.copytree(till.folder, tmp_path / "twin")
    booked(till, "1 tomatoes")
    made: list[Backup] = [back_up(till.folder, till.books, full_stick)]
    twin = opened(tmp_path / "twin")
    booked(twin, "2 honey")
    booked(twin, "2 honey")
    made.append(back_up(twin.folder, twin.books, full_stick))
    refused(full_stick, tmp_path / "new", SeveralWays)
    for number, one in enumerate(made):
        assert restore(one.folder, tmp_path / str(number)).backup == one
