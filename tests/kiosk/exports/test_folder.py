"""An export is whole and durable, or what was there before."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from db import days
from db.connection import open_books
from db.errors import DayNotOpen, FolderFull, FolderUnwritable
from db.weighing import Line
from kiosk.exports.extract import Extract
from kiosk.exports.folder import export_day
from kiosk.exports.formats import FORMATS, Format
from kiosk.exports.resources import Resource
from tests.kiosk.exports.conftest import OPENING, Table, columns, contents, open_table
from tests.kiosk.paper.test_folder import room_for


class Broken(Exception):
    pass


@dataclass
class Fault:
    """A format that does something else than writing its file."""

    write: Callable[[Extract, Path], None]
    RESOURCES: tuple[Resource, ...] = ()
    PASSES: int = 0


def broken(extracted: Extract, folder: Path) -> None:
    (folder / "half.txt").write_text("half")
    raise Broken


def full_disk(extracted: Extract, folder: Path) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_sealed_day_has_a_folder_of_its_own_with_seal_and_hashes(
    sealed: Table, tmp_path: Path
) -> None:
    folder = export_day(sealed.books, 1, tmp_path / "on" / "stick", sealed.market)
    assert folder == tmp_path / "on" / "stick" / "day-0001-2026-11-28"
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]
    seal = json.loads((folder / "seal.json").read_bytes())
    stored = days.seal(sealed.books, 1)
    assert stored is not None
    assert seal["signature"] == stored.signature.hex()
    assert seal["statement"] == json.loads(stored.statement)
    assert seal["public_key"] == sealed.market.public_key.hex()
    assert seal["market"] == "Oak Street Market"
    files = contents(folder)
    del files["seal.json"]
    assert seal["files"] == {
        name: {"bytes": len(content), "sha256": sha256(content).hexdigest()}
        for name, content in files.items()
    }


def test_exporting_again_gives_the_same_bytes(sealed: Table, tmp_path: Path) -> None:
    first = contents(export_day(sealed.books, 1, tmp_path, sealed.market))
    assert contents(export_day(sealed.books, 1, tmp_path, sealed.market)) == first
    assert contents(export_day(sealed.books, 1, tmp_path / "other", sealed.market)) == first


@pytest.mark.parametrize(
    ("failing", "error"),
    [(Fault(broken), Broken), (Fault(full_disk), FolderFull)],
    ids=["fault", "full disk"],
)
def test_a_failed_export_leaves_the_earlier_one_and_no_trace(
    sealed: Table, tmp_path: Path, failing: Format, error: type[Exception]
) -> None:
    folder = export_day(sealed.books, 1, tmp_path / "out", sealed.market)
    before = contents(folder)
    with pytest.raises(error):
        export_day(sealed.books, 1, tmp_path / "out", sealed.market, (*FORMATS, failing))
    assert contents(folder) == before
    assert list((tmp_path / "out").iterdir()) == [folder]
    assert sealed.books.database.transaction_depth() == 0


def test_a_disk_that_fills_up_at_the_third_file_leaves_no_trace(
    sealed: Table, tmp_path: Path
) -> None:
    with room_for(1000), pytest.raises(FolderFull):
        export_day(sealed.books, 1, tmp_path / "out", sealed.market)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_process_killed_midway_leaves_the_earlier_export(sealed: Table, tmp_path: Path) -> None:
    folder = export_day(sealed.books, 1, tmp_path / "out", sealed.market)
    before = contents(folder)
    child = os.fork()
    if child == 0:
        books = open_books(tmp_path / "data")
        export_day(
            books, 1, tmp_path / "out", sealed.market, (*FORMATS, Fault(lambda *_: os._exit(9)))
        )
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert contents(folder) == before
    assert len(list((tmp_path / "out").iterdir())) == 2
    assert contents(export_day(sealed.books, 1, tmp_path / "out", sealed.market)) == before
    assert list((tmp_path / "out").iterdir()) == [folder]


def test_an_export_that_stepped_aside_at_a_power_cut_steps_back(
    sealed: Table, tmp_path: Path
) -> None:
    folder = export_day(sealed.books, 1, tmp_path, sealed.market)
    before = contents(folder)
    folder.rename(tmp_path / f".{folder.name}.replaced")
    with pytest.raises(Broken):
        export_day(sealed.books, 1, tmp_path, sealed.market, (Fault(broken),))
    assert contents(folder) == before
    assert not (tmp_path / f".{folder.name}.replaced").exists()


def test_two_kiosks_on_one_stick_never_replace_each_other(sealed: Table, tmp_path: Path) -> None:
    other = open_table(tmp_path / "other data")
    assert other.books.kiosk != sealed.books.kiosk
    days.open_day(other.books)
    other.close()
    folder = export_day(sealed.books, 1, tmp_path / "stick", sealed.market)
    before = contents(folder)
    with pytest.raises(FolderUnwritable, match="something else than this kiosk's day"):
        export_day(other.books, 1, tmp_path / "stick", other.market)
    assert contents(folder) == before
    other.books.close()


def test_somebodys_own_folder_is_never_replaced(sealed: Table, tmp_path: Path) -> None:
    own = tmp_path / "day-0001-2026-11-28"
    own.mkdir()
    (own / "photo.jpg").write_bytes(b"photo")
    with pytest.raises(FolderUnwritable):
        export_day(sealed.books, 1, tmp_path, sealed.market)
    assert contents(own) == {"photo.jpg": b"photo"}


def test_a_place_that_is_no_folder_is_named(sealed: Table, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderUnwritable, match="file"):
        export_day(sealed.books, 1, tmp_path / "file" / "out", sealed.market)


def test_a_day_that_never_was_makes_no_folder(sealed: Table, tmp_path: Path) -> None:
    with pytest.raises(DayNotOpen):
        export_day(sealed.books, 2, tmp_path / "out", sealed.market)
    assert not (tmp_path / "out").exists()


def test_all_files_see_the_same_moment(table: Table, tmp_path: Path) -> None:
    visits = days.day(table.books, 1).numbered
    other = Table(open_books(tmp_path / "data", clock=lambda: OPENING), table.key, table.market)
    other.keys = 1000

    def book_meanwhile(extracted: Extract, folder: Path) -> None:
        other.minted = 1000
        other.visit(Line("tomatoes", 3000))

    formats = (Fault(book_meanwhile), *FORMATS)
    folder = export_day(table.books, 1, tmp_path / "out", table.market, formats)
    assert len(columns(folder / "visits.csv")) == visits
    totals = {row["name"]: row["value"] for row in columns(folder / "totals.csv")}
    assert int(totals["visits"]) + int(totals["undone"]) == visits
    other.books.close()
    assert days.day(table.books, 1).numbered == visits + 1
