"""What can be believed of exported days, or of a market's books, by somebody who has a market's card.

A card vouches for its key and for those that it says came before. From its key on the way goes by
handovers that the old key signed. It ends where a key was stolen, because whoever has that key can hand
it over to themselves, and where a key was lost: then people have to compare a newer card.

A seal of a stolen key proves nothing by itself, whatever its date: it can be dated back. It is believed
where a later day of the same chain bears the seal of a key that is not stolen, for that one covers
everything before it. Where none does, a day up to the last good one is believed as far as whoever holds
the folder had it before the theft came out, and a later day is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from db.errors import N_
from db.findings import Finding, found
from kiosk.keys.public import follow
from kiosk.messages import _

if TYPE_CHECKING:
    from db.terms import Handover
    from kiosk.exports.check import Checked
    from kiosk.keys.card import MarketCard

Known = Callable[[Mapping[str, Any]], bool]
"""Whether books that are at hand hold the seal of an exported day."""

_SEAL = N_("the seal of market day {day}")
_MARKET = N_("market")


@dataclass(slots=True)
class Trust:
    """What a card vouches for: keys that it knows, each with the handover that ended it (None: it is in
    force); what is not believed (`findings`); and what whoever believes should know, in words
    (`notes`). `end` is the handover at which the way of the card ends: a key was stolen or lost."""

    known: dict[str, Handover | None]
    end: Handover | None = None
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def is_nowhere(seal: Mapping[str, Any]) -> bool:
    """Where no books are at hand, none holds a seal."""
    return False


def trust_in_days(card: MarketCard, checked: Checked, is_known: Known = is_nowhere) -> Trust:
    """What a card vouches for of exported days that were checked. `is_known` says of a seal whether
    books that are at hand hold it: those who wrote it need not believe anybody."""
    trust = _along(card, checked.handovers)
    by_kiosk: dict[str, list[dict[str, Any]]] = {}
    for seal in checked.seals:
        by_kiosk.setdefault(seal["statement"]["kiosk"], []).append(seal)
    for seals in by_kiosk.values():
        is_covered = False
        for seal in reversed(seals):
            is_covered = is_known(seal) or _is_believed(trust, seal, card, is_covered=is_covered)
    trust.findings.reverse()
    return trust


def trust_in_books(card: MarketCard, key: bytes, handovers: Sequence[Handover]) -> Trust:
    """What a card vouches for of books in which `key` is in force and keys were handed over."""
    trust = _along(card, handovers)
    later = next((one for one in card.handovers if one.old == key), None)
    if later is not None:
        what = N_("its key is {key}, and by the card another one took its place on {date}")
        facts = {"key": key.hex(), "date": later.on.isoformat()}
        trust.findings.append(found(_MARKET, what, **facts))
    elif key.hex() not in trust.known:
        trust.findings.append(_stranger(_MARKET, key.hex(), card, trust.end))
    return trust


def _along(card: MarketCard, handovers: Sequence[Handover]) -> Trust:
    """The keys that the card names, and those to which its key leads."""
    trust = Trust({one.old.hex(): one for one in card.handovers} | {card.key.hex(): None})
    newest = card.key
    for one in follow(card.key, handovers):
        trust.known[newest.hex()] = one
        newest = one.new
        trust.known[newest.hex()] = None
        facts = {"old": one.old.hex(), "new": newest.hex(), "date": one.on.isoformat()}
        trust.notes.append(
            _("On {date} the key {old} gave way to {new}, and signed that.").format(**facts)
        )
    trust.end = next((one for one in handovers if one.old == newest), None)
    trust.known[newest.hex()] = trust.end
    return trust


def _is_believed(trust: Trust, seal: dict[str, Any], card: MarketCard, *, is_covered: bool) -> bool:
    """Whether a seal covers the days before it, too; says what is to be thought of one that is made
    with a key which is not the market's alone, and that no later one covers."""
    key, day = seal["public_key"], seal["statement"]["day"]
    if key not in trust.known:
        trust.findings.append(_stranger(_SEAL, key, card, trust.end, day=day))
        return False
    ended = trust.known[key]
    if ended is None or is_covered:
        return True
    bound = ended.on if ended.last_good is None else ended.last_good
    facts = {"day": day, "date": bound.isoformat()}
    if not _is_until(seal["statement"]["date"], bound):
        what = (
            N_("it was made with a key that gave way to another on {date}, before that day")
            if ended.last_good is None
            else N_(
                "it was made with a key that was stolen, after the last good day of that key ({date}), "
                "and no later day with another key covers it"
            )
        )
        trust.findings.append(found(_SEAL, what, **facts))
        return False
    if ended.last_good is not None:
        trust.notes.append(
            _("The key of market day {day} was stolen later, and its last good day was {date}. Believe "
              "that day if you had it before the theft came out: a thief can date back. A later day, "
              "sealed with another key, would cover it.").format(**facts)
        )  # fmt: skip
    return ended.last_good is None


def _stranger(
    where: str, key: str, card: MarketCard, end: Handover | None, **facts: object
) -> Finding:
    named = {"key": key, "market": card.market, "wanted": card.key.hex(), **facts}
    if end is None:
        what = N_("its key is {key}, and the key of {market} is {wanted}")
    elif end.last_good is not None:
        what = N_(
            "its key is {key}, and the key on the card of {market} was stolen: compare the market's "
            "new card"
        )
    else:
        what = N_(
            "its key is {key}, and the key on the card of {market} was lost and signed no other: "
            "compare the market's new card"
        )
    return found(where, what, **named)


def _is_until(text: str, bound: date) -> bool:
    """Whether a date, which anyone may have written, is one and not after `bound`."""
    try:
        return date.fromisoformat(text) <= bound
    except ValueError:
        return False
