"""Whatever ends an export, and whenever: the whole folder is there or none, and nothing hidden stays."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from db.connection import open_books
from db.errors import FolderUnwritable
from db.weighing import Line
from kiosk.exports.folder import export_day, export_days
from kiosk.exports.progress import ExportStopped
from tests.kiosk.exports.conftest import Table, contents, live_a_day

TOUCHES = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir")
"""What Python tells an audit hook when it is about to touch a file system."""
EVERY = 7
"""Each rename and its neighbours are tried, and of the rest one in so many."""


def export_in_a_child(data: Path, out: Path, table: Table, kill_at: int = 0) -> list[str]:
    """Export the first day in a process of its own, which is killed where it is about to touch the
    file system for the `kill_at`th time; gives how it touched it until then."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        books = open_books(data)
        touched: list[str] = []

        def touch(event: str, arguments: tuple[object, ...]) -> None:
            if event in TOUCHES:
                touched.append(event)
                if len(touched) == kill_at:
                    os.write(writer, " ".join(touched).encode())
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(touch)
        export_day(books, 1, out, table.market)
        os.write(writer, " ".join(touched).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        touched = told.read().decode().split()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status == (-signal.SIGKILL if kill_at else 0)
    return touched


def moments(touched: list[str]) -> list[int]:
    """When to kill: at every rename, just after it, and now and then."""
    renames = [number for number, event in enumerate(touched, 1) if event == "os.rename"]
    chosen = {*renames, *(number + 1 for number in renames), *range(1, len(touched), EVERY)}
    return sorted(number for number in chosen if number <= len(touched))


def hidden(out: Path) -> list[Path]:
    return [path for path in out.iterdir() if path.name.startswith(".")] if out.exists() else []


def test_a_kill_at_any_moment_leaves_the_whole_folder_or_none(
    sealed: Table, tmp_path: Path
) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    whole = contents(export_day(sealed.books, 1, tmp_path / "whole", sealed.market))
    touched = export_in_a_child(data, tmp_path / "counted", sealed)
    left = set()
    for moment in moments(touched):
        export_in_a_child(data, out, sealed, moment)
        there = set(out.iterdir()) if out.exists() else set()
        seen = there - set(hidden(out))
        assert [contents(path) for path in seen] in ([], [whole])
        left.add((bool(seen), bool(hidden(out))))
        assert contents(export_day(sealed.books, 1, out, sealed.market)) == whole
        assert not hidden(out)
        shutil.rmtree(out)
    assert left == {(False, False), (False, True), (True, False)}


def test_a_kill_while_an_earlier_export_is_replaced_loses_neither(
    table: Table, tmp_path: Path
) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    export_day(table.books, 1, out, table.market)
    place = export_day(table.books, 1, tmp_path / "before", table.market)
    before = contents(place)
    table.visit(Line("tomatoes", 1000))
    after = contents(export_day(table.books, 1, tmp_path / "after", table.market))
    touched = export_in_a_child(data, tmp_path / "after", table)
    states = []
    for moment in moments(touched):
        shutil.rmtree(out / place.name)
        shutil.copytree(place, out / place.name)
        export_in_a_child(data, out, table, moment)
        now = contents(out / place.name) if (out / place.name).exists() else None
        assert now in (before, after, None)
        states.append(now)
        if now is None:  # between two renames: the next export puts it back before all else
            with pytest.raises(ExportStopped):
                export_days(table.books, [1], out, table.market, tell=stop)
            assert contents(out / place.name) == before
        assert contents(export_day(table.books, 1, out, table.market)) == after
        assert not hidden(out)
    assert before in states
    assert after in states
    assert None in states


def stop(done: int, total: int) -> None:
    raise ExportStopped


def interrupt(done: int, total: int) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("how", [stop, interrupt])
def test_who_stops_an_export_finds_what_was_there_before(
    sealed: Table, tmp_path: Path, how: Callable[[int, int], None]
) -> None:
    with pytest.raises((ExportStopped, KeyboardInterrupt)):
        export_days(sealed.books, [1], tmp_path / "out", sealed.market, tell=how)
    assert list((tmp_path / "out").iterdir()) == []
    place = export_day(sealed.books, 1, tmp_path / "out", sealed.market)
    before = contents(place)
    with pytest.raises((ExportStopped, KeyboardInterrupt)):
        export_days(sealed.books, [1], tmp_path / "out", sealed.market, tell=how)
    assert list((tmp_path / "out").iterdir()) == [place]
    assert contents(place) == before
    assert not sealed.books.in_transaction


def test_days_that_were_written_before_a_stop_are_whole(sealed: Table, tmp_path: Path) -> None:
    live_a_day(sealed)
    sealed.close()
    first = contents(export_day(sealed.books, 1, tmp_path / "whole", sealed.market))

    def stop_in_the_second(done: int, total: int) -> None:
        if any(path.name.startswith("day-0001") for path in (tmp_path / "out").iterdir()):
            raise ExportStopped

    with pytest.raises(ExportStopped):
        export_days(sealed.books, [1, 2], tmp_path / "out", sealed.market, tell=stop_in_the_second)
    (place,) = (tmp_path / "out").iterdir()
    assert contents(place) == first


def test_a_leftover_of_any_day_is_tidied_and_what_is_being_written_stays(
    sealed: Table, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    left, live = out / ".day-0007-2026-12-05.unfinished", out / ".day-0008-2026-12-12.unfinished"
    theirs = out / ".day-trip.unfinished"
    for folder in (left, live, theirs):
        folder.mkdir(parents=True)
        (folder / "visits.csv").write_text("half")
    descriptor = os.open(live, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    place = export_day(sealed.books, 1, out, sealed.market)
    assert sorted(out.iterdir()) == sorted([live, theirs, place])
    os.close(descriptor)
    export_day(sealed.books, 1, out, sealed.market)
    assert sorted(out.iterdir()) == sorted([theirs, place])


def test_two_exports_of_one_day_to_one_place_do_not_mix(sealed: Table, tmp_path: Path) -> None:
    live = tmp_path / ".day-0001-2026-11-28.unfinished"
    live.mkdir()
    descriptor = os.open(live, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(FolderUnwritable, match="another export of the same day"):
        export_day(sealed.books, 1, tmp_path, sealed.market)
    assert live.exists()
    os.close(descriptor)
