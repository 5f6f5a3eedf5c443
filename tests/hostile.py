"""All hostile strings in all places, byte by byte and in one piece: `python -m tests.hostile`.

Takes the better part of an hour. `--places home visit` and `--every N` make it shorter, `--at-a-time N`
says how many kiosks run beside each other: most of the time they wait. Prints what was wrong, and one
line a place.

What a code is taken for is acted upon for every ACTING-th string, in turn, so that each is somewhere
and each place sees many; the verdict on a code that is not ours costs more than all else. A genuine
slip behind every string must be taken exactly, and does what it does at the end of each run.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter, deque
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.kiosk.hostile import MILLION, Hostile, corpus
from tests.kiosk.places import PLACES, prepared
from tests.kiosk.scanned import Guarded, dump, guarded

TRIES = 6
"""How often a string is typed anew where the machine stalled meanwhile."""

ANY_SLIP = "Y026" + "7KQ2MX84DT0PZ3H" * 9
"""What some of the strings bend: it looks like a slip, and is none of any market's."""

ACTING = 8
PARTS = 2
"""Runs into which a place is cut, so that they end together."""

Waiting = deque[tuple[Hostile, bool, bool, int]]
"""Strings, whether each comes in one piece, whether it may act, and how often it was tried."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which strings: every `every`th, of `kinds` if any are named; of these every `typed`th byte by
    byte as well, and every `acting`th so that what it is taken for may act; others in each place."""

    every: int = 1
    typed: int = 1
    acting: int = 1
    kinds: tuple[str, ...] = ()


@dataclass
class Attacked:
    """What came of many strings in one place."""

    place: str
    count: Counter[bool] = field(default_factory=Counter)
    """Strings typed byte by byte (False) and in one piece (True)."""
    stalled: int = 0
    wrong: list[str] = field(default_factory=list)


def attacked(
    folder: Path, name: str, wanted: Wanted, offset: int = 0, million: bool = True
) -> Attacked:
    """Every string that is wanted in one place, from `offset` on; markets are made in `folder`, a new
    one after each string that has to be typed anew."""
    turn = list(PLACES).index(name)
    strings = corpus(ANY_SLIP)[offset :: wanted.every] + ([MILLION] if million else [])
    if wanted.kinds:
        strings = [one for one in strings if one.kind in wanted.kinds]
    waiting = Waiting(
        (hostile, at_once, (turn + number + at_once) % wanted.acting == 0, 0)
        for number, hostile in enumerate(strings)
        for at_once in _ways(hostile)
        if at_once or (turn + number) % wanted.typed == 0
    )
    result = Attacked(name)
    failed = 0
    for number in count():
        if not waiting:
            return result
        market = folder / str(number) / "market"
        slip = prepared(market, PLACES[name])
        try:
            with guarded(market, name, slip) as at:
                at.guard(slip)
                books = dump(market)
                _attack(at, waiting, slip, result)
                if at.stalled or at.terminal.is_over:
                    continue
                result.wrong += at.act(slip)
                if dump(market) != books:
                    result.wrong.append("the books have changed")
        except AssertionError as fault:  # it never came up, perhaps because the machine is busy
            failed += 1
            if failed > TRIES:
                result.wrong.append(f"{name}: {fault}")
                return result
    return result


def _attack(at: Guarded, waiting: Waiting, slip: str, result: Attacked) -> None:
    """Type what waits until something went wrong."""
    while waiting:  # what stalled comes again, in a kiosk that starts anew
        hostile, at_once, acts, tries = waiting.popleft()
        try:
            wrong = at.attack(hostile, at_once, slip, acts)
        except AssertionError as fault:
            wrong = [f"{hostile.kind} {hostile.data[:60]!r} at once {at_once}: {fault}"]
        if at.stalled and wrong:
            if tries < TRIES:
                waiting.append((hostile, at_once, acts, tries + 1))
            else:
                result.stalled += 1
        else:
            result.count[at_once] += 1
            result.wrong += wrong
        if wrong:
            return


def _ways(hostile: Hostile) -> tuple[bool, ...]:
    """In one piece and byte by byte; what is long, in one piece only."""
    if len(hostile.data) > 4000:
        return (True,)
    # In one piece first: a typed click that a busy machine reads in one piece shows where the
    # pointer is, and the next one there would be a press.
    return (True, False) if hostile.at_once else (False,)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--places", nargs="+", choices=PLACES, default=list(PLACES))
    parser.add_argument("--kinds", nargs="+", default=[], help="only strings of these kinds")
    parser.add_argument("--every", type=int, default=1, help="only every Nth string")
    parser.add_argument(
        "--typed", type=int, default=1, help="every Nth of them byte by byte as well"
    )
    parser.add_argument("--at-a-time", type=int, default=8, help="kiosks beside each other")
    chosen = parser.parse_args()
    wanted = Wanted(chosen.every * PARTS, chosen.typed, ACTING, tuple(chosen.kinds))
    begun = time.monotonic()
    results = {name: Attacked(name) for name in chosen.places}
    parts_left = Counter(dict.fromkeys(chosen.places, PARTS))
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(chosen.at_a_time) as pool,
    ):
        runs = [
            pool.submit(
                attacked, Path(folder) / f"{number}-{part}", name, wanted,
                part * chosen.every, part == 0,
            )
            for number, name in enumerate(chosen.places)
            for part in range(PARTS)
        ]  # fmt: skip
        for run in as_completed(runs):
            part = run.result()
            result = results[part.place]
            result.count += part.count
            result.stalled += part.stalled
            result.wrong += part.wrong
            parts_left[part.place] -= 1
            if not parts_left[part.place]:
                _say(result)
    total = sum((one.count for one in results.values()), Counter[bool]())
    faults = sum(len(one.wrong) for one in results.values())
    stalled = sum(one.stalled for one in results.values())
    print(
        f"{len(results)} places, {total[False]} strings typed and {total[True]} in one piece "
        f"in {time.monotonic() - begun:.0f} s: {faults} faults; {stalled} never typed without a stall"
    )
    return 1 if faults else 0


def _say(result: Attacked) -> None:
    print(
        f"{result.place:18}{result.count[False]:6} typed{result.count[True]:6} in one piece"
        f"{len(result.wrong):6} faults{result.stalled:4} stalled",
        flush=True,
    )
    for one in result.wrong[:10]:
        print("   ", one, flush=True)


if __name__ == "__main__":
    sys.exit(main())
