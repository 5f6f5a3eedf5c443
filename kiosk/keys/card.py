"""A market's card: its name and public key, for whoever checks what the market signed.

One line of JSON, keys sorted: `{"card": 1, "check": …, "key": …, "market": …}`. `key` are 32 bytes in
hexadecimal; `check` are the first 8 hexadecimal digits of SHA-256 over `market-kiosk card 1\\0`, the key
and the market's name in UTF-8, so that a card that was copied by hand with a slip of the pen is none. A
card is not secret, and not signed: it comes from somebody whom one knows, or stands on the wall.

A market that had other keys before says how each gave way to the next: `card` is 2, and `handovers` is a
list of `{"signature": …, "statement": …}`, the oldest first, where the signature (empty where nobody had
the old key any more) is the old key's, as db/terms.py and kiosk/keys/public.py say. Its `check` is over
`market-kiosk card 2\\0`, the key, the SHA-256 of that list in canonical JSON, and the name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.errors import N_, FileUnreadable, Refused
from db.journal import canonical
from db.terms import PUBLIC_LENGTH, Handover
from kiosk.keys.public import is_signed
from kiosk.machine.outside import TooLarge, read_plain
from kiosk.messages import _

if TYPE_CHECKING:
    from db.connection import Books

CARD_DOMAIN = b"market-kiosk card 1\0"
CARD_WITH_HANDOVERS_DOMAIN = b"market-kiosk card 2\0"
MAX_CARD_BYTES = 65_536  # a handover has about 400


class NoCard(Refused):
    sentence = N_("{file} is no market card: {why}. “kiosk card --to FILE” writes one.")


@dataclass(frozen=True, slots=True)
class MarketCard:
    """A market's name and its public key, 32 bytes, with the way from its first key to this one."""

    market: str
    key: bytes
    handovers: tuple[Handover, ...] = ()

    @property
    def check(self) -> str:
        """Eight hexadecimal digits that hang on every character of the card."""
        name = self.market.encode()
        if not self.handovers:
            return sha256(CARD_DOMAIN + self.key + name).hexdigest()[:8]
        digest = sha256(canonical(self._handovers())).digest()
        return sha256(CARD_WITH_HANDOVERS_DOMAIN + self.key + digest + name).hexdigest()[:8]

    def line(self) -> str:
        """The card as it is written, without the end of the line. It is plain ASCII, so that it reads
        the same everywhere and can't act on a terminal."""
        said = {"card": 1, "check": self.check, "key": self.key.hex(), "market": self.market}
        if self.handovers:
            said |= {"card": 2, "handovers": self._handovers()}
        return json.dumps(said, sort_keys=True)

    def _handovers(self) -> list[dict[str, Any]]:
        return [
            {"signature": one.signature.hex(), "statement": one.statement()}
            for one in self.handovers
        ]


def card_of(books: Books) -> MarketCard:
    """The card of the market whose books these are."""
    from db import keys
    from db.market import market

    found = market(books)
    return MarketCard(found.name, found.public_key, tuple(keys.handovers(books)))


def read_card(file: Path) -> MarketCard:
    """The card in a file; raises FileUnreadable, NoCard."""
    try:
        raw = read_plain(file, MAX_CARD_BYTES)
    except TooLarge:
        raise NoCard(file=file, why=_("it does not say what a card says")) from None
    except OSError as error:
        raise FileUnreadable(file=file, why=error.strerror or error) from error
    try:
        said: Any = json.loads(raw)
        handovers = tuple(
            Handover.read(one["statement"], one["signature"]) for one in said.get("handovers", ())
        )
        card = MarketCard(said["market"], bytes.fromhex(said["key"]), handovers)
        is_right = card.check == said["check"] and said["card"] == (2 if handovers else 1)
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError):
        raise NoCard(file=file, why=_("it does not say what a card says")) from None
    if not is_right or len(card.key) != PUBLIC_LENGTH:
        raise NoCard(file=file, why=_("its check does not fit; it was copied or changed wrongly"))
    if not _is_chain(card):
        raise NoCard(file=file, why=_("its keys do not lead from one to the next"))
    return card


def _is_chain(card: MarketCard) -> bool:
    """Whether each key was handed over by the one before it, up to the key of the card."""
    steps = card.handovers
    return (
        all(one.new == other.old for one, other in pairwise(steps))
        and all(is_signed(one) for one in steps if one.signature)
        and (not steps or steps[-1].new == card.key)
    )
