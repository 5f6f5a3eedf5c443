from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from tests.kiosk.cli.lines import Lines, copied, found


@pytest.fixture
def table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    return copied(found(tmp_path / "pattern"), tmp_path, capsys)


def test_a_slip_leads_from_where_it_was_handed_out_to_where_it_ended(table: Lines) -> None:
    slip = table.slip("--brought", "3 kg tomatoes")
    table.ok("visit", "--took", "1 honey", "--slip", slip["text"])
    table.ok("day", "close")
    with (
        (table.folder / "exports").joinpath(f"day-0001-{date.today()}", "slips.csv").open() as file
    ):
        rows = list(csv.DictReader(file))
    reference = rows[0]["reference"]
    found = table.json("ledger", "--slip", reference[:8])["entries"]
    assert [one["visit"] for one in found] == [1, 2]
    assert table.json("ledger", "--slip", "0" * 32)["entries"] == []
