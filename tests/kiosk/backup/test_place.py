"""Where backups lie, which of them go, and where none is ever written."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from kiosk.backup import making
from kiosk.backup.folder import backups_below
from kiosk.backup.place import (
    BackupPlaceUnwritable,
    NoBackupPlace,
    NoRoomForBackup,
    choose_place,
    place_of,
)
from kiosk.backup.restoring import restore
from kiosk.config import BACKUPS_FOLDER, KEY_FILE, Settings, load_settings
from kiosk.till import Till, open_till
from tests.kiosk.backup.sticks import kept, saved, untidy
from tests.kiosk.tills import Clock, booked


def test_the_last_backup_and_the_one_before_are_kept(till: Till, stick: Path) -> None:
    for wanted in ([3], [4, 3], [5, 4], [6, 5]):
        saved(till, stick)
        assert kept(stick) == wanted
        booked(till, "1 tomatoes")


def test_a_clock_that_was_set_back_does_not_make_an_older_backup_the_last_one(
    till: Till, stick: Path, clock: Clock
) -> None:
    saved(till, stick)
    booked(till, "1 tomatoes")
    clock.forward(days=-400)
    saved(till, stick)
    booked(till, "1 tomatoes")
    saved(till, stick)
    assert kept(stick) == [5, 4]


def test_the_backup_of_a_machine_that_went_on_elsewhere_is_never_removed(
    till: Till, stick: Path, tmp_path: Path
) -> None:
    saved(till, stick)
    other = tmp_path / "other"
    shutil.copytree(till.folder, other)
    booked(till, "1 tomatoes")
    theirs = saved(till, stick)
    from kiosk.till import open_till

    twin = open_till(other)
    for _ in range(3):
        booked(twin, "2 honey")
        saved(twin, stick)
    twin.close()
    assert theirs.folder.is_dir()
    assert kept(stick) == [6, 5, 4]


def test_a_stick_that_is_away_is_not_made_up(till: Till, stick: Path) -> None:
    shutil.rmtree(stick)
    for _ in range(2):
        with pytest.raises(NoBackupPlace):
            saved(till, stick)
        assert not stick.exists() or not any(stick.iterdir())
        stick.mkdir(exist_ok=True)  # the place of a stick, and no stick
    with pytest.raises(NoBackupPlace):
        choose_place(till.folder, till.books, stick / "further")


def test_the_place_beside_the_books_is_made(till: Till) -> None:
    to = place_of(till.folder)
    assert to == till.folder / BACKUPS_FOLDER
    choose_place(till.folder, till.books, to)
    assert saved(till, to).folder.is_relative_to(to)
    till.change_settings(Settings(backup_folder="/media/stick", backup_minutes=30))
    assert str(place_of(till.folder)) == "/media/stick"
    assert load_settings(till.folder).backup_minutes == 30


def test_where_room_is_short_the_oldest_goes_first(
    till: Till, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        saved(till, stick)
        booked(till, "1 tomatoes")
    usage = shutil.disk_usage(stick)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1000))
    seen: list[list[int]] = []
    real = making.copied

    def watched(*arguments: object) -> object:
        seen.append(kept(stick))
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "copied", watched)
    saved(till, stick)
    assert seen == [[4]], "one whole backup lay there while the new one was written"


def test_a_stick_does_not_say_where_else_backups_go(
    till: Till, stick: Path, tmp_path: Path
) -> None:
    (place,) = stick.iterdir()
    place.rmdir()
    (tmp_path / "elsewhere").mkdir()
    place.symlink_to(tmp_path / "elsewhere")
    for save in (lambda: saved(till, stick), lambda: choose_place(till.folder, till.books, stick)):
        with pytest.raises(BackupPlaceUnwritable, match="link to another place"):
            save()
    assert not any((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("what", ["file", "link", "link to nothing"])
def test_what_has_the_name_of_an_unfinished_backup_is_removed(
    till: Till, stick: Path, tmp_path: Path, what: str
) -> None:
    (place,) = stick.iterdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "letter").touch()
    if what == "file":
        (place / ".unfinished").write_text("what?")
    else:
        (place / ".unfinished").symlink_to(
            tmp_path / ("elsewhere" if what == "link" else "nowhere")
        )
    saved(till, stick)
    assert not untidy(till, stick)
    assert (tmp_path / "elsewhere" / "letter").exists()


def test_where_room_is_short_the_last_whole_one_of_our_own_stays(
    till: Till, stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a backup that goes further elsewhere nor one that rotted counts as such a one."""
    for _ in range(2):
        booked(till, "1 tomatoes")
        last = saved(till, stick)
    restore(last.folder, tmp_path / "twin")
    shutil.copy(till.folder / KEY_FILE, tmp_path / "twin" / KEY_FILE)
    twin = open_till(tmp_path / "twin", till.books._clock)
    for _ in range(4):
        booked(twin, "2 tomatoes")
    elsewhere = saved(twin, stick)
    twin.close()
    booked(till, "1 tomatoes")
    usage = shutil.disk_usage(stick)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1000))

    def full(*_arguments: object) -> object:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(making, "copied", full)
    with pytest.raises(NoRoomForBackup):
        saved(till, stick)
    assert [one.folder for one in backups_below(stick)[0]] == [elsewhere.folder, last.folder]
