"""The ledger in lines. Checking it is left to kiosk/cli/verify.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from db import reports
from db.amounts import format_credits, format_quantity
from db.errors import N_, Refused, UnknownGood
from db.reports import LedgerFilter, LedgerRow
from kiosk import wording
from kiosk.cli.answers import Answer, Asked
from kiosk.messages import _, language
from kiosk.typed.ledger_search import INTO, OUT_OF, Search, look, reference_of

if TYPE_CHECKING:
    from db.catalogue import Good
    from kiosk.till import Till

LAST = 20  # entries shown where nothing is named
PAGE = 500  # entries read at a time
MOST_GOODS = 50
MOST_FINDINGS = 50  # shown; the exit status counts them all
FINDING_LENGTH = 300


class UnknownReference(Refused):
    sentence = N_(
        "“{reference}” can't be a slip's reference. It has 4 to 32 of the signs 0–9 and a–f, as they "
        "stand in an exported day's slips.csv."
    )


def ledger(asked: Asked) -> Answer:
    """`kiosk ledger`: entries in the order of the journal."""
    till = asked.till
    chosen = _filter(till, asked)
    wanted = Search(directions=_directions(asked), reference=_reference(asked))
    keys = look(till.books, wanted, lambda _name: (), chosen).all()
    last = asked.options.last
    if last is None and chosen == LedgerFilter() and wanted == Search():
        last = LAST
    if last is not None:
        keys = keys[max(0, len(keys) - last) :]
    goods = {good.id: good for good in till.goods(retired=True)}
    if getattr(asked.options, "json", False):
        return Answer({"entries": [_facts(row) for row in _rows(till, keys)]}, ())
    return Answer({}, (_line(row, goods) for row in _rows(till, keys)))


def _filter(till: Till, asked: Asked) -> LedgerFilter:
    options = asked.options
    goods = None
    if options.good is not None:
        found = till.finder(language()).complete(options.good, MOST_GOODS)
        if not found:
            raise UnknownGood(text=options.good)
        goods = [good.id for good in found]
    return LedgerFilter(day=options.day, visit=options.visit, goods=goods)


def _directions(asked: Asked) -> tuple[str, ...] | None:
    return {"in": INTO, "out": OUT_OF, None: None}[asked.options.direction]


def _reference(asked: Asked) -> bytes:
    typed = asked.options.slip
    if typed is None:
        return b""
    reference = reference_of(typed)
    if not reference:
        raise UnknownReference(reference=typed)
    return reference


def _rows(till: Till, keys: Sequence[int]) -> Iterator[LedgerRow]:
    for start in range(0, len(keys), PAGE):
        yield from reports.ledger_rows(till.books, keys[start : start + PAGE])


def _line(row: LedgerRow, goods: dict[str, Good]) -> str:
    says = wording.entry_text(row, goods)
    parts = [str(row.seq)]
    if row.day:  # the founding, and what was decided while no day was open, is of none
        parts.append(_("day {number}").format(number=row.day))
    parts += [
        f"{row.at:%Y-%m-%d} {wording.clock(row.at)}",
        ": ".join(filter(None, (wording.entry_title(row), says))),
    ]
    return "  ".join(parts)


def _facts(row: LedgerRow) -> dict[str, object]:
    return {
        "seq": row.seq,
        "kind": row.kind,
        "day": row.day,
        "at": row.at.isoformat(timespec="seconds"),
        "visit": row.visit or None,
        "undone": row.undone,
        "moved": [
            {
                "good": one.good,
                "direction": one.direction,
                "quantity": format_quantity(one.quantity),
                "rate": format_credits(one.rate),
                "credits": format_credits(one.credits),
            }
            for one in row.moved
        ],
        "slips_in": [format_credits(amount) for amount in row.slips_in],
        "slips_out": [format_credits(amount) for amount in row.slips_out],
        "solidarity": format_credits(row.solidarity),
        "gift": format_credits(row.gift),
        "words": row.words,
    }
