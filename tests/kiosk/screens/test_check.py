"""Check a slip by its typed code: the same verdicts, and a mistake is said where it can be mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kiosk.screens.papers import all_kinds
from tests.kiosk.screens.scanner import enter
from tests.kiosk.screens.table import AtTable, play


@pytest.fixture
def slips(tmp_path: Path) -> dict[str, str]:
    """A live market in `tmp_path / "market"`, with a slip of each kind."""
    return all_kinds(tmp_path / "market")


def field(table: AtTable) -> str:
    """What stands in the field."""
    value: str = table.app.screen.query_one("#code").value
    return value


def test_a_typed_code_is_judged(tmp_path: Path, slips: dict[str, str]) -> None:
    async def script(table: AtTable) -> None:
        code = slips["code"]
        await table.press("2")
        # Not pasted: without hyphens a paste of that length is a scan.
        for typed in (code.lower(), code.replace("-", "").replace("0", "O")):
            await table.write(typed)
            assert table.on == "VerdictScreen", typed
            assert "G O O D" in table.words()
            assert "6 credits" in table.words()
            await table.press("escape")
            assert field(table) == ""

    play(tmp_path / "market", script)


def test_a_slips_whole_text_may_be_pasted_or_typed(tmp_path: Path, slips: dict[str, str]) -> None:
    async def script(table: AtTable) -> None:
        await table.press("2")
        await table.paste(slips["spent"])
        assert "S P E N T" in table.words()
        await table.press("escape")
        await table.paste(slips["code"])
        assert field(table) == slips["code"]
        await table.press("enter")
        assert "G O O D" in table.words()

    play(tmp_path / "market", script)


def test_a_mistyped_code_names_the_group_and_stays_to_be_corrected(
    tmp_path: Path, slips: dict[str, str]
) -> None:
    async def script(table: AtTable) -> None:
        code = slips["code"]
        wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
        await table.press("2")
        await enter(table, wrong)
        assert table.on == "CheckScreen"
        assert f"likely in group 3: “{wrong[-5:]}”. Compare it there." in table.words()
        assert field(table) == wrong
        await table.press("backspace", code[-1], "enter")
        assert "G O O D" in table.words()
        await table.press("escape")
        assert "typing mistake" not in table.words()

    play(tmp_path / "market", script)


def test_a_code_that_nobody_has_is_unknown_and_tries_are_limited(
    tmp_path: Path, slips: dict[str, str]
) -> None:
    from kiosk.slips.typed_code import code_of

    async def script(table: AtTable) -> None:
        await table.press("2")
        for at in range(30):
            await table.paste(code_of(bytes([at] * 8)))
            await table.press("enter")
            if table.on == "CheckScreen":
                break
            assert "No slip of this market has that code." in table.words()
            await table.press("escape")
        assert "Too many unknown codes were typed. Wait" in table.words()
        # Scans go on all the same.
        await table.scan(slips["good"])
        assert "G O O D" in table.words()

    play(tmp_path / "market", script)


def test_what_is_no_code_is_said(tmp_path: Path, slips: dict[str, str]) -> None:
    async def script(table: AtTable) -> None:
        await table.press("2", "enter", "space", "enter")
        assert table.on == "CheckScreen"
        await enter(table, "hello")
        assert "it is neither a slip nor a card of this kiosk" in table.words()
        assert table.on == "CheckScreen"

    play(tmp_path / "market", script)


def test_the_pointer_checks_too(tmp_path: Path, slips: dict[str, str]) -> None:
    async def script(table: AtTable) -> None:
        await table.press("2")
        await table.type(slips["code"])
        await table.pilot.click("KeyHint")
        await table.settled()
        assert table.on == "VerdictScreen"

    play(tmp_path / "market", script)
