"""The ledger on the screen: of any length, narrowed by typing, opened by keys."""

from __future__ import annotations

from pathlib import Path

from db import reports
from db.catalogue import Good
from db.reports import LedgerFilter
from db.weighing import Exchange
from kiosk.till import Till
from tests.kiosk.screens.table import WIDE, AtTable, founded, play

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


def test_a_slip_is_found_by_how_its_reference_begins(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        (found, other) = await table.ask(lambda till: [job.reference for job in till.pending()][:2])
        assert found is not None and other is not None
        await to_ledger(table, f"slip {found.hex()[:8]}")
        assert "1 entry" in table.text()
        first = table.marked()
        await table.press("escape", *f"vale {other.hex()}")
        assert "1 entry" in table.text()
        assert table.marked() != first
        await table.press("escape", *"slip 00000000")
        assert "0 entries" in table.text()

    play(founded(tmp_path / "market", before=visits), script)


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
