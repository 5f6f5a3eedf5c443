"""Anyone can go on from the seal of the day before and come to the head that the seal signs."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from db import catalogue, days
from db.weighing import Line
from kiosk.exports.folder import export_day
from tests.kiosk.exports.conftest import Table, live_a_day


def lines(folder: Path) -> list[bytes]:
    content = (folder / "journal.jsonl").read_bytes()
    assert content.endswith(b"\n")
    return content[:-1].split(b"\n")


def seal(folder: Path) -> dict[str, object]:
    content = json.loads((folder / "seal.json").read_bytes())
    assert isinstance(content, dict)
    return content


def head_of(previous: bytes, entries: list[bytes]) -> bytes:
    for entry in entries:
        previous = sha256(previous + entry).digest()
    return previous


def test_the_first_day_begins_at_the_founding_and_leads_to_the_signed_head(
    sealed: Table, tmp_path: Path
) -> None:
    folder = export_day(sealed.books, 1, tmp_path / "out", sealed.market)
    written = lines(folder)
    assert seal(folder)["follows"] == {"seq": 0, "hash": "00" * 32}
    assert [json.loads(line)["seq"] for line in written] == list(range(1, len(written) + 1))
    assert json.loads(written[0])["kind"] == "found"
    last = json.loads(written[-1])
    assert last["kind"] == "seal"
    assert head_of(bytes(32), written[:-1]).hex() == last["statement"]["head"]
    assert last["statement"] == seal(folder)["statement"]
    stored = [row[0] for row in sealed.books.sql("SELECT body FROM entry ORDER BY id")]
    assert written == stored


def test_a_day_goes_on_where_the_one_before_was_sealed_with_what_lies_between(
    sealed: Table, tmp_path: Path
) -> None:
    books = sealed.books
    catalogue.set_rate(books, "flour", 120, 0, "decided between two days")
    live_a_day(sealed)
    sealed.close()
    days.open_day(books)
    sealed.visit(Line("tomatoes", 1000))
    catalogue.set_rate(books, "flour", 130, 3, "decided on the third day")
    first, second, third = (
        export_day(books, number, tmp_path / "out", sealed.market) for number in (1, 2, 3)
    )
    until_seal = head_of(bytes(32), lines(first))
    follows = seal(second)["follows"]
    assert follows == {"seq": len(lines(first)), "hash": until_seal.hex()}
    written = lines(second)
    assert b"decided between two days" in written[0]
    assert json.loads(written[1])["kind"] == "open"
    statement = json.loads(written[-1])["statement"]
    assert head_of(until_seal, written[:-1]).hex() == statement["head"]
    assert third.name.endswith("-interim")
    assert json.loads(lines(third)[-1])["decision"] == "decided on the third day"
    assert lines(first) + written + lines(third) == [
        row[0] for row in books.sql("SELECT body FROM entry ORDER BY id")
    ]
