"""The passphrase on the screen: for a steward's doings, and for a while after."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from kiosk.config import KEY_FILE
from kiosk.keys.lock import GRACE_SECONDS
from kiosk.slips import keyfile
from tests.kiosk.screens.table import AtTable, founded, play

PASSPHRASE = "seven geese"


def guarded(tmp_path: Path) -> Path:
    """A market with a passphrase whose day goes on after a restart."""
    return founded(tmp_path / "market", passphrase=PASSPHRASE, asks_again=False)


def test_a_restart_on_an_open_day_asks_for_nothing_but_by_a_steward(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        assert table.on == "HomeScreen"
        await table.press("1", *"3 tom", "enter", "enter")
        assert table.on == "HandOverScreen"
        await table.press("escape", "9")
        assert "locked" in table.lines()[2]
        await table.press("1", "enter")
        assert table.on == "ForStewardsScreen"

    play(guarded(tmp_path), script)


def test_what_was_asked_for_is_done_once_the_passphrase_is_right(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("9", "2", "enter", "1")
        assert table.on == "RateScreen"
        await table.write("3", "assembly of 3 May")
        assert table.on == "ForStewardsScreen"
        await table.write("seven ducks")
        assert "does not open the market's key" in table.words()
        assert "ducks" not in table.text()
        await table.write(PASSPHRASE)
        assert table.on == "GoodScreen"
        assert "from now on" in table.words()
        await table.press("escape", "escape")
        until = (table.app.now() + timedelta(seconds=GRACE_SECONDS)).strftime("%H:%M")
        assert table.lines()[2].endswith(f"open until {until}")

    play(guarded(tmp_path), script)


def test_who_leaves_the_question_leaves_everything_as_it_was(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("9", "5", "f5")
        await table.write("", "", "", "30", "", "assembly of 3 May")
        assert table.on == "ForStewardsScreen"
        await table.press("escape")
        assert table.on == "ChangeRulesScreen"
        assert "assembly of 3 May" in table.text(), "what was typed is still there"
        assert (await table.ask(lambda till: till.rules())).slip_days == 0

    play(guarded(tmp_path), script)


def test_one_key_locks_at_once(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.ask(lambda till: till.unlock(PASSPHRASE))
        await table.press("9")
        assert "open until" in table.lines()[2]
        await table.press("l")
        assert "locked" in table.lines()[2]
        await table.press("6", "down", "down", "right", "enter", "enter")
        assert table.on == "ForStewardsScreen"

    play(guarded(tmp_path), script)


def test_the_kiosk_is_left_with_the_passphrase_alone(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("9", "0", "l")
        assert table.on == "ForStewardsScreen"
        await table.press("escape")
        assert not table.app._exit
        await table.press("0", "l")
        await table.write(PASSPHRASE)
        assert table.app._exit

    play(guarded(tmp_path), script)


def test_without_a_passphrase_steward_says_so(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("9")
        assert "No passphrase" in table.lines()[2]
        assert "lock now" not in table.text()
        await table.press("l")
        assert table.on == "StewardScreen"

    play(founded(tmp_path / "market"), script)


def test_a_passphrase_that_is_set_or_taken_away_in_lines_is_heeded_at_once(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")
    file = folder / "market.key"

    async def script(table: AtTable) -> None:
        await table.press("9")
        assert "No passphrase" in table.lines()[2]
        keyfile.relock(file, None, PASSPHRASE, keyfile.CHEAP)
        await table.app.lookout.look()
        await table.settled()
        assert "locked" in table.lines()[2]
        await table.press("0", "l")
        assert table.on == "ForStewardsScreen"
        await table.press("escape", "escape", "1", *"3 tom", "enter", "enter")
        assert table.on == "HandOverScreen", "the key stays open for visits"
        await table.press("escape", "9")
        keyfile.relock(file, PASSPHRASE, None, keyfile.CHEAP)
        await table.app.lookout.look()
        await table.settled()
        assert "No passphrase" in table.lines()[2]
        await table.press("0", "l")
        assert table.app._exit

    play(folder, script)
    assert not (folder / "open-day.key").exists()


def test_another_key_file_opens_no_lock(tmp_path: Path) -> None:
    folder = guarded(tmp_path)
    strange = founded(tmp_path / "strange") / KEY_FILE
    own = (folder / KEY_FILE).read_bytes()
    damaged = json.dumps(json.loads(strange.read_bytes()) | {"seed": "zz"}).encode()
    named_as_own = json.dumps(
        json.loads(strange.read_bytes()) | {"public": json.loads(own)["public"]}
    ).encode()

    async def script(table: AtTable) -> None:
        await table.press("9")
        for content in (strange.read_bytes(), damaged, named_as_own, b"{}"):
            (folder / KEY_FILE).write_bytes(content)
            await table.app.lookout.look()
            assert await table.ask(lambda till: till.steward.closed)
            assert "locked" in table.lines()[2]
        (folder / KEY_FILE).unlink()
        (folder / KEY_FILE).symlink_to(folder / KEY_FILE)
        await table.app.lookout.look()
        assert await table.ask(lambda till: till.steward.closed)
        (folder / KEY_FILE).unlink()
        (folder / KEY_FILE).write_bytes(own)
        await table.app.lookout.look()
        assert await table.ask(lambda till: till.steward.closed and not till.locked)

    play(folder, script)


def test_a_locked_table_goes_on_where_the_passphrase_was_taken_away(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market", passphrase=PASSPHRASE)

    async def script(table: AtTable) -> None:
        await table.press("escape")
        assert await table.ask(lambda till: till.locked)
        keyfile.relock(folder / "market.key", PASSPHRASE, None, keyfile.CHEAP)
        await table.app.lookout.look()
        await table.settled()
        await table.press("1", *"3 tom", "enter", "enter")
        assert table.on == "HandOverScreen"

    play(folder, script)


def test_closing_the_day_goes_on_behind_the_passphrase(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("9", "1", "enter")
        await table.write(PASSPHRASE)
        assert table.on == "Question"
        await table.ask(lambda till: till.steward.lock())
        await table.press("s")
        assert table.on == "ForStewardsScreen"
        await table.write(PASSPHRASE)
        assert table.on == "ClosedScreen"

    play(guarded(tmp_path), script)


def test_what_a_restart_does_is_chosen_where_the_day_is_opened(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market", passphrase=PASSPHRASE, crew=None, asks_again=False)

    async def script(table: AtTable) -> None:
        await table.write(PASSPHRASE)
        await table.press("9", "1")
        assert "the key rests here unlocked until the day is closed" in table.words()
        assert "After a restart" in table.text()
        await table.press(*["down"] * 8, "right", "enter")
        assert table.on == "HomeScreen"
        assert await table.ask(lambda till: till.settings().ask_again)
        assert not (folder / "open-day.key").exists()

    play(folder, script)


def test_a_passphrase_is_set_later_and_taken_away_again(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")

    async def script(table: AtTable) -> None:
        await table.press("9", "k", "p")
        await table.write("seven geese", "seven ducks")
        assert "The two passphrases differ" in table.words()
        await table.press("escape", "p")
        await table.write(PASSPHRASE, PASSPHRASE)
        assert table.on == "KeyScreen"
        assert keyfile.load(folder / "market.key", PASSPHRASE)
        assert "seed" not in (folder / "market.key").read_text()
        assert PASSPHRASE not in table.text()
        await table.press("escape")
        assert "open until" in table.lines()[2]
        await table.press("k", "p")
        await table.write("geese", "", "")
        assert table.on == "Question"
        await table.press("t")
        assert "does not open the market's key" in table.words()
        await table.write(PASSPHRASE, "", "")
        await table.press("t")
        assert table.on == "KeyScreen"
        await table.press("escape")
        assert "No passphrase" in table.lines()[2]

    play(folder, script)
    assert not keyfile.needs_passphrase(folder / "market.key")
    assert not (folder / "open-day.key").exists()
