"""A market to measure: founded with the suggested goods, its first day open, on a real disk."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path

from db import catalogue, days, ledger, market
from db.connection import FILE, Books, open_books
from db.slips import NewSlip, days_since_epoch
from db.terms import Market
from db.weighing import Exchange, Line
from kiosk.founding import suggested_goods

GOOD = "honey"
ONE = 1000
"""One whole unit, in thousandths."""

_CHECKOUT = Path(__file__).parents[2]
_MEMORY = ("tmpfs", "ramfs", "devtmpfs")


def file_system(folder: Path) -> str:
    """The type of the file system that holds `folder`, as the kernel names it."""
    best, kind = "", "unknown"
    for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines():
        _, mounted, found, *_ = line.split()
        inside = folder.resolve().is_relative_to(mounted)
        if inside and len(mounted) >= len(best):
            best, kind = mounted, found
    return kind


def disk() -> Path:
    """A folder on a disk: where temporary files lie, else the checkout. Memory syncs for free."""
    temporary = Path(tempfile.gettempdir())
    return _CHECKOUT if file_system(temporary) in _MEMORY else temporary


@contextmanager
def a_folder() -> Iterator[Path]:
    """An empty folder on a disk, gone afterwards."""
    with tempfile.TemporaryDirectory(dir=disk(), prefix="kiosk-bench-") as name:
        yield Path(name)


def found(folder: Path) -> Books:
    """A founded market with an open day."""
    books = open_books(folder, create=True)
    market.found(books, Market("Oak Square", "by the fountain", "en", bytes(32), practice=False))
    catalogue.save_goods(books, suggested_goods(), 0, "goods of the first day")
    days.open_day(books, [("table", "Ana")])
    return books


def copied(folder: Path, to: Path) -> Path:
    """The closed books of `folder` once more, in a folder of their own."""
    to.mkdir()
    shutil.copyfile(folder / FILE, to / FILE)
    return to


class Mint:
    """Slips whose bytes were made beforehand, so that neither signing nor chance is measured with
    the books. `made` grows."""

    def __init__(self) -> None:
        self.made: list[NewSlip] = []
        self._today = days_since_epoch(date.today())
        self._ready: list[tuple[bytes, bytes, bytes]] = []

    def prepare(self, number: int) -> None:
        """Make the bytes of so many slips now."""
        draw = secrets.token_bytes
        self._ready += [(draw(16), draw(16), draw(84)) for _ in range(number)]

    def __call__(self, amount: int, expires: int) -> NewSlip:
        if not self._ready:
            self.prepare(1000)
        reference, tag, content = self._ready.pop()
        slip = NewSlip(reference, tag, amount, self._today, expires, content)
        self.made.append(slip)
        return slip


_keys = count()


def new_key() -> str:
    """An idempotency key of the length that the table uses."""
    return f"{next(_keys):012x}-{0:016x}"


def hand_out(books: Books, mint: Mint, number: int, units: int) -> list[bytes]:
    """`number` visits that bring `units` of a good and leave with a slip; the slips' references."""
    brought = Exchange((Line(GOOD, units * ONE),))
    with books.transaction():
        for _ in range(number):
            ledger.book(books, brought, new_key(), mint)
    return [slip.reference for slip in mint.made[-number:]]


Asked = tuple[Exchange, str]
"""A visit as it comes to the books: what is exchanged, and the key of the attempt."""


def asked(reference: bytes) -> Asked:
    """A visit that takes one unit for a slip: without change where the slip was worth one."""
    return Exchange((Line(GOOD, ONE, taken=True),), (reference,)), new_key()


def redeem(books: Books, mint: Mint, visit: Asked) -> ledger.Booked:
    """Book a visit that takes something for a slip."""
    return ledger.book(books, *visit, mint)
