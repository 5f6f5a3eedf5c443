"""The market's signature on a closed day: what is signed, and how it is checked and carried.

The statement itself is made by db/days.py; an exported folder is read by kiosk/exports/check.py. Whose
key it is that signed is left to kiosk/keys/trust.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from db.days import Seal
from db.findings import Finding
from db.terms import PUBLIC_LENGTH
from kiosk import crockford
from kiosk.keys.public import KEY_DOMAIN
from kiosk.slips.signing import PublicKey

if TYPE_CHECKING:
    from kiosk.exports.check import Checked

SEAL_DOMAIN = b"market-kiosk seal 1\0"
"""Signed in front of a day's statement, so that no other signature can pass for a seal's."""

DOMAINS = {"seal": SEAL_DOMAIN, "key": KEY_DOMAIN}
"""What is signed in front of the statement in an entry of each kind that has one."""

SEAL_PREFIX = "Y02S"


def seal_text(market_key: PublicKey, seal: Seal) -> str:
    """What the QR of a closing slip holds: `Y02S` and base32 of version (1 byte), key id (4), day
    (2), head hash (32) and the seal's signature (64): 169 characters."""
    raw = b"\1" + market_key.key_id + seal.day.to_bytes(2, "big") + seal.head + seal.signature
    return SEAL_PREFIX + crockford.encode(raw)


def check_export(folder: Path, market_key: PublicKey | None = None) -> list[Finding]:
    """Everything that is wrong with an exported folder, by nothing but what lies in it.

    The folder names its own key; with `market_key` it must be this one.
    """
    return checked_export(folder, market_key=market_key).findings


def checked_export(
    folder: Path, witness: str = "", *, market_key: PublicKey | None = None
) -> Checked:
    """What an exported day, or a folder of days, says and what is wrong with it; `witness` is the
    beginning of a head hash to look for, in hex digits."""
    from kiosk.exports.check import check_exports

    def verify(kind: str, public_key: bytes, statement: bytes, signature: bytes) -> bool:
        if market_key is not None and kind == "seal" and public_key != market_key.raw:
            return False
        return len(public_key) == PUBLIC_LENGTH and PublicKey(public_key).verify(
            DOMAINS[kind], statement, signature
        )

    return check_exports(folder, verify, witness)
