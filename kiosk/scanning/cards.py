"""The kiosk's own cards: one for each good without packaging, and one for each common action.

A card is a QR code of 7 or 10 characters from [0-9A-Z], so that it survives the same keyboards as a
slip does:

    goods card   Y02G  number (20 bits, 4 symbols, big-endian)  check (2 symbols)
    action card  Y02K  action (1 symbol)                        check (2 symbols)

Symbols are Crockford's base32; the check covers the whole text before it. Cards carry no secret and
no value. Printing them, and what a good's number stands for, is left to others.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.crockford import ALPHABET, check_symbols, intact

GOODS_PREFIX = "Y02G"
ACTION_PREFIX = "Y02K"
GOODS_LENGTH = 10
ACTION_LENGTH = 7
MAX_NUMBER = 2**20 - 1
"""Largest number of a good that a card can carry."""

_NUMBER_SYMBOLS = 4


class Action(StrEnum):
    """What an action card does; the value is its symbol. Symbols are never given a new meaning."""

    FINISH = "F"
    TEST = "T"  # of a printer: its test slip was read
    UNDO = "B"  # back: Crockford's alphabet has no U


@dataclass(frozen=True, slots=True)
class GoodsCard:
    """A card that adds one good to the visit: the good's number in the catalogue."""

    number: int


@dataclass(frozen=True, slots=True)
class ActionCard:
    """A card that does what a key does."""

    action: Action


def goods_card(number: int) -> str:
    """The text of the card for the good with this number, 0 to MAX_NUMBER.

    Raises ValueError for any other number.
    """
    if not 0 <= number <= MAX_NUMBER:
        raise ValueError(f"no goods card carries the number {number}")
    shifts = range(5 * (_NUMBER_SYMBOLS - 1), -1, -5)
    return _checked(GOODS_PREFIX + "".join(ALPHABET[number >> shift & 31] for shift in shifts))


def action_card(action: Action) -> str:
    """The text of the card for `action`."""
    return _checked(ACTION_PREFIX + action.value)


def read_card(text: str) -> GoodsCard | ActionCard | None:
    """The card with exactly this text; None for everything else, an unknown action included."""
    if len(text) == GOODS_LENGTH and text.startswith(GOODS_PREFIX) and intact(text):
        number = 0
        for symbol in text[len(GOODS_PREFIX) :][:_NUMBER_SYMBOLS]:
            number = number << 5 | ALPHABET.index(symbol)
        return GoodsCard(number)
    if len(text) == ACTION_LENGTH and text.startswith(ACTION_PREFIX) and intact(text):
        symbol = text[len(ACTION_PREFIX)]
        return ActionCard(Action(symbol)) if symbol in set(Action) else None
    return None


def _checked(symbols: str) -> str:
    return symbols + check_symbols(symbols)
