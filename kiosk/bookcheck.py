"""Check a market's own books: what db/audit.py finds, and what it takes the market's key to know.

Every seal must be signed by the market's key that was in force, every key must have been handed over by
the one before it, and every paper that waits must be what its entry issued.
The seals in exported days that lie in the data folder are held against the books too: they remember a
journal that was cut off before its last seal. Exported folders themselves are left to kiosk/exports.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import audit, days, keys
from db.errors import N_
from db.findings import ENTRY, WORDS_OF_NO_ENTRY, Finding, found, place
from db.journal import canonical
from db.machine import check_machine
from db.models import LAST_SEQ, entry_key
from kiosk.keys.public import is_signed, key_of_seal, market_keys
from kiosk.keys.seals import SEAL_DOMAIN, seal_text
from kiosk.slips import payload
from kiosk.slips.signing import PublicKey

if TYPE_CHECKING:
    from db.connection import Books


def check_books(
    books: Books,
    market_key: PublicKey,
    exports: Path | None = None,
    hear: audit.Hear | None = None,
) -> list[Finding]:
    """Everything that is wrong with the books, empty where nothing is.

    `market_key` is the key that must be in force now; `exports` is the folder of exported days whose
    seals the books must know; `hear` hears now and then how many entries were replayed. Raises
    DataFolderUnusable and DiskFull where there is no room for a second set of books.
    """

    def fits(kind: str, entry: int, reference: bytes | None, content: bytes) -> bool:
        if kind == "slip":
            if not any(content):
                return len(content) == payload.SLIP_LENGTH
            return len(content) == payload.SLIP_LENGTH and payload.reference(content) == reference
        text = _seal_text(books, entry)
        return content in (text, bytes(len(text)))

    findings = audit.verify(books, hear)
    with books.reading():
        findings = findings or list(_foreign_keys(books, market_key))
        findings = findings or list(_foreign_seals(books))
        findings = findings or list(check_machine(books, fits))
        if exports is not None:
            findings = findings or list(_forgotten_seals(books, exports))
    return findings


def _seal_text(books: Books, entry: int) -> bytes:
    (day,) = books.sql("SELECT day FROM entry WHERE id = ?", (entry,)).fetchone()
    seal = days.seal(books, day)
    return seal_text(key_of_seal(books, day), seal).encode() if seal is not None else b""


def _foreign_keys(books: Books, market_key: PublicKey) -> Iterator[Finding]:
    """Keys that were put in force with a signature that is not the key's before them. That a key was
    lost, and nothing is signed, the decision says."""
    for one, known in zip(keys.handovers(books), keys.keys(books)[1:], strict=True):
        if one.signature and not is_signed(one):
            what = N_("the key that it hands over did not sign it")
            yield found(ENTRY, what, **place(known.since))
    if market_keys(books).current != market_key:
        yield found(N_("market"), N_("its key in force is another one"))


def _foreign_seals(books: Books) -> Iterator[Finding]:
    """Seals in the journals that the market's key, as it was then, did not sign."""
    rows = books.sql(
        "SELECT entry.id, entry.day, entry.body FROM day JOIN entry ON entry.id = day.sealed_in "
        "ORDER BY entry.id"
    )
    for key, day, raw in rows.fetchall():
        if not _is_signed(json.loads(raw), PublicKey(keys.key_at(books, key))):
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
        if not _is_ours(books, seal):
            continue
        if not holds_seal(books, seal):
            what = N_("it is not the seal that the export {folder} holds")
            where = place(_sealed_in(books, seal))
            yield found(ENTRY, what, folder=path.parent.name, **where)


def holds_seal(books: Books, seal: Mapping[str, Any]) -> bool:
    """Whether the seal of an exported day (kiosk/exports/seal_file.py) stands in this kiosk's books."""
    if not _is_ours(books, seal):
        return False
    query = "SELECT body FROM entry WHERE id = ?"
    row = books.sql(query, (_sealed_in(books, seal),)).fetchone()
    return row is not None and bool(json.loads(row[0]).get("signature") == seal["signature"])


def _is_ours(books: Books, seal: Mapping[str, Any]) -> bool:
    said = seal["statement"]
    return bool(said["kiosk"] == books.kiosk and 0 < said["seq"] < LAST_SEQ)


def _sealed_in(books: Books, seal: Mapping[str, Any]) -> int:
    return entry_key(books.kiosk, seal["statement"]["seq"] + 1)
