"""Promises of the paper: every slip reads back, on every paper, and no word is cut at its edge."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.slips.column import QUIET, Column, fitted
from kiosk.slips.picture import (
    PAPER_58,
    PAPER_80,
    PAPER_180DPI,
    PAPER_A4,
    PAPERS,
    ClosingWords,
    Paper,
    SlipWords,
    draw,
    draw_closing,
    draw_notice,
)
from kiosk.slips.qr import seal_modules, slip_modules
from tests.kiosk.slips.reading import codes, dark_box, read, tops
from tests.kiosk.slips.test_vectors import LIVE, PRACTICE

every_paper = pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)


def words(
    *,
    market: str = "Oak Street Market",
    amount: str = "9",
    credits_line: str = "9 credits",
    banners: tuple[str, ...] = (),
) -> SlipWords:
    return SlipWords(
        market=market,
        amount=amount,
        credits_line=credits_line,
        code=LIVE.code,
        dates_line="28 Nov 2026 · visit 28 · no expiry",
        thanks=("Thanks for what you gave. Hand this in at any table of the market.",),
        ledger_line="ledger 3f9a04c1",
        banners=banners,
    )


def closing(text: str, paper: Paper) -> Any:
    rows = (("visits", "27"), ("slips out since the founding, all days together", "1204.5"))
    said = ClosingWords("Oak Street Market", "Day 14 is closed", rows, ("Hang this up.",), "3f9a")
    return draw_closing(text, said, paper)


def millimetres(dots: int, paper: Paper) -> float:
    return dots * 25.4 / paper.dots_per_inch


@every_paper
@pytest.mark.parametrize("vector", [LIVE, PRACTICE], ids=["live", "practice"])
@pytest.mark.parametrize("banners", [(), ("PRACTICE", "COPY 2")], ids=["plain", "banners"])
def test_a_slip_reads_back_exactly(paper: Paper, vector: Any, banners: tuple[str, ...]) -> None:
    image = draw(vector.text, words(banners=banners), paper)
    assert image.mode == "1"
    assert image.width == paper.width
    first, second = codes(image)
    assert (first.text, first.version, first.level) == (vector.text, "9", "H")
    assert (second.text, second.version, second.level) == (vector.text, "9", "H")


@every_paper
def test_each_code_reads_where_the_other_is_gone(paper: Paper) -> None:
    image = draw(LIVE.text, words(), paper)
    first, second = codes(image)
    between = (first.top + 53 * paper.module + second.top) // 2
    upper = image.crop((0, 0, paper.width, between))
    lower = image.crop((0, between, paper.width, image.height))
    assert read(upper).text == LIVE.text
    assert read(lower).text == LIVE.text


@every_paper
def test_a_closing_slip_reads_back_exactly(paper: Paper) -> None:
    text = "Y02S" + "0123456789ABCDEFGHJKMNPQRSTV" * 6
    assert len(text) == 172
    seen = read(closing(text, paper))
    assert (seen.text, seen.version, seen.level) == (text, "10", "H")


def framed(modules: list[list[bool]], module: int) -> Any:
    """The code that should be on paper, dot by dot, with its white frame."""
    from PIL import Image

    side = (len(modules) + 2 * QUIET) * module
    image = Image.new("1", (side, side), 1)
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            left, top = (x + QUIET) * module, (y + QUIET) * module
            image.paste(0 if dark else 1, (left, top, left + module, top + module))
    return image


@every_paper
def test_every_module_is_whole_dots_in_a_white_frame(paper: Paper) -> None:
    image = draw(LIVE.text, words(), paper)
    for modules, module in (
        (slip_modules(LIVE.text), paper.module),
        (slip_modules(LIVE.text), paper.spare),
    ):
        expected = framed(modules, module)
        left = (paper.width - len(modules) * module) // 2 - QUIET * module
        places = [
            top
            for top in range(image.height - expected.height + 1)
            if image.crop((left, top, left + expected.width, top + expected.height)).tobytes()
            == expected.tobytes()
        ]
        assert len(places) == 1


@every_paper
def test_a_module_is_large_enough_and_far_from_the_edge(paper: Paper) -> None:
    assert millimetres(paper.module, paper) >= 0.6
    assert millimetres(paper.spare, paper) >= 0.5
    side = 53 * paper.module
    printed = {"58": 58.0, "80": 80.0, "180dpi": 80.0, "a4": 47.0}[paper.name]
    assert (printed - millimetres(side, paper)) / 2 >= 2.0
    assert millimetres(paper.width, paper) <= printed + 0.1


def test_the_papers_are_those_that_printers_have() -> None:
    assert (PAPER_58.width, PAPER_58.module, PAPER_58.dots_per_inch) == (384, 6, 203)
    assert (PAPER_80.width, PAPER_80.module, PAPER_80.dots_per_inch) == (576, 7, 203)
    assert (PAPER_180DPI.width, PAPER_180DPI.module, PAPER_180DPI.dots_per_inch) == (512, 6, 180)
    assert (PAPER_A4.width, PAPER_A4.module, PAPER_A4.dots_per_inch) == (555, 9, 300)
    assert [paper.spare for paper in (PAPER_58, PAPER_80, PAPER_180DPI, PAPER_A4)] == [4, 4, 4, 6]
    assert [(paper.name, paper.page) for paper in PAPERS.values()] == [
        ("58", ""), ("80", ""), ("180dpi", ""), ("a4", "A4"),
    ]  # fmt: skip


@every_paper
@pytest.mark.parametrize(
    "market",
    [
        "Oak",
        "Mercado solidario de la Asociación Vecinal del Barrio de San Cristóbal de los Ángeles",
        "Wochenmarktgemeinschaftsverwaltungsgenossenschaft",
        "W" * 120,
        "市" * 60,
    ],
)
def test_no_word_is_cut_at_the_edge(paper: Paper, market: str) -> None:
    for credits_line, amount in (
        ("167772.15 credits of participation in the market", "167772.15"),
        ("no figure in this line, but many, many words", "9"),
    ):
        said = words(market=market, credits_line=credits_line, amount=amount, banners=("COPY 12",))
        image = draw(LIVE.text, said, paper)
        left, top, right, bottom = dark_box(image)
        edge = paper.dots(0.5)
        assert left >= edge
        assert right <= paper.width - edge
        assert top >= edge
        assert bottom <= image.height - edge
        assert [code.text for code in codes(image)] == [LIVE.text] * 2


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(codec="latin-1", exclude_categories=["C"]), max_size=90),
    st.integers(12, 60),
    st.booleans(),
    st.integers(120, 500),
)
def test_lines_keep_to_the_width_and_lose_nothing(
    text: str, size: int, bold: bool, width: int
) -> None:
    font, lines = fitted(text, size, bold, width)
    assert all(font.getlength(line) <= width for line in lines)
    assert font.size >= int(size * 0.6)

    def letters(of: str) -> str:
        return of.replace(" ", "").replace("·", "")

    assert letters("".join(lines)) == letters(text)


def test_a_long_word_is_set_smaller_rather_than_broken() -> None:
    font, lines = fitted("Nachbarschaftsmarkt Südstern", 32, True, 368)
    assert lines == ["Nachbarschaftsmarkt", "Südstern"]
    assert font.size < 32


def test_a_line_is_broken_at_its_dots_before_its_words() -> None:
    _, lines = fitted("28 November 2026 · visit 128 · valid until 31 May 2027", 24, False, 400)
    assert lines == ["28 November 2026 · visit 128", "valid until 31 May 2027"]


def test_banners_stand_at_both_ends() -> None:
    plain = draw(LIVE.text, words(), PAPER_58)
    marked = draw(LIVE.text, words(banners=("PRACTICE",)), PAPER_58)
    band = (marked.height - plain.height) // 2
    for start in (0, marked.height - band):
        dark = marked.crop((0, start, 384, start + band)).convert("L").histogram()[0]
        assert dark > 0.4 * 384 * band
    assert marked.crop((0, band, 384, marked.height - band)).tobytes() == plain.tobytes()


def test_the_same_words_give_the_same_dots_again() -> None:
    first = draw(LIVE.text, words(), PAPER_58)
    assert draw(LIVE.text, words(), PAPER_58).tobytes() == first.tobytes()
    assert draw(PRACTICE.text, words(), PAPER_58).tobytes() != first.tobytes()


def test_a_picture_knows_its_resolution() -> None:
    assert draw(LIVE.text, words(), PAPER_180DPI).info["dpi"] == (180, 180)


@every_paper
def test_a_notice_says_what_it_was_given(paper: Paper) -> None:
    short = draw_notice("The printer works", (), paper)
    longer = draw_notice("The printer works", ("one line", "another"), paper)
    assert short.mode == longer.mode == "1"
    assert short.width == longer.width == paper.width
    assert longer.height > short.height


def test_a_code_that_is_wider_than_the_paper_is_refused() -> None:
    narrow = Paper("narrow", width=300, dots_per_inch=203, module=5)
    with pytest.raises(ValueError, match="wider than the paper"):
        Column(narrow).code(slip_modules(LIVE.text), narrow.module)


def test_a_text_that_is_no_slip_s_is_refused() -> None:
    with pytest.raises(ValueError, match="alphanumeric"):
        draw("not a slip", words(), PAPER_58)


def test_paper_without_room_for_a_second_code_has_the_first_alone() -> None:
    narrow = Paper("narrow", width=384, dots_per_inch=203, module=6)
    assert read(draw(LIVE.text, words(), narrow)).text == LIVE.text


def block(paper: Paper, kind: str, *said: Any) -> Any:
    """One block of a column by itself."""
    column = Column(paper)
    getattr(column, kind)(*said)
    return column.drawn()


@every_paper
def test_a_slip_says_all_that_it_shall_in_its_order(paper: Paper) -> None:
    said = words(banners=("PRACTICE", "COPY 2"))
    code = block(paper, "text", said.code, 3.7)
    found = tops(
        draw(LIVE.text, said, paper),
        [
            block(paper, "band", "PRACTICE · COPY 2", 4.6),
            block(paper, "text", said.market, 4.0, True),
            block(paper, "rule"),
            block(paper, "figure", "", "9", " credits", 11.0),
            block(paper, "rule"),
            code,
            block(paper, "code", slip_modules(LIVE.text), paper.module),
            code,
            block(paper, "text", said.dates_line, 2.9),
            block(paper, "text", said.thanks[0], 2.9),
            block(paper, "code", slip_modules(LIVE.text), paper.spare),
            block(paper, "text", said.ledger_line, 2.5),
            block(paper, "band", "PRACTICE · COPY 2", 4.6),
        ],
    )
    assert len(found) == 13


def test_an_amount_that_does_not_stand_in_its_line_is_said_by_the_line() -> None:
    said = words(amount="12", credits_line="nine credits")
    tops(
        draw(LIVE.text, said, PAPER_58),
        [
            block(PAPER_58, "text", said.market, 4.0, True),
            block(PAPER_58, "figure", "", "nine credits", "", 11.0),
            block(PAPER_58, "text", said.code, 3.7),
        ],
    )


@every_paper
def test_a_closing_slip_says_all_that_it_shall_in_its_order(paper: Paper) -> None:
    text = "Y02S" + "0" * 168
    tops(
        closing(text, paper),
        [
            block(paper, "text", "Oak Street Market", 4.0, True),
            block(paper, "rule"),
            block(paper, "text", "Day 14 is closed", 4.0),
            block(paper, "rule"),
            block(paper, "row", "visits", "27", 2.9),
            block(paper, "row", "slips out since the founding, all days together", "1204.5", 2.9),
            block(paper, "rule"),
            block(paper, "code", seal_modules(text), paper.module),
            block(paper, "text", "Hang this up.", 2.9),
            block(paper, "text", "3f9a", 2.5),
        ],
    )


def test_a_notice_has_its_title_between_rules_and_its_lines_below() -> None:
    tops(
        draw_notice("The printer works", ("one line", "another"), PAPER_58),
        [
            block(PAPER_58, "text", "The printer works", 4.0, True),
            block(PAPER_58, "rule"),
            block(PAPER_58, "text", "one line", 2.9),
            block(PAPER_58, "text", "another", 2.9),
            block(PAPER_58, "rule"),
        ],
    )
