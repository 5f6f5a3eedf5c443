"""Goods, units, bar codes, and rates by decision.

A good's id never changes; everything else about it is said by entries. A rate is set by an entry
that carries the decision's words, and visits keep the rate at which they were booked. Names are kept
by language. What people type, and how a name is found, is left to the kiosk (kiosk/typed/phrases.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from db import flows
from db.amounts import checked_amount
from db.connection import Books
from db.errors import BarcodeTaken, GoodKeepsUnit, UnknownGood
from db.journal import Recorded, append, decide, projects
from db.models import Barcode, Movement, Rate
from db.models import Good as GoodTable
from db.statements import Statement, slot
from db.words import decided_words

CATEGORIES = (
    "produce", "staples", "bakery", "dairy", "baby", "hygiene", "household", "clothes", "culture",
    "tools", "garden", "meals", "repairs", "care", "rides", "advice", "lessons",
)  # fmt: skip
UNITS = ("kg", "l", "each", "h", "pack", "bunch", "jar", "portion", "km")
KINDS = ("good", "service")

ID = re.compile(r"[a-z0-9-]{2,40}")


@dataclass(frozen=True, slots=True)
class Good:
    """A good or a service of the catalogue.

    `rate` is hundredths of a credit a unit; `names` and `others` (plurals and other words that
    people type) go from language code to text; `number` is what its printed card carries.
    """

    id: str
    number: int
    category: str
    kind: str
    unit: str
    rate: int
    names: Mapping[str, str]
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    barcodes: tuple[str, ...] = ()
    retired: bool = False

    def name(self, language: str) -> str:
        """The name in `language`, else in any language it has."""
        return self.names.get(language) or next(iter(self.names.values()), self.id)


def goods(books: Books, *, retired: bool = False) -> list[Good]:
    """The catalogue in the order of its cards; with `retired`, also what is no longer exchanged."""
    with books.reading():
        codes: dict[str, list[str]] = {}
        for code, good in books.rows(Barcode.select().order_by(Barcode.code)):
            codes.setdefault(good, []).append(code)
        query = GoodTable.select().order_by(GoodTable.number)
        if not retired:
            query = query.where(GoodTable.retired == 0)
        return [_good(row, codes.get(row[0], ())) for row in books.rows(query)]


def good(books: Books, id: str) -> Good:
    """One good by its id; raises UnknownGood."""
    with books.reading():
        found = books.one(_BY_ID, id=id)
        if found is None:
            raise UnknownGood(text=id)
        return _good(found, [code for (code,) in books.all(_BARCODES, good=id)])


class Price(NamedTuple):
    """What booking needs to know of a good, and nothing that it would have to read for nothing."""

    id: str
    kind: str
    rate: int


def price(books: Books, id: str) -> Price:
    """The rate in force of a good that is exchanged; raises UnknownGood."""
    found = books.one(_PRICE, id=id)
    if found is None:
        raise UnknownGood(text=id)
    return Price(*found)


def _good(row: Any, barcodes: Iterable[str]) -> Good:
    id, number, category, kind, unit, rate, names, others, retired = row
    words = {language: tuple(forms) for language, forms in json.loads(others).items()}
    return Good(
        id, number, category, kind, unit, rate, json.loads(names), words, tuple(barcodes), bool(retired)
    )  # fmt: skip


def save_goods(books: Books, wanted: Sequence[Good], day: int, decision: str) -> list[Good]:
    """Add or change goods, all or none, in one entry; gives the goods that are new or different.

    A good's `number` is given here, whatever it was. Where a good is named twice the last counts. An
    unchanged good is left out; where nothing changes no entry is made. Raises AmountOutOfRange,
    BarcodeTaken, GoodKeepsUnit, MissingDecision, BadSetting.
    """
    words = decided_words(decision)
    once = {one.id: one for one in wanted}
    for one in once.values():
        checked_amount(one.rate)
    with books.transaction():
        known = {one.id: one for one in goods(books, retired=True)}
        different = [one for one in once.values() if _differs(one, known.get(one.id))]
        changed = _numbered(different, known)
        _check_barcodes(changed, known)
        _check_units(books, changed, known)
        if changed:
            append(
                books,
                "goods",
                day,
                {"decision": words, "goods": [_written(one) for one in changed]},
            )
        return changed


def _check_units(books: Books, changed: Iterable[Good], known: Mapping[str, Good]) -> None:
    """Quantities of the past are counted in the unit of now: it stays, once something moved."""
    for one in changed:
        before = known.get(one.id, one)
        if (before.unit, before.kind) == (one.unit, one.kind):
            continue
        moved = books.rows(Movement.select(Movement.id).where(Movement.good == one.id).limit(1))
        if next(moved, None) is not None:
            raise GoodKeepsUnit(good=one.id, unit=before.unit)


def _differs(wanted: Good, known: Good | None) -> bool:
    return known is None or _written(wanted) | {"number": 0} != _written(known) | {"number": 0}


def _numbered(changed: list[Good], known: Mapping[str, Good]) -> list[Good]:
    free = max((one.number for one in known.values()), default=0) + 1
    numbered = []
    for one in changed:
        if one.id in known:
            numbered.append(replace(one, number=known[one.id].number))
        else:
            numbered.append(replace(one, number=free))
            free += 1
    return numbered


def _check_barcodes(changed: list[Good], known: Mapping[str, Good]) -> None:
    new = {one.id for one in changed}
    stay = [one for one in known.values() if one.id not in new]
    owner: dict[str, str] = {}
    for one in [*stay, *changed]:  # whoever keeps a code is its owner
        for code in one.barcodes:
            if owner.setdefault(code, one.id) != one.id:
                raise BarcodeTaken(code=code, good=owner[code])


def _written(one: Good) -> dict[str, Any]:
    return {
        "barcodes": sorted(set(one.barcodes)),
        "category": one.category,
        "id": one.id,
        "kind": one.kind,
        "names": dict(one.names),
        "number": one.number,
        "others": {language: list(forms) for language, forms in one.others.items() if forms},
        "rate": one.rate,
        "retired": int(one.retired),
        "unit": one.unit,
    }


def set_rate(books: Books, id: str, rate: int, day: int, decision: str) -> None:
    """A new rate (hundredths a unit) from now on, by a decision whose words the entry carries.

    Raises UnknownGood, AmountOutOfRange, MissingDecision, BadSetting.
    """
    words = decided_words(decision)
    checked_amount(rate)
    with books.transaction():
        good(books, id)
        append(books, "rate", day, {"decision": words, "good": id, "rate": rate})


def by_barcode(books: Books, code: str) -> Good | None:
    """The good that carries a bar code (13 digits), if the catalogue knows it."""
    with books.reading():
        row = books.one(_BY_BARCODE, code=code)
        return good(books, row[0]) if row is not None else None


_BY_ID = Statement(GoodTable.select().where(GoodTable.id == slot("id")))
_PRICE = Statement(
    GoodTable.select(GoodTable.id, GoodTable.kind, GoodTable.rate).where(
        (GoodTable.id == slot("id")) & (GoodTable.retired == 0)
    )
)
_BARCODES = Statement(
    Barcode.select(Barcode.code).where(Barcode.good == slot("good")).order_by(Barcode.code)
)
_BY_BARCODE = Statement(Barcode.select(Barcode.good).where(Barcode.code == slot("code")))
_DROP_BARCODES = Statement(Barcode.delete().where(Barcode.good == slot("good")))
_ADD_BARCODE = Statement(Barcode.insert({Barcode.code: slot("code"), Barcode.good: slot("good")}))
_FIELDS = {
    GoodTable.number: slot("number"),
    GoodTable.category: slot("category"),
    GoodTable.kind: slot("kind"),
    GoodTable.unit: slot("unit"),
    GoodTable.rate: slot("rate"),
    GoodTable.names: slot("names"),
    GoodTable.others: slot("others"),
    GoodTable.retired: slot("retired"),
}
_UPDATE_GOOD = Statement(GoodTable.update(_FIELDS).where(GoodTable.id == slot("id")))
_INSERT_GOOD = Statement(GoodTable.insert({GoodTable.id: slot("id"), **_FIELDS}))
_SET_RATE = Statement(
    GoodTable.update({GoodTable.rate: slot("rate")}).where(GoodTable.id == slot("good"))
)
_KEEP_RATE = Statement(
    Rate.insert({Rate.good: slot("good"), Rate.entry: slot("entry"), Rate.credits: slot("credits")})
)


@projects("goods")
def _project_goods(books: Books, entry: Recorded) -> None:
    changed, grouping = entry.body["goods"], flows.grouping(books)
    for one in changed:
        books.run(_DROP_BARCODES, good=one["id"])
    for one in changed:
        plain = ("id", "number", "category", "kind", "unit", "rate", "retired")
        values = {
            **{name: one[name] for name in plain},
            "names": json.dumps(one["names"], ensure_ascii=False, sort_keys=True),
            "others": json.dumps(one["others"], ensure_ascii=False, sort_keys=True),
        }  # fmt: skip
        if books.run(_UPDATE_GOOD, **values).rowcount == 0:
            books.run(_INSERT_GOOD, **values)
        for code in one["barcodes"]:
            books.run(_ADD_BARCODE, code=code, good=one["id"])
        books.run(_KEEP_RATE, good=one["id"], entry=entry.id, credits=one["rate"])
    if grouping - flows.grouping(books):
        flows.regroup(books)
    decide(books, entry)


@projects("rate")
def _project_rate(books: Books, entry: Recorded) -> None:
    body = entry.body
    books.run(_SET_RATE, good=body["good"], rate=body["rate"])
    books.run(_KEEP_RATE, good=body["good"], entry=entry.id, credits=body["rate"])
    decide(books, entry)
