"""Promises of the typed code: what was printed is read back, mistakes are noticed and placed."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import MistypedCode, MistypedGroup
from kiosk import crockford
from kiosk.slips.typed_code import code_of, looks_like_code, serial_of

serials = st.binary(min_size=8, max_size=8)
places = st.integers(0, 14)
faults = st.integers(1, 31)


def mistyped(code: str, place: int, fault: int) -> str:
    """The code with one symbol wrong; places count symbols, not hyphens."""
    at = place + place // 5
    wrong = crockford.ALPHABET[crockford.ALPHABET.index(code[at]) ^ fault]
    return code[:at] + wrong + code[at + 1 :]


@given(serials)
def test_a_code_names_its_serial(serial: bytes) -> None:
    code = code_of(serial)
    assert [len(group) for group in code.split("-")] == [5, 5, 5]
    assert serial_of(code) == serial
    assert serial_of(code.replace("-", "").lower()) == serial
    assert serial_of(f"  {code.replace('-', ' – ')} ") == serial


@given(serials, places, faults)
def test_one_wrong_symbol_is_found_in_its_group(serial: bytes, place: int, fault: int) -> None:
    typed = mistyped(code_of(serial), place, fault)
    with pytest.raises(MistypedGroup) as raised:
        serial_of(typed)
    assert raised.value.facts == {
        "group": place // 5 + 1,
        "typed": typed.split("-")[place // 5],
    }


@given(serials, st.lists(places, min_size=2, max_size=2, unique=True), faults, faults)
def test_two_wrong_symbols_are_always_a_mistake(
    serial: bytes, both: list[int], fault: int, other: int
) -> None:
    typed = mistyped(mistyped(code_of(serial), both[0], fault), both[1], other)
    with pytest.raises(MistypedCode):
        serial_of(typed)


@given(serials, st.integers(0, 13))
def test_two_symbols_that_changed_places_are_a_mistake(serial: bytes, place: int) -> None:
    symbols = code_of(serial).replace("-", "")
    typed = symbols[:place] + symbols[place + 1] + symbols[place] + symbols[place + 2 :]
    if typed == symbols:
        assert serial_of(typed) == serial
    else:
        with pytest.raises(MistypedCode):
            serial_of(typed)


def test_two_mistakes_in_two_groups_are_not_blamed_on_one() -> None:
    # For this pair no single symbol explains what was typed.
    with pytest.raises(MistypedCode) as raised:
        serial_of("14HMA-SW9NF-6YY5Z")
    assert type(raised.value) is MistypedCode


def test_the_bit_that_no_code_has_is_a_mistake() -> None:
    symbols = "000000000000" + "1"  # the filling bit of the 13th symbol
    with pytest.raises(MistypedCode) as raised:
        serial_of(symbols + crockford.check_symbols(symbols))
    assert type(raised.value) is MistypedCode


@pytest.mark.parametrize(
    "typed", ["", "04HMA-SW9NF", "04HMA-SW9NF-6YY5YY", "04HMA-SW9NF-6YY5U", "é" * 15, "0" * 400]
)
def test_what_is_no_code_is_a_mistake_without_a_place(typed: str) -> None:
    assert not looks_like_code(typed)
    with pytest.raises(MistypedCode) as raised:
        serial_of(typed)
    assert type(raised.value) is MistypedCode


def test_a_code_is_told_from_other_words() -> None:
    assert looks_like_code("04hma sw9nf 6yy5y")
    assert looks_like_code("04HMA-SW9NF-6YY5Z")  # mistyped, but meant as one
    assert not looks_like_code("3 kg tomatoes")
    assert not looks_like_code("tomatoes")


def test_a_serial_has_eight_bytes() -> None:
    with pytest.raises(ValueError, match="8 bytes"):
        code_of(bytes(7))


@given(st.text(max_size=40))
def test_typed_text_never_fails_in_another_way(typed: str) -> None:
    with contextlib.suppress(MistypedCode):
        assert len(serial_of(typed)) == 8


def test_a_code_may_hold_blanks_up_to_a_limit() -> None:
    code = code_of(bytes(8))
    assert looks_like_code(code.ljust(60))
    assert not looks_like_code(code.ljust(61))
