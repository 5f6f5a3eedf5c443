"""Check the database of a kiosk as section 10 of assets/check-the-ledger.md says, and only so.

Tables that the page does not name are not looked at.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from checker import STORED, Day, Memory, Wrong, canonical, check_sums, hold, signed_by

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DECIDED = ("goods", "key", "lost", "rate", "rules", "void", "reissue")
ORDERS = {
    "posting": "id, entry, account, credits",
    "movement": "id, entry, good, direction, quantity, rate, credits",
    "balance": "account, credits",
    "stock": "good, quantity",
    "slip": "reference, tag, amount, issued, expires, state, issued_in, ended_in",
    "visit": "id, day, number, key, reversed_in, brings_back",
    "decision": "entry, words",
    "signing_key": "public, since, last_good",
    "lost": "entry, first, last",
    "paper": "entry, day, reference, amount",
}


class Tables:
    """The rows that the entries of all kiosks come to."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[Any, list[Any]]] = {name: {} for name in ORDERS}
        self.since_seal: dict[int, list[tuple[str, str, int]]] = {}

    def add(self, id: int, entry: dict[str, Any]) -> None:
        for n, (account, credits) in enumerate(entry.get("postings", [])):
            self.rows["posting"][id * 256 + n] = [id * 256 + n, id, account, credits]
            self.later(id, "balance", account, credits)
        for n, (good, direction, quantity, *rest) in enumerate(entry.get("lines", [])):
            self.rows["movement"][id * 256 + n] = [
                id * 256 + n,
                id,
                good,
                direction,
                quantity,
                *rest,
            ]
            if direction in STORED:
                self.later(id, "stock", good, quantity)
        if entry["kind"] == "seal":
            for table, key, more in self.since_seal.pop(id >> 32, []):
                self.rows[table].setdefault(key, [key, 0])[1] += more
        if entry.get("decision") and entry["kind"] in DECIDED:
            self.rows["decision"][id] = [id, entry["decision"]]
        special = {
            "visit": self.visit,
            "reversal": self.reversal,
            "void": self.void,
            "reissue": self.reissue,
            "found": self.found,
            "key": self.key,
            "lost": self.lost,
            "paper": self.paper,
        }
        if entry["kind"] in special:
            special[entry["kind"]](id, entry)

    def visit(self, id: int, entry: dict[str, Any]) -> None:
        self.rows["visit"][id] = [
            id, id >> 32 << 32 | entry["day"], entry["visit"], entry["key"], None,
            entry.get("brings_back"),
        ]  # fmt: skip
        for reference, _ in entry["slips_in"]:
            self.end(reference, "redeemed", id)
        for new in entry["slips_out"]:
            self.issue(new, id)

    def reversal(self, id: int, entry: dict[str, Any]) -> None:
        self.rows["visit"][id >> 32 << 32 | entry["of"]][4] = id
        for reference in entry["slips_void"]:
            self.end(reference, "voided", id)
        for reference in entry["slips_good"]:
            self.rows["slip"][bytes.fromhex(reference)][5::2] = ["issued", None]

    def void(self, id: int, entry: dict[str, Any]) -> None:
        self.end(entry["slip"], "voided", id)

    def reissue(self, id: int, entry: dict[str, Any]) -> None:
        self.end(entry["slip"], "reissued", id)
        self.issue(entry["new"], id)

    def lost(self, id: int, entry: dict[str, Any]) -> None:
        self.rows["lost"][id] = [id, entry["first"], entry["last"]]

    def paper(self, id: int, entry: dict[str, Any]) -> None:
        new, kiosk = entry["paper"], id >> 32
        spans = [row[1:] for row in self.rows["lost"].values() if row[0] >> 32 == kiosk]
        covered = any(first <= new["issued"] <= last for first, last in spans)
        hold(covered, f"entry {id % 2**32} honours a slip of days that were not lost")
        hold(bytes.fromhex(new["reference"]) not in self.rows["slip"], "a slip comes in twice")
        self.issue(new, id)
        self.rows["paper"][id] = [
            id, kiosk << 32 | entry["day"], bytes.fromhex(new["reference"]), new["amount"],
        ]  # fmt: skip

    def found(self, id: int, entry: dict[str, Any]) -> None:
        public = bytes.fromhex(entry["key"])
        self.rows["signing_key"][public] = [public, id, None]

    def key(self, id: int, entry: dict[str, Any]) -> None:
        public, said = bytes.fromhex(entry["statement"]["key"]), entry["statement"]
        hold(public not in self.rows["signing_key"], "a key came back")
        self.rows["signing_key"][public] = [public, id, None]
        if said["last_good"] is not None:
            days = (date.fromisoformat(said["last_good"]) - date(2020, 1, 1)).days
            self.rows["signing_key"][bytes.fromhex(said["old"])][2] = days

    def later(self, id: int, table: str, key: str, more: int) -> None:
        """It counts when the day is sealed."""
        self.since_seal.setdefault(id >> 32, []).append((table, key, more))

    def issue(self, new: dict[str, Any], id: int) -> None:
        reference = bytes.fromhex(new["reference"])
        self.rows["slip"][reference] = [
            reference, bytes.fromhex(new["tag"]), new["amount"], new["issued"], new["expires"],
            "issued", id, None,
        ]  # fmt: skip

    def end(self, reference: str, state: str, id: int) -> None:
        slip = self.rows["slip"][bytes.fromhex(reference)]
        hold(slip[5] == "issued", f"entry {id % 2**32} ends a slip that is not out")
        slip[5::2] = [state, id]


def check_books(database: sqlite3.Connection) -> None:
    """Raises Wrong."""
    tables = Tables()
    kiosks: dict[str, list[tuple[Any, ...]]] = {}
    columns = "id, kiosk, seq, recorded_at, day, kind, body, prev_hash, hash"
    for row in database.execute(f"SELECT {columns} FROM entry ORDER BY id"):
        kiosks.setdefault(row[1], []).append(row)
    for kiosk, rows in kiosks.items():
        check_journal(kiosk, rows, tables)
    for name, order in ORDERS.items():
        stored = {row[0]: list(row) for row in database.execute(f"SELECT {order} FROM {name}")}
        hold(stored == tables.rows[name], f"table {name} is not what the entries say")


def check_journal(kiosk: str, rows: list[tuple[Any, ...]], tables: Tables) -> None:
    number = sum(DIGITS.index(digit) << 5 * place for place, digit in enumerate(reversed(kiosk)))
    memory, digest, today = Memory(whole=True), bytes(32), []
    for seq, (id, _, said, at, day, kind, raw, before, hash) in enumerate(rows, 1):
        place = f"entry {kiosk}/{seq}"
        hold(said == seq and id == number << 32 | seq, f"{place} should come here")
        hold(before == digest, f"{place} does not follow")
        entry = json.loads(raw)
        hold(canonical(entry) == raw, f"{place} is not canonical")
        words = [entry[name] for name in ("kiosk", "seq", "at", "day", "kind")]
        hold(words == [kiosk, seq, at, day, kind], f"{place}: columns say something else")
        if kind == "seal":
            check_seal(entry, memory, today, digest)
            today = []
        else:
            today.append(entry)
        tables.add(id, entry)
        digest = sha256(digest + raw).digest()
        hold(hash == digest, f"{place} has another hash")
    if today and any(entry["kind"] == "open" for entry in today):
        Day(memory, today, next(one["day"] for one in today if one["kind"] == "open"))


def check_seal(
    entry: dict[str, Any], memory: Memory, today: list[dict[str, Any]], head: bytes
) -> None:
    statement = entry["statement"]
    hold(statement["head"] == head.hex(), "the seal names another head")
    hold(statement["seq"] == entry["seq"] - 1, "the seal names another entry")
    hold(statement["kiosk"] == entry["kiosk"], "the seal is another kiosk's")
    hold(statement["day"] == entry["day"], "the seal is another day's")
    day = Day(memory, today, entry["day"])
    name, key = memory.market["name"], memory.key
    check_sums({"statement": statement, "market": name, "public_key": key}, day)
    hold(signed_by(key, statement, entry["signature"]), "the seal is not signed")


def finding(database: sqlite3.Connection) -> str:
    """What is wrong with the books; empty where nothing is."""
    try:
        check_books(database)
    except Wrong as error:
        return str(error)
    except Exception as error:  # whatever words that are none of theirs make Python say
        return f"it can't be read: {error!r}"
    return ""
