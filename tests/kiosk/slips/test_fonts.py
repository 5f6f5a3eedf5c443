"""Promises of the faces: letters are shown, or replaced readably, but never as empty boxes."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.slips import fonts
from kiosk.slips.fonts import NoFont, set_in


def family(text: str, bold: bool = False) -> str:
    return Path(str(set_in(text, 20, bold)[0].path)).name


def test_ordinary_words_are_set_in_the_face_that_every_kiosk_has() -> None:
    for text in ("Oak Street Market", "válido · año – “sí” €", "Ærø"):
        assert family(text) == "Vera.ttf"
        assert family(text, bold=True) == "VeraBd.ttf"
        assert set_in(text, 20)[1] == text


def only_vera(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_FAMILIES", fonts._FAMILIES[:1])


def test_letters_that_no_face_has_become_readable_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    only_vera(monkeypatch)
    assert set_in("Mercado Ñandú", 20)[1] == "Mercado Ñandú"
    assert set_in("Đặng Quỳnh", 20)[1].endswith("ang Quynh")
    assert set_in("市场 3", 20)[1] == "?? 3"
    assert set_in("a\u0323b", 20)[1] == "ab"


def test_a_face_with_more_letters_is_preferred_to_replacing_them() -> None:
    # Where this machine has DejaVu Sans, Greek is set in it; where not, it is replaced.
    font, shown = set_in("Αγορά", 20)
    assert (shown == "Αγορά") == (Path(str(font.path)).name != "Vera.ttf")


def test_a_machine_without_fonts_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_FAMILIES", (("no-such.ttf", "no-such.ttf"),))
    with pytest.raises(NoFont, match="reportlab"):
        set_in("market", 20)


def test_the_size_is_the_size_asked_for() -> None:
    assert set_in("market", 31)[0].size == 31
