"""What a scan is, by its form alone.

A pure function of one string, so that a caller may try several readings of a scan that came through
a foreign keyboard layout. Whether a slip's signature is right and whether the catalogue knows a bar
code is left to those who have the keys and the books; codes that people type are not scans.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.crockford import ALPHABET
from kiosk.scanning.barcodes import gtin
from kiosk.scanning.cards import ActionCard, GoodsCard, read_card

SLIP_PREFIX = "Y026"
SLIP_LENGTH = 139
"""The form of a slip's text; DESIGN, "The slip". What is in it is read elsewhere."""

BEGINNING = 32
"""Characters that are kept of a scan that is nothing known."""

_SYMBOLS = frozenset(ALPHABET)


@dataclass(frozen=True, slots=True)
class SlipText:
    """139 characters in the form of a slip; nothing is verified yet."""

    text: str


@dataclass(frozen=True, slots=True)
class Barcode:
    """The number of a packaged good, 13 digits with a right check digit."""

    gtin: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing that the kiosk knows: the first characters, still outside text."""

    beginning: str


Recognised = SlipText | GoodsCard | ActionCard | Barcode | Unknown


def recognise(text: str) -> Recognised:
    """What `text` is; exactly as scanned, without repair of case, blanks or layout."""
    if len(text) > SLIP_LENGTH:
        return Unknown(text[:BEGINNING])
    if len(text) == SLIP_LENGTH and text.startswith(SLIP_PREFIX) and set(text) <= _SYMBOLS:
        return SlipText(text)
    card = read_card(text)
    if card is not None:
        return card
    number = gtin(text)
    return Unknown(text[:BEGINNING]) if number is None else Barcode(number)
