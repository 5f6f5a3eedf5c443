"""What an exchange comes to: lines, slips and the sums between them, without a database.

The screen weighs at each line that is typed, booking weighs again inside its transaction, and an
entry's body can be read back into what was exchanged. Amounts are hundredths of a credit, quantities
thousandths of a good's unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from db.amounts import round_to_step, worth
from db.catalogue import Good, Price
from db.sums import TOTALS


class Line(NamedTuple):
    """One line of a visit: a good's id, how many thousandths of its unit, and whether it was taken
    (else brought, or given where it is a service)."""

    good: str
    quantity: int
    taken: bool = False


class Exchange(NamedTuple):
    """What a neighbour brings, takes and hands in: `slips` are references. `solidarity` lets the
    market cover what is short; `gift` asks for no slip."""

    lines: tuple[Line, ...] = ()
    slips: tuple[bytes, ...] = ()
    solidarity: bool = False
    gift: bool = False


class Weighing(NamedTuple):
    """What an exchange comes to, in hundredths, all positive but `rounding`, which is positive
    where the slip was rounded up. Where `short` is not 0 the visit can't be booked yet."""

    brought: int
    work: int
    taken: int
    redeemed: int
    issued: int
    short: int
    solidarity: int
    gift: int
    paid_back: int
    rounding: int

    def postings(self) -> list[list[Any]]:
        """The balanced postings, `[account, hundredths]` each, without empty ones."""
        # Every visit comes by here: only what is there is touched.
        found: list[list[Any]] = []
        if self.brought != self.taken:
            found.append(["goods", self.brought - self.taken])
        if self.work:
            found.append(["work", self.work])
        if self.redeemed != self.issued:
            found.append(["slips:outstanding", self.redeemed - self.issued])
        if self.solidarity != self.paid_back:
            found.append(["solidarity", self.solidarity - self.paid_back])
        if self.gift:
            found.append(["gifts", -self.gift])
        if self.rounding:
            found.append(["rounding", self.rounding])
        return found


def weigh(
    priced: Iterable[tuple[Good | Price, Line]],
    slip_amounts: Iterable[int],
    *,
    solidarity: bool = False,
    gift: bool = False,
    slip_step: int = 1,
) -> Weighing:
    """What an exchange comes to at the goods' rates.

    A gift of goods or work goes to `gifts`; what is left of a gift beyond those came from slips, and
    goes back to solidarity.
    """
    brought = work = taken = 0
    for what, line in priced:
        credits = worth(line.quantity, what.rate)
        if line.taken:
            taken += credits
        elif what.kind == "service":
            work += credits
        else:
            brought += credits
    redeemed = sum(slip_amounts)
    due = brought + work + redeemed - taken
    short = covered = given = paid_back = left = 0
    if due < 0:
        short, covered = (0, -due) if solidarity else (-due, 0)
    elif gift:
        given = min(due, brought + work)
        paid_back = due - given
    else:
        left = due
    issued = round_to_step(left, slip_step)
    return Weighing(
        brought, work, taken, redeemed, issued, short, covered, given, paid_back, issued - left
    )


def movement(what: Good | Price, line: Line) -> list[Any]:
    """`[good, direction, quantity, rate, credits]`, signed as it changes the account."""
    sign = -1 if line.taken else 1
    if what.kind == "service":
        direction = "received" if line.taken else "work"
    else:
        direction = "taken" if line.taken else "brought"
    return [
        what.id, direction, sign * line.quantity, what.rate, sign * worth(line.quantity, what.rate)
    ]  # fmt: skip


def totals_of(sums: Weighing, slips_in: int, slips_out: int) -> dict[str, int]:
    """What a visit adds to its day's totals."""
    brought, work, taken, redeemed, issued, _short, solidarity, gift, paid_back, rounding = sums
    every = {
        "visits": 1, "slips_in": slips_in, "slips_out": slips_out, "brought": brought,
        "taken": taken, "work": work, "redeemed": redeemed, "issued": issued,
        "solidarity": solidarity - paid_back, "gifts": gift, "rounding": rounding,
    }  # fmt: skip
    return {name: amount for name, amount in every.items() if amount}


def exchange_of(body: dict[str, Any]) -> Exchange:
    """What the neighbour brought, took and handed in, from the body of a visit."""
    return Exchange(
        tuple(Line(what, abs(quantity), quantity < 0) for what, _, quantity, _, _ in body["lines"]),
        tuple(bytes.fromhex(reference) for reference, _ in body["slips_in"]),
        bool(body["solidarity"]),
        bool(body["gift"]),
    )


def weighing_of(body: dict[str, Any]) -> Weighing:
    """What the exchange came to, from the body of a visit."""
    totals = {name: body["totals"].get(name, 0) for name in TOTALS}
    posted = dict(body["postings"])
    covered = posted.get("solidarity", 0)
    return Weighing(
        totals["brought"], totals["work"], totals["taken"], totals["redeemed"], totals["issued"], 0,
        max(0, covered), totals["gifts"], max(0, -covered), totals["rounding"],
    )  # fmt: skip
