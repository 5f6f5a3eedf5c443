"""The command line, killed: `kill -9` at a random moment of a visit, a redeem, an undo, a closing.

A driver types the command, kills it somewhere between its start and a little after its end, looks what
it had said by then, and types it again: a visit with the same key, an undo or a closing only where the
books show that it did not happen, for these have none.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.till import Till, open_till
from tests.faults.torn import founded
from tests.faults.workload import Found, Told, check, reference_of
from tests.kiosk.terminal import environment_for

LONGER = 1.05
"""How far beyond its usual end a command may be killed, as a factor."""

T = Any


@dataclass
class Driver:
    """Somebody who works in lines at the market in `folder`."""

    folder: Path
    chance: random.Random
    told: list[Told]
    killed: int = 0
    spoke: int = 0
    """Commands that had said all before they were killed."""

    def line(self, *typed: str, after: float | None = None) -> dict[str, Any] | None:
        """Type a command and kill it after so many seconds; gives what it said, None where that was
        not all."""
        process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", *typed, "--json"],
            env=environment_for(self.folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            out, _ = process.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            process.kill()
            out, _ = process.communicate()
            self.killed += 1
        whole = out.endswith(b"\n")
        self.spoke += whole and after is not None
        said = json.loads(out) if whole else None
        assert said is None or "error" not in said, said["sentence"]
        return said

    def books(self, use: Callable[[Till], T]) -> T:
        """What the books say."""
        till = open_till(self.folder)
        try:
            return use(till)
        finally:
            till.close()

    def visit(self, key: str, seconds: float) -> None:
        """Book a visit with a slip of an earlier one where there is one; killed, and typed again."""
        typed = ["visit", "--brought", f"{self.chance.randint(1, 5)} kg tomatoes", "--key", key]
        in_hand = self._slip_in_hand()
        if in_hand:
            typed += ["--took", "1 jar honey", "--slip", in_hand]
        said = self.line(*typed, after=seconds)
        again = self.line(*typed)
        assert again is not None, "the command typed again failed"
        out = [slip["text"] for slip in again["slips"] if slip["text"]]
        if said is not None:
            assert (said["visit"], said["slips"]) == (again["visit"], again["slips"]), "two answers"
        day = self.books(lambda till: till.newest_day().number)
        handed_in = [in_hand] if in_hand else []
        self.told.append(
            {"done": {
                "what": "visit", "key": key, "in": handed_in, "day": day, "visit": again["visit"],
                "out": out,
            }}
        )  # fmt: skip

    def _slip_in_hand(self) -> str | None:
        """A slip that is out, as its paper says it."""
        spent = {text for one in self.told for text in one["done"].get("in", ())}
        texts = [text for one in self.told for text in one["done"].get("out", ())]
        free = [text for text in texts if text not in spent and self._is_out(text)]
        return self.chance.choice(free) if free and self.chance.random() < 0.6 else None

    def _is_out(self, text: str) -> bool:
        from db import slips

        known = self.books(lambda till: slips.slip(till.books, reference_of(text)))
        return known is not None and known.out

    def undo(self, seconds: float) -> None:
        """Undo the last visit; killed, and typed again where it did not happen."""
        day, last = self.books(lambda till: (till.newest_day().number, till.undoable()[0]))
        if not last:
            return
        said = self.line("undo", after=seconds)
        now = self.books(lambda till: till.undoable()[0])
        assert said is None or now != last, "an undo that was acknowledged did not happen"
        if now == last:
            self.line("undo")
        self.told.append({"done": {"what": "undo", "day": day, "visit": last}})

    def close(self, seconds: float) -> None:
        """Close the day and open the next; killed, and typed again where it did not happen."""
        day = self.books(lambda till: till.newest_day().number)
        said = self.line("day", "close", after=seconds)
        is_open = self.books(lambda till: till.day() is not None)
        assert said is None or not is_open, "a closing that was acknowledged did not happen"
        if is_open:
            self.line("day", "close")
        self.told.append({"done": {"what": "close", "day": day}})
        self.line("day", "open")


def run(beside: Path, number: int) -> Iterator[str]:
    """So many kills; gives the figures."""
    driver, found = killed(founded(beside), number)
    yield (
        f"{number} commands: {driver.killed} killed before their end, {driver.spoke} acknowledged; "
        f"{len(found.lost)} lost, {len(found.twice)} twice, {len(found.wrong)} wrong, "
        f"of {found.acknowledged} steps"
    )
    assert not found.broken, "; ".join(found.broken[:5])


def killed(folder: Path, number: int, seed: int = 1) -> tuple[Driver, Found]:
    """So many commands in the market in `folder`, each killed; and what its books hold then."""
    driver = Driver(folder, random.Random(seed), [])
    began = time.monotonic()
    driver.line("visit", "--brought", "1 kg tomatoes", "--key", "undisturbed")
    lasts = time.monotonic() - began
    for trial in range(number):
        seconds = driver.chance.uniform(0.3, LONGER) * lasts
        kind = driver.chance.random()
        if kind < 0.1:
            driver.undo(seconds)
        elif kind < 0.15:
            driver.close(seconds)
        else:
            driver.visit(f"visit-{trial}", seconds)
    return driver, check(folder, driver.told)
