"""Sheets of cards: every code reads back from the printed page, every name is on it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageOps

from db.errors import FolderFull, FolderUnwritable
from kiosk.machine.fonts import visual
from kiosk.paper.sheets import LARGE, MARGIN, SMALL, SMALLEST_MODULE, Card, Grid, cards_sheet
from kiosk.scanning.cards import MAX_NUMBER, Action, action_card, goods_card
from tests.kiosk.faces import printable
from tests.kiosk.paper.test_folder import room_for

QR = zxingcpp.BarcodeFormat.QRCode

DPI = 200
NAMES = (
    "tomatoes", "pañales reutilizables", "child care", "second-hand children's clothes, winter",
    "Öl", "łąka", "x", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk", "нечто", "قهوة",
)  # fmt: skip


def goods(count: int) -> list[Card]:
    return [
        Card(goods_card(number), NAMES[number % len(NAMES)], "kg · 2 credits")
        for number in range(1, count + 1)
    ]


def pages(path: Path) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(path)
    return [page.render(scale=DPI / 72).to_pil().convert("L") for page in document]


def words(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    return [page.get_textpage().get_text_bounded() for page in document]


def codes(images: Sequence[Image.Image]) -> list[str]:
    return [code.text for image in images for code in zxingcpp.read_barcodes(image, formats=QR)]


@pytest.mark.parametrize("grid", [LARGE, SMALL], ids=["large", "small"])
@pytest.mark.parametrize("count", [1, 15, 31])
def test_every_card_reads_back_from_the_page(tmp_path: Path, grid: Grid, count: int) -> None:
    cards = [*goods(count), Card(action_card(Action.FINISH), "finish")]
    cards_sheet(cards, "Oak Street Market", tmp_path / "cards.pdf", grid)
    printed = pages(tmp_path / "cards.pdf")
    assert len(printed) == -(-len(cards) // (grid.columns * grid.rows))
    assert sorted(codes(printed)) == sorted(card.text for card in cards)


@pytest.mark.parametrize("grid", [LARGE, SMALL], ids=["large", "small"])
def test_a_code_has_its_quiet_zone_and_modules_that_a_scanner_sees(
    tmp_path: Path, grid: Grid
) -> None:
    cards_sheet([Card(goods_card(MAX_NUMBER), "honey")], "Oak", tmp_path / "cards.pdf", grid)
    (page,) = pages(tmp_path / "cards.pdf")
    (code,) = zxingcpp.read_barcodes(page, formats=QR)
    top, bottom = code.position.top_left.y, code.position.bottom_right.y
    middle = (code.position.top_left.x + code.position.bottom_right.x) // 2
    band = ImageOps.invert(page.crop((middle - 130, top + 5, middle + 130, bottom - 5)))
    box = band.getbbox()
    assert box is not None
    side = box[2] - box[0]
    module = side / 21  # version 1 holds a card's text
    assert module / DPI * 25.4 >= SMALLEST_MODULE
    left, upper = middle - 130 + box[0], (top + bottom - side) // 2
    quiet = int(4 * module) - 2
    ring = page.crop((left - quiet, upper - quiet, left + side + quiet, upper + side + quiet))
    assert ring.getextrema()[0] < 50
    ring.paste(255, (quiet - 2, quiet - 2, quiet + side + 2, quiet + side + 2))
    assert ring.getextrema() == (255, 255)


@pytest.mark.parametrize("grid", [LARGE, SMALL], ids=["large", "small"])
def test_nothing_is_drawn_where_a_printer_does_not_reach(tmp_path: Path, grid: Grid) -> None:
    cards_sheet(goods(31), "a title as long as nobody would " * 9, tmp_path / "c.pdf", grid)
    edge = int(10 / 25.4 * DPI)
    for page in pages(tmp_path / "c.pdf"):
        assert page.size == pytest.approx((210 / 25.4 * DPI, 297 / 25.4 * DPI), abs=1)
        page.paste(255, (edge, edge, page.width - edge, page.height - edge))
        assert page.getextrema() == (255, 255)
    assert MARGIN >= 10


def test_names_are_whole_on_their_cards_where_they_can_be(tmp_path: Path) -> None:
    cards_sheet(goods(10), "Oak Street Market", tmp_path / "cards.pdf", SMALL)
    (text,) = words(tmp_path / "cards.pdf")
    flat = " ".join(text.split())
    for name in ("tomatoes", "pañales reutilizables", "children's clothes, winter", "Öl"):
        assert name in flat
    assert "Donaudampf" in flat
    assert "kg · 2 credits" in flat


def test_letters_that_no_face_has_become_readable_ones(only_vera: None, tmp_path: Path) -> None:
    cards = [Card(goods_card(1), "ąka"), Card(goods_card(2), "нечто"), Card(goods_card(3), "قهوة")]
    cards_sheet(cards, "Αγορά", tmp_path / "cards.pdf", LARGE)
    (text,) = words(tmp_path / "cards.pdf")
    for readable in ("aka", "nechto", "qhwh", "Agora"):
        assert readable in text


@pytest.mark.parametrize("name", ["łąka", "μέλι", "нечто", "шкаф ґудзиків"])
def test_names_in_other_letters_are_set_in_them(tmp_path: Path, name: str) -> None:
    printable(name)
    cards_sheet([Card(goods_card(1), name, name)], name, tmp_path / "cards.pdf", LARGE)
    (text,) = words(tmp_path / "cards.pdf")
    assert text.count(name) == 3


@pytest.mark.parametrize("name", ["قهوة وشاي", "דבש (צנצנת)"])
def test_names_that_run_from_the_right_are_set_in_order(tmp_path: Path, name: str) -> None:
    printable(name)
    cards_sheet([Card(goods_card(1), name)], "Oak", tmp_path / "cards.pdf", LARGE)
    page = pypdfium2.PdfDocument(tmp_path / "cards.pdf")[0].get_textpage()
    drawn = visual(name, True)
    # Where each letter stands on the page, from left to right, whatever order the file has.
    places = sorted(
        (page.get_charbox(at)[0], page.get_text_range(at, 1)) for at in range(page.count_chars())
    )
    letters = "".join(letter for _, letter in places if letter > "\u0500")
    forms = unicodedata.normalize("NFKC", "".join(c for c in drawn if ord(c) > 0x500))
    assert unicodedata.normalize("NFKC", letters) == forms


def test_an_outside_name_stays_one_line_of_visible_letters(tmp_path: Path) -> None:
    cards_sheet(
        [Card(goods_card(1), "ho\x1b[31mney\u202e\n")], "Oak", tmp_path / "cards.pdf", LARGE
    )
    assert "ho [31mney" in words(tmp_path / "cards.pdf")[0]


def test_the_same_cards_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.pdf", "two.pdf"):
        cards_sheet(goods(9), "Oak Street Market", tmp_path / name, LARGE)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_a_sheet_of_no_cards_is_a_page_that_says_so_by_being_empty(tmp_path: Path) -> None:
    cards_sheet([], "Oak Street Market", tmp_path / "cards.pdf", LARGE)
    printed = pages(tmp_path / "cards.pdf")
    assert len(printed) == 1
    assert codes(printed) == []


@pytest.mark.parametrize("text", ["", "A" * 400, "A" * 5000])
def test_a_text_that_no_card_can_carry_is_a_fault_of_the_program(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="card"):
        cards_sheet([Card(text, "x")], "Oak", tmp_path / "cards.pdf", LARGE)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_sheet_leaves_the_earlier_one(tmp_path: Path) -> None:
    path = tmp_path / "cards.pdf"
    cards_sheet(goods(1), "Oak", path, LARGE)
    before = path.read_bytes()
    with room_for(1000), pytest.raises(FolderFull):
        cards_sheet(goods(8), "Oak", path, LARGE)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["cards.pdf"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FolderUnwritable, match="nowhere"):
        cards_sheet(goods(1), "Oak", tmp_path / "nowhere" / "cards.pdf", LARGE)
