"""The till's goods and rules: goods by what people call them, rates, counts, what the assembly decided.

What people type is taken apart in kiosk/typed; a catalogue from a file is read in kiosk/goods_file.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from db import catalogue, days, market, stock
from db.catalogue import Good
from db.errors import GoodExists
from db.market import Rules
from db.weighing import Line
from kiosk.keys.holder import KeyHolder
from kiosk.keys.lock import stewards_only
from kiosk.typed.finder import Finder
from kiosk.typed.phrases import quantity, split


class Shelf(KeyHolder):
    """One market's goods, what they are worth, and the rules of its assembly."""

    _finder: tuple[str, list[Good], Finder] | None = None

    def goods(self, *, retired: bool = False) -> list[Good]:
        """The catalogue."""
        return catalogue.goods(self.books, retired=retired)

    def finder(self, language: str) -> Finder:
        """The goods by what people call them, in the language spoken at the table."""
        known = self.goods()
        if self._finder is None or self._finder[:2] != (language, known):
            self._finder = (language, known, Finder(known, language))
        return self._finder[2]

    def line(self, phrase: str, language: str, *, taken: bool) -> Line:
        """A line of a visit from words such as `3 kg tomatoes`.

        Raises UnknownGood, AmbiguousGood, WrongUnit and the errors of quantities.
        """
        parts = split(phrase)
        good = self.finder(language).resolve(parts.name, parts.unit_text)
        return Line(good.id, quantity(parts, good), taken or parts.taken)

    @stewards_only
    def import_goods(self, wanted: Sequence[Good], decision: str) -> list[Good]:
        """Add or change goods, all or none; gives those that are new or different."""
        return catalogue.save_goods(self.books, wanted, days.current(self.books), decision)

    def add_good(self, wanted: Good, decision: str) -> None:
        """Add one good; raises GoodExists where its id is taken."""
        if any(one.id == wanted.id for one in self.goods(retired=True)):
            raise GoodExists(good=wanted.id)
        self.import_goods([wanted], decision)

    @stewards_only
    def set_rate(self, good: str, rate: int, decision: str) -> None:
        """A new rate (hundredths a unit) by decision; past visits keep theirs."""
        catalogue.set_rate(self.books, good, rate, days.current(self.books), decision)

    def rules(self) -> Rules:
        """The rules in force."""
        return market.rules(self.books)

    @stewards_only
    def set_rules(self, rules: Rules, decision: str) -> None:
        """Change the rules by decision."""
        market.set_rules(self.books, rules, days.current(self.books), decision)

    @stewards_only
    def spoil(self, good: str, quantity: int, why: str) -> None:
        """Book goods that were composted or broke; thousandths."""
        stock.spoil(self.books, good, quantity, why)

    @stewards_only
    def count_stock(self, good: str, counted: int) -> int:
        """Book a count of the shelf; gives the difference to the books, in thousandths."""
        return stock.count_stock(self.books, good, counted)
