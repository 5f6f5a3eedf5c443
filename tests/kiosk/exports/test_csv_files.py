"""The CSV files of a day say what the books say, and nothing that is not public."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import catalogue, corrections, days, reports, slips, stock
from db.models import entry_key
from db.weighing import Line
from kiosk.exports import csv_files
from kiosk.exports.csv_files import text_cell
from kiosk.exports.extract import extract
from kiosk.exports.folder import export_day
from tests.kiosk.exports.conftest import (
    Table,
    columns,
    contents,
    live_a_day,
    open_table,
    reference,
)


def hundredths(cell: str) -> int:
    value = Decimal(cell) * 100
    assert value == int(value)
    return int(value)


def thousandths(cell: str) -> int:
    value = Decimal(cell) * 1000
    assert value == int(value)
    return int(value)


@pytest.fixture
def export(sealed: Table, tmp_path: Path) -> Path:
    return export_day(sealed.books, 1, tmp_path / "out", sealed.market)


def test_visits_come_to_the_totals_of_the_day(sealed: Table, export: Path) -> None:
    rows = columns(export / "visits.csv")
    day = days.day(sealed.books, 1)
    assert [int(row["visit"]) for row in rows] == list(range(1, day.numbered + 1))
    booked = [row for row in rows if row["state"] == "booked"]
    assert len(booked) == day.visits
    assert len(rows) - len(booked) == day.undone == 2
    for name in ("brought", "taken", "work", "redeemed", "issued", "solidarity", "rounding"):
        assert sum(hundredths(row[f"{name}_credits"]) for row in booked) == getattr(day, name) != 0
    assert sum(int(row["slips_in"]) for row in booked) == day.slips_in
    assert sum(int(row["slips_out"]) for row in booked) == day.slips_out
    assert [row["brings_back_visit"] for row in rows if row["brings_back_visit"]] == ["8"]


def test_lines_are_the_movements_of_the_books(sealed: Table, export: Path) -> None:
    stored = sealed.books.sql(
        "SELECT entry, good, direction, quantity, rate, credits FROM movement ORDER BY id"
    ).fetchall()
    written = [
        (
            entry_key(sealed.books.kiosk, int(row["entry"])),
            row["good"],
            row["direction"],
            thousandths(row["quantity"]),
            hundredths(row["rate_credits_per_unit"]),
            hundredths(row["amount_credits"]),
        )
        for row in columns(export / "lines.csv")
    ]
    assert written == [tuple(row) for row in stored]
    assert {row["unit"] for row in columns(export / "lines.csv")} == {"kg", "jar", "h"}


def test_the_rows_are_written_like_this(tmp_path: Path) -> None:
    table = open_table(tmp_path / "data")
    days.open_day(table.books)
    named = catalogue.Good("honey", 2, "staples", "good", "jar", 350, {"en": 'honey, "raw"'})
    catalogue.save_goods(table.books, [named], 1, "the bees")
    first = table.visit(Line("flour", 1333), Line("childcare", 500))  # 1.53 and 2, rounded to 3.5
    table.visit(Line("honey", 1500, True), slips=(reference(first),), solidarity=True)
    corrections.undo(table.books)
    folder = export_day(table.books, 1, tmp_path / "out", table.market)
    (slip,) = first.slips
    assert slip[0] is not None
    name, flour = slip[0].reference.hex(), "'=cmd|' /C calc'!A0"
    assert (folder / "visits.csv").read_text().splitlines()[1:] == [
        "1,1,booked,,0,1,1.53,0,2,0,3.5,0,0,-0.03",
        "1,2,undone,,1,0,0,5.25,0,3.5,0,1.75,0,0",
    ]
    assert (folder / "lines.csv").read_text().splitlines()[1:] == [
        f"1,5,visit,1,flour,{flour},brought,1.333,kg,1.15,1.53",
        "1,5,visit,1,childcare,child care,work,0.5,h,4,2",
        '1,6,visit,2,honey,"honey, ""raw""",taken,-1.5,jar,3.5,-5.25',
        '1,7,reversal,2,honey,"honey, ""raw""",taken,1.5,jar,3.5,5.25',
    ]
    assert (folder / "slips.csv").read_text().splitlines()[1:] == [
        f"1,5,visit,1,issued,{name},3.5,2027-02-26",
        f"1,6,visit,2,redeemed,{name},3.5,",
        f"1,7,reversal,2,restored,{name},3.5,",
    ]
    assert (folder / "postings.csv").read_text().splitlines()[1:] == [
        "1,5,visit,1,goods,1.53",
        "1,5,visit,1,work,2",
        "1,5,visit,1,slips:outstanding,-3.5",
        "1,5,visit,1,rounding,-0.03",
        "1,6,visit,2,goods,-5.25",
        "1,6,visit,2,slips:outstanding,3.5",
        "1,6,visit,2,solidarity,1.75",
        "1,7,reversal,2,goods,5.25",
        "1,7,reversal,2,slips:outstanding,-3.5",
        "1,7,reversal,2,solidarity,-1.75",
    ]
    table.books.close()


@given(st.text(max_size=300))
def test_a_text_is_quoted_as_the_csv_module_quotes_it(text: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerow([text_cell(text), ""])
    assert csv_files._cell(text) == file.getvalue().removesuffix(",\n")


def test_an_undone_visit_has_its_lines_and_their_reversal(export: Path) -> None:
    of_visit = [row for row in columns(export / "lines.csv") if row["visit"] == "8"]
    assert [row["kind"] for row in of_visit] == ["visit", "visit", "reversal", "reversal"]
    assert sum(hundredths(row["amount_credits"]) for row in of_visit) == 0


def test_postings_balance_and_come_to_the_balances(sealed: Table, export: Path) -> None:
    by_entry: defaultdict[str, int] = defaultdict(int)
    by_account: defaultdict[str, int] = defaultdict(int)
    for row in columns(export / "postings.csv"):
        by_entry[row["entry"]] += hundredths(row["amount_credits"])
        by_account[row["account"]] += hundredths(row["amount_credits"])
    assert set(by_entry.values()) == {0}
    assert by_account == days.balances(sealed.books)


def test_slip_changes_lead_to_the_state_in_the_books(sealed: Table, export: Path) -> None:
    state: dict[str, str] = {}
    expires: dict[str, str] = {}
    amounts: defaultdict[str, set[int]] = defaultdict(set)
    for row in columns(export / "slips.csv"):
        assert (row["reference"] in state) == (row["change"] not in ("issued", "honoured"))
        state[row["reference"]] = "issued" if row["change"] == "restored" else row["change"]
        expires.setdefault(row["reference"], row["expires_on"])
        amounts[row["reference"]].add(hundredths(row["amount_credits"]))
    assert len(state) == sealed.minted
    for name, last in state.items():
        known = slips.slip(sealed.books, bytes.fromhex(name))
        assert known is not None
        assert (known.state, {known.amount}) == (last, amounts[name])
        assert known.expires is not None
        assert known.expires.isoformat() == expires[name]
    changes = {row["change"] for row in columns(export / "slips.csv")}
    assert changes == {"issued", "redeemed", "voided", "reissued", "restored", "honoured"}


def test_a_slip_without_expiry_says_never(tmp_path: Path) -> None:
    table = open_table(tmp_path / "data")
    days.open_day(table.books)
    table.mint = lambda amount, _: slips.NewSlip(b"r" * 16, b"t" * 16, amount, 9, 0, b"c" * 84)  # type: ignore[method-assign]
    table.visit(Line("tomatoes", 1000))
    folder = export_day(table.books, 1, tmp_path / "out", table.market)
    assert [row["expires_on"] for row in columns(folder / "slips.csv")] == ["never"]
    table.books.close()


def test_stock_is_what_the_day_left(sealed: Table, export: Path) -> None:
    written = {row["good"]: thousandths(row["quantity"]) for row in columns(export / "stock.csv")}
    assert written == reports.stock(sealed.books)
    assert written["honey"] == 5000


def test_totals_are_those_that_the_seal_signs(sealed: Table, export: Path) -> None:
    rows = {row["name"]: row["value"] for row in columns(export / "totals.csv")}
    day = days.day(sealed.books, 1)
    for name in days.TOTALS:
        value = getattr(day, name)
        pieces = name in ("visits", "undone", "slips_in", "slips_out")
        assert (int(rows[name]) if pieces else hundredths(rows[name])) == value
    for account, balance in days.balances(sealed.books).items():
        assert hundredths(rows[f"balance: {account}"]) == balance
    assert rows["state"] == "sealed"
    assert rows["slips_counted"] == "3"
    assert rows["slips_difference"] == "1"
    assert rows["date"] == "2026-11-28"


def test_an_open_day_says_interim(table: Table, tmp_path: Path) -> None:
    folder = export_day(table.books, 1, tmp_path / "out", table.market)
    assert folder.name == "day-0001-2026-11-28-interim"
    assert {"name": "state", "value": "INTERIM", "unit": ""} in columns(folder / "totals.csv")
    assert not (folder / "seal.json").exists()


def test_a_day_without_visits_has_headers_and_totals(tmp_path: Path) -> None:
    table = open_table(tmp_path / "data")
    days.open_day(table.books)
    table.close()
    folder = export_day(table.books, 1, tmp_path / "out", table.market)
    for name in ("visits.csv", "lines.csv", "slips.csv", "postings.csv", "stock.csv"):
        assert (folder / name).read_text().count("\n") == 1
    assert {"name": "visits", "value": "0", "unit": "visits"} in columns(folder / "totals.csv")
    table.books.close()


def test_no_handle_no_time_and_nothing_spendable_is_exported(sealed: Table, export: Path) -> None:
    files = contents(export)
    everything = b"\n".join(files.values()).lower()
    for secret in sealed.slips_and_keys:
        assert secret not in everything
        assert secret.hex().encode() not in everything
    for word in (b"ana-handle", b"bo-handle", b"cleo-handle"):
        assert word not in everything
    del files["journal.jsonl"]  # times, words and tags are what those need who check the chain
    published = b"\n".join(files.values()).lower()
    for tag in sealed.tags:
        assert tag.hex().encode() not in published
    (first,) = sealed.books.sql("SELECT min(recorded_at) FROM entry").fetchone()
    assert str(first)[:8].encode() not in published
    for word in (b"visit key", b"brought back", b"10:0", b"torn on the floor", b"trousers"):
        assert word not in published
    assert {"name": "crew: table", "value": "2", "unit": "people"} in columns(export / "totals.csv")


def test_what_happens_later_does_not_change_an_exported_day(
    sealed: Table, export: Path, tmp_path: Path
) -> None:
    before = contents(export)
    books = sealed.books
    renamed = catalogue.Good("honey", 2, "bakery", "good", "jar", 300, {"en": "heather honey"})
    catalogue.save_goods(books, [renamed], 0, "the assembly of December")
    live_a_day(sealed)
    stock.spoil(books, "flour", 50, "weevils")
    (name,) = books.sql("SELECT reference FROM slip WHERE state = 'issued' LIMIT 1").fetchone()
    slips.void(books, name, "burnt")
    books.sql("DELETE FROM crew")
    assert contents(export_day(books, 1, tmp_path / "again", sealed.market)) == before
    second = export_day(books, 2, tmp_path / "again", sealed.market)
    assert {row["unit"] for row in columns(second / "lines.csv")} == {"kg", "jar", "h"}
    assert columns(second / "lines.csv")[1]["name"] == "heather honey"


def test_a_good_renamed_during_the_day_keeps_the_name_of_each_line(tmp_path: Path) -> None:
    table = open_table(tmp_path / "data")
    number = days.open_day(table.books)
    table.visit(Line("honey", 1000))
    renamed = catalogue.Good("honey", 2, "staples", "good", "jar", 400, {"en": "clear honey"})
    catalogue.save_goods(table.books, [renamed], number, "clearer")
    table.visit(Line("honey", 1000))
    folder = export_day(table.books, number, tmp_path / "out", table.market)
    assert [row["name"] for row in columns(folder / "lines.csv")] == ["honey", "clear honey"]
    table.books.close()


def test_names_are_in_the_language_of_the_market(tmp_path: Path) -> None:
    table = open_table(tmp_path / "data")
    days.open_day(table.books)
    table.visit(Line("tomatoes", 1000), Line("honey", 1000))
    spanish = type(table.market)("Mercado", "", "es", table.market.public_key, False)
    folder = export_day(table.books, 1, tmp_path / "out", spanish)
    assert [row["name"] for row in columns(folder / "lines.csv")] == ["tomates", "honey"]
    table.books.close()


def test_no_text_is_a_formula_and_every_number_is_a_number(export: Path) -> None:
    numbers = 0
    for path in export.glob("*.csv"):
        assert b"\r" not in path.read_bytes()
        for row in columns(path):
            for name, cell in row.items():
                if cell.startswith("-"):
                    assert Decimal(cell) < 0
                    assert name.endswith("_credits") or name in ("quantity", "value")
                    numbers += 1
                assert not cell.startswith(("=", "+", "@", "\t"))
    assert numbers > 10
    assert columns(export / "stock.csv")[0]["name"] == "'=cmd|' /C calc'!A0"


@given(st.text(max_size=300))
def test_any_text_becomes_one_harmless_cell(text: str) -> None:
    cell = text_cell(text)
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows([[cell, "next"], ["end"]])
    assert list(csv.reader(io.StringIO(file.getvalue(), newline=""))) == [[cell, "next"], ["end"]]
    assert cell[:1] not in tuple("=+-@\t\r＝＋－＠")
    assert file.getvalue().count("\n") == 2


def test_a_large_day_is_streamed(tmp_path: Path) -> None:
    table = open_table(tmp_path / "data")
    days.open_day(table.books)
    with table.books.transaction():
        for _ in range(600):
            first = table.visit(Line("tomatoes", 3000), Line("honey", 500, True))
            table.visit(Line("honey", 1000, True), slips=(reference(first),))
    (tmp_path / "out").mkdir()
    extracted = extract(table.books, 1, table.market)
    csv_files.write(extracted, tmp_path / "out")  # fills what is cached once a process
    for path in (tmp_path / "out").iterdir():
        path.unlink()
    tracemalloc.start()
    csv_files.write(extracted, tmp_path / "out")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    written = sum(path.stat().st_size for path in (tmp_path / "out").iterdir())
    assert written > 250_000
    assert peak < 400_000  # all rows of the day at once take more than two million
    table.books.close()
