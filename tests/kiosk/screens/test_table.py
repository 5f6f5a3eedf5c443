"""The tests' own table: what is typed arrives as typed, what is scanned arrives as a scan."""

from __future__ import annotations

from pathlib import Path

from kiosk.verdicts import Scanned, Verdict
from tests.kiosk.screens.table import AtTable, founded, play


def test_typed_keys_reach_the_screen(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        assert table.on == "HomeScreen"
        assert "Oak Street Market" in table.lines()[1]
        await table.press("f1")
        assert table.on == "HelpScreen"
        await table.press("escape")
        assert table.on == "HomeScreen"

    play(founded(tmp_path / "market"), script)


def test_no_character_of_a_scan_is_a_key(tmp_path: Path) -> None:
    seen: list[Scanned] = []

    async def script(table: AtTable) -> None:
        async def scanned(what: Scanned) -> None:
            seen.append(what)

        table.app.screen.scanned = scanned  # type: ignore[method-assign]
        await table.scan("Y0249999123")
        await table.scan("1234567")
        assert table.on == "HomeScreen"

    play(founded(tmp_path / "market"), script)
    assert [type(one) for one in seen] == [Verdict, Verdict]


def test_a_paper_that_is_printed_is_waited_for(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        job = (await table.ask(lambda till: till.close_day(None))).job
        table.app.print_job(job)
        await table.settled()
        (sheet,) = await table.ask(lambda till: till.pending())
        assert (sheet.id, sheet.state) == (job, "sent")

    play(founded(tmp_path / "market"), script)
