"""Pages in exact size: what is cut from an A4 sheet has the dots and millimetres it was drawn in."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageOps

from kiosk.paper.folder import FolderPrinter
from kiosk.paper.pages import A4, MARGIN, document, sheets
from kiosk.slips.column import PAPER_A4
from kiosk.slips.picture import SlipWords, draw
from tests.kiosk.slips.test_vectors import LIVE, PRACTICE

DPI = PAPER_A4.dots_per_inch
MM = DPI / 25.4


def slip(
    text: str = LIVE.text, market: str = "Oak Street Market", banners: tuple[str, ...] = ()
) -> Image.Image:
    words = SlipWords(
        market, "9", "9 credits", LIVE.code, "28 Nov 2026 · visit 28 · no expiry",
        ("Thanks for what you gave. Hand this in at any table of the market.",),
        "ledger 3f9a04c1", banners,
    )  # fmt: skip
    return draw(text, words, PAPER_A4)


def pages(pdf: bytes) -> list[Image.Image]:
    rendered = pypdfium2.PdfDocument(BytesIO(pdf))
    return [page.render(scale=DPI / 72).to_pil().convert("L") for page in rendered]


def dots(pdf: bytes) -> Image.Image:
    """The picture that the first page is made of, as it lies in the file."""
    page = pypdfium2.PdfDocument(BytesIO(pdf))[0]
    (picture,) = page.get_objects()
    found = picture.get_bitmap().to_pil().convert("L")
    assert page.get_width() / 72 * DPI == pytest.approx(found.width, abs=0.01)
    assert page.get_height() / 72 * DPI == pytest.approx(found.height, abs=0.01)
    return found


def codes(page: Image.Image) -> list[zxingcpp.Barcode]:
    """Two to a slip, from top to bottom."""
    found = zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCode)
    return sorted(found, key=lambda code: code.position.top_left.y)


def test_a_slip_stands_on_an_a4_sheet_in_its_own_size() -> None:
    (page,) = pages(document([slip()], DPI))
    assert page.width / MM == pytest.approx(210, abs=0.2)
    assert page.height / MM == pytest.approx(297, abs=0.2)
    code, second = codes(page)
    assert code.text == second.text == LIVE.text
    across = code.position.top_right.x - code.position.top_left.x
    # 53 modules of at least 0.6 mm; the corner is the last pixel inside.
    assert (across + 1) / 53 == pytest.approx(PAPER_A4.module, abs=0.05)
    assert across / 53 / MM >= 0.6


def test_the_dots_of_a_slip_are_never_resampled() -> None:
    page = dots(document([slip()], DPI))
    left, top = round(MARGIN * MM), round((MARGIN + 6) * MM)
    drawn = slip()
    cut = page.crop((left, top, left + drawn.width, top + drawn.height))
    frame = round(1 * MM)  # the cutting line lies on the white at its edge
    inside = (frame, frame, drawn.width - frame, drawn.height - frame)
    assert cut.crop(inside).tobytes() == drawn.convert("L").crop(inside).tobytes()


@pytest.mark.parametrize(("count", "sheets"), [(1, 1), (8, 1), (9, 2)])
def test_up_to_eight_slips_of_a_visit_share_a_sheet(count: int, sheets: int) -> None:
    printed = pages(document([slip() for _ in range(count)], DPI))
    assert len(printed) == sheets
    assert sum(len(codes(page)) for page in printed) == 2 * count
    assert len(codes(printed[0])) == 2 * min(count, 8)


def test_slips_of_any_height_stay_on_their_sheets() -> None:
    practice = slip(PRACTICE.text, banners=("PRACTICE",))
    odd = [slip(), slip(market="W" * 200), practice, *(slip() for _ in range(9))]
    printed = pages(document(odd, DPI))
    found = [code.text for page in printed for code in codes(page)]
    assert sorted(found) == sorted([*[PRACTICE.text] * 2, *[LIVE.text] * 22])
    edge = round(10 * MM)
    for page in printed:
        page.paste(255, (edge, edge, page.width - edge, page.height - edge))
        assert page.getextrema() == (255, 255)


def test_every_slip_has_a_line_to_cut_along_on_all_sides() -> None:
    page = dots(document([slip(), slip()], DPI))
    drawn = slip()
    left, top = round(MARGIN * MM), round((MARGIN + 6) * MM)
    for x in (left, left + drawn.width, left + 2 * drawn.width):
        column = page.crop((x, top, x + 1, top + drawn.height))
        assert 0.3 < column.histogram()[0] / drawn.height < 0.7
    for y in (top, top + drawn.height):
        row = page.crop((left, y, left + 2 * drawn.width, y + 1))
        assert 0.3 < row.histogram()[0] / (2 * drawn.width) < 0.7


def test_a_picture_for_a_roll_is_a_page_of_its_own() -> None:
    roll = Image.new("1", (384, 800), 1)
    ImageDraw.Draw(roll).rectangle((10, 10, 200, 400), fill=0)
    printed = pypdfium2.PdfDocument(BytesIO(document([roll, roll], 203)))
    assert len(printed) == 2
    for page in printed:
        assert page.get_width() * 25.4 / 72 == pytest.approx(384 * 25.4 / 203, abs=0.01)


def test_a_slip_for_a_roll_keeps_its_size_on_a_sheet() -> None:
    roll = Image.new("1", (384, 800), 0)
    (page,) = pages(sheets([roll], 203))
    left, top, right, bottom = ImageOps.invert(page).crop((0, 19 * 12, *page.size)).getbbox() or ()
    assert (right - left) / MM == pytest.approx(384 * 25.4 / 203, abs=0.4)
    assert bottom / MM < 140
    assert top == 0 and page.height / MM == pytest.approx(297, abs=0.2)


def test_no_pictures_are_no_document() -> None:
    with pytest.raises(ValueError, match="without a picture"):
        document([], DPI)


def test_a_sheet_does_not_say_when_it_was_made() -> None:
    assert b"Date" not in document([slip()], DPI)


def test_the_folder_keeps_the_slip_and_the_whole_sheet(tmp_path: Path) -> None:
    path = FolderPrinter(tmp_path).print(slip(), "slip", DPI)
    with Image.open(path) as picture:
        assert picture.size == slip().size
    (page,) = pages((tmp_path / "slip.pdf").read_bytes())
    assert page.height / MM == pytest.approx(297, abs=0.2)
    assert slip().info["page"] == A4
