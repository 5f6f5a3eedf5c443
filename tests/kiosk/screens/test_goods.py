"""Goods and rates, by keys alone."""

from __future__ import annotations

from pathlib import Path

from db import catalogue, reports
from db.catalogue import Good
from kiosk.scanning.cards import goods_card
from kiosk.screens.goods_new import good_id
from kiosk.till import Till
from tests.kiosk.screens.table import AtTable, founded, play

HEADER = "id,unit,rate,name_en\n"
HOSTILE = "[/][@click=app.quit]x[/]\x1b]0;owned\x07\u202ehoney"


async def to_goods(table: AtTable, *search: str) -> None:
    await table.press("9", "2", *search)
    assert table.on == "GoodsScreen"


def good(till: Till, id: str) -> Good:
    return catalogue.good(till.books, id)


def test_typing_finds_a_good_as_the_entry_line_does(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_goods(table, *"tomatos")
        assert "tomatoes" in table.marked()
        await table.press("escape")
        assert table.on == "GoodsScreen"
        assert "tomatos" not in table.text()
        await table.press("escape")
        assert table.on == "StewardScreen"

    play(founded(tmp_path / "market"), script)


def test_a_rate_needs_the_decisions_words(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_goods(table, *"honey")
        await table.press("enter", "1")
        assert table.on == "RateScreen"
        await table.write("5.5", "")
        assert "needs the words of the decision" in table.words()
        assert (await table.ask(lambda till: good(till, "honey"))).rate != 550
        await table.write("assembly of 3 May")
        assert table.on == "GoodScreen"
        assert "honey is 5.5 credits for 1 jar from now on." in table.words()
        assert (await table.ask(lambda till: good(till, "honey"))).rate == 550
        newest = (await table.ask(lambda till: reports.decisions(till.books)))[0]
        assert (newest.kind, newest.words) == ("rate", "assembly of 3 May")

    play(founded(tmp_path / "market"), script)


def test_a_rate_that_is_none_changes_nothing(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        before = await table.ask(lambda till: good(till, "honey"))
        await to_goods(table, *"honey")
        await table.press("enter", "1")
        for text in ("", "much", "1.234", "-2", "999999"):
            await table.write(text, "assembly of 3 May")
            assert table.on == "RateScreen"
            assert "! " in table.text()
            await table.press("ctrl+u", "up", "ctrl+u")
        assert await table.ask(lambda till: good(till, "honey")) == before

    play(founded(tmp_path / "market"), script)


def test_a_retired_good_is_found_here_and_brought_back(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_goods(table, *"honey")
        await table.press("enter", "4")
        await table.write("assembly of 3 May")
        assert "honey is retired." in table.text()
        assert (await table.ask(lambda till: good(till, "honey"))).retired
        await table.press("escape")
        assert table.on == "GoodsScreen"
        assert "retired" in table.marked()
        await table.press("enter", "4")
        await table.write("assembly of 4 May")
        assert not (await table.ask(lambda till: good(till, "honey"))).retired

    play(founded(tmp_path / "market"), script)


def test_what_spoiled_leaves_the_stock_with_a_reason(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_goods(table, *"tomatoes")
        await table.press("enter", "2")
        await table.write("250 g", "")
        assert "This needs a reason" in table.words()
        await table.write("rotten")
        assert "0.25 kg of tomatoes booked as spoiled." in table.words()
        assert (await table.ask(lambda till: reports.stock(till.books)))["tomatoes"] == -250

    play(founded(tmp_path / "market"), script)


def test_a_count_books_the_difference(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_goods(table, *"tomatoes")
        await table.press("enter", "3")
        await table.write("4.5")
        assert "4.5 kg found." in table.text()
        await table.press("3")
        await table.write("0")
        assert "4.5 kg missing." in table.text()
        assert (await table.ask(lambda till: reports.stock(till.books)))["tomatoes"] == 0

    play(founded(tmp_path / "market"), script)


def test_a_count_that_is_none_books_nothing(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_goods(table, *"tomatoes")
        await table.press("enter", "3")
        for text in ("", "some", "-3", "2 l", "99999999"):
            await table.write(text)
            assert table.on == "CountScreen"
            assert "! " in table.text()
            await table.press("ctrl+u")
        assert "tomatoes" not in await table.ask(lambda till: reports.stock(till.books))

    play(founded(tmp_path / "market"), script)


def test_stock_needs_an_open_day(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_goods(table, *"tomatoes")
        await table.press("enter", "3")
        await table.write("4")
        assert "No market day is open." in table.text()

    play(founded(tmp_path / "market", crew=None), script)


def test_a_new_good_gets_an_id_from_its_name(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_goods(table)
        await table.press("f5")
        await table.write("Ñame morado", "")
        await table.press("right", "enter", "enter")
        await table.write("1,5", "assembly of 3 May")
        assert "Ñame morado is in the catalogue." in table.text()
        new = await table.ask(lambda till: good(till, "name-morado"))
        assert (new.unit, new.rate, new.kind, new.names) == (
            "l", 150, "good", {"en": "Ñame morado"},
        )  # fmt: skip
        await table.press(*"namem", "enter")
        assert table.on == "GoodScreen"

    play(founded(tmp_path / "market"), script)


def test_the_same_name_twice_is_refused(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_goods(table)
        await table.press("f5")
        await table.write("Honey", "", "", "", "1", "assembly")
        assert "The catalogue already has “Honey”." in table.words()

    play(founded(tmp_path / "market"), script)


def test_an_id_is_plain_and_not_taken() -> None:
    assert good_id("Té de Ñora", ()) == "te-de-nora"
    assert good_id("茶", {"good"}) == "good-2"
    assert good_id("Honey!", {"honey", "honey-2"}) == "honey-3"
    assert len(good_id("x" * 60, {"x" * 36})) <= 40


def test_a_file_with_mistakes_imports_nothing_and_each_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "goods.csv"
    file.write_text(HEADER + "plums,kg,2,plums\npears,kilo,2,pears\nfigs,kg,lots,figs\n")

    async def script(table: AtTable) -> None:
        before = await table.ask(lambda till: till.goods(retired=True))
        await to_goods(table)
        await table.press("f6")
        await table.write(str(file), "assembly of 3 May")
        assert table.on == "Card"
        assert "Line 3:" in table.text()
        assert "Line 4:" in table.text()
        assert "Line 2:" not in table.text()
        await table.press("escape")
        assert table.on == "ImportScreen"
        assert await table.ask(lambda till: till.goods(retired=True)) == before

    play(founded(tmp_path / "market"), script)


def test_a_good_file_is_imported_by_decision(tmp_path: Path) -> None:
    file = tmp_path / "goods.csv"
    file.write_text(HEADER + "sea-buckthorn,kg,2,sea buckthorn\n")

    async def script(table: AtTable) -> None:
        await to_goods(table)
        await table.press("f6")
        await table.write(str(file), "")
        assert "needs the words of the decision" in table.words()
        await table.write("assembly of 3 May")
        assert "1 good is new or changed." in table.words()
        await table.press(*"sea")
        assert "sea buckthorn" in table.text()

    play(founded(tmp_path / "market"), script)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_goods(table)
        await table.press("f6")
        await table.write(str(tmp_path / "none.csv"), "assembly")
        assert "none.csv can't be read" in table.words()

    play(founded(tmp_path / "market"), script)


def test_cards_are_written_into_the_data_folder(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")

    async def script(table: AtTable) -> None:
        await to_goods(table)
        await table.press("f7")
        assert "cards to print and cut out" in table.words()

    play(folder, script)
    large, small = ((folder / name).read_bytes() for name in ("cards.pdf", "cards-small.pdf"))
    assert large.startswith(b"%PDF") and small.startswith(b"%PDF") and large != small


def test_a_new_good_and_its_card_tell_which_letters_paper_lacks(
    tmp_path: Path, only_vera: None
) -> None:
    async def script(table: AtTable) -> None:
        await to_goods(table)
        await table.press("f5")
        await table.write("молоко", "", "", "", "1", "assembly of 3 May")
        assert table.on == "Card"
        assert "“молоко” is printed as “moloko”" in table.words()
        await table.press("escape", "f7")
        assert table.on == "Card"

    play(founded(tmp_path / "market"), script)


def test_a_goods_card_opens_its_good(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        honey = await table.ask(lambda till: good(till, "honey"))
        await to_goods(table)
        await table.scan(goods_card(honey.number))
        assert table.on == "GoodScreen"
        assert "honey" in table.lines()[1]

    play(founded(tmp_path / "market"), script)


def test_hostile_names_are_shown_as_they_are(tmp_path: Path) -> None:
    def before(till: Till) -> None:
        till.import_goods([Good("evil", 0, "care", "good", "kg", 100, {"en": HOSTILE})], HOSTILE)

    async def script(table: AtTable) -> None:
        await to_goods(table, *"owned")
        assert "[/][@click=app.quit]x[/] ]" in table.text()
        await table.press("enter")
        assert table.on == "GoodScreen"
        assert "[/][@click=app.quit]x[/] ]0;owned honey" in table.text()
        assert "\x1b" not in table.text()
        for key in "1234":
            await table.press(key)
            assert table.on != "GoodScreen"
            await table.press("escape")

    play(founded(tmp_path / "market", before=before), script)
