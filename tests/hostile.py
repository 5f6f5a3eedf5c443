"""All hostile strings on all screens, byte by byte and in one piece: `python -m tests.hostile`.

Takes minutes. `--screens HomeScreen VisitScreen` and `--every N` make it shorter, `--at-a-time N` says
how many kiosks run beside each other. Prints what was wrong, and one line a screen.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kiosk.till import Till
from tests.kiosk.hostile import MILLION, Hostile, corpus
from tests.kiosk.scanned import SCREENS, dump, guarded
from tests.kiosk.screens.table import founded
from tests.kiosk.tills import handed_out


def attacked(
    folder: Path, screen: str, every: int = 1, offset: int = 0, million: bool = True
) -> tuple[int, list[str]]:
    """Every `every`th string on one screen, from `offset` on; how many, and what was wrong."""
    slips: list[str] = []

    def before(till: Till) -> None:
        slips.append(handed_out(till).text)

    founded(folder, practice=False, before=before)
    (slip,) = slips
    strings = corpus(slip)[offset::every] + ([MILLION] if million else [])
    wrong: list[str] = []
    count = 0
    with guarded(folder, screen, slip) as at:
        books = dump(folder)
        for hostile in strings:
            for at_once in _ways(hostile):
                count += 1
                try:
                    wrong += at.attack(hostile, at_once, slip)
                except AssertionError as fault:
                    wrong.append(f"{hostile.kind} {hostile.data[:60]!r} {at_once}: {fault}")
                    return count, wrong
        if dump(folder) != books:
            wrong.append("the books have changed")
    return count, wrong


def _ways(hostile: Hostile) -> tuple[bool, ...]:
    """In one piece and byte by byte; what is long, in one piece only."""
    if len(hostile.data) > 4000:
        return (True,)
    return (False, True) if hostile.at_once else (False,)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--screens", nargs="+", choices=SCREENS, default=list(SCREENS))
    parser.add_argument("--every", type=int, default=1, help="only every Nth string")
    parser.add_argument("--at-a-time", type=int, default=8, help="kiosks beside each other")
    chosen = parser.parse_args()
    faults = total = 0
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadPoolExecutor(chosen.at_a_time) as pool,
    ):
        runs = {
            screen: pool.submit(attacked, Path(folder) / screen / "market", screen, chosen.every)
            for screen in chosen.screens
        }
        for screen, run in runs.items():
            count, wrong = run.result()
            total += count
            faults += len(wrong)
            print(f"{screen:18}{count:6} strings{len(wrong):6} faults", flush=True)
            for one in wrong[:10]:
                print("   ", one)
    print(f"{total} strings in {time.monotonic() - begun:.0f} s, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
