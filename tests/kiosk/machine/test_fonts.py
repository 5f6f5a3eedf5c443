"""Promises of the faces: letters are shown, or replaced readably, but never as empty boxes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from kiosk.machine import fontfiles
from kiosk.machine.fonts import Face, NoFont, replaced, set_in, visual
from tests.kiosk.faces import printable

SCRIPTS = {
    "greek": "Αγορά της Γειτονιάς",
    "cyrillic": "Ярмарка на Садовой, Їжак, ґанок",
    "arabic": "سوق الحي المجاني",
    "hebrew": "שוק השכונה",
}


def family(text: str, bold: bool = False) -> str:
    return Path(set_in(text, 20, bold)[0].files[0]).name


def dots(write: Callable[[ImageDraw.ImageDraw], None], width: int = 400) -> Image.Image:
    image = Image.new("1", (width, 60), 1)
    write(ImageDraw.Draw(image))
    return image


def line(text: str, within: str, width: int = 400) -> Image.Image:
    """A line drawn from the left edge, in the face and direction of the text it belongs to."""
    face, _ = set_in(within, 30)
    return dots(lambda draw: face.write(draw, (0, 40), text, 0, "l"), width)


def boxes(face: Face, text: str) -> str:
    """The letters of a line that come out as the box for what a font lacks."""
    from PIL import ImageFont

    lacking = ""
    for letter in set(visual(text, True)):
        for file in face.files:
            font = ImageFont.truetype(file, 30)
            if bytes(font.getmask(letter)) != bytes(font.getmask("\uffff")):
                break
        else:
            lacking += letter
    return lacking


def test_ordinary_words_are_set_in_the_face_that_every_kiosk_has() -> None:
    for text in ("Oak Street Market", "válido · año – “sí” €", "Ærø"):
        assert family(text) == "Vera.ttf"
        assert family(text, bold=True) == "VeraBd.ttf"
        assert set_in(text, 20)[1] == text


def test_letters_that_no_face_has_become_readable_ones(only_vera: None) -> None:
    assert set_in("Mercado Ñandú", 20)[1] == "Mercado Ñandú"
    assert set_in("Đặng Quỳnh", 20)[1] == "Dang Quynh"
    assert set_in("市场 3", 20)[1] == "ShiChang 3"
    assert set_in("Αγορά Ярмарка", 20)[1] == "Agora Yarmarka"
    assert set_in("سوق", 20)[1] == "swq"
    assert set_in("a\u0323b", 20)[1] == "ab"
    assert set_in("\u2fff\u0378", 20)[1].count("?") >= 1


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_a_machine_that_lacks_letters_names_them(only_vera: None, text: str) -> None:
    named = replaced(text)
    assert set(named) >= {letter for letter in text if letter > "\u0370"}
    assert len(set(named)) == len(named)
    assert set_in(text, 20)[1].isascii()


def test_nothing_is_named_where_all_is_well(only_vera: None) -> None:
    assert replaced("Oak Street Market, año") == ""


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(max_codepoint=0x6FF, exclude_categories=["C"]), max_size=12))
def test_no_line_ever_holds_an_empty_box(text: str) -> None:
    face, shown = set_in(text, 20)
    assert boxes(face, shown) == ""
    image = dots(lambda draw: face.write(draw, (0, 40), shown, 0, "l"), 900)
    assert image.size == (900, 60)


@pytest.mark.parametrize("bold", [False, True], ids=["plain", "bold"])
@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_every_script_is_set_in_its_own_letters(text: str, bold: bool) -> None:
    printable(text)
    face, shown = set_in(text, 30, bold)
    assert shown == text
    assert face.size == 30
    assert boxes(face, shown) == ""


def test_letters_of_two_scripts_come_from_two_faces_where_none_has_both() -> None:
    text = "市场 Dağ 3"
    printable(text)
    face, shown = set_in(text, 30)
    assert shown == text
    assert boxes(face, text) == ""
    whole = face.getlength(text)
    assert whole == pytest.approx(sum(face.getlength(one) for one in text), abs=len(text))


def test_hebrew_runs_from_the_right() -> None:
    printable(SCRIPTS["hebrew"])
    assert visual("שוק 12", True) == "12 קוש"
    drawn = line("שו", "שו")
    face, _ = set_in("ו", 30)
    first = line("ו", "ו", round(face.getlength("ו")))
    assert drawn.crop((0, 0, *first.size)).tobytes() == first.tobytes()


def test_arabic_letters_are_joined_and_run_from_the_right() -> None:
    # Seen at the beginning, waw at the end of its group, qaf alone; Unicode's chart of forms B.
    assert visual("سوق", True) == "\ufed5\ufeee\ufeb3"
    assert visual("لا", True) == "\ufefb"
    printable(SCRIPTS["arabic"])
    alone = sum(set_in("سوق", 30)[0].getlength(letter) for letter in "سوق")
    assert set_in("سوق", 30)[0].getlength("سوق") < alone


def test_brackets_and_figures_keep_their_sense_from_the_right() -> None:
    assert visual("שוק (3)", True) == "(3) קוש"
    assert visual("Market שוק 3", False) == "Market 3 קוש"
    assert visual("kg · דבש (צנצנת)", False) == "kg · (תנצנצ) שבד"
    assert visual("שוק (Oak 3) «דבש»", True) == "«שבד» (Oak 3) קוש"


def test_a_line_keeps_the_direction_of_its_text() -> None:
    text = "שוק השכונה Oak 12."
    printable(text)
    assert line("Oak 12.", text).tobytes() != line("Oak 12.", "Oak 12.").tobytes()
    assert visual("Oak 12.", True) == ".Oak 12"


def test_vowel_points_are_left_off() -> None:
    assert set_in("שׁוּק", 20)[1] == set_in("שוק", 20)[1]
    assert set_in("سُوق", 20)[1] == set_in("سوق", 20)[1]


def test_an_accent_that_is_typed_on_its_own_stands_on_its_letter() -> None:
    assert set_in("an\u0303o", 20)[1] == "año"


def test_a_machine_without_fontconfig_looks_into_its_folders(
    fresh: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import reportlab

    there = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "SomeSans.ttf").write_bytes(there.read_bytes())
    (tmp_path / "Broken.ttf").write_bytes(b"no font")
    monkeypatch.setattr(fontfiles, "_folders", lambda: [tmp_path, tmp_path / "nowhere"])
    monkeypatch.setattr(fontfiles, "_known_to_fontconfig", lambda letter: frozenset())
    assert str(tmp_path / "deep" / "SomeSans.ttf") in fontfiles.files_with("é", False)
    assert set_in("שוק", 20)[1].isascii()


def test_a_machine_without_fonts_says_so(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fontfiles, "FAMILIES", (("no-such.ttf", "no-such.ttf"),))
    with pytest.raises(NoFont, match="reportlab"):
        set_in("market", 20)


def test_the_size_is_the_size_asked_for() -> None:
    assert set_in("market", 31)[0].size == 31
