"""What volunteers type: quantities, amounts, phrases such as `3 kg tom`."""

from __future__ import annotations

from pathlib import Path

from db.amounts import (
    MAX_AMOUNT,
    MAX_QUANTITY,
    format_credits,
    format_quantity,
    parse_credits,
    parse_quantity,
)
from db.catalogue import Good
from kiosk.founding import suggested_goods
from kiosk.typed.phrases import Finder, quantity, split
from tests.fuzz.bending import Bending

NUMBERS = ("3", "0.5", "1,5", "1/2", "1 1/2", "3kg", "2 h", "100g", "x3", "1e3", "٣", "1.000,5")


class Phrase:
    """A phrase is taken apart whatever it is; what it means is found or refused in words, and a
    quantity is within what one line can carry."""

    def __init__(self, folder: Path) -> None:
        del folder
        self._goods = suggested_goods()
        self._finders = [Finder(self._goods, language) for language in ("en", "es")]

    def make(self, bending: Bending) -> tuple[str, int]:
        random = bending.random
        good: Good = random.choice(self._goods)
        name = good.name(random.choice(("en", "es")))
        phrase = random.choice(
            (f"{random.choice(NUMBERS)} {name}", f"-{name[:4]}", f"{name} {random.choice(NUMBERS)}")
        )
        which = random.randrange(4)
        if which == 0:
            phrase = bending.text()
        elif which == 1:
            phrase = bending.bent(phrase)
        return phrase, random.randrange(2)

    def check(self, typed: tuple[str, int]) -> None:
        phrase, language = typed
        parts = split(phrase)
        finder = self._finders[language]
        finder.complete(parts.name, unit=parts.unit_text)
        good = finder.resolve(parts.name, parts.unit_text)
        assert 0 < quantity(parts, good) <= MAX_QUANTITY


class Amount:
    """An amount or quantity that is shown is read as the same; what is read is within bounds."""

    def __init__(self, folder: Path) -> None:
        del folder

    def make(self, bending: Bending) -> str | int:
        random = bending.random
        if random.random() < 0.3:
            return random.randint(0, MAX_AMOUNT)
        text = random.choice(NUMBERS)
        return bending.bent(text) if random.random() < 0.6 else bending.text("0123456789.,/ -", 30)

    def check(self, typed: str | int) -> None:
        if isinstance(typed, int):
            assert parse_credits(format_credits(typed)) == typed
            if 0 < typed <= MAX_QUANTITY:
                assert parse_quantity(format_quantity(typed)) == typed
            return
        assert 0 < parse_quantity(typed) <= MAX_QUANTITY
        assert 0 <= parse_credits(typed) <= MAX_AMOUNT
