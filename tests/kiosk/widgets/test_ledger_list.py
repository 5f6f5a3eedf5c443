"""The ledger as a list: any number of entries, of which only those that are seen are ever built."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rich.cells import cell_len

from db import reports
from db.journal import canonical
from db.models import entry_key
from db.weighing import Exchange
from kiosk.till import Till
from kiosk.widgets.ledger_list import PAGE, LedgerList
from kiosk.widgets.row_list import RowList, column
from tests.kiosk.screens.table import WIDE, AtTable, founded, play
from tests.kiosk.screens.test_ledger import to_ledger, visits

MANY = 100_000


def very_long(till: Till) -> None:
    """A hundred thousand entries, written past everything but the journal's own table."""
    books = till.books
    body = {
        "kind": "visit",
        "lines": [["honey", "taken", -1000, 400, -400]],
        "slips_in": [],
        "slips_out": [],
        "totals": {},
    }
    first = books.sql("SELECT max(seq) FROM entry").fetchone()[0] + 1
    rows = (
        (
            entry_key(books.kiosk, seq), books.kiosk, seq, 1_790_000_000_000 + seq, 1, "visit",
            canonical({**body, "visit": seq}), bytes(32), bytes(32),
        )
        for seq in range(first, first + MANY)
    )  # fmt: skip
    with books.transaction():
        books.database.connection().executemany(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
        )


def test_a_hundred_thousand_entries_open_without_building_them(tmp_path: Path) -> None:
    built: list[int] = []
    drawn: list[int] = []
    real_rows, real_line = reports.ledger_rows, RowList.render_line

    def rows(books: Any, keys: Sequence[int]) -> list[reports.LedgerRow]:
        built.append(len(keys))
        return real_rows(books, keys)

    def line(rows: RowList, y: int) -> Any:
        drawn.append(y)
        return real_line(rows, y)

    async def script(table: AtTable) -> None:
        await to_ledger(table)
        assert f"{MANY + 3} entries" in table.text()
        assert "…" not in table.marked()
        assert sum(built) <= 2 * PAGE
        assert len(drawn) < 20 * 24
        await table.press("end")
        assert "market founded" in table.marked()
        assert sum(built) <= 5 * PAGE
        await table.press("home", "pagedown", "pagedown", "up")
        ledger = table.app.screen.query_one(LedgerList)
        assert ledger.at == 2 * (ledger.size.height - 1) - 1
        assert sum(built) <= 7 * PAGE

    folder = founded(tmp_path / "market", before=very_long)
    with patch("db.reports.ledger_rows", rows), patch.object(RowList, "render_line", line):
        play(folder, script)


def test_a_row_that_is_not_here_yet_is_a_dot_and_fetches_nothing(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_ledger(table)
        ledger = table.app.screen.query_one(LedgerList)
        asked = table.asked
        ledger._pages.clear()
        ledger.refresh()
        assert ledger.render_line(0).text.strip("> ") == "…"
        assert table.asked == asked

    play(founded(tmp_path / "market", before=visits), script)


def test_todays_entries_stand_beside_the_work_on_a_wide_terminal(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        assert "Today's ledger" in table.text()
        assert "in 2 h child" in table.text()
        await table.resize(80, 24)
        assert "Today's ledger" not in table.text()
        await table.resize(120, 40)
        assert "in 2 h child" in table.text()

    play(founded(tmp_path / "market", before=visits), script, WIDE)


def test_the_marked_entry_stays_marked_when_others_come(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_ledger(table)
        await table.press("down", "down")
        marked = table.marked()
        assert "visit 2" in marked
        await table.ask(lambda till: till.undo())
        await table.app.refresh_table()
        await table.settled()
        assert "visit 2 (undone)" in table.marked()

    play(founded(tmp_path / "market", before=visits), script)


def test_what_is_found_part_by_part_stands_as_if_it_were_found_at_once(tmp_path: Path) -> None:
    number = PAGE + 20

    def before(till: Till) -> None:
        visits(till)
        with till.books.transaction():
            for one in range(number):
                line = till.line("1 honey", "en", taken=True)
                till.book(Exchange((line,), solidarity=True), f"jar {one}")

    async def script(table: AtTable) -> None:
        await to_ledger(table, "hon")
        ledger = table.app.screen.query_one(LedgerList)
        chosen = reports.LedgerFilter(goods=["honey"])
        keys = await table.ask(lambda till: reports.ledger_keys(till.books, chosen))
        assert ledger.count == len(keys) == number + 1
        assert f"{len(keys)} entries" in table.text()
        seen = [ledger._row(at) for at in range(PAGE)]
        ledger.action_edge(1)
        await table.settled()
        seen += [ledger._row(at) for at in range(PAGE, ledger.count)]
        assert [row.key for row in seen if row is not None] == list(keys)[::-1]

    folder = founded(tmp_path / "market", before=before)
    with patch("db.selection.PART", 20):
        play(folder, script)


def test_a_column_is_as_wide_as_it_says_whatever_is_in_it() -> None:
    for text in ("", "honey", "a" * 30, "茶" * 9, "é" * 30):
        for right in (False, True):
            assert cell_len(column(text, 12, right=right)) == 12
    assert column("honey", 8) == "honey   "
    assert column("honey", 8, right=True) == "   honey"
    assert column("tomatoes", 5) == "toma…"
