"""Trouble on the screen: the real app, a disk that gives trouble while a visit is being typed.

For each kind: the sentence stands within two seconds, nothing is booked by halves, what was typed is
still there, and Enter books it when the trouble is over, without a restart. The app is in a
pseudo-terminal; what it says is read from there and what it did from the books.
"""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from db.connection import FILE
from kiosk.till import open_till
from tests.faults.disks import fill, power_disk, small_disk, why_not
from tests.kiosk.screens.table import founded
from tests.kiosk.terminal import Terminal, at_terminal

WITHIN_SECONDS = 2.0
OVER = "The books can be written again"
SMALL_BYTES = 1024 * 1024


@dataclass
class Trouble:
    """One kind: where the market lies, what is done to it, what the screen must say, how it ends."""

    place: Path
    says: str
    begin: Callable[[Terminal], None]
    end: Callable[[Terminal], None]
    needs_enter: bool = True
    """Whether it shows only when something is booked."""


@dataclass(frozen=True)
class Seen:
    """Seconds until the sentence stood, and until the table went on by itself."""

    kind: str
    said: float
    over: float


@contextmanager
def full_disk(beside: Path) -> Iterator[Trouble]:
    """Not a byte is left on the disk."""
    with small_disk(beside, SMALL_BYTES) as place:
        yield Trouble(
            place,
            "! The disk is full, so nothing was booked. Make room",
            lambda _terminal: void(fill(place)),
            lambda _terminal: (place / "filler").unlink(),
        )


@contextmanager
def quota(beside: Path) -> Iterator[Trouble]:
    """No file of the app may grow any more, as `ulimit -f` has it."""
    place = beside / "allotted"
    place.mkdir()

    def limit(terminal: Terminal, size_bytes: int) -> None:
        command = terminal.process_group
        children = Path(f"/proc/{command}/task/{command}/children").read_text().split()
        for process in (command, *map(int, children)):
            resource.prlimit(process, resource.RLIMIT_FSIZE, (size_bytes, resource.RLIM_INFINITY))

    yield Trouble(
        place,
        "! No more may be written than was allotted here",
        lambda terminal: limit(terminal, 4096),
        lambda terminal: limit(terminal, resource.RLIM_INFINITY),
    )


@contextmanager
def failing_disk(beside: Path) -> Iterator[Trouble]:
    """The system finds a fault in the disk and lets nobody write; it is taken out, mended, put back."""
    with power_disk(beside) as disk:

        def mend(_terminal: Terminal) -> None:
            disk.unmount()  # the app must have let go of it
            disk.mend()
            disk.mount()

        yield Trouble(
            disk.place, "! The disk can only be read", lambda _terminal: disk.fail(), mend
        )


@contextmanager
def folder_away(beside: Path) -> Iterator[Trouble]:
    """The data folder is not where it was, as when its stick is pulled out and put in again."""
    place, away = beside / "here", beside / "away"
    place.mkdir()
    yield Trouble(
        place,
        "The books are not there any more, so nothing was booked.",
        lambda _terminal: void(place.rename(away)),
        lambda _terminal: void(away.rename(place)),
        needs_enter=False,
    )


@contextmanager
def damage(beside: Path) -> Iterator[Trouble]:
    """The file of the books is overwritten; a good copy takes its place, as a restore does it."""
    place = beside / "damaged"
    place.mkdir()
    file, copy = place / "market" / FILE, beside / "copy"

    def spoil(_terminal: Terminal) -> None:
        copy.write_bytes(file.read_bytes())
        with file.open("r+b") as opened:
            opened.seek(100)
            opened.write(b"\xff" * (file.stat().st_size - 100))

    yield Trouble(place, "can't be read", spoil, lambda _terminal: void(copy.replace(file)))


KINDS = {
    "full disk": full_disk,
    "quota": quota,
    "failing disk": failing_disk,
    "folder away": folder_away,
    "damage": damage,
}
NEED_DISKS = {"full disk", "failing disk", "read-only from the start"}


def void(_value: object) -> None:
    """Do something for what it does."""


def watched(kind: str, beside: Path) -> Seen:
    """Bring the app into one kind of trouble and out of it; raises AssertionError."""
    with KINDS[kind](beside) as trouble:
        folder = founded(trouble.place / "market", practice=False)
        subprocess.run(["sync", "-f", folder], check=True)
        with at_terminal(folder) as terminal:
            type_a_visit(terminal)
            trouble.begin(terminal)
            began = time.monotonic()
            if trouble.needs_enter:
                terminal.press("enter")
            terminal.wait(trouble.says)
            said = time.monotonic() - began
            terminal.wait("! books")
            assert_typed(terminal)
            trouble.end(terminal)
            ended = time.monotonic()
            terminal.wait(OVER)
            over = time.monotonic() - ended
            assert_typed(terminal)
            terminal.press("enter", until="visit 1 is in the book")
            terminal.wait("Give it to the neighbour.")
        assert_one_visit(folder)
    assert said < WITHIN_SECONDS, f"{kind}: the sentence took {said:.1f} s"
    return Seen(kind, said, over)


def from_the_start(beside: Path) -> Seen:
    """The app is started on a disk that can only be read, and goes on when it can be written."""
    with power_disk(beside) as disk:
        folder = founded(disk.place / "market", practice=False)
        disk.remount("ro")
        with at_terminal(folder) as terminal:
            began = time.monotonic()
            terminal.wait("! The disk can only be read")
            said = time.monotonic() - began
            disk.remount("rw")
            ended = time.monotonic()
            terminal.wait(OVER)
            over = time.monotonic() - ended
            type_a_visit(terminal)
            terminal.press("enter", until="visit 1 is in the book")
            terminal.wait("Give it to the neighbour.")
        assert_one_visit(folder)
    return Seen("read-only from the start", said, over)


def type_a_visit(terminal: Terminal) -> None:
    terminal.wait("Scan a slip at any time")
    terminal.press("1", until="what do they bring or take?")
    terminal.type("3 tom", until="tomatoes kg")
    terminal.press("enter", until="we hand out a slip of")


def assert_typed(terminal: Terminal) -> None:
    assert "in 3 kg tomatoes 6" in terminal.words(), "\n".join(terminal.lines())


def assert_one_visit(folder: Path) -> None:
    till = open_till(folder)
    try:
        assert till.newest_day().numbered == 1
        assert till.verify() == []
    finally:
        till.close()


def run(beside: Path, _number: int) -> Iterator[str]:
    """Every kind once; gives a line for each."""
    for kind in (*KINDS, "read-only from the start"):
        if kind in NEED_DISKS and why_not():
            yield f"{kind}: skipped, {why_not()}"
            continue
        place = beside / kind.replace(" ", "-")
        place.mkdir()
        seen = watched(kind, place) if kind in KINDS else from_the_start(place)
        yield f"{kind}: said after {seen.said:.2f} s, over after {seen.over:.2f} s, 1 visit booked"
