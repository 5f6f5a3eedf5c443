"""Programs and people are told what every file of a folder is, and it is true."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from db import days
from kiosk.exports import csv_schema
from kiosk.exports.folder import export_day
from tests.kiosk.exports.conftest import columns, live_a_day, open_table


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sealed days, a third without a visit, and a fourth that is open; nobody writes here."""
    folder = tmp_path_factory.mktemp("market")
    table = open_table(folder / "data")
    for _ in range(2):
        live_a_day(table)
        table.close(counted=2)
    days.open_day(table.books)
    table.close()
    live_a_day(table)
    for number in (1, 2, 3, 4):
        export_day(table.books, number, folder / "out", table.market)
    table.books.close()
    return folder / "out"


def package(folder: Path) -> dict[str, Any]:
    content = json.loads((folder / "datapackage.json").read_bytes())
    assert isinstance(content, dict)
    return content


def test_frictionless_finds_nothing_wrong_with_any_day(market: Path) -> None:
    from frictionless import validate

    folders = sorted(market.glob("day-*"))
    assert [folder.name[:8] for folder in folders] == [f"day-000{n}" for n in (1, 2, 3, 4)]
    for folder in folders:
        report = validate(str(folder / "datapackage.json"))
        assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])
    assert {task.name for task in report.tasks} >= {"visits", "lines", "slips", "postings"}


def test_frictionless_finds_a_changed_cell_and_a_visit_that_is_not_there(
    market: Path, tmp_path: Path
) -> None:
    from frictionless import validate

    (original,) = market.glob("day-0001-*")
    for change, wanted in (
        ((",visit,1,", ",visit,99,"), "foreign-key"),
        ((",3,", ",4,"), "hash-count"),
        ((",brought,", ",carried,"), "constraint-error"),
    ):
        folder = tmp_path / wanted
        folder.mkdir()
        for path in original.iterdir():
            (folder / path.name).write_bytes(path.read_bytes())
        lines = folder / "lines.csv"
        lines.write_text(lines.read_text().replace(*change, 1))
        report = validate(str(folder / "datapackage.json"))
        assert wanted in {row[0] for row in report.flatten(["type"])}


def test_every_file_is_a_resource_with_its_length_and_hash(market: Path) -> None:
    for folder in market.glob("day-*"):
        resources = {one["path"]: one for one in package(folder)["resources"]}
        files = {path.name for path in folder.iterdir()}
        assert resources.keys() == files - {"datapackage.json"}
        assert ("seal.json" in files) == (not folder.name.endswith("-interim"))
        for name, one in resources.items():
            assert one["description"]
            if name != "seal.json":  # which holds the hash of what would hold its own
                content = (folder / name).read_bytes()
                assert one["bytes"] == len(content)
                assert one["hash"] == f"sha256:{sha256(content).hexdigest()}"


def test_the_tables_columns_are_those_that_are_described_and_say_their_units(market: Path) -> None:
    for folder in market.glob("day-*"):
        for resource in csv_schema.RESOURCES:
            header = (folder / resource.path).read_text().partition("\n")[0]
            assert tuple(header.split(",")) == resource.columns
    units = {"credits": "credits", "slips_in": "pieces", "slips_out": "pieces"}
    for resource in csv_schema.RESOURCES:
        for field in resource.fields:
            for end, unit in units.items():
                if field.name.endswith(end):
                    assert unit in field.description


def test_keys_are_keys(market: Path) -> None:
    for folder in market.glob("day-*"):
        for resource in csv_schema.RESOURCES:
            if resource.key:
                keys = [
                    tuple(row[name] for name in resource.key)
                    for row in columns(folder / resource.path)
                ]
                assert len(keys) == len(set(keys))


def test_an_open_day_says_so_wherever_somebody_looks(market: Path) -> None:
    (folder,) = market.glob("*-interim")
    assert "INTERIM" in package(folder)["title"]
    assert "INTERIM" in (folder / "README.txt").read_text()
    assert {"name": "state", "value": "INTERIM", "unit": ""} in columns(folder / "totals.csv")


def test_the_readme_names_every_file_and_keeps_the_journal_from_the_wall(market: Path) -> None:
    for folder in market.glob("day-*"):
        text = (folder / "README.txt").read_text()
        for path in folder.iterdir():
            assert f"  {path.name}: " in text or path.name == "README.txt"
        assert "not for the wall" in " ".join(text.split())
        assert ("kiosk verify" in text) == (folder / "seal.json").exists()
        assert max(len(line) for line in text.splitlines()) <= 78


def test_a_spanish_market_is_told_in_spanish_whatever_the_screen_speaks(tmp_path: Path) -> None:
    table = open_table(tmp_path / "data")
    days.open_day(table.books)
    spanish = type(table.market)("Mercado", "", "es", table.market.public_key, True)
    folder = export_day(table.books, 1, tmp_path / "out", spanish)
    text = (folder / "README.txt").read_text()
    assert "Los archivos" in text
    assert "PRÁCTICA" in text
    visits = package(folder)["resources"][0]
    assert "créditos" in visits["schema"]["fields"][6]["description"]
    table.books.close()
