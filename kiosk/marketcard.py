"""A market's card: its name and public key, for whoever checks what the market signed.

One line of JSON, keys sorted: `{"card": 1, "check": …, "key": …, "market": …}`. `key` are 32 bytes in
hexadecimal; `check` are the first 8 hexadecimal digits of SHA-256 over `market-kiosk card 1\\0`, the key
and the market's name in UTF-8, so that a card that was copied by hand with a slip of the pen is none. A
card is not secret, and not signed: it comes from somebody whom one knows, or stands on the wall.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from db.errors import N_, FileUnreadable, Refused
from kiosk.messages import _
from kiosk.outside import TooLarge, read_plain
from kiosk.slips.signing import PUBLIC_LENGTH

CARD_DOMAIN = b"market-kiosk card 1\0"
MAX_CARD_BYTES = 4096


class NoCard(Refused):
    sentence = N_("{file} is no market card: {why}. “kiosk card --to FILE” writes one.")


@dataclass(frozen=True, slots=True)
class MarketCard:
    """A market's name and its public key, 32 bytes."""

    market: str
    key: bytes

    @property
    def check(self) -> str:
        """Eight hexadecimal digits that hang on every character of the card."""
        return sha256(CARD_DOMAIN + self.key + self.market.encode()).hexdigest()[:8]

    def line(self) -> str:
        """The card as it is written, without the end of the line. It is plain ASCII, so that it reads
        the same everywhere and can't act on a terminal."""
        said = {"card": 1, "check": self.check, "key": self.key.hex(), "market": self.market}
        return json.dumps(said, sort_keys=True)


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
        card = MarketCard(said["market"], bytes.fromhex(said["key"]))
        if said["card"] == 1 and card.check == said["check"] and len(card.key) == PUBLIC_LENGTH:
            return card
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
        raise NoCard(file=file, why=_("it does not say what a card says")) from None
    raise NoCard(file=file, why=_("its check does not fit; it was copied or changed wrongly"))
