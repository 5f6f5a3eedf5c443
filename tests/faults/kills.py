"""The app, killed: `kill -9` in a pseudo-terminal while a visit, a redeem, an undo or a closing is booked.

Somebody types and scans; a moment after the key that books, the process is gone. What the screen had
said by then is what was acknowledged. Then the app is started again, as a table does it: it may ask
only about paper that was at the printer, and what the books hold is held against what was said.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from db.connection import FILE
from kiosk.running import visitkeeping
from kiosk.slips import payload
from kiosk.till import open_till
from tests.kiosk.screens.table import founded
from tests.kiosk.terminal import Terminal, at_terminal

LATEST_SECONDS = 0.8
"""The kill comes so long after the last key at most: a little longer than booking takes."""

KINDS = ("visit",) * 5 + ("redeem",) * 5 + ("undo",) * 2 + ("close",)
AT_HOME, ASKED = "Scan a slip at any time", "Did it come out"
CLOSED, VISIT = "Press 9 to open", "Enter add or book"
SAID = {
    "visit": "is in the book",
    "redeem": "is in the book",
    "undo": "is undone",
    "close": "is closed and sealed",
}


@dataclass(frozen=True)
class State:
    """What the books hold, read beside the app."""

    visits: int
    undone: int
    sealed: int
    slips: int
    sending: int
    """Papers that were at the printer when nobody was left to say so."""


@dataclass
class Found:
    """What came of all kills."""

    acknowledged: Counter[str] = field(default_factory=Counter)
    unacknowledged: Counter[str] = field(default_factory=Counter)
    nothing: int = 0
    asked: int = 0
    retried: int = 0
    """Visits that the kiosk came back to and that were booked then."""
    broken: list[str] = field(default_factory=list)


def state(folder: Path) -> State:
    """What the books hold now."""
    with closing(sqlite3.connect(f"{(folder / FILE).as_uri()}?mode=ro", uri=True)) as books:
        counts = (
            "SELECT count(*) FROM visit",
            "SELECT count(*) FROM visit WHERE reversed_in IS NOT NULL",
            "SELECT count(*) FROM day WHERE sealed_in IS NOT NULL",
            "SELECT count(*) FROM slip",
            "SELECT count(*) FROM job WHERE state = 'sending'",
        )
        return State(*(int(books.execute(query).fetchone()[0]) for query in counts))


def slip_in_hand(folder: Path) -> tuple[str, bytes] | None:
    """Text and reference of a slip that is out and whose paper nobody confirmed yet."""
    with closing(sqlite3.connect(f"{(folder / FILE).as_uri()}?mode=ro", uri=True)) as books:
        row = books.execute(
            "SELECT secret.content, slip.reference FROM slip JOIN job USING (reference) "
            "JOIN secret ON secret.job = job.id WHERE slip.state = 'issued' AND slip.amount > 400 "
            "AND secret.content != zeroblob(length(secret.content)) ORDER BY job.id LIMIT 1"
        ).fetchone()
    return (payload.text_of(row[0]), row[1]) if row else None


def come_home(terminal: Terminal, folder: Path, found: Found) -> None:
    """Wait for the first screen; say of each paper that is asked about that it came out, and book the
    visit that the kiosk came back to, under the key that it had."""
    before, comes_back = state(folder), _comes_back(folder)
    terminal.wait_for(
        lambda: any(words in terminal.words() for words in (AT_HOME, ASKED, CLOSED, VISIT)),
        "the first screen",
    )
    for _paper in range(before.sending):
        terminal.wait(ASKED)
        found.asked += 1
        terminal.press("d")
        terminal.read_for(0.3)
    if ASKED in terminal.words():
        found.broken.append("a paper was asked about that was not at the printer")
    if comes_back:
        terminal.wait(VISIT)
        _book_what_came_back(terminal, folder, before, found)
    if CLOSED in terminal.words():
        terminal.press("9", until="Open the market day")
        terminal.press("1", until="Enter on an empty line opens the day.")
        terminal.press("enter", until="is open.")
    terminal.wait(AT_HOME)


def _comes_back(folder: Path) -> bool:
    """Whether a visit was being typed that is not in the books, on a day that is open."""
    file = folder / visitkeeping.FILE
    if not file.exists():
        return False
    key = json.loads(file.read_bytes())["key"]
    with closing(sqlite3.connect(f"{(folder / FILE).as_uri()}?mode=ro", uri=True)) as books:
        (booked,) = books.execute("SELECT count(*) FROM visit WHERE key = ?", (key,)).fetchone()
        (days,) = books.execute("SELECT count(*) FROM day WHERE sealed_in IS NULL").fetchone()
    return not booked and bool(days)


def _book_what_came_back(terminal: Terminal, folder: Path, before: State, found: Found) -> None:
    terminal.press("enter", until="is in the book")
    terminal.press("escape", until=AT_HOME)
    after = state(folder)
    found.retried += 1
    if (after.visits, after.slips) != (before.visits + 1, before.slips + 1):
        found.broken.append("a visit that came back was not booked once")


def prepare(terminal: Terminal, kind: str, slip: str | None) -> str:
    """Come to where one key is left to press; gives that key."""
    if kind == "undo":
        return "f8"
    if kind == "close":
        terminal.press("9", until="Close the market day")
        terminal.press("1", until="Count the paper slips in the box.")
        terminal.press("enter", until="Close and seal day")
        return "s"
    if slip is not None:
        terminal.scan(slip, until="G O O D")
        terminal.press("enter", until="Enter add or book")
        terminal.type("-hon", until="honey jar")
        terminal.press("enter", until="we hand out a slip of")
        return "enter"
    terminal.press("1", until="what do they bring or take?")
    terminal.type("3 tom", until="tomatoes kg")
    terminal.press("enter", until="we hand out a slip of")
    return "enter"


def trial(
    folder: Path, chance: random.Random, found: Found, kind: str = "", after: float = -1.0
) -> None:
    """Start, do one thing, be killed, and compare; of what kind and after how many seconds, chance
    says where nobody did."""
    kind = kind or chance.choice(KINDS)
    after = after if after >= 0 else chance.uniform(0, LATEST_SECONDS)
    with at_terminal(folder) as terminal:
        come_home(terminal, folder, found)
        held = slip_in_hand(folder) if kind == "redeem" else None
        if kind == "redeem" and held is None:
            kind = "visit"
        before = state(folder)
        if kind == "undo" and "F8" not in terminal.words():
            kind = "visit"
        last = prepare(terminal, kind, held[0] if held else None)
        terminal.press_now(last)
        terminal.read_for(after)
        os.killpg(terminal.process_group, signal.SIGKILL)
        terminal.read_to_the_end()
        acknowledged = SAID[kind] in terminal.words()
    compare(folder, kind, before, held[1] if held else None, acknowledged, found)


def compare(
    folder: Path, kind: str, before: State, slip: bytes | None, acknowledged: bool, found: Found
) -> None:
    """Hold the books against what the screen had said."""
    after = state(folder)
    happened = {
        "visit": after.visits - before.visits,
        "redeem": after.visits - before.visits,
        "undo": after.undone - before.undone,
        "close": after.sealed - before.sealed,
    }[kind]
    if happened not in (0, 1):
        found.broken.append(f"{kind} happened {happened} times")
    if acknowledged and not happened:
        found.broken.append(f"{kind} was acknowledged and is lost")
    new_slips = after.slips - before.slips
    if kind in ("visit", "redeem") and new_slips != happened:
        found.broken.append(f"{happened} visits made {new_slips} slips")
    if slip is not None and _is_redeemed(folder, slip) != bool(happened):
        found.broken.append("a slip was redeemed without its visit, or kept with it")
    if acknowledged:
        found.acknowledged[kind] += 1
    elif happened:
        found.unacknowledged[kind] += 1
    else:
        found.nothing += 1


def _is_redeemed(folder: Path, reference: bytes) -> bool:
    with closing(sqlite3.connect(f"{(folder / FILE).as_uri()}?mode=ro", uri=True)) as books:
        (kept,) = books.execute(
            "SELECT state FROM slip WHERE reference = ?", (reference,)
        ).fetchone()
    return bool(kept == "redeemed")


def kill(folder: Path, number: int, seed: int = 1) -> Found:
    """So many kills, one after the other at the same market, and a check of its books."""
    found, chance = Found(), random.Random(seed)
    for _trial in range(number):
        trial(folder, chance, found)
    till = open_till(folder)
    try:
        found.broken += [f"verify: {one.where}: {one.what}" for one in till.verify()]
    finally:
        till.close()
    return found


def run(beside: Path, number: int) -> Iterator[str]:
    """So many kills; gives the figures."""
    found = kill(founded(beside / "market", practice=False), number, seed=number)
    yield (
        f"{number} kills: {found.acknowledged.total()} acknowledged "
        f"{dict(found.acknowledged)}, {found.unacknowledged.total()} in the books without a word "
        f"{dict(found.unacknowledged)}, {found.nothing} not there; {found.retried} visits came back "
        f"and were booked once; {found.asked} papers asked about; "
        f"{len(found.broken)} broken"
    )
    assert not found.broken, "; ".join(found.broken[:5])
