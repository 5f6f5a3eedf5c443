"""What an export's journal says is held against its seal and every row, day after day."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db import catalogue, days
from db.catalogue import Good
from db.findings import Finding
from db.journal import canonical
from db.weighing import Line
from kiosk.exports.check import Checked, check_exports
from kiosk.exports.folder import export_days
from tests.kiosk.exports.conftest import Table, live_a_day, open_table
from tests.kiosk.exports.test_check import rehash, verify


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three sealed days in one folder, with a new good decided between the first two."""
    folder = tmp_path_factory.mktemp("season")
    table = open_table(folder / "data")
    live_a_day(table)
    table.close(counted=2)
    apples = Good("apples", 0, "produce", "good", "kg", 150, {"en": "apples"})
    catalogue.save_goods(table.books, [apples], 0, "the assembly of 5 December")
    live_a_day(table)
    table.visit(Line("apples", 4000))
    table.close()
    days.open_day(table.books)
    table.close()
    export_days(table.books, (1, 2, 3), folder / "out", table.market)
    table.books.close()
    return folder / "out"


@pytest.fixture
def exports(season: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(season, tmp_path / "out"))


def day(exports: Path, number: int) -> Path:
    (folder,) = exports.glob(f"day-{number:04d}-*")
    return folder


def checked(folder: Path, witness: str = "") -> Checked:
    return check_exports(folder, verify, witness)


def rewrite(folder: Path, change: Callable[[list[bytes]], object]) -> None:
    """Change the lines of a day's journal and make the files' hashes fit again."""
    lines = (folder / "journal.jsonl").read_bytes().splitlines()
    change(lines)
    (folder / "journal.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    rehash(folder)


def put(line: bytes, **changed: Any) -> bytes:
    return canonical({**json.loads(line), **changed})


def kiosk_of(folder: Path) -> str:
    return str(json.loads((folder / "seal.json").read_bytes())["statement"]["kiosk"])


def test_honest_days_follow_one_another(exports: Path) -> None:
    result = checked(exports)
    assert result.findings == []
    assert [seal["statement"]["day"] for seal in result.seals] == [1, 2, 3]
    assert result.whole


def test_one_later_day_alone_says_what_it_can_not_know(exports: Path) -> None:
    assert checked(day(exports, 1)).whole
    result = checked(day(exports, 2))
    assert (result.findings, result.whole) == ([], False)


def test_a_day_that_is_missing_is_found(exports: Path) -> None:
    shutil.rmtree(day(exports, 2))
    (finding,) = checked(exports).findings
    assert finding.where == f"{day(exports, 3).name}/seal.json"
    assert finding.what.startswith("it does not follow the day before it")


def test_a_day_without_its_seal_is_found(exports: Path) -> None:
    (day(exports, 3) / "seal.json").unlink()
    (finding,) = checked(exports).findings
    assert finding.where == f"{day(exports, 3).name}/seal.json"


def test_an_interim_day_and_a_strangers_file_are_no_days(exports: Path) -> None:
    (exports / "day-0004-2026-12-19-interim").mkdir()
    (exports / "market.journal").touch()
    assert checked(exports).findings == []


def test_stock_and_names_of_a_later_day_are_known_from_the_days_before(exports: Path) -> None:
    folder = day(exports, 2)
    content = (folder / "stock.csv").read_text()
    (folder / "stock.csv").write_text(
        content.replace("apples,apples,produce,4,", "apples,apples,produce,40,")
    )
    rehash(folder)
    assert checked(folder).findings == []
    (finding,) = checked(exports).findings
    assert finding == Finding(
        f"{folder.name}/stock.csv", "row 2: quantity is “40”, and the journal says “4”"
    )


CHANGES: dict[str, tuple[Callable[[list[bytes]], object], int, str]] = {
    "left out": (lambda lines: lines.pop(5), 6, "another entry should come here"),
    "swapped": (lambda lines: lines.insert(5, lines.pop(6)), 6, "another entry should come here"),
    "twice": (lambda lines: lines.insert(5, lines[5]), 7, "another entry should come here"),
    "after the seal": (lambda lines: lines.append(put(lines[-1], seq=len(lines) + 1)), 0, "it comes after"),
    "no JSON": (lambda lines: lines.__setitem__(5, b"{"), 6, "its words are not those of an entry"),
    "a list": (lambda lines: lines.__setitem__(5, b"[]"), 6, "its words are not those of an entry"),
    "nested": (lambda lines: lines.__setitem__(5, b"[" * 9999), 6, "not those of an entry"),
    "spaced": (lambda lines: lines.__setitem__(5, lines[5] + b" "), 6, "not written as the kiosk"),
    "another kiosk": (lambda lines: lines.__setitem__(5, put(lines[5], kiosk="0000")), 6, "another entry"),
    "another day": (lambda lines: lines.__setitem__(5, put(lines[5], day=9)), 6, "another market day"),
    "unbalanced": (
        lambda lines: lines.__setitem__(5, put(lines[5], postings=[["goods", 1]])), 6, "add up to zero",
    ),
    "other totals": (
        lambda lines: lines.__setitem__(5, put(lines[5], totals={"visits": 7})), 6, "its totals are not",
    ),
    "no lines": (lambda lines: lines.__setitem__(5, put(lines[5], lines=None)), 6, "not those of an entry"),
    "another time": (
        lambda lines: lines.__setitem__(5, put(lines[5], at=7)), 0, "do not come to the head",
    ),
    "another decision": (
        lambda lines: lines.__setitem__(1, put(lines[1], decision="none")), 0, "do not come to the head",
    ),
    "another seal": (
        lambda lines: lines.__setitem__(-1, put(lines[-1], signature="00" * 64)), 0, "not the seal",
    ),
}  # fmt: skip
"""What is done to the first day's journal, the entry that is named (0: the seal's), and what is said."""


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_journal_names_the_first_wrong_entry(exports: Path, name: str) -> None:
    folder = day(exports, 1)
    change, seq, what = CHANGES[name]
    rewrite(folder, change)
    first = checked(folder).findings[0]
    last = len((folder / "journal.jsonl").read_bytes().splitlines())
    assert first.where == f"entry {kiosk_of(folder)}/{seq or last}"
    assert what in first.what


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\n", b"\n" * 9], ids=repr)
def test_a_journal_that_is_none_is_found(exports: Path, content: bytes) -> None:
    folder = day(exports, 1)
    (folder / "journal.jsonl").write_bytes(content)
    rehash(folder)
    assert checked(folder).findings


def test_a_journal_without_its_end_is_found(exports: Path) -> None:
    folder = day(exports, 1)
    rewrite(folder, lambda lines: lines.pop())
    assert Finding("journal.jsonl", "it does not end with the seal of the day") in (
        checked(folder).findings
    )


@pytest.mark.parametrize("name", ["journal.jsonl", "lines.csv"])
def test_a_file_that_the_seal_forgot_is_missed(exports: Path, name: str) -> None:
    folder = day(exports, 1)
    seal = json.loads((folder / "seal.json").read_bytes())
    del seal["files"][name]
    (folder / name).unlink()
    (folder / "seal.json").write_text(json.dumps(seal))
    assert Finding(name, "it is missing") in checked(folder).findings


def test_an_end_that_the_next_day_does_not_follow_is_found(exports: Path) -> None:
    """The time in a seal's own line is signed by the day after it."""
    folder = day(exports, 1)
    rewrite(folder, lambda lines: lines.__setitem__(-1, put(lines[-1], at=7)))
    assert checked(folder).findings == []
    (finding,) = checked(exports).findings
    assert finding.what.startswith("it does not follow the day before it")


def test_a_witness_is_found_among_the_days(exports: Path) -> None:
    head = json.loads((day(exports, 2) / "seal.json").read_bytes())["statement"]["head"]
    (standing,) = checked(exports, head[:8]).heads
    assert (standing.kind, standing.day, standing.visit) == ("visit", 2, 14)
    assert checked(exports, "0" * 64).heads == []


def test_a_name_that_the_founding_does_not_know_is_found(table: Table, tmp_path: Path) -> None:
    table.close(counted=2)
    renamed = replace(table.market, name="Elm Street Market")
    export_days(table.books, (1,), tmp_path / "out", renamed)
    assert {finding.where.rpartition("/")[2] for finding in checked(tmp_path / "out").findings} == {
        "seal.json", "totals.csv",
    }  # fmt: skip
