"""Rules change by decision, and every decision can be read."""

from __future__ import annotations

from pathlib import Path

from db.market import Rules
from kiosk.till import Till
from tests.kiosk.screens.table import AtTable, founded, play

HOSTILE = "[/][@click=app.quit]x[/]\x1b]0;owned\x07\u202ehoney"


async def to_rules(table: AtTable) -> None:
    await table.press("9", "5")
    assert table.on == "RulesScreen"


def test_rules_change_with_the_decisions_words_alone(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_rules(table)
        assert "no limit" in table.text()
        await table.press("f5")
        await table.write("4", "50,5")
        await table.press("right", "right", "enter")
        await table.write("365", "", "")
        assert "needs the words of the decision" in table.words()
        assert await table.ask(lambda till: till.rules()) == Rules()
        await table.write("assembly of 3 May")
        assert table.on == "RulesScreen"
        assert await table.ask(lambda till: till.rules()) == Rules(400, 5050, 10, 365)
        words = table.words()
        for part in ("4 credits", "50.5 credits", "to 0.1 credits", "valid for 365 days"):
            assert part in words
        assert "rules assembly of 3 May" in words

    play(founded(tmp_path / "market"), script)


def test_what_is_not_decided_stays(tmp_path: Path) -> None:
    before = Rules(400, 5000, 25, 30)

    async def script(table: AtTable) -> None:
        await to_rules(table)
        await table.press("f5", "ctrl+u")
        await table.write("", "", "", "", "", "assembly of 4 May")
        assert await table.ask(lambda till: till.rules()) == Rules(None, 5000, 25, 30)

    play(founded(tmp_path / "market", rules=before), script)


def test_rules_that_can_not_be_change_nothing(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_rules(table)
        await table.press("f5", "up")
        for field, text in (
            (0, "lots"),
            (0, "-1"),
            (0, "9999999"),
            (3, "1.5"),
            (3, "9999"),
            (4, "9999"),
        ):
            await table.press(*["down"] * field, *text)
            await table.press(*["down"] * (5 - field), "x", "enter")
            assert "! " in table.text()
            assert table.on == "ChangeRulesScreen"
            await table.press("ctrl+u", *["up"] * (5 - field), "ctrl+u", *["up"] * field)
        assert await table.ask(lambda till: till.rules()) == Rules()

    play(founded(tmp_path / "market"), script)


def test_a_long_decision_is_read_in_full_and_a_hostile_one_as_it_is(tmp_path: Path) -> None:
    def before(till: Till) -> None:
        till.set_rules(Rules(), HOSTILE)
        till.set_rules(Rules(), "because of the frost " * 20 + "in May")

    async def script(table: AtTable) -> None:
        await to_rules(table)
        assert "[/][@click=app.quit]x[/] ]0;owned" in table.text()
        assert "in May" not in table.text()
        await table.press("enter")
        assert table.on == "Card"
        assert "because of the frost in May" in table.words()
        await table.press("escape", "down", "enter")
        assert "[/][@click=app.quit]x[/]" in table.text()
        assert "\x1b" not in table.text()

    play(founded(tmp_path / "market", before=before), script)
