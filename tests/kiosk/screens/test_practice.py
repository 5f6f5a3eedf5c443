"""A practice market says so on every screen, and a live one on none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kiosk.screens.papers import handed_out
from tests.kiosk.screens.table import NARROW, WIDE, AtTable, founded, play

WAYS = (
    ([], "HomeScreen"),
    (["f1"], "HelpScreen"),
    (["escape", "2"], "CheckScreen"),
    (["escape", "3"], "LedgerScreen"),
    (["escape", "4"], "TodayScreen"),
    (["escape", "9"], "StewardScreen"),
    (["escape", "1"], "VisitScreen"),
    ([*"3t", "enter"], "VisitScreen"),
    (["f1"], "HelpScreen"),
    (["escape", "enter"], "HandOverScreen"),
    (["f1"], "HelpScreen"),
)


@pytest.mark.parametrize(("practice", "size"), [(True, NARROW), (True, WIDE), (False, NARROW)])
def test_practice_stands_on_every_screen_of_a_practice_market_alone(
    tmp_path: Path, size: tuple[int, int], practice: bool
) -> None:
    texts: list[str] = []
    folder = founded(
        tmp_path / "market",
        practice=practice,
        before=lambda till: texts.append(handed_out(till).text),
    )

    async def script(table: AtTable) -> None:
        for keys, screen in WAYS:
            await table.press(*keys)
            assert table.on == screen
            assert ("PRACTICE" in table.text()) is practice, screen
        await table.press("escape", "escape")
        await table.scan(texts[0])
        assert table.on == "VerdictScreen"
        assert ("PRACTICE" in table.text()) is practice

    play(folder, script, size)
