"""The file beside the days' folders includes the sealed days of one kiosk, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from db import days
from db.errors import FolderFull
from db.weighing import Line
from kiosk.exports.folder import export_day
from kiosk.exports.master import master_name, write_master
from tests.kiosk.exports.accounting import check, hledger_balances, needs_hledger
from tests.kiosk.exports.conftest import Table, open_table
from tests.kiosk.paper.test_folder import room_for


def sealed_days(table: Table, number: int) -> None:
    for _ in range(number):
        days.open_day(table.books)
        table.visit(Line("tomatoes", 1000))
        table.close()


def included(path: Path) -> list[str]:
    lines = path.read_text().splitlines()
    return [line.removeprefix("include ") for line in lines if not line.startswith(";")]


@pytest.fixture
def exported(tmp_path: Path) -> tuple[Table, Path]:
    """A table with three sealed days, and the folder that they were exported to."""
    table = open_table(tmp_path / "data")
    sealed_days(table, 3)
    for number in (3, 1, 2):
        export_day(table.books, number, tmp_path / "out", table.market)
    return table, tmp_path / "out"


def test_days_stand_in_their_order_whenever_they_were_exported(
    exported: tuple[Table, Path],
) -> None:
    table, out = exported
    wanted = [f"day-000{number}-2026-11-28/ledger.journal" for number in (1, 2, 3)]
    assert included(out / master_name(table.books.kiosk)) == wanted


def test_one_day_alone_needs_no_other_file(tmp_path: Path) -> None:
    table = open_table(tmp_path / "data")
    sealed_days(table, 1)
    folder = export_day(table.books, 1, tmp_path / "out", table.market)
    assert list((tmp_path / "out").iterdir()) == [folder]


def test_an_interim_state_is_left_out(exported: tuple[Table, Path]) -> None:
    table, out = exported
    days.open_day(table.books)
    table.visit(Line("honey", 1000))
    interim = export_day(table.books, 4, out, table.market)
    assert interim.name.endswith("-interim")
    assert len(included(out / master_name(table.books.kiosk))) == 3


@needs_hledger
def test_each_kiosk_on_a_stick_has_its_own(exported: tuple[Table, Path], tmp_path: Path) -> None:
    table, out = exported
    other = open_table(tmp_path / "other data")
    sealed_days(other, 5)
    for number in (4, 5):
        export_day(other.books, number, out, other.market)
    for one, visits in ((table, 3), (other, 5)):
        path = out / master_name(one.books.kiosk)
        check(path)
        assert hledger_balances(path)["goods", "CR"] == 2 * visits
    assert len(included(out / master_name(table.books.kiosk))) == 3
    assert len(included(out / master_name(other.books.kiosk))) == 2


def test_what_is_no_day_of_ours_is_left_out(exported: tuple[Table, Path]) -> None:
    table, out = exported
    kiosk = table.books.kiosk
    (out / "day-0007-2026-12-01").mkdir()
    (out / "day-0008-2026-12-01").mkdir()
    (out / "day-0008-2026-12-01" / "ledger.journal").write_text("; somebody's own\n")
    shutil.copytree(out / "day-0001-2026-11-28", out / "day-0009-2026-12-02")
    (out / "day-0010-2026-12-03").write_text("a file")
    (out / "day-0011-2026-12-04").mkdir()
    (out / "day-0011-2026-12-04" / "ledger.journal").write_bytes(b"\xff" * 1000)
    before = (out / master_name(kiosk)).read_bytes()
    assert write_master(out, kiosk) == out / master_name(kiosk)
    assert (out / master_name(kiosk)).read_bytes() == before


def test_a_day_that_was_removed_is_included_no_more(exported: tuple[Table, Path]) -> None:
    table, out = exported
    for number in (1, 2):
        shutil.rmtree(out / f"day-000{number}-2026-11-28")
    path = write_master(out, table.books.kiosk)
    assert path is not None
    assert included(path) == ["day-0003-2026-11-28/ledger.journal"]


def test_a_full_disk_leaves_the_file_that_was_there(exported: tuple[Table, Path]) -> None:
    table, out = exported
    place = out / master_name(table.books.kiosk)
    before = place.read_bytes()
    names = set(out.iterdir())
    with room_for(10), pytest.raises(OSError, match="File too large"):
        write_master(out, table.books.kiosk)
    assert place.read_bytes() == before
    assert set(out.iterdir()) == names
    with room_for(10), pytest.raises(FolderFull):
        export_day(table.books, 2, out, table.market)
    assert place.read_bytes() == before
    table.books.close()
