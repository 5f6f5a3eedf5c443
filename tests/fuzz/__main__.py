"""`python -m tests.fuzz [READER…] [--number N] [--seed N] [--at-a-time N] [--only N]`.

Gives each reader its share of N inputs, each made of the seed, the reader's name and its own number:
what was wrong once is wrong again with `READER --seed SEED --only NUMBER`. The only errors that may
come are the kiosk's own, and what a reader promises must hold. Prints what was wrong, and a line a
reader; exit status 1 where anything was.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from typing import Any, NamedTuple, Protocol

from db.errors import KioskError
from tests.fuzz.bending import Bending
from tests.fuzz.files import Backup, Card, Catalogue, Key, MachineSettings, Seal
from tests.fuzz.phrases import Amount, Phrase
from tests.fuzz.slips import Calibration, Cards, Share, SlipReader, TypedCode

NUMBER = 100_000
PIECE = 5_000
"""Inputs that one process tries before it takes others."""
MOST_FAULTS = 20
SHOWN = 600


class Reader(Protocol):
    """Something that reads what somebody else wrote, in a folder of its own."""

    def __init__(self, folder: Path) -> None: ...

    def make(self, bending: Bending) -> Any:
        """One input."""

    def check(self, made: Any) -> None:
        """Read it; raises KioskError where it is refused, AssertionError where a promise is broken."""


READERS: Mapping[str, type[Reader]] = {
    "slip": SlipReader,
    "code": TypedCode,
    "cards": Cards,
    "calibration": Calibration,
    "catalogue": Catalogue,
    "card": Card,
    "key": Key,
    "settings": MachineSettings,
    "seal": Seal,
    "backup": Backup,
    "share": Share,
    "phrase": Phrase,
    "amount": Amount,
}


class Tried(NamedTuple):
    """What came of some inputs of one reader."""

    reader: str
    outcomes: Counter[str]
    """How often an input was read, or refused by which error."""
    faults: list[str]
    seconds: float


def tried(name: str, seed: int, numbers: range) -> Tried:
    """Try the inputs with these numbers."""
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=_fast()) as folder:
        reader = READERS[name](Path(folder))
        for number in numbers:
            made = reader.make(Bending(Random(f"{seed} {name} {number}")))
            try:
                reader.check(made)
                outcomes["read"] += 1
            except KioskError as error:
                outcomes[type(error).__name__] += 1
            except Exception as error:
                shown = f"{name} --seed {seed} --only {number}: {error!r} from {made!r}"
                faults.append(shown[:SHOWN])
    return Tried(name, outcomes, faults, time.perf_counter() - began)


def _fast() -> str | None:
    """A folder in memory, where there is one: the disk is not what is tried here."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def main() -> int:
    """Try them all; 1 where anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("reader", nargs="*", help=", ".join(READERS))
    parser.add_argument("--number", type=int, default=NUMBER, help="inputs altogether")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-a-time", type=int, default=1, help="processes beside each other")
    parser.add_argument("--only", type=int, help="the input with this number alone")
    asked = parser.parse_args()
    names = asked.reader or list(READERS)
    if unknown := set(names) - set(READERS):
        parser.error(f"not one of {', '.join(READERS)}: {', '.join(sorted(unknown))}")
    if asked.only is not None:
        pieces = [(name, range(asked.only, asked.only + 1)) for name in names]
    else:
        share = -(-asked.number // len(names))
        pieces = [
            (name, range(at, min(at + PIECE, share)))
            for at in range(0, share, PIECE)
            for name in names
        ]
    faults = _run(names, pieces, asked.seed, asked.at_a_time)
    return 1 if faults else 0


def _run(names: list[str], pieces: list[tuple[str, range]], seed: int, at_a_time: int) -> int:
    totals = {name: Tried(name, Counter(), [], 0.0) for name in names}
    faults = 0
    with ProcessPoolExecutor(at_a_time) as pool:
        for one in pool.map(tried, *zip(*((n, seed, r) for n, r in pieces), strict=True)):
            before = totals[one.reader]
            before.outcomes.update(one.outcomes)
            totals[one.reader] = before._replace(seconds=before.seconds + one.seconds)
            for fault in one.faults:
                faults += 1
                if faults <= MOST_FAULTS:
                    print(fault, flush=True)
    for name, total in totals.items():
        number = sum(total.outcomes.values())
        refused = ", ".join(f"{error} {times}" for error, times in total.outcomes.most_common())
        print(f"{name}: {number} inputs in {total.seconds:.0f} s: {refused}")
    print(
        f"{sum(t.outcomes.total() for t in totals.values())} inputs, {faults} faults, seed {seed}"
    )
    return faults


if __name__ == "__main__":
    sys.exit(main())
