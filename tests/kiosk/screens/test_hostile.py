"""Names from outside are shown as text: no markup, no control character, no crash, wherever they come."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from db.market import Market
from kiosk.founding import found_market, suggested_goods
from kiosk.widgets.completions import Completions
from tests.kiosk.screens.papers import named
from tests.kiosk.screens.scanner import enter
from tests.kiosk.screens.table import NARROW, WIDE, AtTable, founded, play

HOSTILE = (
    "[/] zzz",
    "[@click=app.quit]zzz[/]",
    "zzz [bold red]$accent",
    "zzz \x1b]0;owned\x07 \x1b[2J",
    "zzz \u202eesrever\u2066\u200b",
    "zzz " + "long" * 124,
    "zzz" + "苹果" * 20,
    "zzz\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
    "zzz \\[b] {amount} %s",
)
CREW = (("[/]", "[@click=app.quit]x"), ("table\x1b[31m", "A\u202ena"))


def offered(table: AtTable) -> list[str]:
    """Ids of the goods that are offered."""
    return [one.id for one in table.app.screen.query_one(Completions).goods]


def assert_only_text(table: AtTable) -> None:
    """Nothing on the screen acts on a terminal, and every line fits."""
    for line in table.lines():
        assert all(one.isprintable() for one in line), repr(line)
        assert not set(line) & {"\u202e", "\u2066", "\u200b", "\x1b", "\x07"}


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_hostile_names_are_text_everywhere(tmp_path: Path, size: tuple[int, int]) -> None:
    folder = founded(tmp_path / "market", crew=CREW, before=named(*HOSTILE))

    async def script(table: AtTable) -> None:
        assert_only_text(table)
        assert "[/] [@click=app.quit]x" in table.text()
        await table.press("1")
        await table.paste("1 zzz")
        assert len(offered(table)) == 5
        assert_only_text(table)
        # The rate of each good that is offered is in view, however long its name.
        assert table.text().count("2 credits") == len(offered(table))
        for at in range(5):
            await table.press(*["down"] * at, "enter")
            assert_only_text(table)
            assert table.app.draft.size == at + 1
            await table.paste("1 zzz")
        await table.press("ctrl+u")
        # Each amount is in view, however long or wide the name beside it.
        lines = [line for line in table.lines() if line.strip().startswith("in ")]
        assert len(lines) == 5
        assert all(re.search(r" 2 +│", line) for line in lines)
        await table.press("f4")
        assert_only_text(table)
        await table.press("enter", "delete")
        assert "Taken out: 1 kg" in table.text()
        assert_only_text(table)
        await table.press("enter")
        assert table.on == "HandOverScreen"
        assert_only_text(table)
        await table.press("escape")
        assert_only_text(table)

    play(folder, script, size)


@pytest.mark.parametrize("name", ["[/]", "[@click=app.quit]M", "\x1b]0;x\x07M\u202e", "市场" * 30])
def test_a_market_may_be_called_anything(tmp_path: Path, name: str) -> None:
    wanted = Market(name, "[/]", "en", b"", practice=True)
    till = found_market(tmp_path / "market", wanted, goods=suggested_goods()[:3])
    till.open_day()
    till.close()

    async def script(table: AtTable) -> None:
        assert_only_text(table)
        assert table.lines()[1].strip() != ""
        await table.press("1")
        await enter(table, "3 tom")
        await table.press("enter")
        assert table.on == "HandOverScreen"
        assert_only_text(table)
        code = table.app.screen.booked.slips[0].text
        await table.scan(code)
        await table.press("escape")
        await table.scan(code)
        assert "G O O D" in table.words()
        assert_only_text(table)

    play(tmp_path / "market", script)


def test_what_is_typed_and_scanned_is_text_too(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("1")
        for text in ("[/] 3", "3 [@click=app.quit]x", "3 \u202etoq", "9 " * 50):
            await table.paste(text)
            await table.press("enter")
            assert_only_text(table)
            assert table.on == "VisitScreen"
            await table.press("ctrl+u")
        await table.press("escape", "2")
        await table.paste("a \u202eb\x1b]0;owned\x07\tc\u0301")
        assert table.app.screen.query_one("#code").value == "a b]0;ownedc\u0301"
        assert_only_text(table)
        await table.scan("[/][@click=app.quit]x[/]")
        assert "N O T O N E O F O U R S" in table.words()
        assert_only_text(table)

    play(founded(tmp_path / "market"), script)


def test_any_size_of_the_terminal_is_survived(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market", before=named(*HOSTILE))
    ways = ([], ["f1"], ["escape", "1", *"3t", "enter", *"2 zzz"], ["f1"], ["escape"])

    async def script(table: AtTable) -> None:
        async def sizes() -> None:
            before = table.text()
            for size in (WIDE, (40, 10), (1, 1), NARROW):
                await table.resize(*size)
            assert table.text() == before

        for keys in ways:
            await table.press(*keys)
            await sizes()
        await table.press("ctrl+u", "enter")
        assert table.on == "HandOverScreen"
        await sizes()
        await table.scan("NOT1OF2OURS3")
        assert table.on == "VerdictScreen"
        await sizes()

    play(folder, script)
