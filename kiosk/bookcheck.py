"""Check a market's own books: what db/audit.py finds, and what it takes the market's key to know.

Every seal must be signed by the market's key, and every paper that waits must be what its entry issued.
The seals in exported days that lie in the data folder are held against the books too: they remember a
journal that was cut off before its last seal. Exported folders themselves are left to kiosk/exports.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import audit, days
from db.errors import N_
from db.findings import ENTRY, WORDS_OF_NO_ENTRY, Finding, found, place
from db.journal import canonical
from db.machine import check_machine
from db.models import entry_key
from kiosk.seals import SEAL_DOMAIN, seal_text
from kiosk.slips import payload

if TYPE_CHECKING:
    from db.connection import Books
    from kiosk.slips.signing import PublicKey


def check_books(
    books: Books,
    market_key: PublicKey,
    exports: Path | None = None,
    hear: audit.Hear | None = None,
) -> list[Finding]:
    """Everything that is wrong with the books, empty where nothing is.

    `exports` is the folder of exported days whose seals the books must know; `hear` hears now and then
    how many entries were replayed. Raises DataFolderUnusable
    and DiskFull where there is no room for a second set of books.
    """

    def fits(kind: str, entry: int, reference: bytes | None, content: bytes) -> bool:
        if kind == "slip":
            if not any(content):
                return len(content) == payload.SLIP_LENGTH
            return len(content) == payload.SLIP_LENGTH and payload.reference(content) == reference
        text = _seal_text(books, market_key, entry)
        return content in (text, bytes(len(text)))

    findings = audit.verify(books, hear)
    with books.reading():
        findings = findings or list(_foreign_seals(books, market_key))
        findings = findings or list(check_machine(books, fits))
        if exports is not None:
            findings = findings or list(_forgotten_seals(books, exports))
    return findings


def _seal_text(books: Books, market_key: PublicKey, entry: int) -> bytes:
    (day,) = books.sql("SELECT day FROM entry WHERE id = ?", (entry,)).fetchone()
    seal = days.seal(books, day)
    return seal_text(market_key, seal).encode() if seal is not None else b""


def _foreign_seals(books: Books, market_key: PublicKey) -> Iterator[Finding]:
    """Seals in the journals that the market's key did not sign."""
    rows = books.sql(
        "SELECT entry.id, entry.day, entry.body FROM day JOIN entry ON entry.id = day.sealed_in "
        "ORDER BY entry.id"
    )
    for key, day, raw in rows:
        if not _is_signed(json.loads(raw), market_key):
            what = N_("the seal of market day {day} is not the market's")
            yield found(ENTRY, what, day=day, **place(key))


def _is_signed(body: dict[str, Any], market_key: PublicKey) -> bool:
    try:
        signature = bytes.fromhex(body["signature"])
        return market_key.verify(SEAL_DOMAIN, canonical(body["statement"]), signature)
    except WORDS_OF_NO_ENTRY:
        return False


def _forgotten_seals(books: Books, exports: Path) -> Iterator[Finding]:
    """Exported days of this kiosk whose seals do not stand in the books."""
    from kiosk.exports.seal_file import SEAL_FILE, NoSeal, read_seal

    for path in sorted(exports.glob(f"*/{SEAL_FILE}")):
        try:
            seal = read_seal(path)
        except NoSeal:
            continue  # “kiosk verify DIR” says so
        if seal["statement"]["kiosk"] != books.kiosk or not 0 < seal["statement"]["seq"] < 1 << 32:
            continue
        sealed_in = entry_key(books.kiosk, seal["statement"]["seq"] + 1)
        row = books.sql("SELECT body FROM entry WHERE id = ?", (sealed_in,)).fetchone()
        if row is None or json.loads(row[0]).get("signature") != seal["signature"]:
            what = N_("it is not the seal that the export {folder} holds")
            yield found(ENTRY, what, folder=path.parent.name, **place(sealed_in))
