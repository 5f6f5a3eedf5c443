"""Kill backups at random moments: `python -m tests.faults.backups [TIMES] [--visits N] [--stick DIR]`.

Each round books something, begins a backup in a process of its own, as the table does, and SIGKILLs it
somewhere between its start, or that of its copying, or of its writing to the stick, and a little after
its end. After every kill:

- the stick holds a whole backup, and no half one under the name of a whole one: each restores, verified;
- the one that goes furthest is the backup before, or the new one where it came to its end;
- the next backup succeeds and leaves nothing of the killed one, on the stick or beside the books.

`--stick` names an empty folder for the backups, such as one on a FAT file system.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from db.backup import moment
from db.market import Market
from kiosk.backup.folder import Backup, backups_below
from kiosk.backup.place import KEPT, choose_place, place_of
from kiosk.backup.restoring import restore
from kiosk.config import Settings
from kiosk.founding import found_market, suggested_goods
from kiosk.till import Till
from tests.kiosk.tills import exchange

LONGER = 1.1  # times of an undisturbed backup in which the kill may come
VISITS = 2000
ROOT = Path(__file__).parents[2]


def main() -> int:
    """Gives 1 where a kill left anything else than whole backups."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.backups", description=__doc__)
    parser.add_argument("times", nargs="?", type=int, default=100)
    parser.add_argument("--visits", type=int, default=VISITS)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    parser.add_argument("--stick", type=Path, help="an empty folder for the backups")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kiosk-backups-") as name:
        try:
            for line in run(Path(name), asked.times, asked.visits, asked.seed, asked.stick):
                print(line, flush=True)
        except AssertionError as error:
            print(f"BROKEN: {error}")
            return 1
    return 0


def run(
    folder: Path, number: int, visits: int = VISITS, seed: int = 1, stick: Path | None = None
) -> Iterator[str]:
    """Kill so many backups of books with so many visits; gives what was found, in lines. Raises
    AssertionError where a kill left anything else than whole backups."""
    yield f"seed {seed}, books of {visits:,} visits"
    chance, ended = Random(seed), Counter[str]()
    stick = stick or folder / "stick"
    till = _market(folder / "data", stick, visits)
    restored = 0
    try:
        lasts = _undisturbed(till)
        for turn in range(number):
            _visit(till, f"between the kills {turn}")
            before = backups_below(stick)[0]
            doing = _kill(till, stick, turn % 3, LONGER * chance.random(), lasts)
            ended[doing] += 1
            where = f"seed {seed}, round {turn}, while it was {doing}"
            restored += _restored(folder, stick, before, moment(till.books).seq, where)
            if turn % 5 == 4:
                _undisturbed(till)
                _assert_tidy(till, stick, where)
    finally:
        till.close()
    for doing, times in sorted(ended.items()):
        yield f"{times:4} killed while it was {doing}"
    yield f"{number} backups killed; all {restored} that lay there then were restored and verified"


def _market(data: Path, stick: Path, visits: int) -> Till:
    till = found_market(
        data, Market("Oak Square", "", "en", b"", practice=False), goods=suggested_goods()
    )
    till.open_day([("table", "Ana")])
    with till.books.transaction():
        for number in range(visits):
            _visit(till, f"before {number}")
    stick.mkdir(exist_ok=True)
    choose_place(till.folder, till.books, stick)
    till.change_settings(Settings(backup_folder=str(stick)))
    return till


def _visit(till: Till, key: str) -> None:
    till.book(exchange("2 tomatoes"), key)


def _begun(till: Till) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "kiosk.backup.process", str(till.folder), "en"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )


def _undisturbed(till: Till) -> tuple[float, float, float]:
    """Seconds that a backup takes which nobody kills: from its start, from its copying on, and from its
    writing to the stick on."""
    stick = place_of(till.folder)
    with _begun(till) as process:
        began = time.monotonic()
        copying = _waited_for(till, stick, 1, process)
        writing = _waited_for(till, stick, 2, process)
        said = process.communicate()[0]
        ended = time.monotonic()
    assert b"made" in said, said
    return ended - began, ended - copying, ended - writing


def _waited_for(till: Till, stick: Path, phase: int, process: subprocess.Popen[bytes]) -> float:
    """Wait until a backup has come so far, or ended; gives when that was."""
    patterns = ((stick, "."), (till.folder, ".backup/books.sqlite"), (stick, "*/.unfinished"))
    folder, pattern = patterns[phase]
    while phase and process.poll() is None and not any(folder.glob(pattern)):
        time.sleep(0.0005)
    return time.monotonic()


def _kill(till: Till, stick: Path, phase: int, share: float, lasts: tuple[float, ...]) -> str:
    """Kill a backup within a share of the time from a phase to its end; gives what it was doing, as far
    as files tell."""
    with _begun(till) as process:
        _waited_for(till, stick, phase, process)
        time.sleep(share * lasts[phase])
        process.kill()
        if process.wait() == 0:
            return "done"
    work = {path.name for path in (till.folder / ".backup").glob("*")}
    if list(stick.glob("*/.unfinished")):
        return "written to the stick"
    if any(name.startswith(".verify") for name in work):
        return "replayed"
    return "copied" if "books.sqlite" in work else "starting or tidying"


def _restored(folder: Path, stick: Path, before: list[Backup], seq: int, where: str) -> int:
    """Restore every backup that lies there after a kill; gives how many."""
    found, wrong = backups_below(stick)
    assert not wrong, f"{where}: half a backup under a whole one's name: {wrong[0]}"
    new = [one for one in found if one not in before]
    assert all(one.manifest.moment.seq == seq for one in new), f"{where}: of another moment"
    assert new or before == found, f"{where}: an earlier backup went although no new one came"
    for one in found:
        to = folder / "restored"
        assert restore(one.folder, to).backup == one
        shutil.rmtree(to)
    return len(found)


def _assert_tidy(till: Till, stick: Path, where: str) -> None:
    """Once a backup came to its end again nothing is left of those that were killed."""
    left = [*(till.folder / ".backup").iterdir(), *stick.glob("*/.*")]
    found, wrong = backups_below(stick)
    assert not left and not wrong, f"{where}: not tidied: {left}, {wrong}"
    assert len(found) == KEPT, f"{where}: {len(found)} backups are kept"
    assert found[0].manifest.moment.seq == moment(till.books).seq, f"{where}: not everything"


if __name__ == "__main__":
    sys.exit(main())
