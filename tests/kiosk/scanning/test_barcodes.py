"""Bar codes of packaged goods come out as one number, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.scanning.barcodes import check_digit, gtin, upc_a


@pytest.mark.parametrize(
    ("scanned", "number"),
    [
        ("4006381333931", "4006381333931"),  # EAN-13
        ("0036000291452", "0036000291452"),  # UPC-A, as scanners send it that are set to EAN-13
        ("036000291452", "0036000291452"),  # UPC-A
        ("73513537", "0000073513537"),  # EAN-8
        ("04252614", "0042100005264"),  # UPC-E, zeros left out before three digits
        ("01234531", "0012300000451"),  # UPC-E, before two
        ("01234543", "0012340000053"),  # UPC-E, before one
        ("01234565", "0012345000065"),  # UPC-E, before none
        ("12345670", "0000012345670"),  # EAN-8 that is no UPC-E
        ("2012340005678", None),  # a scale's code with a wrong check digit
        ("2012340005674", "2012340005674"),  # a scale's code stays as it is
    ],
)
def test_a_code_is_normalised_to_13_digits(scanned: str, number: str | None) -> None:
    assert gtin(scanned) == number


@pytest.mark.parametrize("code", ["4006381333931", "036000291452", "73513537", "04252614"])
def test_one_wrong_digit_is_noticed(code: str) -> None:
    for place, right in enumerate(code):
        for wrong in set("0123456789") - {right}:
            changed = gtin(code[:place] + wrong + code[place + 1 :])
            # Eight digits have two meanings: a damaged UPC-E may be an EAN-8, never the same good.
            assert changed is None or (len(code) == 8 and changed != gtin(code))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4",
        "400638133393",
        "40063813339311",
        "425261",
        "4006381 33393",
        "٤٠٠٦٣٨١٣٣٣٩٣١",
        "7351353X",
    ],
)
def test_other_text_is_no_bar_code(text: str) -> None:
    assert gtin(text) is None


@given(st.text(max_size=15))
def test_whatever_is_a_bar_code_is_13_digits_with_a_right_check_digit(text: str) -> None:
    number = gtin(text)
    assert number is None or (len(number) == 13 and check_digit(number[:-1]) == number[-1])


@given(st.sampled_from([7, 11, 12]), st.data())
def test_every_number_with_its_check_digit_is_read_back(length: int, data: st.DataObject) -> None:
    body = data.draw(st.text("123456789", min_size=1, max_size=1))
    body += data.draw(st.text("0123456789", min_size=length - 1, max_size=length - 1))
    assert gtin(body + check_digit(body)) == (body + check_digit(body)).zfill(13)


@given(st.text("0123456789", min_size=6, max_size=6))
def test_a_upc_e_and_its_upc_a_are_the_same_good(middle: str) -> None:
    without_check = upc_a("0" + middle + "0")
    assert without_check is not None
    check = check_digit(without_check[:-1])
    assert gtin("0" + middle + check) == gtin(without_check[:-1] + check)
