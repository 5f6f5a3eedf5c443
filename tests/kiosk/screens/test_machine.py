"""Setting up the machine, checking the books, exporting a day: by keys alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from textual.events import Key

from db.weighing import Exchange
from kiosk import messages
from kiosk.config import load_settings
from kiosk.screens.export import ExportToScreen
from kiosk.screens.verify import check
from kiosk.till import Till
from kiosk.widgets.theme import DARK
from tests.kiosk.screens.table import AtTable, founded, play


def one_visit(till: Till) -> None:
    line = till.line("3 kg tomatoes", "en", taken=False)
    till.book(Exchange((line,), (), False, False), "one")


def closed_day(till: Till) -> None:
    one_visit(till)
    till.close_day(0)
    till.open_day()


def spoil_the_sums(folder: Path) -> None:
    """Write into the balances what no entry says."""
    import sqlite3

    with sqlite3.connect(folder / "books.sqlite") as database:
        database.execute("UPDATE balance SET credits = credits + 700 WHERE account = 'gifts'")
        database.execute("INSERT OR IGNORE INTO balance VALUES ('gifts', 700)")
    database.close()


def test_the_machine_is_set_up_by_keys(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")

    async def script(table: AtTable) -> None:
        await table.press("9", "6")
        assert table.on == "MachineScreen"
        await table.press("right", "enter", "right", "enter", "right", "enter")
        assert table.on == "StewardScreen"
        assert messages.language() == "es"
        assert table.app.theme == DARK.name

    play(folder, script)
    settings = load_settings(folder)
    assert (settings.language, settings.dark, settings.paper) == ("es", True, "80")


def test_a_set_up_that_is_left_changes_nothing(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")

    async def script(table: AtTable) -> None:
        await table.press("9", "6", "right", "enter", "right", "escape")
        assert messages.language() == "en"

    play(folder, script)
    assert load_settings(folder).dark is False


def test_the_books_are_checked(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("9", "7")
        assert table.on == "VerifyScreen"
        assert "all of them are right" in table.text()
        await table.press("enter")
        assert "all of them are right" in table.text()

    play(founded(tmp_path / "market", before=closed_day), script)


def test_what_is_wrong_with_the_books_is_said(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market", before=closed_day)
    spoil_the_sums(folder)

    async def script(table: AtTable) -> None:
        await table.press("9", "7")
        assert "The books are wrong in 1 place." in table.text()
        assert "table balance" in table.text()

    play(folder, script)


def test_the_books_are_checked_as_they_were_while_the_table_goes_on(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market", before=one_visit)
    entries, findings = check(folder)
    assert (entries, findings) == (4, [])


def test_a_closed_day_is_exported_where_one_wants(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()

    async def script(table: AtTable) -> None:
        await table.press("9", "8")
        assert table.on == "ExportScreen"
        await table.press("down", "enter")
        assert "Export day 1" in table.text()
        await table.press("ctrl+u")
        await table.write(str(stick))
        assert table.on == "ExportScreen"
        assert "Day 1 lies in" in table.words()

    play(founded(tmp_path / "market", before=closed_day), script)
    (folder,) = stick.iterdir()
    assert (folder / "seal.json").exists()


def test_an_open_day_is_exported_as_it_is_now(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market", before=one_visit)

    async def script(table: AtTable) -> None:
        await table.press("9", "8", "enter", "enter")
        assert "Day 1 lies in" in table.words()

    play(folder, script)
    (export,) = (folder / "exports").iterdir()
    assert export.name.endswith("-interim")


def test_a_folder_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    async def script(table: AtTable) -> None:
        await table.press("9", "8", "enter", "ctrl+u")
        await table.write(str(tmp_path / "file" / "inside"))
        assert table.on == "ExportToScreen"
        assert "can't be written" in table.words()

    play(founded(tmp_path / "market", before=one_visit), script)


def test_all_closed_days_are_exported_at_once(tmp_path: Path) -> None:
    def two_closed_days(till: Till) -> None:
        closed_day(till)
        till.close_day(None)
        till.open_day([])

    async def script(table: AtTable) -> None:
        await table.press("9", "8")
        assert "all days" in table.text()
        await table.press("enter")
        assert "Export all closed days" in table.text()
        await table.press("enter")
        assert table.on == "ExportScreen"
        assert "2 days lie in" in table.words()

    folder = founded(tmp_path / "market", before=two_closed_days)
    play(folder, script)
    assert [path.name[:8] for path in sorted((folder / "exports").glob("day-*"))] == [
        "day-0001", "day-0002",
    ]  # fmt: skip


def test_a_long_export_says_how_far_it_is_and_can_be_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Halting:
        """Shows each word at once and lets the export go on when somebody wants it stopped."""

        def __init__(self, show: Callable[[int, int], None]) -> None:
            self.show = show

        def __call__(self, done: int, total: int) -> None:
            self.show(done, total)
            stopped.wait(30)

    def tap(table: AtTable, key: str) -> None:
        """Press a key while the export is at work, when the table does not settle."""
        table.now += 1
        table._post(Key(key, None))
        table.now += 1

    stopped = Event()
    monkeypatch.setattr("kiosk.screens.export.Seldom", Halting)

    async def script(table: AtTable) -> None:
        await table.press("9", "8", "enter")
        screen = table.app.screen
        assert isinstance(screen, ExportToScreen)
        tap(table, "enter")
        # The screen is read while it is being drawn: both come, in whichever order.
        while not ("░" in table.text() and "Esc stop it" in table.lines()[-1]):
            assert not table.app._exit
            await asyncio.sleep(0.01)
        assert " %" in table.text()
        tap(table, "escape")
        while not screen._stop.is_set() and not table.app._exit:
            await asyncio.sleep(0.01)
        stopped.set()
        await table.settled()
        assert table.on == "ExportToScreen"
        assert "stopped" in table.words()
        assert "Esc back" in table.lines()[-1]
        await table.press("escape")
        assert table.on == "ExportScreen"

    folder = founded(tmp_path / "market", before=one_visit)
    play(folder, script)
    assert list((folder / "exports").iterdir()) == []


def test_there_may_be_nothing_to_export(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("9", "8")
        assert "No market day was opened yet." in table.text()
        await table.press("enter")
        assert table.on == "ExportScreen"

    play(founded(tmp_path / "market", crew=None), script)


def test_a_check_up_says_what_is_wrong_and_what_was_mended(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")

    async def script(table: AtTable) -> None:
        await table.press("9", "6", "f7")
        assert table.on == "DoctorScreen"
        assert "✓ This machine is well." in table.text()
        folder.chmod(0o755)
        (folder / "market.key").chmod(0o644)
        await table.press("enter")
        assert "✗ 1 thing must be mended." in table.text()
        assert "✗ folder" in table.text()
        folder.chmod(0o700)
        await table.press("enter")
        assert "✓ This machine is well." in table.text()

    play(folder, script)


def test_a_check_up_is_made_anew_in_another_language(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("9", "6", "f7", "f2")
        assert "impresora" in table.text()
        assert "printer" not in table.text()

    play(founded(tmp_path / "market"), script)
