"""A first run founds a market, and its key can be locked."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.screens.home import HomeScreen
from kiosk.slips import keyfile
from kiosk.widgets.menu import Menu
from tests.kiosk.screens.table import AtTable, founded, play


async def fill(table: AtTable, *lines: str) -> None:
    for line in lines:
        await table.press(*line, "enter")


def test_a_first_run_founds_a_market_and_comes_home(tmp_path: Path) -> None:
    folder = tmp_path / "market"

    async def script(table: AtTable) -> None:
        assert table.on == "FoundScreen"
        await fill(table, "Oak Street", "by the fountain", "", "", "", "")
        assert table.on == "HomeScreen"
        assert "Oak Street" in table.lines()[0]
        assert "Press 9 to open the market day" in table.text()
        market = await table.ask(lambda till: till.market)
        assert (market.name, market.place, market.practice) == (
            "Oak Street", "by the fountain", False,
        )  # fmt: skip
        assert len(await table.ask(lambda till: till.goods())) >= 120
        assert not await table.ask(lambda till: till.locked)
        await table.press("f1", "escape")
        assert table.on == "HomeScreen"

    play(folder, script)


def test_home_offers_nothing_before_a_market_is_founded(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        home = table.app.screen_stack[0]
        assert isinstance(home, HomeScreen)
        assert not home.query_one(Menu).choices
        await fill(table, "Oak Street", "", "", "", "", "")
        assert table.app.screen is home
        assert [choice.key for choice in home.query_one(Menu).choices] == ["1", "2", "3", "4", "9"]

    play(tmp_path / "market", script)


def test_a_market_may_start_without_goods_and_in_spanish(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await fill(table, "Calle Roble", "")
        await table.press("right", "enter", "enter", "enter", "right", "enter")
        market = await table.ask(lambda till: till.market)
        assert market.language == "es"
        assert await table.ask(lambda till: till.goods()) == []

    play(tmp_path / "market", script)


@pytest.mark.parametrize(
    ("keys", "founded_in"),
    [
        (("f2",), "es"),
        (("f2", "f2"), "en"),
        # Whoever turned the field meant it: F2 is for the eyes then.
        (("down", "down", "right", "f2"), "es"),
        (("down", "down", "right", "left", "f2"), "en"),
    ],
)
def test_the_market_s_language_is_the_one_spoken_unless_it_was_picked(
    tmp_path: Path, keys: tuple[str, ...], founded_in: str
) -> None:
    async def script(table: AtTable) -> None:
        await table.press(*keys)
        await table.press(*["up"] * keys.count("down"))
        await fill(table, "Calle Roble", "")
        await table.press(*["enter"] * 3, "right", "enter")
        market = await table.ask(lambda till: till.market)
        assert market.language == founded_in

    play(tmp_path / "market", script)


def test_letters_that_paper_lacks_are_told_when_a_market_is_founded(
    only_vera: None, tmp_path: Path
) -> None:
    async def script(table: AtTable) -> None:
        await table.type("Αγορά")
        await fill(table, "", "", "", "", "", "")
        assert table.on == "Card"
        assert "“Αγορά” is printed as “Agora”" in table.words()
        await table.press("escape")
        assert table.on == "HomeScreen"

    play(tmp_path / "market", script)


def test_a_market_needs_a_name(tmp_path: Path) -> None:
    folder = tmp_path / "market"

    async def script(table: AtTable) -> None:
        await fill(table, "", "", "", "", "", "")
        assert table.on == "FoundScreen"
        assert "The market needs a name" in table.words()
        assert not folder.exists()

    play(folder, script)


def test_two_passphrases_that_differ_found_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "market"

    async def script(table: AtTable) -> None:
        await fill(table, "Oak Street", "", "", "one", "another", "")
        assert "The two passphrases differ" in table.words()
        assert "another" not in table.text()
        assert not folder.exists()

    play(folder, script)


def test_a_locked_key_is_opened_by_its_passphrase_alone(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market", passphrase="seven geese")
    assert keyfile.needs_passphrase(folder / "market.key")

    async def script(table: AtTable) -> None:
        assert table.on == "UnlockScreen"
        await fill(table, "seven ducks")
        assert "does not open the market's key" in table.words()
        assert await table.ask(lambda till: till.locked)
        await fill(table, "seven geese")
        assert table.on == "HomeScreen"
        assert not await table.ask(lambda till: till.locked)

    play(folder, script)


def test_one_may_go_on_locked(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("escape")
        assert table.on == "HomeScreen"
        assert await table.ask(lambda till: till.locked)

    play(founded(tmp_path / "market", passphrase="seven geese"), script)


def test_a_hostile_name_of_a_market_is_shown_as_it_is(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.paste("[/][@click=app.quit]x[/]\x1b]0;owned\x07\u202eOak")
        await table.press(*["enter"] * 6)
        assert table.on == "HomeScreen"
        assert "[/][@click=app.quit]x[/] ]0;owned Oak" in table.lines()[0]
        assert "\x1b" not in table.text()

    play(tmp_path / "market", script)
