"""Real power cuts: an ext4 disk in a file loses its power while a till works on it.

The till is a process of its own and acknowledges through a pipe. It is stopped, the disk is shut down
without its journal being flushed, the process is killed, the disk is taken out and put in again, and
the books on it are opened. It shows what is left when the system had not written out yet what it was
told to sync: nothing that was acknowledged may depend on that. With synchronous=NORMAL acknowledged
visits must be lost, or the trial is blind. Needs root and loop mounts.
"""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from db.errors import KioskError
from kiosk.till import open_till
from tests.faults.disks import PowerDisk, power_disk, why_not
from tests.faults.torn import founded
from tests.faults.workload import WITH_CLOSING, Found, Table, Told, check, read_told

LONGEST_SECONDS = 0.5
"""The power goes so long after the till's first word at most."""

PATIENCE_SECONDS = 30.0


class Worker:
    """A till in a process of its own."""

    def __init__(self, folder: Path, seed: int, synchronous: str) -> None:
        self._pipe, theirs = os.pipe()
        self._said = b""
        self._process = os.fork()
        if self._process == 0:
            os.close(self._pipe)
            _work(folder, seed, synchronous, theirs)
        os.close(theirs)

    def listen(self, seconds: float, *, once: bool = False) -> None:
        """Read what is acknowledged, for so long, or until there is something."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not (once and self._said):
            if select.select([self._pipe], [], [], left)[0]:
                data = os.read(self._pipe, 65536)
                if not data:
                    return
                self._said += data

    def stop(self) -> None:
        """Let it do nothing more from now on; wait until that is so."""
        os.kill(self._process, signal.SIGSTOP)
        end = time.monotonic() + PATIENCE_SECONDS
        while self._state() not in "TZ":
            assert time.monotonic() < end, "the till does not stop"
            time.sleep(0.001)

    def _state(self) -> str:
        return Path(f"/proc/{self._process}/stat").read_text().rpartition(")")[2].split()[0]

    def kill(self) -> list[Told]:
        """End it; gives all that it told."""
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        while data := os.read(self._pipe, 65536):
            self._said += data
        os.close(self._pipe)
        return read_told(self._said.splitlines(keepends=True))


def _work(folder: Path, seed: int, synchronous: str, pipe: int) -> NoReturn:
    """Work at the till until the power goes; each word is out before the next statement."""
    try:
        till = open_till(folder)
        till.books.sql(f"PRAGMA synchronous = {synchronous}")

        def tell(told: Told) -> None:
            os.write(pipe, json.dumps(told).encode() + b"\n")

        table = Table(till, random.Random(seed), tell)
        while True:
            table.step(WITH_CLOSING)
    except KioskError as error:
        os.write(2, f"the till gave up: {error}\n".encode())
    finally:
        os._exit(0)


def cut(disk: PowerDisk, pattern: Path, seed: int, *, synchronous: str = "FULL") -> Found:
    """One power cut, and what the books hold after it."""
    folder = disk.place / "market"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(pattern, folder)
    subprocess.run(["sync", "-f", disk.place], check=True)
    worker = Worker(folder, seed, synchronous)
    worker.listen(PATIENCE_SECONDS, once=True)
    worker.listen(random.Random(seed).uniform(0, LONGEST_SECONDS))
    worker.stop()
    disk.cut_power()
    told = worker.kill()
    disk.unmount()
    disk.mount()
    return check(folder, told)


def run(beside: Path, number: int) -> Iterator[str]:
    """So many cuts, and a fifth of them with NORMAL; gives the figures."""
    if why_not():
        yield f"skipped, {why_not()}"
        return
    pattern = founded(beside)
    with power_disk(beside) as disk:
        total = cuts(disk, pattern, number)
        yield (
            f"{number} cuts: {total.acknowledged} steps acknowledged, {total.unacknowledged} more in "
            f"the books, {len(total.lost)} lost, {len(total.twice)} twice, {len(total.wrong)} damaged"
        )
        control = cuts(disk, pattern, max(10, number // 5), synchronous="NORMAL")
        yield (
            f"control, synchronous=NORMAL: {control.acknowledged} acknowledged, "
            f"{len(control.lost)} lost"
        )
    assert not total.broken, "; ".join(total.broken[:5])
    assert control.lost, "the control lost nothing: the cuts are blind"


def cuts(disk: PowerDisk, pattern: Path, number: int, *, synchronous: str = "FULL") -> Found:
    """So many cuts, counted together."""
    total = Found()
    for seed in range(number):
        total.add(cut(disk, pattern, seed, synchronous=synchronous))
    return total
