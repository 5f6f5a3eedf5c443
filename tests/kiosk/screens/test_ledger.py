"""The ledger on the screen: of any length, narrowed by typing, opened by keys."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from db import reports
from db.catalogue import Good
from db.journal import canonical
from db.models import entry_key
from db.reports import LedgerFilter
from db.weighing import Exchange
from kiosk.till import Till
from kiosk.widgets.ledger_list import PAGE, LedgerList
from kiosk.widgets.row_list import RowList
from tests.kiosk.screens.table import WIDE, AtTable, founded, play

MANY = 100_000
HOSTILE = "[/][@click=app.quit]x[/]\x1b]0;owned\x07\u202ehoney"


def visits(till: Till) -> None:
    """Three visits, the last one undone."""
    for number, (phrase, taken) in enumerate(
        (("3 kg tomatoes", "1 honey"), ("2 h childcare", ""), ("5 kg potatoes", ""))
    ):
        lines = [till.line(phrase, "en", taken=False)]
        if taken:
            lines.append(till.line(taken, "en", taken=True))
        till.book(Exchange(tuple(lines), (), False, False), f"key {number}")
    till.undo()


def very_long(till: Till) -> None:
    """A hundred thousand entries, written past everything but the journal's own table."""
    books = till.books
    body = {"lines": [["honey", "taken", -1000, 400, -400]], "slips_in": [], "slips_out": []}
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


async def to_ledger(table: AtTable, search: str = "") -> None:
    await table.press("3")
    assert table.on == "LedgerScreen"
    await table.press(*search)


def test_everything_stands_in_the_ledger_newest_first(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_ledger(table)
        entries = [line for line in table.lines()[4:] if "visit" in line]
        assert [("undone" in line, "visit 3" in line) for line in entries[:2]] == [(True, True)] * 2
        assert "visit 2" in entries[2]
        assert "in 3 kg tomatoes · out 1 jar honey" in table.words()
        assert "entries" in table.lines()[3]

    play(founded(tmp_path / "market", before=visits), script)


def test_typing_narrows_and_esc_widens_then_leaves(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_ledger(table, "honey")
        assert "1 entry" in table.text()
        assert "visit 1" in table.marked()
        await table.press("escape")
        assert table.on == "LedgerScreen"
        assert "visit 2" in table.text()
        for text, count in (("visit 2", 1), ("1/2", 1), ("out", 1), ("in", 4), ("day 9", 0)):
            await table.press(*text)
            assert f"{count} entr" in table.text()
            await table.press("escape")
        await table.press(*"no such thing")
        assert "No entry fits “no such thing”." in table.words()
        await table.press("escape", "escape")
        assert table.on == "HomeScreen"

    play(founded(tmp_path / "market", before=visits), script)


def test_a_whole_entry_is_opened_by_enter(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_ledger(table, "honey")
        await table.press("enter")
        assert table.on == "EntryCard"
        words = table.words()
        assert "visit 1 · day 1" in words
        assert "in 3 kg tomatoes at 2 6" in words
        assert "out 1 jar honey at 4 4" in words
        assert "slips out 2 credits" in words
        (key,) = await table.ask(
            lambda till: reports.ledger_keys(till.books, LedgerFilter(visit=1))
        )
        assert (await table.ask(lambda till: till.hash_of(key)))[:8] in words
        await table.press("escape")
        assert table.on == "LedgerScreen"

    play(founded(tmp_path / "market", before=visits), script)


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
        assert ledger.render_line(0).text.strip("› ") == "…"
        assert table.asked == asked

    play(founded(tmp_path / "market", before=visits), script)


def test_the_ledger_may_open_at_one_visit(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        table.app.show("ledger", LedgerFilter(day=1, visit=2))
        await table.settled()
        assert "1 entry" in table.text()
        assert "visit 2" in table.marked()
        await table.press("escape")
        assert "visit 1" in table.text()
        await table.press("escape")
        assert table.on == "HomeScreen"

    play(founded(tmp_path / "market", before=visits), script)


def test_the_ledger_may_open_at_one_slip(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        def reference(till: Till) -> bytes:
            found = till.pending()[0].reference
            assert found is not None
            return found

        slip = await table.ask(reference)
        table.app.show("ledger", LedgerFilter(reference=slip))
        await table.settled()
        assert "1 entry" in table.text()
        await table.press("escape")
        assert table.on == "LedgerScreen"
        assert "visit 2" in table.text()

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


def test_hostile_words_are_shown_as_they_are(tmp_path: Path) -> None:
    def before(till: Till) -> None:
        till.import_goods([Good("evil", 0, "care", "good", "kg", 100, {"en": HOSTILE})], HOSTILE)
        till.book(
            Exchange((till.line("1 evil", "en", taken=False),), (), False, False), "evil visit"
        )
        till.set_rate("evil", 200, HOSTILE)

    async def script(table: AtTable) -> None:
        await to_ledger(table)
        assert "[/][@click=app.quit]x[/]" in table.text()
        for _ in range(3):
            await table.press("enter")
            assert table.on == "EntryCard"
            assert "\x1b" not in table.text()
            await table.press("escape", "down")
        assert table.on == "LedgerScreen"

    play(founded(tmp_path / "market", before=before), script, WIDE)


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
