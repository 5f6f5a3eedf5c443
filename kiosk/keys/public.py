"""The market's public keys, for whoever checks what one of them signed: slips, seals, handovers.

A market has one key at a time, and had others before. What an earlier key signed while it was in force
stays good. A key that was stolen is another matter: whoever has it can date a slip back as far as they
like, so what it signed counts where the books know it, and its signature alone proves nothing. Which
keys there were is kept by db/keys.py; putting a new one in force is left to kiosk/keys/rotation.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from db import days, keys
from db.errors import N_, Refused
from db.journal import canonical
from kiosk.slips.signing import PublicKey

if TYPE_CHECKING:
    from db.connection import Books
    from db.terms import Handover

KEY_DOMAIN = b"market-kiosk key 1\0"
"""Signed in front of a handover's statement, so that no other signature can pass for it."""


class StolenKeySlip(Refused):
    sentence = N_(
        "This slip was signed with the key that was stolen, and the ledger never handed it out: "
        "whoever has that key can have made it. Don't take it, and call a steward."
    )


@dataclass(frozen=True, slots=True)
class MarketKeys:
    """Every public key that a market had, the oldest first, each with the last day on which it was
    surely the market's alone (None: it was never stolen)."""

    known: tuple[tuple[PublicKey, date | None], ...]

    @property
    def current(self) -> PublicKey:
        """The key in force."""
        return self.known[-1][0]

    def named(self, key_id: bytes) -> PublicKey | None:
        """The key that a slip names by its 4 bytes."""
        return next((key for key, _ in self.known if key.key_id == key_id), None)

    def is_stolen(self, key: PublicKey) -> bool:
        """Whether somebody else has the key, too."""
        return self.last_good(key) is not None

    def last_good(self, key: PublicKey) -> date | None:
        """The last day on which a key that was stolen was surely the market's alone."""
        return next(last_good for known, last_good in self.known if known == key)

    def verify_slip(self, slip: bytes) -> bool:
        """Whether one of the keys made these 84 bytes."""
        return any(key.verify_slip(slip) for key, _ in self.known)


def market_keys(books: Books) -> MarketKeys:
    """The keys of these books; read anew each time, because another program may have changed them."""
    return _made(tuple((one.public, one.last_good) for one in keys.keys(books)))


@cache
def _made(known: tuple[tuple[bytes, date | None], ...]) -> MarketKeys:
    return MarketKeys(tuple((PublicKey(public), last_good) for public, last_good in known))


def key_of_seal(books: Books, day: int) -> PublicKey:
    """The key that was in force when a day was sealed; raises DayNotOpen where no seal is."""
    return PublicKey(keys.key_at(books, days.sealed_in(books, day)))


def is_signed(handover: Handover) -> bool:
    """Whether the old key signed that the new one takes its place."""
    statement = canonical(handover.statement())
    return PublicKey(handover.old).verify(KEY_DOMAIN, statement, handover.signature)


def follow(start: bytes, handovers: Iterable[Handover]) -> list[Handover]:
    """The handovers by which the key `start` gave way to others, each signed by the key before it, up
    to the first key that was stolen: who has that one can sign whatever they like."""
    path: list[Handover] = []
    newest = start
    for one in handovers:
        if one.old == newest and one.last_good is None and is_signed(one):
            path.append(one)
            newest = one.new
    return path
