"""A new key from the screen: asked once more before, explained after, and refused in words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from db import keys
from kiosk.till import Till
from tests.kiosk.screens.table import AtTable, founded, play
from tests.kiosk.tills import handed_out


async def to_form(table: AtTable) -> None:
    await table.press("9", "k", "n")
    assert table.on == "RotateKeyScreen"


def changed(till: Till) -> list[date | None]:
    """The last good day of each key that was handed over."""
    return [one.last_good for one in keys.handovers(till.books)]


def test_a_new_key_is_put_in_force_after_one_more_question(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        old = await table.ask(handed_out)
        before = await table.ask(lambda till: till.public.key_id.hex())
        await to_form(table)
        await table.press("enter")
        await table.write("", "", "", "")
        assert "needs the words of the decision" in table.words()
        await table.write("assembly of 3 May")
        assert table.on == "Question"
        assert "there is no way back" in table.words()
        assert await table.ask(changed) == []
        await table.press("escape", "enter", "n")
        assert await table.ask(changed) == [None]
        assert "The market has a new key" in table.words()
        await table.press("escape")
        assert table.on == "KeyScreen"
        after = await table.ask(lambda till: till.public.key_id.hex())
        assert before != after
        for text in (old.text, old.code, (await table.ask(handed_out)).code):
            assert (await table.ask(lambda till, text=text: till.check(text))).word == "good"

    play(founded(tmp_path / "market", practice=True), script)


def test_a_stolen_key_needs_its_last_good_day(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_form(table)
        await table.press("right", "enter")
        await table.write("", "", "", "it was stolen")
        assert "Type the last one on which the key was surely the market's alone" in table.words()
        await table.press("up", "up", "up")
        await table.write("2020-05-01", "", "", "")
        assert "The old key is called stolen" in table.words()
        await table.press("n")
        assert await table.ask(changed) == [date(2020, 5, 1)]
        assert "a thief can date back" in table.words()

    play(founded(tmp_path / "market", practice=True), script)


def test_a_locked_key_is_opened_and_locked_anew(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("escape")
        await to_form(table)
        await table.press("enter")
        await table.write("", "seven geese", "eight geese", "nine geese", "assembly")
        assert "The two passphrases differ" in table.words()
        await table.press("up", "ctrl+u")
        await table.write("eight geese", "")
        await table.press("n")
        assert table.on == "Card"
        assert await table.ask(changed) == [None]
        await table.press("escape")
        await to_form(table)
        await table.press("enter")
        await table.write("", "seven geese", "", "", "assembly")
        await table.press("n")
        assert await table.ask(changed) == [None]
        assert "does not open the market's key" in table.words()

    folder = founded(tmp_path / "market", practice=True, passphrase="seven geese")
    play(folder, script)
