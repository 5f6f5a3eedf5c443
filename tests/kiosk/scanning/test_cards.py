"""The kiosk's own cards: vectors that another reader can be written from, and nothing read wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.crockford import ALPHABET, check_symbols
from kiosk.scanning.cards import (
    MAX_NUMBER,
    Action,
    ActionCard,
    GoodsCard,
    action_card,
    goods_card,
    read_card,
)

GOODS_VECTORS = {
    0: "Y02G0000C0",
    1: "Y02G0001F2",
    123: "Y02G003VDS",
    MAX_NUMBER: "Y02GZZZZSN",
}
ACTION_VECTORS = {Action.FINISH: "Y02KFXX", Action.TEST: "Y02KT7J", Action.UNDO: "Y02KBHN"}

numbers = st.integers(0, MAX_NUMBER)
cards = st.one_of(numbers.map(goods_card), st.sampled_from(Action).map(action_card))


@pytest.mark.parametrize(("number", "text"), GOODS_VECTORS.items())
def test_a_goods_card_has_the_text_that_is_written_down(number: int, text: str) -> None:
    assert goods_card(number) == text
    assert read_card(text) == GoodsCard(number)


@pytest.mark.parametrize(("action", "text"), ACTION_VECTORS.items())
def test_an_action_card_has_the_text_that_is_written_down(action: Action, text: str) -> None:
    assert action_card(action) == text
    assert read_card(text) == ActionCard(action)


def test_every_action_has_its_vector() -> None:
    assert set(ACTION_VECTORS) == set(Action)


@given(numbers)
def test_a_goods_card_is_read_back(number: int) -> None:
    assert read_card(goods_card(number)) == GoodsCard(number)


@given(st.data(), cards)
def test_one_or_two_wrong_symbols_are_never_read_as_a_card(data: st.DataObject, card: str) -> None:
    places = data.draw(st.lists(st.integers(0, len(card) - 1), min_size=1, max_size=2, unique=True))
    symbols = list(card)
    for place in places:
        symbols[place] = data.draw(st.sampled_from(ALPHABET.replace(card[place], "")))
    assert read_card("".join(symbols)) is None


@given(st.text(max_size=12))
def test_other_text_is_no_card(text: str) -> None:
    assert read_card(text) is None


@given(cards)
def test_a_card_is_read_only_exactly_as_printed(card: str) -> None:
    for other in (card.lower(), card + "0", card[:-1], " " + card, card + "\n"):
        assert read_card(other) is None


def test_an_action_that_this_version_does_not_know_is_no_card() -> None:
    unknown = "Y02KZ"
    assert read_card(unknown + check_symbols(unknown)) is None


@pytest.mark.parametrize("number", [-1, MAX_NUMBER + 1])
def test_a_number_that_no_card_can_carry_is_not_printed(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        goods_card(number)
