"""Promises of the column: where each block stands to the dot, and how a text is made to fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kiosk.machine.fonts import set_in
from kiosk.slips.column import PAPER_58, PAPER_A4, Column, Paper, fitted
from tests.kiosk.slips.reading import dark_box, light_box

PAPER = Paper("ten dots a millimetre", width=400, dots_per_inch=254, module=8)
LEFT, RIGHT = 10, 390
"""Where the column begins and ends, one millimetre from the edges."""
ABOVE = 20
MODULES = [[(x + y) % 2 == 0 for x in range(21)] for y in range(21)]


def column(add: Callable[[Column], None], paper: Paper = PAPER, above: bool = True) -> Any:
    """The picture of a column with two millimetres of white above what is added."""
    made = Column(paper)
    if above:
        made.gap(ABOVE / 10)
    add(made)
    return made.drawn()


def white(height: int, width: int = 400) -> tuple[Any, Any]:
    from PIL import Image, ImageDraw

    image = Image.new("1", (width, height), 1)
    return image, ImageDraw.Draw(image)


def length(text: str, dots: int, bold: bool = False) -> float:
    """How wide a line is, in dots."""
    return set_in(text, dots, bold)[0].getlength(text)


def line_height(text: str, dots: int, bold: bool = False) -> int:
    return sum(set_in(text, dots, bold)[0].getmetrics())


def test_a_length_becomes_the_nearest_number_of_dots_and_at_least_one() -> None:
    assert [PAPER.dots(size) for size in (1, 1.04, 1.06, 0.01)] == [10, 10, 11, 1]


def test_the_column_leaves_a_margin_at_either_side() -> None:
    assert (Column(PAPER).margin, Column(PAPER).inner) == (LEFT, RIGHT - LEFT)


def test_an_empty_column_is_a_picture_all_the_same() -> None:
    assert column(lambda _: None, above=False).size == (400, 1)


def test_a_picture_names_the_sheet_it_is_cut_from_and_a_roll_has_none() -> None:
    assert column(lambda _: None, PAPER_A4).info["page"] == "A4"
    assert "page" not in column(lambda _: None, PAPER_58).info


def test_a_rule_goes_from_margin_to_margin_as_thick_as_it_shall_be() -> None:
    image = column(lambda made: (made.rule(0.5), made.gap(1.0)))
    assert dark_box(image) == (LEFT, ABOVE, RIGHT, ABOVE + 5)
    assert image.histogram()[0] == 5 * (RIGHT - LEFT)
    assert image.height == ABOVE + 5 + 10


def test_a_text_stands_in_the_middle_and_is_thin_unless_it_shall_be_bold() -> None:
    for bold in (False, True):
        image = column(
            lambda made, bold=bold: made.text("Oak Street", 4.0, *([True] if bold else []))
        )
        font, shown = set_in("Oak Street", 40, bold)
        expected, draw = white(ABOVE + sum(font.getmetrics()))
        font.write(draw, (200, ABOVE + font.getmetrics()[0]), shown, 0, "m")
        assert image.size == expected.size
        assert image.tobytes() == expected.tobytes()


def test_a_band_is_black_from_margin_to_margin_with_its_text_in_white() -> None:
    image = column(lambda made: made.band("COPY 2", 4.0))
    height = 2 * 8 + line_height("COPY 2", 40, True)
    assert dark_box(image) == (LEFT, ABOVE, RIGHT, ABOVE + height)
    assert image.height == ABOVE + height
    inside = image.crop((LEFT, ABOVE, RIGHT, ABOVE + height))
    left, top, right, bottom = light_box(inside)
    assert abs(left - (380 - right)) <= 4, "in the middle"
    assert abs(right - left - length("COPY 2", 40, True)) <= 6, "bold"
    assert (top, bottom) > (8, height // 2)
    for edge in (
        (0, 0, 4, height),
        (376, 0, 380, height),
        (0, 0, 380, 8),
        (0, height - 8, 380, height),
    ):
        assert not any(inside.crop(edge).tobytes())


def test_the_text_of_a_band_keeps_a_margin_inside_of_it() -> None:
    words = "PRACTICE · COPY 12"
    size = next(dots for dots in range(60, 20, -1) if length(words, dots, True) <= 360)
    assert length(words, size, True) > 350, "nearly as wide as it may be"
    for asked in (size, size + 1):
        image = column(lambda made, asked=asked: made.band(words, asked / 10), above=False)
        left, _, right, _ = light_box(image.crop((LEFT, 0, RIGHT, image.height)))
        assert 10 <= left < right <= 370
    image = column(lambda made: made.band(words, size / 10), above=False)
    assert image.height == 2 * PAPER.dots(size / 50) + line_height(words, size, True)


def test_a_band_of_several_lines_is_black_behind_all_of_them() -> None:
    words = " · ".join(["PRACTICE", "COPY 2", "PRACTICE", "COPY 3"])
    font, lines = fitted(words, 40, True, 360)
    assert len(lines) > 1
    image = column(lambda made: made.band(words, 4.0), above=False)
    assert dark_box(image) == (LEFT, 0, RIGHT, 16 + len(lines) * sum(font.getmetrics()))


def figure_line(before: str, figure: str, after: str, height: int, width: int = 400) -> Any:
    """The picture of words around a figure, each drawn by itself beside the one before."""
    small = round(height * 0.5)
    parts = [(before, small, False), (figure, height, True), (after, small, False)]
    set_parts = [set_in(text, dots, bold) for text, dots, bold in parts]
    rise = set_parts[1][0].rise(figure)
    image, draw = white(ABOVE + rise, width)
    at = (width - sum(font.getlength(text) for font, text in set_parts)) / 2
    for font, text in set_parts:
        font.write(draw, (round(at), ABOVE + rise), text, 0, "l")
        at += font.getlength(text)
    return image


def test_a_figure_stands_large_between_its_words_on_one_line() -> None:
    image = column(lambda made: made.figure("for ", "9", " credits", 5.0))
    expected = figure_line("for ", "9", " credits", 50)
    assert image.size == expected.size
    assert image.tobytes() == expected.tobytes()


def test_a_figure_is_shrunk_by_no_more_than_is_needed() -> None:
    def wide(height: int) -> float:
        return length("", round(height * 0.5)) + length("123456", height, True)

    for height in (60, 59, 58):  # as much room as it needs, and less and less
        assert wide(height) == int(wide(height)), "digits are whole dots wide"
        paper = Paper("just wide enough", int(wide(height)) + 20, dots_per_inch=254, module=8)
        fits = max(dots for dots in range(30, 61) if wide(dots) <= paper.width - 20)
        image = column(lambda made: made.figure("", "123456", "", 6.0), paper)
        assert image.tobytes() == figure_line("", "123456", "", fits, paper.width).tobytes()


def test_a_figure_too_long_for_its_line_is_set_as_bold_text() -> None:
    words = ("167772.15", " credits of participation in the market")
    image = column(lambda made: made.figure("for ", *words, 11.0))
    expected = column(lambda made: made.text("for " + "".join(words), 5.5, bold=True))
    assert image.size == expected.size
    assert image.tobytes() == expected.tobytes()


def row(label: str, value: str, above: bool = True) -> Any:
    return column(lambda made: made.row(label, value, 3.0), above=above)


def test_a_row_has_its_label_at_the_left_and_its_value_bold_at_the_right() -> None:
    image = row("visits", "27")
    (thin, label), (bold, value) = set_in("visits", 30), set_in("27", 30, True)
    ascent, descent = thin.getmetrics()
    expected, draw = white(ABOVE + ascent + descent)
    thin.write(draw, (LEFT, ABOVE + ascent), label, 0, "l")
    bold.write(draw, (RIGHT, ABOVE + ascent), value, 0, "r")
    assert image.size == expected.size
    assert image.tobytes() == expected.tobytes()


def test_a_long_label_wraps_beside_its_value_and_keeps_away_from_it() -> None:
    label, value = "slips out since the founding, all days together", "1204.5"
    image = row(label, value)
    space = 380 - 30 - length(value, 30, True)
    font, lines = fitted(label, 30, False, space)
    ascent, descent = font.getmetrics()
    expected, draw = white(ABOVE + len(lines) * (ascent + descent))
    assert len(lines) > 1
    for number, line in enumerate(lines):
        font.write(draw, (LEFT, ABOVE + ascent + number * (ascent + descent)), line, 0, "l")
    set_in(value, 30, True)[0].write(draw, (RIGHT, ABOVE + ascent), value, 0, "r")
    assert image.size == expected.size
    assert image.tobytes() == expected.tobytes()


def test_a_value_takes_half_of_a_row_and_wraps_beyond() -> None:
    value = "12 kg tomatoes and 7 kg of plums"
    font, lines = fitted(value, 30, True, 190)
    assert len(lines) > 1
    image = row("in", value, above=False)
    assert image.height == len(lines) * line_height("in", 30)
    ascent, leading = set_in("in", 30)[0].getmetrics()[0], line_height("in", 30)
    expected, draw = white(image.height)
    set_in("in", 30)[0].write(draw, (LEFT, ascent), "in", 0, "l")
    for number, line in enumerate(lines):
        font.write(draw, (RIGHT, ascent + number * leading), line, 0, "r")
    assert image.tobytes() == expected.tobytes()


def test_a_code_stands_in_the_middle_with_its_white_frame() -> None:
    image = column(lambda made: made.code(MODULES, 8))
    side = 21 * 8
    assert image.height == ABOVE + side + 8 * 8
    left, top = (400 - side) // 2, ABOVE + 4 * 8
    assert dark_box(image) == (left, top, left + side, top + side)


def test_a_code_that_just_fits_keeps_its_modules_however_small() -> None:
    just = Paper("just wide enough", width=29 * 4, dots_per_inch=203, module=4)
    assert column(lambda made: made.code(MODULES, 4), just, above=False).height == 29 * 4
    narrower = Paper("too narrow", width=29 * 4 - 1, dots_per_inch=203, module=4)
    with pytest.raises(ValueError, match="wider than the paper"):
        Column(narrower).code(MODULES, 4)


# How a text is made to fit


def test_a_line_that_just_fits_is_left_as_it_is() -> None:
    font, lines = fitted("Oak Street", 30, False, length("Oak Street", 30))
    assert (font.size, lines) == (30, ["Oak Street"])


def test_a_line_shrinks_to_four_fifths_and_wraps_beyond() -> None:
    shrunk = length("Oak Street", 24)
    font, lines = fitted("Oak Street", 30, False, shrunk)
    assert (font.size, lines) == (24, ["Oak Street"])
    assert length("Oak Street", 23) < shrunk
    font, lines = fitted("Oak Street", 30, False, length("Oak Street", 23))
    assert (font.size, lines) == (30, ["Oak", "Street"])


def test_a_line_shrinks_by_no_more_than_is_needed() -> None:
    text = "Oak Street Market"
    for size in range(25, 31):
        found = fitted(text, 30, True, length(text, size, True))[0].size
        assert size - 1 <= found <= size, "widths don't shrink evenly"


def test_a_line_that_fits_in_any_size_down_to_four_fifths_is_not_wrapped() -> None:
    text, full = "Oak Street Market", length("Oak Street Market", 30)
    for width in range(int(0.78 * full), int(full)):
        fits = [
            size for size in range(24, int(30 * width // full) + 1) if length(text, size) <= width
        ]
        font, lines = fitted(text, 30, False, width)
        assert (font.size, len(lines)) == ((max(fits), 1) if fits else (30, 2)), width


def test_up_to_three_lines_keep_their_size_and_more_are_set_smaller() -> None:
    word, width = "tomatoes", length("tomatoes", 30)
    for number, size in ((2, 30), (3, 30), (4, 24), (7, 24)):
        font, lines = fitted(" ".join([word] * number), 30, False, width)
        assert (font.size, lines) == (size, [word] * number)


def test_words_as_wide_as_the_paper_are_not_shrunk() -> None:
    width = length("Nachbarschaft", 30)
    font, lines = fitted("Nachbarschaft Nachbarschaft", 30, False, width)
    assert (font.size, lines) == (30, ["Nachbarschaft"] * 2)


def test_a_line_is_filled_to_its_last_dot() -> None:
    line = "Oak Street Market"
    font, lines = fitted(f"{line} {line}", 30, False, length(line, 30))
    assert (font.size, lines) == (30, [line, line])


def test_lines_come_out_about_equally_long() -> None:
    words = "one two three four five six seven eight nine ten eleven"
    lines = fitted(words, 30, False, length("one two three four five six seven", 30))[1]
    assert len(lines) == 2
    longer, shorter = sorted((length(line, 30) for line in lines), reverse=True)
    assert shorter > 0.7 * longer


def test_a_word_shrinks_to_three_fifths_and_is_broken_beyond() -> None:
    five = length("WWWWW", 18)
    font, lines = fitted("W" * 10, 30, False, five)
    assert (font.size, lines) == (18, ["WWWWW", "WWWWW"])
    font, lines = fitted("W" * 10, 30, False, length("W" * 10, 18))
    assert (font.size, lines) == (18, ["W" * 10])
