"""What is done at a table while faults happen, and what must be true of the books afterwards.

Each step is told before it is tried and again when it was acknowledged; what was told is all that the
check has, as a person has only what the kiosk said. A step that was tried and not acknowledged may
have happened or not; `retried` asks for it again with the same key, and then it has, once.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from db.errors import Refused
from db.weighing import Exchange
from kiosk.slips import payload
from kiosk.till import Till, open_till
from tests.kiosk.tills import exchange

Told = dict[str, Any]
Tell = Callable[[Told], None]

MIXED = ("visit",) * 4 + ("redeem",) * 4 + ("undo", "confirm")
WITH_CLOSING = (*MIXED * 3, "close")
MOST_SLIPS = 20
"""Slips that are kept in hand: enough to redeem any of them at any time."""


class Table:
    """Somebody who keeps working at a till."""

    def __init__(self, till: Till, chance: random.Random, tell: Tell, name: str = "") -> None:
        self._till = till
        self._chance = chance
        self._tell = tell
        self._name = name or f"{chance.getrandbits(64):016x}"
        self._step = 0
        self.slips: list[str] = []

    def step(self, kinds: Sequence[str] = MIXED) -> None:
        """One thing that people do; raises what the till raises."""
        self._step += 1
        kind = self._chance.choice(kinds)
        if kind == "undo" and self._till.undoable()[0]:
            self._undo()
        elif kind == "confirm" and (jobs := self._till.pending()):
            self._till.print_now(jobs[0].id) if jobs[0].state == "queued" else None
            self._till.confirm(jobs[0].id)
        elif kind == "close":
            self._close()
        elif kind == "redeem" and self.slips:
            slip = self.slips.pop(self._chance.randrange(len(self.slips)))
            self.visit([f"{self._chance.randint(1, 4)} tomatoes", "-1 honey"], [slip])
        else:
            self.visit([f"{self._chance.randint(1, 9)} tomatoes"])

    def visit(self, lines: Sequence[str], slips: Sequence[str] = ()) -> None:
        """Book a visit; slips are texts. One that is gone is no fault: an undo took it back."""
        key = f"{self._name} {self._step}"
        tried = {"what": "visit", "key": key, "lines": list(lines), "in": list(slips)}
        self._tell({"tried": tried})
        try:
            done = self._till.book(exchanged(lines, slips), key)
        except Refused:
            self._tell({"done": {"what": "refused", "key": key}})
            return
        out = [slip.text for slip in done.slips]
        self.slips = [*self.slips, *out][-MOST_SLIPS:]
        self._tell({"done": tried | {"day": done.day, "visit": done.visit, "out": out}})

    def _undo(self) -> None:
        day = self._till.newest_day().number
        tried = {"what": "undo", "day": day, "visit": self._till.undoable()[0]}
        self._tell({"tried": tried})
        try:
            self._till.undo()
        except Refused:
            self._tell({"done": {"what": "refused"}})
            return
        self._tell({"done": tried})

    def _close(self) -> None:
        tried = {"what": "close", "day": self._till.newest_day().number}
        self._tell({"tried": tried})
        self._till.close_day(None)
        self._tell({"done": tried})
        self._tell({"tried": {"what": "open", "day": tried["day"] + 1}})
        self._till.open_day()
        self._tell({"done": {"what": "open", "day": tried["day"] + 1}})


def exchanged(lines: Sequence[str], slips: Sequence[str]) -> Exchange:
    """An exchange as the till wants it."""
    return exchange(*lines, slips=[reference_of(text) for text in slips], solidarity=True)


def reference_of(text: str) -> bytes:
    """Reference of a slip by its text."""
    slip = payload.slip_of(text)
    assert slip is not None
    return payload.reference(slip)


def amount_of(text: str) -> int:
    """What stands on a slip, in hundredths."""
    slip = payload.slip_of(text)
    assert slip is not None
    return payload.unpack(slip).amount


@dataclass
class Found:
    """What was broken; empty where nothing was."""

    acknowledged: int = 0
    """Steps that the kiosk acknowledged."""
    unacknowledged: int = 0
    """Steps that happened although nobody was told so."""
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def broken(self) -> list[str]:
        """All of it in sentences."""
        return [*self.lost, *self.twice, *self.wrong]

    def add(self, other: Found) -> None:
        """Count another trial with this one."""
        self.acknowledged += other.acknowledged
        self.unacknowledged += other.unacknowledged
        for name in ("lost", "twice", "wrong"):
            getattr(self, name).extend(getattr(other, name))


def check(folder: Path, told: Sequence[Told]) -> Found:
    """Hold the books against what was told, then ask again for the step that is in doubt."""
    till = open_till(folder)
    try:
        return _checked(till, told)
    finally:
        till.close()


def _checked(till: Till, told: Sequence[Told]) -> Found:
    found = Found()
    done = [one["done"] for one in told if "done" in one]
    doubt = told[-1].get("tried") if told else None
    _look(till, done, doubt, found)
    if doubt is not None and doubt["what"] == "visit":
        found.unacknowledged += _count(till, doubt["key"])
        done.append(_retried(till, doubt))
        _look(till, done, None, found)
    found.wrong += [f"verify: {one.where}: {one.what}" for one in till.verify()]
    return found


def _retried(till: Till, doubt: Told) -> Told:
    """The visit whose fate is unknown, asked for again as a driver does: with the same key."""
    try:
        done = till.book(exchanged(doubt["lines"], doubt["in"]), doubt["key"])
    except Refused:
        return {"what": "refused", "key": doubt["key"]}
    out = [slip.text for slip in done.slips if slip.text]
    return doubt | {"day": done.day, "visit": done.visit, "out": out}


def _count(till: Till, key: str) -> int:
    row = till.books.sql("SELECT count(*) FROM visit WHERE key = ?", (key,)).fetchone()
    return int(row[0])


def _look(till: Till, done: Sequence[Told], doubt: Told | None, found: Found) -> None:
    """Everything that was acknowledged is there, once, and worth what it was worth."""
    found.acknowledged = len(done)
    undone = {(one["day"], one["visit"]) for one in done if one["what"] == "undo"}
    maybe = {(doubt["day"], doubt["visit"])} if doubt and doubt["what"] == "undo" else set()
    handed_in = {text for one in done if one["what"] == "visit" for text in one["in"]}
    if doubt and doubt["what"] == "visit":
        handed_in |= set(doubt["in"])
    for one in done:
        if one["what"] == "visit":
            place = one["day"], one["visit"]
            _look_at_visit(till, one, place in undone, place in maybe, found)
            if place not in undone | maybe:
                _look_at_slips(till, one["out"], handed_in, found)
        elif one["what"] == "close" and not _is_sealed(till, one["day"]):
            found.lost.append(f"the seal of day {one['day']}")


def _look_at_visit(till: Till, one: Told, undone: bool, maybe: bool, found: Found) -> None:
    rows = till.books.sql(
        "SELECT visit.number, visit.reversed_in, entry.day FROM visit "
        "JOIN entry ON entry.id = visit.id WHERE visit.key = ?",
        (one["key"],),
    ).fetchall()
    if not rows:
        found.lost.append(f"visit {one['key']}")
        return
    if len(rows) > 1:
        found.twice.append(f"visit {one['key']}")
    number, reversed_in, day = rows[0]
    if (day, number) != (one["day"], one["visit"]):
        found.wrong.append(f"visit {one['key']} has another number")
    if undone and reversed_in is None:
        found.lost.append(f"the undoing of visit {one['key']}")
    if not undone and not maybe and reversed_in is not None:
        found.wrong.append(f"visit {one['key']} is undone, and nobody undid it")


def _look_at_slips(till: Till, out: Sequence[str], handed_in: set[str], found: Found) -> None:
    for text in out:
        rows = till.books.sql(
            "SELECT amount, state FROM slip WHERE reference = ?", (reference_of(text),)
        ).fetchall()
        if [amount for amount, _state in rows] != [amount_of(text)]:
            found.wrong.append(f"a slip of {amount_of(text)} has other values: {rows}")
        elif text not in handed_in and rows[0][1] != "issued":
            found.wrong.append(f"a slip that nobody handed in is {rows[0][1]}")


def _is_sealed(till: Till, day: int) -> bool:
    row = till.books.sql("SELECT sealed_in FROM day WHERE number = ?", (day,)).fetchone()
    return row is not None and row[0] is not None


def read_told(lines: Sequence[bytes]) -> list[Told]:
    """What was told through a pipe or a file, one JSON object a line; a torn last line is dropped."""
    told = []
    for line in lines:
        if line.endswith(b"\n"):
            told.append(json.loads(line))
    return told
