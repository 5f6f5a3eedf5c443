"""A scan is known by its form alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.crockford import encode
from kiosk.scanning.cards import Action, ActionCard, GoodsCard, action_card, goods_card
from kiosk.scanning.recognise import (
    BEGINNING,
    SLIP_LENGTH,
    SLIP_PREFIX,
    Barcode,
    SlipText,
    Unknown,
    recognise,
)
from kiosk.slips import payload

slips = st.binary(min_size=84, max_size=84).map(lambda payload: "Y026" + encode(payload))


@given(slips)
def test_a_slip_is_known_by_prefix_length_and_alphabet(slip: str) -> None:
    assert len(slip) == SLIP_LENGTH
    assert recognise(slip) == SlipText(slip)


def test_scanner_and_slip_agree_on_the_form_of_a_slip() -> None:
    assert (SLIP_PREFIX, SLIP_LENGTH) == (payload.PREFIX, payload.TEXT_LENGTH)


@given(slips)
def test_a_torn_or_doubled_slip_is_unknown(slip: str) -> None:
    for other in (slip[:-1], slip[1:], slip + slip, slip + "0", slip.lower(), slip[:-1] + "U"):
        assert recognise(other) == Unknown(other[:BEGINNING])


def test_cards_and_bar_codes_are_known() -> None:
    assert recognise(goods_card(7)) == GoodsCard(7)
    assert recognise(action_card(Action.UNDO)) == ActionCard(Action.UNDO)
    assert recognise("036000291452") == Barcode("0036000291452")


@pytest.mark.parametrize("text", ["", "hello", "7KQ2M-X84DT-0PZ3H", "https://example.org", "Y026"])
def test_all_else_is_unknown(text: str) -> None:
    assert recognise(text) == Unknown(text)


@given(st.text(min_size=SLIP_LENGTH + 1, max_size=2 * SLIP_LENGTH))
def test_a_long_text_is_unknown_and_not_kept(text: str) -> None:
    assert recognise(text) == Unknown(text[:BEGINNING])


@given(st.text())
def test_recognising_never_fails(text: str) -> None:
    assert recognise(text) == recognise(text)
