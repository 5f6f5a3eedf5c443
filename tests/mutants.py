"""Mutation testing by hand: `python -m tests.mutants [MODULE…] [--every N] [--at-a-time N]`.

Changes one thing in a module of `db` or `kiosk.slips` at a time (a comparison, a sum, a number, a
condition, a statement that is left out) and asks the tests that reach that line whether they notice.
Prints each change that no test noticed and that tests/survivors.md does not explain, and how many
were noticed of how many.

First the tests of both packages run once under coverage (`pip install '.[bench]'`), to learn which
test reaches which line and how long it takes. Then each mutant is tried by the tests that reach it,
as tests/mutant_trials.py says. What is changed and where is in tests/mutation.py.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from tests.mutant_trials import ENDING, Trial, tried
from tests.mutation import Mutant, mutants, unchanged

ROOT = Path(__file__).parent.parent
TESTS = (
    "tests/db",
    "tests/kiosk/slips",
    "tests/kiosk/keys/test_splitting.py",
    "tests/kiosk/keys/test_rotation.py",
)
"""The mirrors of both packages, and the tests of two use cases that prove most of the key file."""
LEFT_OUT = {"keyboard_layouts.py", "__init__.py"}
"""Facts alone: tests/keyboards.py checks them against the system's own tables."""
SECONDS = 5.0
"""What the tests take together that must pass without any change before they can notice one."""
TOLD_EVERY = 100
LEFT = ("survived", "unreached")


class Reach(NamedTuple):
    """What the tests reach: for a line of a file the tests that run it, and each test's seconds."""

    by_line: Mapping[tuple[str, int], frozenset[str]]
    seconds: Mapping[str, float]


def main() -> int:
    """Try mutants; 1 where one of them was not noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("module", nargs="*", help="such as db/slips.py; else all of both packages")
    parser.add_argument("--every", type=int, default=1, help="each Nth mutant alone")
    parser.add_argument("--at-a-time", type=int, default=2, help="processes beside each other")
    parser.add_argument(
        "--again", type=Path, help="those alone that an earlier run, kept in this file, lists"
    )
    parser.add_argument("--learned", type=Path, help="a folder that keeps what coverage told")
    asked = parser.parse_args()
    paths = [Path(named) for named in asked.module] or _modules()
    chosen = [one for path in paths for one in mutants(ROOT, path)][:: asked.every]
    if asked.again is not None:
        listed = asked.again.read_text(encoding="utf-8").splitlines()
        words = {line.partition(": ")[2] for line in listed}
        chosen = [one for one in chosen if str(one) in words]
    chosen = [unchanged(path) for path in sorted({one.path for one in chosen})] + chosen
    with tempfile.TemporaryDirectory() as beside:
        reach = _learned(asked.learned or Path(beside))
    outcomes: Counter[tuple[str, str]] = Counter()
    explained = survivors()
    for number in ENDING:
        signal.signal(number, signal.default_int_handler)
    with suppress(KeyboardInterrupt):  # what is known by then is told
        trials = [_trial(mutant, reach) for mutant in chosen]
        _watch(tried(trials, reach.seconds, asked.at_a_time), len(trials), explained, outcomes)
    return _told(outcomes)


def survivors() -> set[tuple[str, str]]:
    """The path and the words of each mutant that no test should notice."""
    found, path = set(), ""
    for line in (ROOT / "tests" / "survivors.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            path = line[3:].strip()
        elif line.startswith("- `"):
            found.add((path, line[3:].partition("`: ")[0]))
    return found


def _watch(
    tried: Iterable[tuple[Mutant, str]],
    number: int,
    explained: set[tuple[str, str]],
    outcomes: Counter[tuple[str, str]],
) -> None:
    """Count what comes, and print at once what was not noticed and is not explained. What nobody
    noticed at first is tried once more at the end, alone, so the last ones take the longest."""
    for done, (mutant, outcome) in enumerate(tried, 1):
        if done % TOLD_EVERY == 0:
            print(f"{done} of {number} tried", file=sys.stderr, flush=True)
        if mutant.changes_nothing:
            if outcome == "noticed":
                print(f"{mutant}: its tests fail without any change; no count of it means a thing")
            continue
        if outcome in LEFT and (mutant.path, mutant.words) in explained:
            outcome = "explained"
        outcomes[mutant.path, outcome] += 1
        if outcome in LEFT:
            print(f"{outcome}: {mutant}", flush=True)


def _modules() -> list[Path]:
    found = [*ROOT.glob("db/*.py"), *ROOT.glob("kiosk/slips/*.py")]
    return [path.relative_to(ROOT) for path in sorted(found) if path.name not in LEFT_OUT]


def _told(outcomes: Counter[tuple[str, str]]) -> int:
    for path in sorted({path for path, _outcome in outcomes}):
        counted = {outcome: n for (of, outcome), n in outcomes.items() if of == path}
        words = ", ".join(f"{n} {outcome}" for outcome, n in sorted(counted.items()))
        print(f"{path}: {words}")
    every = outcomes.total()
    left = sum(n for (_, how), n in outcomes.items() if how in LEFT)
    explained = sum(n for (_, how), n in outcomes.items() if how == "explained")
    print(
        f"{every - left - explained} of {every} mutants noticed, {explained} explained, {left} not"
    )
    return 1 if left else 0


# What the tests reach


def _learned(folder: Path) -> Reach:
    """Run the tests once, unless `folder` remembers."""
    from coverage import CoverageData

    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "coverage"
    times = folder / "times"
    if not data.exists():
        subprocess.run(
            [sys.executable, "-m", "pytest", *TESTS, "-q", "-p", "no:cacheprovider", "-p", "tests.anew",
             "--cov=db", "--cov=kiosk.slips", "--cov-context=test", "--cov-report=", "--durations=0", "-vv",
             "--durations-min=0"],
            cwd=ROOT, check=True, stdout=times.open("w"),
            env={**os.environ, "COVERAGE_FILE": str(data)},
        )  # fmt: skip
    seconds: dict[str, float] = defaultdict(float)
    for line in times.read_text().splitlines():
        took, _, rest = line.strip().partition("s ")
        phase, _, test = rest.partition(" ")
        if took.replace(".", "", 1).isdigit() and phase in ("call", "setup", "teardown"):
            seconds[test.strip()] += float(took)
    known = CoverageData(str(data))
    known.read()
    by_line = {
        (str(Path(file).relative_to(ROOT)), line): frozenset(
            test for context in contexts if (test := context.partition("|")[0])
        )
        for file in known.measured_files()
        for line, contexts in known.contexts_by_lineno(file).items()
    }
    return Reach(by_line, seconds)


def _trial(mutant: Mutant, reach: Reach) -> Trial:
    """What may notice a mutant: the tests of its module first, the fastest first. What is done when a
    module is imported, each test may notice that stands beside one that reaches the module."""
    reached: set[str] = set()
    for line in mutant.lines:
        reached |= reach.by_line.get((mutant.path, line), frozenset())
    if mutant.at_import or not reached:  # a line may be reached by a fixture of all tests alone
        of_module = [tests for (path, _), tests in reach.by_line.items() if path == mutant.path]
        files = {test.partition("::")[0] for test in frozenset().union(*of_module)}
        reached |= {test for test in reach.seconds if test.partition("::")[0] in files}
    path = Path(mutant.path)
    mirror = f"tests/{path.parent}/test_{path.name}"
    order = sorted(reached, key=lambda test: (not test.startswith(mirror), reach.seconds[test]))
    if mutant.changes_nothing:
        sums = accumulate(reach.seconds[test] for test in order)
        order = order[: sum(took <= SECONDS for took in sums)]
    return Trial(mutant, order, mirror)


if __name__ == "__main__":
    began = time.monotonic()
    status = main()
    print(f"{time.monotonic() - began:.0f} s")
    sys.exit(status)
