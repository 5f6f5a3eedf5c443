"""Kill an export at random moments: `python -m tests.kiosk.exports.kills [TIMES] [--visits N]`.

A process of its own exports a closed day, and SIGKILL ends it somewhere between its start and a little
after its end. What may be there then is the whole folder or none, and nothing of it under a visible
name; the next export tidies up what lies there under a hidden one. In every second round an earlier
export lies there already: then it must be whole afterwards, at its place or ready to step back.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from db.market import Market
from kiosk.founding import found_market, suggested_goods
from kiosk.till import open_till
from tests.bench.growth import fill
from tests.bench.market import Mint
from tests.kiosk.exports.conftest import contents

EXPORT = (
    "import sys; from pathlib import Path; from kiosk.till import open_till; "
    "till = open_till(Path(sys.argv[1])); print('ready', flush=True); "
    "till.export(1, Path(sys.argv[2])); print('done', flush=True)"
)
LONGER = 1.2  # times of an undisturbed export in which the kill may come


def main() -> int:
    """Gives 1 where a kill left anything else than a whole folder or none."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.kiosk.exports.kills", description=__doc__
    )
    parser.add_argument("times", nargs="?", type=int, default=50)
    parser.add_argument("--visits", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    asked = parser.parse_args()
    print(f"seed {asked.seed}, a day of {asked.visits:,} visits")
    with tempfile.TemporaryDirectory(prefix="kiosk-kills-") as name:
        found, wrong = _rounds(Path(name), asked.times, asked.visits, random.Random(asked.seed))
    for what, times in sorted(found.items()):
        print(f"{times:4} {what}")
    print(f"{asked.times} kills, {wrong} left half a folder")
    return 1 if wrong else 0


def closed_day(data: Path, visits: int) -> None:
    """A market in `data` whose first day has so many visits and is sealed."""
    till = found_market(
        data, Market("Oak Square", "", "en", b"", practice=False), goods=suggested_goods()
    )
    till.open_day([("table", "Ana")])
    fill(till.books, Mint(), visits)
    till.close_day(None)
    till.close()


def _rounds(
    folder: Path, times: int, visits: int, chance: random.Random
) -> tuple[Counter[str], int]:
    data, out = folder / "data", folder / "out"
    closed_day(data, visits)
    till = open_till(data)
    whole = contents(till.export(1, folder / "whole"))
    lasts = _undisturbed(data, out)
    found: Counter[str] = Counter()
    wrong = 0
    for number in range(times):
        if number % 2 == 0:
            shutil.rmtree(out)
        hidden = _kill(data, out, chance.uniform(0, LONGER * lasts))
        seen = list(out.glob("day-*"))
        found["left " + (", ".join(sorted(p.suffix[1:] for p in hidden)) or "nothing hidden")] += 1
        half = [path for path in seen if contents(path) != whole]
        half += [path for path in hidden if path.suffix == ".replaced" and contents(path) != whole]
        place = till.export(1, out)
        untidy = [path for path in out.iterdir() if path.name.startswith(".")]
        if half or untidy or contents(place) != whole:
            wrong += 1
            print(f"round {number}: half {half}, untidy {untidy}")
    till.close()
    return found, wrong


def _undisturbed(data: Path, out: Path) -> float:
    """Seconds that an export takes which nobody kills."""
    with _begun(data, out) as process:
        began = time.monotonic()
        assert process.stdout is not None
        if process.stdout.readline() != b"done\n":
            raise AssertionError("the export failed")
        return time.monotonic() - began


def _kill(data: Path, out: Path, after: float) -> list[Path]:
    """What lies in `out` under hidden names once an export was killed so many seconds after it began."""
    with _begun(data, out) as process:
        time.sleep(after)
        process.kill()
    return [path for path in out.iterdir() if path.name.startswith(".")] if out.exists() else []


def _begun(data: Path, out: Path) -> subprocess.Popen[bytes]:
    """A process that is about to export."""
    command = [sys.executable, "-c", EXPORT, os.fspath(data), os.fspath(out)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    if process.stdout.readline() != b"ready\n":
        raise AssertionError("the export did not begin")
    return process


if __name__ == "__main__":
    sys.exit(main())
