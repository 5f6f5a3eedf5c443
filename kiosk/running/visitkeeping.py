"""The visit that is being typed survives a crash: its lines in a small file, until it is booked.

No secret rests in it. Of a slip that was handed in it holds the reference, which stands in the ledger
and spends nothing; what stands half typed on the entry line is not kept, because it may be a slip's
code. The visit's key is kept: if the crash came between the booking and its answer, the visit is not
booked twice.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import catalogue, reports
from db.amounts import MAX_QUANTITY
from db.errors import KioskError, Trouble
from db.ledger import MAX_LINES
from db.surroundings import in_words
from db.words import KEY_LENGTH
from kiosk.machine.durable import put, sync
from kiosk.machine.log import note
from kiosk.machine.outside import read_plain
from kiosk.messages import _, ngettext
from kiosk.running.draft import Draft, DraftLine
from kiosk.verdicts import Verdict, by_reference

if TYPE_CHECKING:
    from kiosk.till import Till

FILE = "visit.json"
LARGEST = 100_000
"""Bytes of the file; what is larger was not written here."""
_REFERENCE = 16


def written(draft: Draft | None) -> bytes:
    """A draft as the file holds it; empty where there is nothing to keep."""
    if draft is None or draft.empty:
        return b""
    items: list[dict[str, object]] = []
    for item in draft.items:
        if isinstance(item, DraftLine):
            items.append({"good": item.good.id, "quantity": item.quantity, "taken": item.taken})
        elif item.reference is not None:
            items.append({"slip": item.reference.hex()})
    kept = {"key": draft.key, "items": items, "solidarity": draft.solidarity, "gift": draft.gift}
    return json.dumps(kept).encode()


def keep(folder: Path, content: bytes) -> None:
    """Let the file hold what `written` gave, durable when this returns; empty: no file.

    Raises Trouble where that can't be written: then there is no file, as far as one can still be
    removed, for an older one would come back as what was typed.
    """
    try:
        if content:
            put(folder / FILE, content)
        elif (folder / FILE).exists():
            (folder / FILE).unlink()
            sync(folder)
    except OSError as error:
        note("the visit that is being typed could not be kept")
        with suppress(OSError):
            (folder / FILE).unlink(missing_ok=True)
            sync(folder)
        raise in_words(error, folder) from error


def restored(till: Till) -> Draft | None:
    """The visit that was being typed when the table ended, without what can't be part of it any
    more; None where there was none, or where it was booked in the end.

    The file is removed, to be kept anew once the visit stands on the screen: one that makes the
    table end again must not do so for ever.
    """
    try:
        kept = json.loads(read_plain(till.folder / FILE, LARGEST))
        draft = _draft(till, kept) if isinstance(kept, dict) else None
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        draft = None
    with suppress(Trouble):
        keep(till.folder, b"")
    if draft is None or draft.empty or reports.is_booked(till.books, draft.key):
        return None
    return draft


def came_back(draft: Draft) -> str:
    """What to say of a visit that came back."""
    if not draft.missing:
        return _("The kiosk started anew. This visit is as it was; all others are booked.")
    return ngettext(
        "Started anew. {number} line or slip of this visit is missing: enter it again.",
        "Started anew. {number} lines or slips of this visit are missing: enter them again.",
        draft.missing,
    ).format(number=draft.missing)


def _draft(till: Till, kept: dict[str, Any]) -> Draft:
    key, items = kept["key"], kept["items"]
    if not isinstance(key, str) or not 0 < len(key) <= KEY_LENGTH or not isinstance(items, list):
        raise ValueError("not a visit")
    draft = Draft(key)
    for item in items[: 2 * MAX_LINES]:
        try:
            if "slip" in item:
                draft.add_slip(_slip(till, item))
            else:
                draft.add_line(_line(till, item))
        except (KioskError, ValueError, TypeError, LookupError):
            draft.missing += 1
    draft.solidarity = kept.get("solidarity") is True
    draft.gift = kept.get("gift") is True
    return draft


def _slip(till: Till, item: dict[str, Any]) -> Verdict:
    """A slip by its reference; one of lost books has to be scanned again, for only its text proves it."""
    reference = bytes.fromhex(item["slip"])
    found = by_reference(till.books, reference, Verdict("good", None, reference))
    if len(reference) != _REFERENCE or not found.good or found.slip is None:
        raise ValueError("not a slip of a visit")
    return found


def _line(till: Till, item: dict[str, Any]) -> DraftLine:
    good, quantity = catalogue.good(till.books, str(item["good"])), item["quantity"]
    if not isinstance(quantity, int) or not 0 < quantity <= MAX_QUANTITY or good.retired:
        raise ValueError("not a line of a visit")
    return DraftLine(good, quantity, item["taken"] is True, "")
