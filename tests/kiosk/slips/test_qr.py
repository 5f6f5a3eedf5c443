"""Promises of the code: fixed size, and the text that a phone reads is the text that was given."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.slips.qr import (
    CARD_VERSION,
    SEAL_LENGTH,
    Ecc,
    modules,
    screen_modules,
    seal_modules,
    slip_modules,
)
from tests.kiosk.slips.reading import read
from tests.kiosk.slips.test_vectors import LIVE


def picture(rows: list[list[bool]]) -> object:
    from PIL import Image

    side = len(rows) + 8
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            image.putpixel((x + 4, y + 4), 0 if dark else 255)
    return image.resize((4 * side, 4 * side), Image.Resampling.NEAREST)


@pytest.mark.parametrize(
    ("rows", "side", "version", "level"),
    [
        (slip_modules(LIVE.text), 53, "9", "H"),
        (seal_modules(LIVE.text + "0" * (SEAL_LENGTH - 139)), 57, "10", "H"),
        (screen_modules(LIVE.text), 37, "5", "L"),
        (screen_modules(LIVE.text[:47], CARD_VERSION), 25, "2", "L"),
    ],
    ids=["slip", "seal", "screen", "card"],
)
def test_each_code_has_its_fixed_version_level_and_mask(
    rows: list[list[bool]], side: int, version: str, level: str
) -> None:
    assert len(rows) == side
    assert {len(row) for row in rows} == {side}
    seen = read(picture(rows))
    assert seen.text.startswith(LIVE.text[:47])
    assert (seen.version, seen.level, seen.mask) == (version, level, 0)


@pytest.mark.parametrize("level", Ecc)
@pytest.mark.parametrize("version", [1, 5, 9, 10, 27])
@pytest.mark.parametrize("length", [1, 2, 5, 6, 7, 8, 9, 10])  # fillings of every kind, up to none
def test_the_library_s_own_encoder_makes_the_same_modules(
    version: int, level: Ecc, length: int
) -> None:
    from qrcode import QRCode
    from qrcode.util import MODE_ALPHA_NUM, QRData

    text = "Y026A:/ $%"[:length]
    theirs = QRCode(version=version, error_correction=level.value, mask_pattern=0)
    theirs.add_data(QRData(text, mode=MODE_ALPHA_NUM), optimize=0)
    theirs.make(fit=False)
    assert modules(text, version, level) == theirs.modules


@pytest.mark.parametrize("level", ["L", "M", "Q", "H"])
def test_a_reader_sees_the_level_that_was_asked_for(level: str) -> None:
    assert read(picture(modules("Y026", 2, Ecc[level]))).level == level


@given(st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=143, max_size=143))
@settings(max_examples=10)
def test_another_encoder_makes_the_same_slip(text: str) -> None:
    import segno

    for length in (139, 143):  # 143 fill the code to the last bit
        theirs = segno.make(
            text[:length], version=9, error="h", mode="alphanumeric", mask=0, boost_error=False
        )
        ours = slip_modules(text[:length])
        assert ours == [[bool(module) for module in row] for row in theirs.matrix]


def test_a_seal_of_zeros_reads_back() -> None:
    text = "Y02S" + "0" * 168
    assert read(picture(seal_modules(text))).text == text


def test_a_text_that_does_not_fit_is_refused() -> None:
    assert SEAL_LENGTH == 174
    seal_modules("0" * SEAL_LENGTH)
    with pytest.raises(ValueError, match="do not fit version 10"):
        seal_modules("0" * (SEAL_LENGTH + 1))


def test_a_text_outside_the_alphabet_is_refused() -> None:
    with pytest.raises(ValueError, match="alphanumeric"):
        slip_modules("y026é")


def test_the_same_text_gives_the_same_modules_again() -> None:
    assert modules("Y026", 5, Ecc.L) == modules("Y026", 5, Ecc.L)
    assert modules("Y026", 5, Ecc.L) != modules("Y027", 5, Ecc.L)
