"""Every key in every place: `python -m tests.every_key`.

Takes hours on two cores; `--places home visit`, `--every N`, and `--kitty N` for the keys that kitty's
protocol encodes, make it shorter; `--at-a-time N` says how many kiosks run beside each other. Prints
one line a place and whatever was wrong: an end that nobody chose, a program that was started, a file
outside the data folder.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from tests.kiosk.every_key import every_key, pressed
from tests.kiosk.places import PLACES


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", nargs="+", choices=PLACES, default=list(PLACES))
    parser.add_argument(
        "--every", type=int, default=1, help="only every Nth key, others each place"
    )
    parser.add_argument("--kitty", type=int, default=1, help="only every Nth of kitty's keys")
    parser.add_argument("--at-a-time", type=int, default=6, help="kiosks beside each other")
    chosen = parser.parse_args()
    keys = every_key(chosen.kitty)
    begun = time.monotonic()
    counted, wrong = 0, []
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(chosen.at_a_time) as pool,
    ):
        runs = []
        for turn, name in enumerate(chosen.places):
            beside = Path(folder) / str(turn)
            beside.mkdir()
            runs.append(
                pool.submit(pressed, beside, name, keys[turn % chosen.every :: chosen.every])
            )
        for run in as_completed(runs):
            one = run.result()
            counted += one.keys
            wrong += one.wrong
            print(
                f"{one.place}: {one.keys} keys, {one.led_away} led elsewhere, {one.left} left by "
                f"choice, {len(one.wrong)} wrong",
                flush=True,
            )
            for line in one.wrong:
                print(f"  {line}", flush=True)
    print(
        f"{counted} of {len(keys)} keys in {len(chosen.places)} places, {len(wrong)} wrong, "
        f"{time.monotonic() - begun:.0f} s"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
