"""Check exported market days as assets/check-the-ledger.md says, knowing nothing but that page.

Uses the standard library and PyNaCl's Ed25519. Where something is wrong it stops and says what: a check
that failed proves enough. As a program: `python tests/independent/checker.py FOLDER`.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

sys.path.insert(0, str(Path(__file__).parent))
from harmless import harmless

SEAL_TAG = b"market-kiosk seal 1\0"
KEY_TAG = b"market-kiosk key 1\0"
CARD_TAG = b"market-kiosk card 1\0"
LONG_CARD_TAG = b"market-kiosk card 2\0"
TOTALS = (
    "visits", "undone", "slips_in", "slips_out", "brought", "taken", "work", "redeemed", "issued",
    "solidarity", "gifts", "rounding", "spoilage", "voided",
)  # fmt: skip
UNITS = {"visits": "visits", "undone": "visits", "slips_in": "slips", "slips_out": "slips"}
STATEMENT = {
    "balances", "counted", "date", "day", "difference", "head", "kiosk", "seq", "totals",
}  # fmt: skip
WITHOUT_DAY = ("found", "goods", "key", "lost", "rate", "rules")
STORED = ("brought", "taken", "spoiled", "found", "missing")
ADDS_TO = {
    "brought": "brought", "work": "work", "taken": "taken", "received": "taken",
    "spoiled": "spoilage", "missing": "spoilage",
}  # fmt: skip
OF_VISITS = (
    "brought", "taken", "work", "redeemed", "issued", "solidarity", "gifts", "rounding",
)  # fmt: skip
COLUMNS = {
    "visits.csv": [
        "day", "visit", "state", "brings_back_visit", "slips_in", "slips_out",
        *(f"{name}_credits" for name in OF_VISITS),
    ],
    "lines.csv": [
        "day", "entry", "kind", "visit", "good", "name", "direction", "quantity", "unit",
        "rate_credits_per_unit", "amount_credits",
    ],
    "slips.csv": [
        "day", "entry", "kind", "visit", "change", "reference", "amount_credits", "expires_on",
    ],
    "postings.csv": ["day", "entry", "kind", "visit", "account", "amount_credits"],
    "stock.csv": ["good", "name", "category", "quantity", "unit"],
    "totals.csv": ["name", "value", "unit"],
}  # fmt: skip

Row = list[Any]


class Wrong(Exception):
    """What does not fit, in words."""


def hold(truth: object, words: str) -> None:
    """Stop where something does not hold."""
    if not truth:
        raise Wrong(words)


def canonical(value: Any) -> bytes:
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def decimal(number: int, places: int) -> str:
    """`350` with 2 places is `3.5`."""
    whole, part = divmod(abs(number), 10**places)
    text = f"{whole}.{part:0{places}d}".rstrip("0").rstrip(".")
    return f"-{text}" if number < 0 else text


def credits_(number: int) -> str:
    return decimal(number, 2)


def quantity_(number: int) -> str:
    return decimal(number, 3)


def signed_by(key: str, statement: Any, signature: str, tag: bytes = SEAL_TAG) -> bool:
    try:
        message = tag + canonical(statement)
        VerifyKey(bytes.fromhex(key)).verify(message, bytes.fromhex(signature))
    except (BadSignatureError, ValueError):
        return False
    return True


class Memory:
    """What all entries so far said; `whole` is whether they began with the first one."""

    def __init__(self, whole: bool) -> None:
        self.whole = whole
        self.market: dict[str, Any] = {}
        self.key = ""
        self.goods: dict[str, Any] = {}
        self.stock: dict[str, int] = {}
        self.balances: dict[str, int] = {}

    def take_in(self, entry: dict[str, Any]) -> None:
        if entry["kind"] == "found":
            self.market, self.key = entry, entry["key"]
        if entry["kind"] == "key":
            self.key = check_handover(entry, self.key)
        if entry["kind"] == "goods":
            for good in entry["goods"]:
                self.goods[good["id"]] = good
        for good, direction, quantity, _, _ in entry.get("lines", []):
            if direction in STORED:
                self.stock[good] = self.stock.get(good, 0) + quantity
        for account, credits in entry.get("postings", []):
            self.balances[account] = self.balances.get(account, 0) + credits

    def words(self, id: str) -> tuple[Any, Any, Any]:
        """Name, category and unit; None for what nobody here can know."""
        good = self.goods.get(id)
        if good is None:
            return None, None, None
        names = list(good["names"].values())
        name: Any = {harmless(one) for one in (*names, id)}
        if self.market:
            chosen = good["names"].get(self.market["language"]) or (names[0] if names else id)
            name = harmless(chosen)
        return name, harmless(good["category"]), harmless(good["unit"])


def check_handover(said: dict[str, Any], in_force: str) -> str:
    """Check how a key gave way to another; gives that one. `in_force` is empty where nobody knows."""
    statement, signature = said["statement"], said["signature"]
    hold(set(statement) == {"date", "key", "last_good", "old"}, "a handover has other names")
    old, new, on = statement["old"], statement["key"], statement["date"]
    hold(in_force in ("", old), "it hands over a key that was not in force")
    hold(len(old) == len(new) == 64 and old != new, "it does not name two keys")
    hold(all(one == bytes.fromhex(one).hex() for one in (old, new)), "keys are written otherwise")
    for one in (on, statement["last_good"] or on):
        hold(date.fromisoformat(one).isoformat() == one <= on, "its dates can't be")
    is_signed = signature == "" or signed_by(old, statement, signature, KEY_TAG)
    hold(is_signed, "the key that is handed over did not sign it")
    return str(new)


class Day:
    """The entries of one day, and the rows and totals that they come to."""

    def __init__(self, memory: Memory, entries: list[dict[str, Any]], number: int) -> None:
        self.memory, self.number = memory, number
        self.totals = dict.fromkeys(TOTALS, 0)
        self.rows: dict[str, list[Row]] = {name: [] for name in COLUMNS}
        self.roles: list[str] = []
        self.date = ""
        self.by_seq = {entry["seq"]: entry for entry in entries}
        self.undone = {entry["of"] for entry in entries if entry["kind"] == "reversal"}
        for entry in entries:
            self.add(entry)

    def add(self, entry: dict[str, Any]) -> None:
        kind, place = entry["kind"], f"entry {entry['seq']}"
        hold(kind in WITHOUT_DAY or entry["day"] == self.number, f"{place}: another day's")
        if kind == "open":
            self.date, self.roles = entry["date"], [one["role"] for one in entry["crew"]]
        self.memory.take_in(entry)
        balance = sum(credits for _, credits in entry.get("postings", []))
        hold(balance == 0, f"{place}: postings do not balance")
        adds = self.adds(entry)
        named = {name: value for name, value in adds.items() if value}
        hold("totals" not in entry or entry["totals"] == named, f"{place}: other totals")
        for name, value in adds.items():
            self.totals[name] += value
        before = [str(self.number), str(entry["seq"]), kind, str(entry.get("visit", ""))]
        if kind == "visit":
            self.rows["visits.csv"].append(self.visit(entry, adds))
        for good, direction, quantity, rate, credits in entry.get("lines", []):
            name, _, unit = self.memory.words(good)
            self.rows["lines.csv"].append(
                [*before, harmless(good), name, direction, quantity_(quantity), unit,
                 credits_(rate), credits_(credits)]
            )  # fmt: skip
        for change, reference, amount, expires in self.changes(entry):
            self.rows["slips.csv"].append([*before, change, reference, credits_(amount), expires])
        for account, credits in entry.get("postings", []):
            self.rows["postings.csv"].append([*before, harmless(account), credits_(credits)])

    def visit(self, entry: dict[str, Any], adds: dict[str, int]) -> Row:
        back = entry.get("brings_back")
        return [
            str(self.number), str(entry["visit"]),
            "undone" if entry["seq"] in self.undone else "booked",
            str(self.by_seq[back % 2**32]["visit"]) if back else "",
            str(adds["slips_in"]), str(adds["slips_out"]),
            *(credits_(adds[name]) for name in OF_VISITS),
        ]  # fmt: skip

    def adds(self, entry: dict[str, Any]) -> dict[str, int]:
        adds, kind = dict.fromkeys(TOTALS, 0), entry["kind"]
        if kind == "visit":
            adds["visits"] = 1
        if kind == "reversal":
            adds["visits"], adds["undone"] = -1, 1
        for _, direction, _, _, credits in entry.get("lines", []):
            if direction in ADDS_TO:
                adds[ADDS_TO[direction]] += (
                    credits if direction in ("brought", "work") else -credits
                )
        if kind in ("visit", "reversal"):
            sign = 1 if kind == "visit" else -1
            for change, _, amount, _ in self.changes(entry):
                handed_in = change in ("redeemed", "restored")
                adds["slips_in" if handed_in else "slips_out"] += sign
                adds["redeemed" if handed_in else "issued"] += sign * amount
        if kind == "void":
            adds["voided"] = entry["amount"]
        posted = dict.fromkeys(("solidarity", "rounding", "gifts"), 0)
        for account, credits in entry.get("postings", []):
            posted[account] = posted.get(account, 0) + credits
        adds["solidarity"], adds["rounding"] = posted["solidarity"], posted["rounding"]
        adds["gifts"] = -posted["gifts"] - adds["voided"]
        return adds

    def changes(self, entry: dict[str, Any]) -> Iterator[tuple[str, str, int, str]]:
        kind = entry["kind"]
        if kind == "visit":
            for reference, amount in entry["slips_in"]:
                yield "redeemed", reference, amount, ""
            for new in entry["slips_out"]:
                yield "issued", new["reference"], new["amount"], expiry(new["expires"])
        if kind == "reversal":
            undone = self.by_seq[entry["of"]]
            out = {new["reference"]: new["amount"] for new in undone["slips_out"]}
            for reference in entry["slips_void"]:
                yield "voided", reference, out[reference], ""
            for reference in entry["slips_good"]:
                yield "restored", reference, dict(undone["slips_in"])[reference], ""
        if kind == "void":
            yield "voided", entry["slip"], entry["amount"], ""
        if kind == "reissue":
            new = entry["new"]
            yield "reissued", entry["slip"], new["amount"], ""
            yield "issued", new["reference"], new["amount"], expiry(new["expires"])
        if kind == "paper":
            new = entry["paper"]
            yield "honoured", new["reference"], new["amount"], expiry(new["expires"])


def expiry(days: int) -> str:
    return (date(2020, 1, 1) + timedelta(days=days)).isoformat() if days else "never"


def total_rows(market: str, statement: dict[str, Any], roles: list[str]) -> Iterator[Row]:
    yield ["market", harmless(market), ""]
    yield ["state", "sealed", ""]
    yield ["kiosk", harmless(statement["kiosk"]), ""]
    yield ["day", str(statement["day"]), ""]
    yield ["date", harmless(statement["date"]), ""]
    yield ["last_entry", str(statement["seq"]), ""]
    yield ["journal_head", statement["head"], "sha256"]
    for name in ("counted", "difference"):
        value = statement[name]
        yield [f"slips_{name}", "" if value is None else str(value), "slips"]
    for name in TOTALS:
        value = statement["totals"][name]
        unit = UNITS.get(name, "credits")
        yield [name, credits_(value) if unit == "credits" else str(value), unit]
    for account, value in sorted(statement["balances"].items()):
        yield [harmless(f"balance: {account}"), credits_(value), "credits"]
    for role in sorted(set(roles)):
        yield [harmless(f"crew: {role}"), str(roles.count(role)), "people"]


def stock_rows(memory: Memory) -> Iterator[Row]:
    for good in sorted(memory.stock):
        name, category, unit = memory.words(good)
        yield [harmless(good), name, category, quantity_(memory.stock[good]), unit]


# One folder


def check_day(folder: Path, memory: Memory | None = None) -> tuple[dict[str, Any], str, Memory]:
    """Check one day; gives its seal, the hash of its last entry and what is known after it. Raises
    Wrong."""
    seal = read_json(folder / "seal.json")
    check_files(folder, seal["files"])
    statement = seal["statement"]
    hold(set(statement) == STATEMENT, "the statement has other names")
    hold(set(statement["totals"]) == set(TOTALS), "the totals have other names")
    hold(signed_by(seal["public_key"], statement, seal["signature"]), "the seal is not signed")
    follows = seal["follows"]
    if memory is None:
        memory = Memory(whole=follows == {"seq": 0, "hash": "00" * 32})
    entries, digest = read_journal(folder / "journal.jsonl", seal)
    day = Day(memory, entries, statement["day"])
    check_sums(seal, day)
    market = memory.market.get("name", seal["market"])
    day.rows["totals.csv"] = list(total_rows(market, statement, day.roles))
    day.rows["stock.csv"] = list(stock_rows(memory))
    for name, wanted in day.rows.items():
        if name != "stock.csv" or memory.whole:
            compare(name, list(read_rows(folder / name, COLUMNS[name])), wanted)
        else:
            list(read_rows(folder / name, COLUMNS[name]))
    return seal, digest, memory


def read_json(path: Path) -> Any:
    hold(path.is_file(), f"{path.name} is missing")
    return json.loads(path.read_bytes())


def check_files(folder: Path, files: dict[str, Any]) -> None:
    present = {path.name for path in folder.iterdir()} - {"seal.json"}
    hold(present == set(files), "other files than the seal names")
    hold(present >= {*COLUMNS, "journal.jsonl"}, "a file is missing")
    for name, known in files.items():
        content = (folder / name).read_bytes()
        hold(known["bytes"] == len(content), f"{name} has another length")
        hold(known["sha256"] == sha256(content).hexdigest(), f"{name} has another hash")


def read_journal(path: Path, seal: dict[str, Any]) -> tuple[list[dict[str, Any]], str]:
    """The entries without the seal's, and the hash of the seal's; raises Wrong."""
    statement, raw = seal["statement"], path.read_bytes()
    hold(raw.endswith(b"\n"), "the journal has no end")
    entries, seq = [], seal["follows"]["seq"]
    digest = bytes.fromhex(seal["follows"]["hash"])
    lines = raw[:-1].split(b"\n")
    for number, line in enumerate(lines):
        seq += 1
        entry = json.loads(line)
        hold(canonical(entry) == line, f"entry {seq} is not canonical")
        hold(entry["seq"] == seq, f"entry {seq} should come here")
        hold(entry["kiosk"] == statement["kiosk"], f"entry {seq} is another kiosk's")
        is_last = number == len(lines) - 1
        hold((entry["kind"] == "seal") == is_last, f"entry {seq}: the seal is not at the end")
        if is_last:
            hold(digest.hex() == statement["head"], "the chain does not come to the head")
            hold(seq - 1 == statement["seq"], "the head is another entry's")
            hold(entry["statement"] == statement, "the seal's entry says something else")
            hold(entry["signature"] == seal["signature"], "the seal's entry is signed otherwise")
        else:
            entries.append(entry)
        digest = sha256(digest + line).digest()
    return entries, digest.hex()


def check_sums(seal: dict[str, Any], day: Day) -> None:
    statement, memory = seal["statement"], day.memory
    hold(day.totals == statement["totals"], "the entries come to other totals")
    hold(day.date == statement["date"], "the day was opened on another date")
    counted = statement["counted"]
    difference = None if counted is None else counted - day.totals["slips_in"]
    hold(difference == statement["difference"], "the difference is another")
    if memory.whole:
        hold(memory.balances == statement["balances"], "the entries come to other balances")
        hold(memory.market["name"] == seal["market"], "the market has another name")
    hold(memory.key in ("", seal["public_key"]), "the market has another key")
    memory.key = seal["public_key"]


def read_rows(path: Path, columns: list[str]) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, strict=True)
        hold(next(rows, None) == columns, f"{path.name} has other columns")
        yield from rows


def compare(name: str, rows: list[list[str]], wanted: list[Row]) -> None:
    for number, (row, other) in enumerate(zip(rows, wanted, strict=False), 2):
        fits = len(row) == len(other) and all(map(agrees, row, other))
        hold(fits, f"{name}, row {number} is not what the entries say")
    hold(len(rows) == len(wanted), f"{name} has {len(rows)} rows instead of {len(wanted)}")


def agrees(cell: str, wanted: Any) -> bool:
    if wanted is None:
        return True
    return cell in wanted if isinstance(wanted, set) else cell == wanted


# Many folders


def check_days(folders: Iterable[Path]) -> None:
    """Check the days of one kiosk, which must follow one another; raises Wrong."""
    seals = sorted((read_json(one / "seal.json")["follows"]["seq"], one) for one in folders)
    memory: Memory | None = None
    end: dict[str, Any] | None = None
    for _, folder in seals:
        follows = read_json(folder / "seal.json")["follows"]
        hold(end is None or follows == end, f"{folder.name} does not follow the day before")
        seal, digest, memory = check_day(folder, memory)
        end = {"seq": seal["statement"]["seq"] + 1, "hash": digest}


def check_card(card: dict[str, Any]) -> bool:
    """Whether a market card fits together; raises Wrong where its handovers don't."""
    key, name = bytes.fromhex(card["key"]), card["market"].encode()
    handovers, said = card.get("handovers", []), CARD_TAG + key + name
    if handovers:
        said = LONG_CARD_TAG + key + sha256(canonical(handovers)).digest() + name
    newest = ""
    for one in handovers:
        newest = check_handover(one, newest)
    hold(newest in ("", card["key"]), "the handovers lead to another key")
    is_whole = card["card"] == (2 if handovers else 1)
    return bool(is_whole and card["check"] == sha256(said).hexdigest()[:8])


def finding(folder: Path) -> str:
    """What is wrong with a day, or with a folder of days; empty where nothing is."""
    try:
        if (folder / "seal.json").exists():
            check_day(folder)
        else:
            days = [one for one in folder.iterdir() if one.name.startswith("day-")]
            hold(days, "there is no day")
            check_days(one for one in days if not one.name.endswith("-interim"))
    except Wrong as error:
        return str(error)
    except Exception as error:  # whatever a file that is none of theirs makes Python say
        return f"it can't be read: {error!r}"
    return ""


if __name__ == "__main__":
    wrong = finding(Path(sys.argv[1]))
    print(wrong or "It is what was sealed.")
    sys.exit(1 if wrong else 0)
