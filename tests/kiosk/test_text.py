"""No text from outside acts on a terminal or on paper, and no ordinary word suffers for it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.text import SHOWN_LENGTH, safe

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ZERO_WIDTH = "\u00ad\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff"
CONTROLS = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)])) + "\u2028\u2029"
NO_CHARACTERS = "\ud800\udbff\udc00\udfff\ue000\uf8ff\U000f0000\U0010fffd\u0378\ufdd0\uffff"
TAGS = "".join(map(chr, [0xE0001, *range(0xE0020, 0xE0080)]))

BLANK_LETTERS = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u3164\uffa0"
    + "".join(map(chr, [*range(0xFE00, 0xFE0E), *range(0xE0100, 0xE01F0)]))
)
"""What the Unicode Character Database (DerivedCoreProperties.txt, Default_Ignorable_Code_Point) says
is not to be seen although it counts as a letter or a mark. The two that choose between the black and
the coloured form of an emoji are left out: they follow something that is seen."""

HIDDEN = BIDI + ZERO_WIDTH + NO_CHARACTERS + TAGS + BLANK_LETTERS
MARK = "\u0301\u0489\u20dd\u0e49"

outside = st.text(
    st.one_of(
        st.characters(codec=None),
        st.sampled_from(HIDDEN + CONTROLS),
        st.sampled_from("aé  \u00a0\u3000" + MARK),
    ),
    max_size=400,
)
lengths = st.integers(1, 200)


@given(outside, lengths)
def test_nothing_that_acts_or_hides_comes_out(text: str, length: int) -> None:
    shown = safe(text, length)
    assert not set(shown) & set(HIDDEN + CONTROLS)
    hidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not {unicodedata.category(character) for character in shown} & hidden


@given(outside, lengths)
def test_what_comes_out_is_one_line_of_at_most_the_length(text: str, length: int) -> None:
    shown = safe(text, length)
    assert len(shown) <= length
    assert len(shown.splitlines()) <= 1
    assert shown == " ".join(shown.split(" ")).strip()
    assert {character for character in shown if character.isspace()} <= {" "}


@given(outside, lengths)
def test_what_is_safe_stays_as_it_is(text: str, length: int) -> None:
    shown = safe(text, length)
    assert safe(shown, length) == shown


@given(outside)
def test_marks_never_make_a_tower(text: str) -> None:
    high = 0
    for character in safe(text):
        high = high + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        assert high <= 4


@pytest.mark.parametrize("between", ["", "\u200b", "\u200d", "\u00ad", "\u3164", "\ue000"])
def test_an_invisible_character_between_marks_lets_no_tower_through(between: str) -> None:
    assert len(safe("a" + ("\u0301" + between) * 40)) <= 5


@pytest.mark.parametrize(
    "word",
    [
        "tomatoes", "plátano", "Öl", "žito", "đậu phộng", "Ελιές", "Хліб", "тёмный",
        "بندورة", "مُحَمَّد", "שלום", "שַּׁבָּת", "น้ำผึ้ง", "กล้วย", "नमस्ते", "ड़ुं", "श्री",
        "தக்காளி", "బియ్యం", "ཀྲུང", "བསྒྲུབས", "蜂蜜", "ハチミツ", "꿀", "ሽንኩርት",
        "½ kg · 2 × 3 – 4", "[bold]{x}\\n%s", "l'œuf", "O’Brien", "#1 & co.",
        "🍅", "❤\ufe0f", "5\ufe0f\u20e3", "👍🏽",
    ],
)  # fmt: skip
def test_ordinary_words_are_unchanged(word: str) -> None:
    assert safe(word) == unicodedata.normalize("NFC", word)


def test_two_ways_to_write_an_accent_come_out_the_same() -> None:
    assert safe("n\u0303andu\u0301") == safe("ñandú") == "ñandú"


@pytest.mark.parametrize(
    ("joined", "shown"),
    [
        ("می\u200cخواهم", "میخواهم"),
        ("क्\u200dष", "क्ष"),
        ("👩\u200d🌾", "👩🌾"),
    ],
)
def test_joiners_vanish_and_the_word_stays_readable(joined: str, shown: str) -> None:
    """Decided: two words that look alike must not differ by something that nobody sees, so that the
    joiners of Persian and of the scripts of India are no exception."""
    assert safe(joined) == shown


def test_a_mark_that_stands_for_two_counts_as_two() -> None:
    assert len(safe("a" + "\u0344" * 40)) <= 5


@pytest.mark.parametrize("before", ["", " ", "\n", "\u200b"])
def test_a_mark_without_a_letter_does_not_sit_on_what_stands_before(before: str) -> None:
    assert safe(before + "\u0301\u20ddx") == "x"


def test_an_escape_sequence_falls_apart() -> None:
    assert safe("a\x1b]0;title\x07b\x1b[31mc\x9b2J") == "a ]0;title b [31mc 2J"


def test_a_line_break_becomes_a_blank_and_blanks_are_one() -> None:
    assert safe(" red\r\n\ttomatoes\u2028\u3000 of\u00a0June ") == "red tomatoes of June"
    assert safe("\u2800\u2800") == ""


def test_markup_is_left_to_those_who_show_it() -> None:
    assert safe("[/][@click=app.quit]x[/]") == "[/][@click=app.quit]x[/]"


@pytest.mark.parametrize("filling", ["x", " ", "\u200b", "x \n"])
def test_a_text_that_was_cut_says_so(filling: str) -> None:
    shown = safe("a" + filling * 10**6 + "b", 20)
    assert shown.endswith("…")
    assert len(shown) <= 20


def test_a_text_of_just_the_length_is_whole() -> None:
    assert safe("x" * SHOWN_LENGTH) == "x" * SHOWN_LENGTH
    assert safe("x" * (SHOWN_LENGTH + 1)) == "x" * (SHOWN_LENGTH - 1) + "…"


def test_what_is_no_text_is_shown_as_one() -> None:
    assert [safe(12), safe(None), safe(OSError("gone\n"))] == ["12", "None", "gone"]
