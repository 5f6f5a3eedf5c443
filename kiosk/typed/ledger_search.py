"""What somebody types above the ledger: `honey`, `day 14`, `visit 28`, `14/28`, `in`, `out`, `slip 3f9a04`.

Both languages of the kiosk are understood at once, as on the entry line; what is none of these words
belongs to the name of a good.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from db import slips
from db.selection import LedgerFilter, LedgerSearch
from db.slips import REFERENCE_LENGTH
from kiosk.messages import _
from kiosk.typed.measures import fold

if TYPE_CHECKING:
    from db.connection import Books

INTO = ("brought", "work")
OUT_OF = ("taken", "received")

_DAY = frozenset({"day", "days", "dia", "jornada"})
_VISIT = frozenset({"visit", "visits", "visita", "visitas"})
_SLIP = frozenset({"slip", "vale"})
_IN = frozenset({"in", "brought", "entra", "trae", "traido"})
_OUT = frozenset({"out", "taken", "sale", "lleva", "llevado"})
_LARGEST = 10**9

_HEX = frozenset("0123456789abcdef")
_FEWEST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Search:
    """What was typed, taken apart: `directions` of movements, `name` of a good and `reference` of a
    slip, of both perhaps only the beginning. None and empty are everything."""

    day: int | None = None
    visit: int | None = None
    directions: tuple[str, ...] | None = None
    name: str = ""
    reference: bytes = b""


def parse(text: str) -> Search:
    """Take a typed line apart; never fails."""
    day = visit = None
    directions: tuple[str, ...] | None = None
    name: list[str] = []
    reference = b""
    words = text.replace("/", " / ").split()
    into, out_of = _IN | {*fold(_("in"))}, _OUT | {*fold(_("out"))}
    at = 0
    while at < len(words):
        word = "".join(fold(words[at]))
        number = _number(words, at + 1)
        if word in _DAY and number is not None:
            day, at = number, at + 1
        elif word in _VISIT and number is not None:
            visit, at = number, at + 1
        elif word in _SLIP and (named := reference_of(words[at + 1] if words[at + 1 :] else "")):
            reference, at = named, at + 1
        elif words[at + 1 : at + 2] == ["/"] and _number(words, at) is not None:
            day, visit, at = _number(words, at), _number(words, at + 2), at + 2
        elif _number(words, at) is not None:
            visit = _number(words, at)
        elif word in into or word in out_of:
            directions = INTO if word in into else OUT_OF
        elif not (
            word in _DAY | _VISIT | _SLIP and at == len(words) - 1
        ):  # `day` awaits its number
            name.append(words[at])
        at += 1
    return Search(day, visit, directions, " ".join(name), reference)


def _number(words: Sequence[str], at: int) -> int | None:
    if at < len(words) and words[at].isascii() and words[at].isdigit():
        return min(int(words[at][:10]), _LARGEST)
    return None


def reference_of(digits: str) -> bytes:
    """The beginning of a slip's reference as it stands in exports, in whole bytes; empty where it is
    none."""
    typed = digits.lower()
    if not _FEWEST_DIGITS <= len(typed) <= 2 * REFERENCE_LENGTH or not _HEX.issuperset(typed):
        return b""
    return bytes.fromhex(typed[: len(typed) // 2 * 2])


def look(
    books: Books, search: Search, find: Callable[[str], Sequence[str]], within: LedgerFilter
) -> LedgerSearch:
    """Begin to look for the entries that fit. `find` gives the ids of the goods that a name can mean;
    `within` is what the ledger is narrowed to anyway."""
    chosen = within
    if search.day is not None:
        chosen = replace(chosen, day=search.day)
    if search.visit is not None:
        chosen = replace(chosen, visit=search.visit)
    if search.reference:  # one that begins like no slip, or like several, fits no entry
        named = slips.named(books, search.reference)
        chosen = replace(chosen, reference=named or search.reference)
    if search.name:
        chosen = replace(chosen, goods=find(search.name))
    if search.directions is not None:
        chosen = replace(chosen, directions=search.directions)
    return LedgerSearch(books, chosen)
