"""Promises of the symbols: bytes come back exactly, and typing mistakes are noticed and located."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.crockford import (
    ALPHABET,
    MAX_CHECKED,
    check_symbols,
    decode,
    encode,
    encoded_length,
    intact,
    mended,
    normalise,
)

words = st.text(st.sampled_from(ALPHABET), min_size=1, max_size=MAX_CHECKED)
symbols = st.sampled_from(ALPHABET)
faults = st.integers(1, 31)


def mistyped(word: str, place: int, fault: int) -> str:
    wrong = ALPHABET[ALPHABET.index(word[place]) ^ fault]
    return word[:place] + wrong + word[place + 1 :]


def test_known_bytes_give_known_symbols() -> None:
    assert encode(b"") == ""
    assert encode(b"\xff") == "ZW"
    assert encode(bytes.fromhex("0102030405060708")) == "041061050R3GG"
    assert decode("041061050R3GG", 8) == bytes.fromhex("0102030405060708")


def test_known_words_have_known_check_symbols() -> None:
    # By hand for "132": 1 + 3 + 2 = 0 and 1·α² + 3·α + 2 = 4 + 6 + 2 = 0, sums without carry.
    assert check_symbols("1") == "32"
    assert check_symbols("0") == "00"
    assert check_symbols("041061050R3GG") == "4R"
    assert check_symbols("Z" * 29) == "9P"


@given(st.binary(max_size=100))
def test_bytes_come_back_exactly(data: bytes) -> None:
    text = encode(data)
    assert len(text) == encoded_length(len(data))
    assert decode(text, len(data)) == data


@given(st.binary(min_size=1, max_size=20), st.data())
def test_no_two_texts_stand_for_the_same_bytes(data: bytes, draw: st.DataObject) -> None:
    text = encode(data)
    place = draw.draw(st.integers(0, len(text) - 1))
    other = text[:place] + draw.draw(symbols) + text[place + 1 :]
    try:
        assert (decode(other, len(data)) == data) == (other == text)
    except ValueError:
        assert other != text


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("ZW", 2),  # one byte, not two
        ("Z", 1),
        ("ZW0", 1),
        ("ZX", 1),  # a filling bit is set
        ("zw", 1),  # typed, not printed
        ("LW", 1),
        ("Z ", 1),
        ("٣W", 1),  # a digit to Python, not to us
        ("_W", 1),
        ("0", 0),
    ],
)
def test_what_is_no_text_of_those_bytes_is_refused(text: str, length: int) -> None:
    with pytest.raises(ValueError, match=r"symbols|alphabet|filling"):
        decode(text, length)


@given(st.data())
def test_typed_text_is_read_as_it_was_meant(draw: st.DataObject) -> None:
    word = draw.draw(words)
    lookalikes = {"1": "IlLi", "0": "oO"}
    typed = ""
    for symbol in word:
        ways = [symbol, symbol.lower(), *lookalikes.get(symbol, "")]
        typed += draw.draw(st.sampled_from(ways)) + draw.draw(st.sampled_from(["", "-", " ", "–"]))
    assert normalise(typed) == word


def test_no_letter_is_made_up_while_reading_typed_text() -> None:
    assert normalise("ßuﬁ") == "ßUﬁ"


@given(words)
def test_a_printed_word_is_intact(word: str) -> None:
    printed = word + check_symbols(word)
    assert intact(printed)
    assert mended(printed) == printed


@given(words, st.data())
def test_one_wrong_symbol_is_mended(word: str, draw: st.DataObject) -> None:
    printed = word + check_symbols(word)
    place = draw.draw(st.integers(0, len(printed) - 1))
    typed = mistyped(printed, place, draw.draw(faults))
    assert not intact(typed)
    assert mended(typed) == printed


@given(words, st.data())
def test_two_wrong_symbols_are_always_noticed(word: str, draw: st.DataObject) -> None:
    printed = word + check_symbols(word)
    places = st.lists(st.integers(0, len(printed) - 1), min_size=2, max_size=2, unique=True)
    typed = printed
    for place in draw.draw(places):
        typed = mistyped(typed, place, draw.draw(faults))
    assert not intact(typed)
    assert mended(typed) != printed


@given(words, st.data())
def test_two_neighbours_that_changed_places_are_noticed(word: str, draw: st.DataObject) -> None:
    printed = word + check_symbols(word)
    place = draw.draw(st.integers(0, len(printed) - 2))
    typed = printed[:place] + printed[place + 1] + printed[place] + printed[place + 2 :]
    assert intact(typed) == (typed == printed)


def test_what_can_be_no_word_is_not_intact() -> None:
    assert not intact("")
    assert not intact("00")
    assert not intact("0" * 32)
    assert not intact("U32")
    assert not intact("l32")


@pytest.mark.parametrize("typed", ["", "00", "0" * 32, "U32"])
def test_what_can_be_no_word_is_not_mended(typed: str) -> None:
    with pytest.raises(ValueError, match=r"length|alphabet"):
        mended(typed)


def test_more_symbols_than_the_check_protects_are_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        check_symbols("0" * (MAX_CHECKED + 1))
