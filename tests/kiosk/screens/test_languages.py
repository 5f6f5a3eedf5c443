"""F2 and F3 on every screen of the table: other words, another look, and nothing typed is lost."""

from __future__ import annotations

from pathlib import Path

from kiosk.widgets.keybar import KeyHint
from tests.kiosk.screens.papers import all_kinds, handed_out
from tests.kiosk.screens.scanner import enter
from tests.kiosk.screens.table import AtTable, founded, play

WAYS = (
    ([], "HomeScreen"),
    (["f1"], "HelpScreen"),
    (["escape", "2", *"7KQ2"], "CheckScreen"),
    (["escape", "1", *"3t", "enter", *"2 tom", "down"], "VisitScreen"),
    (["ctrl+u", "enter"], "HandOverScreen"),
)


def test_language_and_look_change_nothing_else(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        for keys, screen in WAYS:
            await table.press(*keys)
            assert table.on == screen
            english, look = table.text(), table.app.theme
            await table.press("f2")
            assert table.on == screen
            assert table.text() != english
            await table.press("f3")
            assert table.app.theme != look
            await table.press("f2", "f3")
            assert table.text() == english
            assert table.app.theme == look

    play(founded(tmp_path / "market", before=handed_out), script)


def test_the_next_start_speaks_and_looks_as_the_last_one_did(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")

    async def choose(table: AtTable) -> None:
        await table.press("f2", "f3")

    async def again(table: AtTable) -> None:
        assert "Escanea" in table.text()
        assert table.app.theme == "kiosk-dark"

    play(folder, choose)
    play(folder, again)


def test_no_word_of_the_keys_is_cut_off_in_any_language(tmp_path: Path) -> None:
    slips = all_kinds(tmp_path / "market")

    async def script(table: AtTable) -> None:
        async def look(expected: str) -> None:
            assert table.on == expected
            for _language in range(2):
                await table.press("f2")
                hints = table.app.screen.query(KeyHint)
                assert len(hints) > 0
                for hint in hints:
                    assert hint.content_region.right <= table.app.size.width, (
                        expected,
                        table.lines()[-1],
                    )
                    assert hint.region.height == 1

        await table.press("f8")
        await look("HomeScreen")
        await table.scan(slips["spent"])
        await look("VerdictScreen")
        await table.press("escape", "2")
        await look("CheckScreen")
        await table.press("escape", "1")
        await look("VisitScreen")
        await enter(table, "3 tom")
        await look("VisitScreen")
        await enter(table, "-9 honey")
        await look("VisitScreen")
        await table.press("delete", "enter")
        await look("HandOverScreen")

    play(tmp_path / "market", script)
