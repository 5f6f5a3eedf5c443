"""Every kind of fault, the long form: `python -m tests.faults [KIND...] [--number N]`.

Prints what was done and what was found; exits with 1 where something was lost, booked twice or said
wrongly. The short form of each is in the test suite.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

KINDS = {
    "kills": ("tests.faults.kills", 300),
    "cli_kills": ("tests.faults.cli_kills", 300),
    "io": ("tests.faults.failing", 1),
    "powercuts": ("tests.faults.powercuts", 300),
    "torn": ("tests.faults.torn", 300),
    "backups": ("tests.faults.backups", 100),
    "flips": ("tests.faults.flips", 200),
    "clock": ("tests.faults.clocks", 1),
    "screen": ("tests.faults.screen", 1),
}
"""Module and number of trials of each kind."""


def main() -> int:
    """Gives 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("kind", nargs="*", help=", ".join(KINDS))
    parser.add_argument("--number", type=int, help="trials of each kind")
    asked = parser.parse_args()
    broken = [kind for kind in asked.kind or KINDS if not _holds(kind, asked.number)]
    for kind in broken:
        print(f"{kind}: BROKEN")
    return 1 if broken else 0


def _holds(kind: str, number: int | None) -> bool:
    module, usual = KINDS[kind]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kiosk-faults-") as name:
        try:
            for line in import_module(module).run(Path(name), number or usual):
                print(f"{kind}: {line}", flush=True)
        except AssertionError as error:
            print(f"{kind}: {error}", flush=True)
            return False
    print(f"{kind}: {time.monotonic() - began:.0f} s", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
