"""Lose the books of a market with many slips out, and honour each with the key alone.

`python -m tests.kiosk.lost_books [--slips 1000]`. The key comes from two of three sheets of words. Every
slip is handed in at the market that was founded anew from it, once; then all are tried a second time, by
their QR and by their typed code, there and after a restart.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from db import paper
from db.errors import SlipSpent
from db.market import Market
from kiosk.founding import found_market
from kiosk.slips import shares
from kiosk.till import open_till
from kiosk.till.records import PaperSlip
from tests.kiosk.tills import GOODS, Clock, booked, found, handed_out


@dataclass(slots=True)
class Result:
    """What came of it: amounts in hundredths; `wrong` in sentences."""

    slips: int
    owed: int
    honoured: paper.Honoured
    balance: int
    second_tries: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def lose_and_honour(folder: Path, number: int) -> Result:
    """Live through it in `folder`, with so many slips."""
    clock = Clock()
    with closing(found(folder / "old", clock)) as old:
        slips = [handed_out(old, f"{1 + at % 9} tomatoes") for at in range(number)]
        owed = old.outstanding().credits
        sheets = [" ".join(one.words) for one in shares.split(old.key(), 3, 2)]
    shutil.rmtree(folder / "old")
    clock.forward(days=7)
    key = shares.rebuild([shares.read(sheets[2]), shares.read(sheets[0])])
    wanted = Market("Oak Square", "", "en", b"", practice=False)
    with closing(found_market(folder / "new", wanted, goods=GOODS, clock=clock, key=key)) as till:
        till.open_day()
        for slip in slips:
            booked(till, slips=[slip])
        honoured = paper.honoured(till.books)
        result = Result(number, owed, honoured, till.balances()["paper"])
        _try_again(folder / "new", clock, slips, result)
        result.wrong += [str(one) for one in till.verify()]
    return result


def _try_again(folder: Path, clock: Clock, slips: list[PaperSlip], result: Result) -> None:
    with closing(open_till(folder, clock)) as till:
        for slip in slips:
            for text in (slip.text, slip.code):
                verdict = till.check(text)
                result.second_tries[verdict.word] += 1
                if not isinstance(verdict.error, SlipSpent):
                    result.wrong.append(f"{slip.code} is {verdict.word}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slips", type=int, default=1000)
    number = parser.parse_args().slips
    begun = time.monotonic()
    with TemporaryDirectory() as folder:
        result = lose_and_honour(Path(folder), number)
    seconds = time.monotonic() - begun
    say = sys.stdout.write
    say(f"{result.honoured.slips} of {number} slips honoured from paper, {seconds:.1f} s\n")
    say(f"owed {result.owed}, honoured {result.honoured.credits}, account {result.balance}\n")
    say(f"second tries: {dict(result.second_tries)}; wrong: {result.wrong[:9]}\n")
    return 1 if result.wrong or result.honoured != paper.Honoured(number, result.owed) else 0


if __name__ == "__main__":
    sys.exit(main())
