"""What people bring, take and give over the years, by chance: seasons, popularity, shelves, pockets.

Numbers here are guesses about a market that nobody has counted; what they must do is to fill the
books as a real one would: a few goods make most of the lines, tomatoes come in summer, hardly any
slip comes back the same day, and some never do. Writing it into books is left to `years`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

from db.amounts import worth
from db.catalogue import Good
from db.weighing import Line

_LIKED = {
    "produce": 12.0, "bakery": 7, "staples": 6, "dairy": 4, "meals": 5, "clothes": 3, "household": 2,
    "hygiene": 2, "baby": 1.5, "culture": 1.5, "garden": 1.5, "tools": 1, "care": 3, "repairs": 2,
    "lessons": 1.5, "rides": 1, "advice": 0.7,
}  # fmt: skip
"""How much of each category a market moves; within one the catalogue's order is that of popularity."""

_SEASONS = {
    "tomatoes": (7, 10), "cucumbers": (6, 9), "courgettes": (6, 9), "aubergines": (7, 10),
    "bell-peppers": (7, 10), "chillies": (7, 10), "green-beans": (6, 9), "peas": (5, 7),
    "sweetcorn": (7, 9), "pumpkin": (9, 12), "leeks": (10, 3), "kale": (10, 3), "cabbage": (9, 3),
    "lettuce": (4, 10), "spinach": (3, 6), "radishes": (4, 6), "apples": (8, 12), "pears": (8, 11),
    "plums": (7, 9), "peaches": (6, 9), "cherries": (5, 7), "strawberries": (5, 7),
    "grapes": (8, 10), "oranges": (11, 4), "mandarins": (10, 2), "lemons": (11, 4), "figs": (8, 9),
    "tomato-plants": (4, 5), "pepper-plants": (4, 5), "lettuce-plants": (3, 6),
    "vegetable-seeds": (1, 4), "flower-bulbs": (9, 11), "cut-flowers": (4, 9), "firewood": (10, 2),
    "coats": (10, 2), "scarves": (10, 2), "gloves": (10, 2), "heater": (10, 2),
}  # fmt: skip
"""Months in which a good is plentiful; the rest of the year it is rare."""
_PLENTY, _RARE = 3.0, 0.1

PERISHABLE = frozenset({"produce", "bakery", "dairy", "meals"})

_QUANTITIES = {
    "kg": (250, 500, 500, 1000, 1000, 1500, 2000, 3000, 5000),
    "l": (500, 1000, 1000, 2000),
    "h": (500, 1000, 1000, 1500, 2000, 3000),
    "km": (3000, 5000, 12000),
}
"""Thousandths of a unit that people bring or take; of all else whole pieces."""
_PIECES = (1000, 1000, 1000, 2000, 2000, 3000, 4000, 6000)

_TRIES = 6


@dataclass(slots=True)
class PocketSlip:
    """A slip in somebody's pocket; `expires` in days since 2020-01-01."""

    reference: bytes
    amount: int
    expires: int


class Season:
    """The goods of one market day, each as likely as it is popular in its month."""

    def __init__(self, goods: Sequence[Good], month: int, chance: Random) -> None:
        self._chance = chance
        self._stored = [one for one in goods if one.kind != "service"]
        self._services = [one for one in goods if one.kind == "service"]
        ranks: dict[str, int] = {}
        weights: dict[str, float] = {}
        for one in goods:
            rank = ranks[one.category] = ranks.get(one.category, 0) + 1
            weights[one.id] = _LIKED[one.category] / rank**0.7 * _plenty(one.id, month)
        self._stored_weights = [*accumulate(weights[one.id] for one in self._stored)]
        self._service_weights = [*accumulate(weights[one.id] for one in self._services)]

    def goods(self, number: int) -> list[Good]:
        """So many goods that lie on a table, some perhaps twice."""
        return self._chance.choices(self._stored, cum_weights=self._stored_weights, k=number)

    def service(self) -> Good:
        """An hour of something."""
        return self._chance.choices(self._services, cum_weights=self._service_weights)[0]

    def quantity(self, good: Good) -> int:
        """Thousandths of the good's unit in one pair of hands."""
        return self._chance.choice(_QUANTITIES.get(good.unit, _PIECES))


def _plenty(good: str, month: int) -> float:
    first, last = _SEASONS.get(good, (1, 12))
    inside = first <= month <= last if first <= last else month >= first or month <= last
    if good not in _SEASONS:
        return 1.0
    return _PLENTY if inside else _RARE


@dataclass
class Neighbours:
    """Everyone who comes: the slips in their pockets, a pool for each kiosk, and what they leave on
    the shelves. `rates` are hundredths a unit, as now in force."""

    chance: Random
    rates: dict[str, int]
    pockets: list[list[PocketSlip]]
    shelf: dict[str, int] = field(default_factory=dict)

    def brings(self, season: Season) -> list[Line]:
        """One to four goods."""
        number = self.chance.choice((1, 1, 2, 2, 3, 4))
        kinds = {one.id: one for one in season.goods(number)}
        return [Line(one.id, season.quantity(one)) for one in kinds.values()]

    def gives_time(self, season: Season) -> list[Line]:
        """An hour or more of a service."""
        service = season.service()
        return [Line(service.id, season.quantity(service))]

    def takes(self, season: Season, budget: int) -> list[Line]:
        """Goods that lie there, for at most `budget` hundredths."""
        lines: dict[str, Line] = {}
        for good in season.goods(_TRIES):
            quantity = season.quantity(good)
            cost = worth(quantity, self.rates[good.id])
            there = quantity <= self.shelf.get(good.id, 0)
            if there and cost <= budget and good.id not in lines:
                lines[good.id] = Line(good.id, quantity, taken=True)
                budget -= cost
                if len(lines) == 4:
                    break
        return [*lines.values()]

    def hands_in(self, kiosk: int, today: int, number: int) -> list[PocketSlip]:
        """Up to so many slips from the pockets that are near this kiosk, and out of them. A kiosk
        honours its own slips and those of the kiosks before it, whose journals it has."""
        handed: list[PocketSlip] = []
        for _ in range(number):
            pool = self.pockets[self.chance.randrange(kiosk + 1)]
            if not pool:
                continue
            at = self.chance.randrange(len(pool))
            pool[at], pool[-1] = pool[-1], pool[at]
            slip = pool.pop()
            if slip.expires >= today:  # the others stay in their drawers
                handed.append(slip)
        return handed

    def carries(self, lines: Sequence[Line], *, back: bool = False) -> None:
        """What was brought lies on the shelf, what was taken does not; `back` for the reverse."""
        for line in lines:
            change = -line.quantity if line.taken is not back else line.quantity
            self.shelf[line.good] = self.shelf.get(line.good, 0) + change
