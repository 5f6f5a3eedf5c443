"""What a volunteer types on the entry line or after `--brought`: `3 tom`, `-1 honey`, `2h child`.

`split` takes a phrase apart, a `Finder` finds the goods that its name can mean, and `quantity`
counts in the unit of the good that was chosen. Whether a line is brought, taken or work, and what it
is worth, is left to the till.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from db.amounts import parse_quantity
from db.errors import WrongUnit
from kiosk.messages import language
from kiosk.typed.finder import Finder, MistypedGood, forms
from kiosk.typed.measures import conversion, fold, is_measure, stems

if TYPE_CHECKING:
    from db.catalogue import Good

__all__ = ["Finder", "MistypedGood", "Phrase", "quantity", "split"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A typed phrase taken apart, before anyone knows which good it means.

    `quantity_text` is the number as typed (`1` where there was none), `unit_text` the unit as
    typed, `name` the rest, perhaps empty and perhaps only the beginning of a name.
    """

    taken: bool
    quantity_text: str
    unit_text: str | None
    name: str


_MINUS = "-−–"
_NUMBER = r"(?P<number>[.,]?[0-9][0-9.,/]*)"
_FIRST = re.compile(rf"(?P<mixed>[0-9]{{1,3}} [0-9]{{1,2}}/[0-9]{{1,2}}(?![0-9.,/]))|{_NUMBER}")
_LAST = re.compile(
    rf"(?P<name>.*\S) (?P<minus>[{_MINUS}]?) ?[x×]?{_NUMBER} ?(?P<unit>[^\W\d_]+\.?)?"
)
_TIMES = re.compile(r" ?[x×*] (?=\S)")
_UNIT = re.compile(r" ?(?P<unit>[^\W\d_]+)\.? (?:(?:of|de|del) )?(?P<name>.+)")


def split(text: str) -> Phrase:
    """Take a typed phrase apart. Never fails: what is no number or no unit belongs to the name.

    A quantity stands before the name (`3 tom`, `3tom`, `1 1/2 bread`) or after it (`tomatoes 3 kg`);
    before wins, so a name that ends in a number needs one in front. A minus means taken. A word is
    a unit only if it is whole and a name follows: `3 l` is a beginning of `3 lemons`.
    """
    line = " ".join(text.split())
    taken = line.startswith(tuple(_MINUS))
    line = line.lstrip(_MINUS + "+ ")
    first = _FIRST.match(line)
    if first is not None:
        rest = line[first.end() :]
        times = _TIMES.match(rest)
        unit = _UNIT.fullmatch(rest[times.end() - 1 :] if times else rest)
        if unit is not None and is_measure(unit["unit"]):
            return Phrase(taken, _tidy(first[0]), unit["unit"], unit["name"])
        return Phrase(
            taken, _tidy(first[0]), None, (rest[times.end() :] if times else rest).strip()
        )
    last = _LAST.fullmatch(line)
    if last is not None and (last["unit"] is None or is_measure(last["unit"])):
        unit_text = last["unit"].rstrip(".") if last["unit"] else None
        return Phrase(taken or bool(last["minus"]), _tidy(last["number"]), unit_text, last["name"])
    return Phrase(taken, "1", None, line)


def _tidy(number: str) -> str:
    """The number without a comma or full stop that ended it as in a sentence."""
    return number.rstrip(".,")


def quantity(phrase: Phrase, good: Good) -> int:
    """How much of `good` the phrase says, in thousandths of the good's unit.

    Without a typed unit the number counts in the good's own. A unit word that can't count the good
    but stands in its name is part of the name (`3 jar lids`). Raises WrongUnit, and BadQuantity,
    ZeroQuantity, AbsurdQuantity as `parse_quantity` does.
    """
    size = _size(phrase.unit_text, good)
    if size is None:
        raise WrongUnit(good=good.name(language()), unit=good.unit, text=phrase.unit_text)
    whole, _blank, fraction = phrase.quantity_text.partition(" ")
    if not fraction:
        return parse_quantity(whole, size)
    over, _slash, under = fraction.partition("/")
    return parse_quantity(f"{int(whole) * int(under) + int(over)}/{under}", size)


def _size(unit_text: str | None, good: Good) -> Fraction | None:
    if unit_text is None:
        return Fraction(1)
    size = conversion(unit_text, good.unit)
    if size is None:
        words = {word for _code, form in forms(good) for word in stems(fold(form))}
        return None if words.isdisjoint(stems(fold(unit_text))) else Fraction(1)
    return size
