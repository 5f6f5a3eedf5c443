"""The key on stewards' sheets, at the screen: split, rebuilt word by word, and slips of lost books."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from kiosk import messages
from kiosk.config import KEY_FILE
from kiosk.keys.card import card_of
from kiosk.keys.rotation import rotate
from kiosk.messages import LANGUAGES, _
from kiosk.slips import keyfile, shares
from kiosk.slips.shares import Share
from kiosk.slips.signing import MarketKey
from kiosk.till import open_till
from tests.kiosk.places import KEY, SHEETS
from tests.kiosk.screens.table import NARROW, AtTable, founded, play
from tests.kiosk.tills import handed_out


def key_of(folder: Path) -> MarketKey:
    return keyfile.load(folder / KEY_FILE, None)


async def rebuild(table: AtTable, made: list[Share]) -> None:
    """Sheets are pasted, which is quicker than typing; one test types."""
    for share in made:
        await table.paste(" ".join(word[:4] for word in share.words))
        await table.press("enter")


# Split


def test_a_split_writes_sheets_where_the_steward_says(tmp_path: Path) -> None:
    folder, stick = founded(tmp_path / "market"), tmp_path / "stick"

    async def script(table: AtTable) -> None:
        await table.press("9", "k", "s")
        assert table.on == "SplitKeyScreen"
        await table.press("enter", "enter", "right", "enter")
        await table.write(str(stick))
        assert table.on == "Card"
        assert "split into 3 sheets; any 2 of them rebuild it" in table.words()
        assert "Print them, then remove the files" in table.words()

    play(folder, script)
    read = [shares.read(path.read_text()) for path in sorted(stick.iterdir())]
    assert [one.number for one in read] == [1, 2, 3]
    assert shares.rebuild(read[1:]).public == key_of(folder).public


def test_a_split_without_a_folder_or_with_absurd_numbers_is_refused(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("9", "k", "s", "backspace", "1", *["enter"] * 4)
        assert "Name the folder for the sheets" in table.words()
        await table.write(str(tmp_path / "stick"))
        assert "“1” does not fit for the number of shares" in table.words()

    play(founded(tmp_path / "market"), script)


def test_a_split_asks_for_the_passphrase_where_there_is_one(tmp_path: Path) -> None:
    folder, stick = founded(tmp_path / "market", passphrase="seven geese"), tmp_path / "stick"

    async def script(table: AtTable) -> None:
        await table.write("seven geese")
        await table.press("9", "k", "s", "enter", "enter", "enter")
        await table.write(str(stick), "seven ducks")
        assert "does not open the market's key" in table.words()
        assert not stick.exists()
        await table.write("seven geese")
        assert table.on == "Card"

    play(folder, script)
    assert len(list(stick.iterdir())) == 3


# Rebuild


def test_a_forgotten_passphrase_is_replaced_at_an_open_table(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")
    made = shares.split(key_of(folder), 3, 2)

    async def script(table: AtTable) -> None:
        await table.press("9", "k", "r")
        await rebuild(table, [made[2], made[0]])
        assert table.on == "NewPassphraseScreen"
        assert key_of(folder).public.key_id.hex() in table.words()
        await table.write("eight swans", "eight ducks", "")
        assert "The two passphrases differ" in table.words()
        await table.press("up", *["backspace"] * 5)
        await table.write("swans", "")
        assert table.on == "KeyScreen"
        assert not await table.ask(lambda till: till.locked)

    play(folder, script)
    assert keyfile.load(folder / KEY_FILE, "eight swans").public == made_key(made)


def made_key(made: list[Share]) -> object:
    return shares.rebuild(made).public


def test_books_without_their_key_ask_for_the_sheets(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")
    made = shares.split(key_of(folder), 3, 2)
    (folder / KEY_FILE).unlink()

    async def script(table: AtTable) -> None:
        assert table.on == "RebuildKeyScreen"
        assert "The market's key is missing" in table.words()
        await rebuild(table, made[:2])
        await table.write("", "", "")
        assert table.on == "HomeScreen"
        await table.press("1", *"3 tomatoes", "enter", "enter")
        assert table.on == "HandOverScreen"

    play(folder, script)


@pytest.mark.parametrize("key_file", ["there", "gone"])
def test_a_key_that_is_later_than_the_books_joins_them_by_the_card(
    tmp_path: Path, key_file: str
) -> None:
    folder = founded(tmp_path / "market")
    shutil.copytree(folder, tmp_path / "after")
    with closing(open_till(tmp_path / "after")) as till:
        rotate(till, "it was stolen", last_good=till.books.today())
        made = shares.split(till.key(), 3, 2)
        card = tmp_path / "oak.card"
        card.write_text(card_of(till.books).line() + "\n")
    if key_file == "gone":
        (folder / KEY_FILE).unlink()

    async def script(table: AtTable) -> None:
        if key_file == "there":
            await table.press("9", "k", "r")
        await rebuild(table, made[:2])
        await table.write("", "", "")
        assert "name the market's newest card, too" in table.words()
        await table.write(str(card))
        assert table.on == ("KeyScreen" if key_file == "there" else "HomeScreen")
        assert await table.ask(lambda till: till.key().public) == made_key(made)
        await table.app.go_home()
        await table.press("1", *"3 tomatoes", "enter", "enter")
        assert table.on == "HandOverScreen"

    play(folder, script)
    with closing(open_till(folder)) as till:
        assert till.verify() == []


def test_books_without_their_key_can_be_left_alone(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")
    (folder / KEY_FILE).unlink()

    async def script(table: AtTable) -> None:
        await table.press("escape")
        assert table.app._exit

    play(folder, script)


def test_a_market_without_books_is_founded_anew_and_honours_its_slips(tmp_path: Path) -> None:
    old = founded(tmp_path / "old", practice=False)
    till = open_till(old)
    slip = handed_out(till, "3 tomatoes")
    rotate(till, "a new key each spring")
    made = shares.split(till.key(), 3, 2)
    card = tmp_path / "oak.card"
    card.write_text(card_of(till.books).line() + "\n")
    till.close()
    shutil.rmtree(old)

    async def script(table: AtTable) -> None:
        await table.press("f5")
        assert table.on == "RebuildKeyScreen"
        await rebuild(table, made[1:])
        assert table.on == "FoundScreen"
        assert "Found the market anew" in table.words()
        assert "honoured from paper, once each" in table.words()
        await table.write("Oak Street", "", "", "", "", f"{card}x", "")
        assert "can't be read" in table.words()
        await table.press("up", "backspace", "enter", "enter")
        assert table.on == "HomeScreen"
        await table.press("9", "1", "enter", "enter")
        await table.app.go_home()
        await table.scan(slip.text)
        assert table.on == "VerdictScreen"
        assert "G O O D" in table.text()
        assert "it is honoured from paper, once" in table.words()
        await table.press("enter", *"-1 honey", "enter")
        assert "from paper" in table.words()
        await table.press("enter")
        assert table.on == "HandOverScreen"
        await table.app.go_home()
        await table.scan(slip.text)
        assert "S P E N T" in table.text()
        await table.press("escape", "3")
        assert "slip honoured from paper" in table.words()

    play(tmp_path / "new", script)


def test_a_mistyped_word_is_named_and_corrected_in_its_place(tmp_path: Path) -> None:
    wrong = SHEETS[0].split()
    wrong[6] = "acid"

    async def script(table: AtTable) -> None:
        await table.press("9", "k", "r")
        await table.paste(" ".join(wrong[:30]))
        await table.press("enter")
        await table.press(*[key for word in wrong[30:] for key in (*word, "space")])
        assert "Word 7, “acid”, is mistyped: it is likely “painting”" in table.words()
        assert "word 7 of 33" in table.words()
        assert "> 7 acid" in " ".join(table.text().split())
        await table.press(*"pain", "enter")
        assert "That sheet is right, and its words are gone from here" in table.words()
        assert "painting" not in table.text()
        await table.paste(SHEETS[0])
        await table.press("enter")
        assert "Share 1 was given already" in table.words()
        await table.press("f6")
        await table.paste(SHEETS[1])
        await table.press("enter")
        assert table.on == "NewPassphraseScreen"
        await table.press("enter", "enter", "enter")
        assert "The books of Oak Street Market don't know the key of these sheets" in table.words()

    play(founded(tmp_path / "market"), script)


def test_a_word_that_no_sheet_has_is_told_at_once(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await table.press("9", "k", "r", *"qqq", "enter")
        assert "No word on the sheets begins with “qqq”. Look at word 1 again." in table.words()
        await table.press(*["backspace"] * 3, *"ac")
        assert "academic acid acne" in table.words()
        await table.press("enter")
        assert "Several words begin with “ac”: academic, acid, acne" in table.words()
        await table.press("a", "enter")
        assert "word 2 of 33" in table.words()
        await table.press(*"birt", "enter", "up", "up")
        assert "word 1 of 33" in table.words()
        await table.press(*"acid", "enter")
        assert "word 3 of 33" in table.words()
        assert "1 acid" in table.words() and "2 birthday" in table.words()

    play(founded(tmp_path / "market"), script)


# After a loss


def test_slips_of_lost_books_are_honoured_by_decision(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market", practice=False)
    backup = tmp_path / "backup"
    shutil.copytree(folder, backup)
    till = open_till(folder)
    slip = handed_out(till, "3 tomatoes")
    till.close()

    async def script(table: AtTable) -> None:
        await table.scan(slip.text)
        assert "this kiosk's books do not hold it" in table.words()
        await table.press("escape", "9", "k", "l")
        assert "Nothing was honoured from paper so far" in table.words()
        await table.press("enter", "enter")
        assert "This needs the words of the decision" in table.words()
        await table.write("the laptop was stolen")
        assert table.on == "KeyScreen"
        assert "are honoured from paper" in table.words()
        await table.app.go_home()
        await table.scan(slip.text)
        assert "G O O D" in table.text()

    play(backup, script)


# How it looks


def test_keys_and_words_fit(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        for keys, title in ((("k", "s"), "SplitKeyScreen"),
                            (("k", "r"), "RebuildKeyScreen"), (("k", "l"), "LostBooksScreen")):  # fmt: skip
            await table.press("9", *keys)
            assert table.on == title
            for _language in LANGUAGES:
                assert table.lines()[-1].endswith(f"F1 {_('help')}"), table.lines()[-1]
                if title == "RebuildKeyScreen":
                    assert all(f"{number:2} …" in table.text() for number in range(1, 34))
                await table.press("f2")
            assert messages.language() == "en"
            await table.app.go_home()
            await table.settled()

    play(founded(tmp_path / "market"), script, NARROW)


def test_the_places_know_shares_of_their_key() -> None:
    made = [
        shares.read(" ".join(shares.completed(word) for word in sheet.split())) for sheet in SHEETS
    ]
    assert shares.rebuild(made).seed() == KEY.seed()
