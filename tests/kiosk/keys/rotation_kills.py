"""Kill a rotation of the key before and after each step that reaches the disk, and start again.

`python -m tests.kiosk.keys.rotation_kills` does it for every step; the suite for some of them. After
each kill the next start must find one key, that of the books; every slip of before must be good by its
QR and its typed code; and where the new key is in force nothing of the old seed may be left.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from db import keys
from kiosk.config import KEY_FILE
from kiosk.keys.rotation import rotate
from kiosk.till import open_till
from kiosk.till.records import PaperSlip
from tests.kiosk.tills import Clock, found, handed_out, sound

STEPS = frozenset(
    {
        "execute", "executemany", "fsync", "link", "open", "read", "remove", "rename", "replace",
        "truncate", "unlink", "write", "flush", "close", "fetchone",
    }
)  # fmt: skip
"""Functions of C by which a rotation reaches files and database."""


def counting(then: Callable[[int], None]) -> Callable[[Any, str, Any], None]:
    """A profiler that tells `then` the number of each step, before it and after it."""
    number = 0

    def profile(_frame: Any, event: str, what: Any) -> None:
        nonlocal number
        if event in ("c_call", "c_return") and getattr(what, "__name__", "") in STEPS:
            number += 1
            then(number)

    return profile


def steps_of(work: Callable[[], object]) -> int:
    """How many moments a piece of work has at which it can be killed."""
    seen = [0]
    sys.setprofile(counting(lambda number: seen.append(number)))
    try:
        work()
    finally:
        sys.setprofile(None)
    return seen[-1]


def killed(at: int, work: Callable[[], object]) -> bool:
    """Do `work` in a process that is killed at a step; gives whether it was."""
    child = os.fork()
    if child == 0:

        def kill(number: int) -> None:
            if number == at:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.setprofile(counting(kill))
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def started(folder: Path) -> None:
    open_till(folder).close()


def rotated(folder: Path) -> None:
    till = open_till(folder)
    rotate(till, "killed, perhaps")
    till.close()


class Pattern:
    """A market with a slip that is out, to copy from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        till = found(folder, Clock())
        self.slip: PaperSlip = handed_out(till)
        self.seed = till.key().seed()
        self.public = till.public
        till.close()

    def copy(self, to: Path) -> Path:
        shutil.rmtree(to, ignore_errors=True)
        return Path(shutil.copytree(self.folder, to))


def check(pattern: Pattern, folder: Path, *, thoroughly: bool) -> str:
    """What a start after a crash finds; says which key is in force. Raises AssertionError."""
    till = open_till(folder)
    try:
        assert till.key().public == till.public
        assert keys.in_force(till.books) == till.public.raw
        assert [path.name for path in folder.iterdir() if KEY_FILE in path.name] == [KEY_FILE]
        assert till.check(pattern.slip.text).word == till.check(pattern.slip.code).word == "good"
        is_new = till.public != pattern.public
        assert is_new == bool(keys.handovers(till.books))
        if is_new:
            _find_no_seed(pattern, folder)
        if thoroughly:
            assert till.check(handed_out(till).text).word == "good"
            assert sound(till)
        return "the new key is in force" if is_new else "the old key is in force"
    finally:
        till.close()


def _find_no_seed(pattern: Pattern, folder: Path) -> None:
    for path in folder.iterdir():
        content = path.read_bytes() if path.is_file() else b""
        assert pattern.seed not in content
        assert pattern.seed.hex().encode() not in content


def run(work: Path, every: int) -> Counter[str]:
    """Kill at each step whose number `every` divides; gives how often which key was in force. A start
    that finds something to complete is killed at its steps, too."""
    pattern = Pattern(work / "pattern")
    folder = work / "copy"
    done: Counter[str] = Counter()
    rotated(pattern.copy(folder))  # what is imported on the way is imported now
    pattern.copy(folder)
    steps = steps_of(lambda: rotated(folder))
    broken_off = 0
    for at in range(1, steps + 1, every):
        pattern.copy(folder)
        if not killed(at, lambda: rotated(folder)):
            raise AssertionError(f"nothing was killed at {at} of {steps}")
        if list(folder.glob(f"{KEY_FILE}.*")):
            broken_off += 1
            if broken_off % 10 == 1:
                left = Path(shutil.copytree(folder, work / f"left-{at}"))
                done += _killed_at_start(pattern, left, work / "again", every)
        done[check(pattern, folder, thoroughly=at % 10 == 1)] += 1
    return done


def _killed_at_start(pattern: Pattern, left: Path, folder: Path, every: int) -> Counter[str]:
    done: Counter[str] = Counter()
    shutil.copytree(left, folder)
    steps = steps_of(lambda: started(folder))
    for at in range(1, steps + 1, every):
        shutil.rmtree(folder)
        shutil.copytree(left, folder)
        killed(at, lambda: started(folder))
        done["started again: " + check(pattern, folder, thoroughly=False)] += 1
    shutil.rmtree(folder)
    return done


def main() -> int:
    with TemporaryDirectory() as work:
        done = run(Path(work), 1)
    for what, times in sorted(done.items()):
        print(f"{times:6} {what}")
    print("One key after every kill, and every slip good.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
