"""The visit that is being typed: lines, slips, wishes, and the key under which it will be booked.

A draft knows no database: goods carry their rates, slips their amounts. What it comes to is
db/weighing.py's; booking it is the till's. It is kept while other screens are open, so that nothing
that was typed is lost by looking something up.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from db.catalogue import Good
from db.errors import SlipTwice
from db.weighing import Exchange, Line, Weighing, weigh
from kiosk.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line: the good as it was when it was typed, thousandths of its unit, and whether it is
    taken. `phrase` is how it was typed, to be corrected."""

    good: Good
    quantity: int
    taken: bool
    phrase: str

    @property
    def line(self) -> Line:
        """The line as the books want it."""
        return Line(self.good.id, self.quantity, self.taken)


@dataclass
class Draft:
    """Lines and slips in the order in which they came."""

    key: str
    items: list[DraftLine | Verdict] = field(default_factory=list)
    solidarity: bool = False
    gift: bool = False
    missing: int = 0
    """Lines and slips that could not be brought back after a restart (kiosk/running/visitkeeping.py)."""

    @property
    def empty(self) -> bool:
        """Whether nothing was typed or scanned yet."""
        return not self.items

    @property
    def size(self) -> int:
        """How many lines and slips there are."""
        return len(self.items)

    def add_line(self, line: DraftLine) -> None:
        """Add a line; the same good in the same direction is counted together with what is there."""
        for at, item in enumerate(self.items):
            if (
                isinstance(item, DraftLine)
                and item.good.id == line.good.id
                and item.taken == line.taken
            ):
                self.items[at] = DraftLine(
                    line.good, item.quantity + line.quantity, line.taken, line.phrase
                )
                return
        self.items.append(line)

    def add_slip(self, slip: Verdict) -> None:
        """Add a good slip; raises SlipTwice where it is part of the visit already."""
        if any(
            isinstance(item, Verdict) and item.reference == slip.reference for item in self.items
        ):
            raise SlipTwice()
        self.items.append(slip)

    def remove(self, at: int) -> DraftLine | Verdict:
        """Take out the item at a place, and whatever was only wished because of it."""
        self.solidarity = False
        return self.items.pop(at)

    def exchange(self) -> Exchange:
        """What is to be booked."""
        return Exchange(
            tuple(item.line for item in self.items if isinstance(item, DraftLine)),
            tuple(
                item.reference
                for item in self.items
                if isinstance(item, Verdict) and item.reference is not None
            ),
            self.solidarity,
            self.gift,
        )

    def weighing(self, slip_step: int) -> Weighing:
        """What it comes to now."""
        return weigh(
            ((item.good, item.line) for item in self.items if isinstance(item, DraftLine)),
            (item.amount or 0 for item in self.items if isinstance(item, Verdict)),
            solidarity=self.solidarity,
            gift=self.gift,
            slip_step=slip_step,
        )
