"""Wrong clocks under the real programs: an hour back in the middle of a visit, 1970, a year ahead.

The time that the app and the command line see is changed while they run (faketime). Nobody is turned
away, the heading says that the clock is wrong within two seconds, the order of the ledger is kept, no
date of a wrong clock stays behind, and no slip is good again because a clock was turned back.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from kiosk.till import open_till
from tests.faults.screen import type_a_visit
from tests.kiosk.screens.table import founded
from tests.kiosk.terminal import Terminal, environment_for

WITHIN_SECONDS = 2.0
RIGHT, HOUR_BACK, LONG_AGO, YEAR_AHEAD = "+0", "-1h", "@1970-01-01 00:05:00", "+365d"
JUMPS = {"an hour back": HOUR_BACK, "1970": LONG_AGO, "a year ahead": YEAR_AHEAD}


def _library() -> Path | None:
    return next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)


def why_not() -> str:
    """Why no clock can be changed; empty where one can."""
    return "" if _library() else "faketime is not installed"


class FakeTime:
    """A clock for the programs of one market, to be set while they run."""

    def __init__(self, beside: Path) -> None:
        self._file = beside / "time"
        self.set(RIGHT)

    def set(self, to: str) -> None:
        """Let it show another time from now on."""
        self._file.write_text(to)

    @property
    def environment(self) -> dict[str, str]:
        """What makes a program see it."""
        return {
            "LD_PRELOAD": str(_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


def on_the_screen(beside: Path) -> Iterator[str]:
    """One visit for each jump, which comes while it is typed."""
    clock, folder = FakeTime(beside), founded(beside / "market", practice=False)
    surroundings = environment_for(folder) | clock.environment
    terminal = Terminal([sys.executable, "-m", "kiosk"], surroundings)
    try:
        for visit, (name, jump) in enumerate(JUMPS.items(), 1):
            type_a_visit(terminal)
            clock.set(jump)
            began = time.monotonic()
            terminal.wait("! clock")
            said = time.monotonic() - began
            assert said < WITHIN_SECONDS, f"{name}: it took {said:.1f} s to say so"
            terminal.press("enter", until=f"visit {visit} is in the book")
            terminal.press("escape", until="Set the clock")
            clock.set(RIGHT)
            terminal.wait_for(lambda: "! clock" not in terminal.words(), "a clock that is right")
            yield f"{name} in the middle of a visit: said after {said:.2f} s, booked"
    finally:
        terminal.close()
    _look(folder, len(JUMPS))


def _look(folder: Path, visits: int) -> None:
    till = open_till(folder)
    try:
        rows = till.books.sql("SELECT body FROM entry ORDER BY id").fetchall()
        times = [json.loads(body)["at"] for (body,) in rows]
        assert times == sorted(times), "the order of the ledger is not kept"
        assert times[-1] <= till.books.clock_time(), "a date of the future stays behind"
        assert till.newest_day().visits == visits
        assert till.verify() == []
    finally:
        till.close()


def in_lines(beside: Path) -> Iterator[str]:
    """A slip that expired stays expired, whatever clock it is asked by."""
    clock, folder = FakeTime(beside), founded(beside / "market", practice=False)
    surroundings = environment_for(folder) | clock.environment

    def line(*typed: str) -> dict[str, object]:
        done = subprocess.run(
            [sys.executable, "-m", "kiosk", *typed, "--json"],
            env=surroundings, capture_output=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        told: dict[str, object] = json.loads(done.stdout)
        return told

    line("rules", "--slip-days", "7", "--decision", "assembly")
    (slip,) = line("visit", "--brought", "3 kg tomatoes")["slips"]  # type: ignore[misc]
    handed_in = ("visit", "--took", "1 jar honey", "--slip", slip["text"])
    clock.set("+10d")
    assert line(*handed_in)["error"] == "SlipExpired"
    line("visit", "--brought", "1 kg tomatoes")  # the books have seen that day
    for back in (RIGHT, "-1d", LONG_AGO):
        clock.set(back)
        assert line(*handed_in)["error"] == "SlipExpired", f"good again at {back}"
    yield "an expired slip, and the clock turned back three times: refused each time"


def run(beside: Path, _number: int) -> Iterator[str]:
    """Every jump once; gives a line for each."""
    if why_not():
        yield f"skipped, {why_not()}"
        return
    for part in (on_the_screen, in_lines):
        place = beside / part.__name__
        place.mkdir()
        yield from part(place)
