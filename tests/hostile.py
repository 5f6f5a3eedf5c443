"""All hostile strings on all screens, byte by byte and in one piece: `python -m tests.hostile`.

Takes minutes. `--screens HomeScreen VisitScreen` and `--every N` make it shorter, `--at-a-time N` says
how many kiosks run beside each other. Prints what was wrong, and one line a screen.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.till import Till
from tests.kiosk.hostile import MILLION, Hostile, corpus
from tests.kiosk.scanned import SCREENS, Guarded, dump, guarded
from tests.kiosk.screens.table import founded
from tests.kiosk.tills import handed_out

TRIES = 4
"""How often a string is typed anew where the machine stalled meanwhile."""


@dataclass
class Attacked:
    """What came of many strings on one screen."""

    screen: str
    count: int = 0
    stalled: int = 0
    wrong: list[str] = field(default_factory=list)


def printed(till: Till) -> str:
    """The text of a slip that is out of the printer: no job of it is left to change the books."""
    slip = handed_out(till)
    till.print_now(slip.job)
    till.confirm(slip.job)
    return slip.text


def attacked(
    folder: Path, screen: str, every: int = 1, offset: int = 0, million: bool = True
) -> Attacked:
    """Every `every`th string on one screen, from `offset` on."""
    slips: list[str] = []
    founded(folder, practice=False, before=lambda till: slips.append(printed(till)))
    strings = corpus(slips[0])[offset::every] + ([MILLION] if million else [])
    waiting = [(hostile, way, 0) for hostile in strings for way in _ways(hostile)]
    result = Attacked(screen)
    while waiting:
        left = waiting
        try:
            with guarded(folder, screen, slips[0]) as at:
                books = dump(folder)
                left = _attack(at, waiting, slips[0], result)
                if not at.stalled and dump(folder) != books:
                    result.wrong.append("the books have changed")
        except AssertionError as fault:  # it never came up
            result.wrong.append(str(fault))
            return result
        waiting = left
    return result


def _attack(
    at: Guarded, waiting: list[tuple[Hostile, bool, int]], slip: str, result: Attacked
) -> list[tuple[Hostile, bool, int]]:
    """Type what waits until something went wrong; gives what is still to be typed."""
    for number, (hostile, at_once, tries) in enumerate(waiting):
        try:
            wrong = at.attack(hostile, at_once, slip)
        except AssertionError as fault:
            wrong = [f"{hostile.kind} {hostile.data[:60]!r} at once {at_once}: {fault}"]
        rest = waiting[number + 1 :]
        if at.stalled and wrong:
            if tries < TRIES:
                return [*rest, (hostile, at_once, tries + 1)]
            result.stalled += 1
            return rest
        result.count += 1
        result.wrong += wrong
        if wrong:
            return rest
    return []


def _ways(hostile: Hostile) -> tuple[bool, ...]:
    """In one piece and byte by byte; what is long, in one piece only."""
    if len(hostile.data) > 4000:
        return (True,)
    return (False, True) if hostile.at_once else (False,)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screens", nargs="+", choices=SCREENS, default=list(SCREENS))
    parser.add_argument("--every", type=int, default=1, help="only every Nth string")
    parser.add_argument("--at-a-time", type=int, default=3, help="kiosks beside each other")
    chosen = parser.parse_args()
    faults = total = stalled = 0
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(chosen.at_a_time) as pool,
    ):
        runs = [
            pool.submit(attacked, Path(folder) / screen / "market", screen, chosen.every)
            for screen in chosen.screens
        ]
        for run in as_completed(runs):
            result = run.result()
            total += result.count
            stalled += result.stalled
            faults += len(result.wrong)
            print(
                f"{result.screen:18}{result.count:6} strings{len(result.wrong):6} faults",
                flush=True,
            )
            for one in result.wrong[:10]:
                print("   ", one, flush=True)
    seconds = time.monotonic() - begun
    print(
        f"{total} strings in {seconds:.0f} s: {faults} faults; {stalled} never typed without a stall"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
