"""The use cases: one function for each thing that a person can do at the table.

A till holds one market's open books, its public key and, once unlocked, its private key. It is used
from one thread, as the books are. It is made of the key (kiosk/keys/holder.py), papers (papers.py), visits
and slips (slips.py), goods and rules (shelf.py); here is what is left: the market day and the ledger as it
goes out. What needs no books (drawing, printing) is in kiosk/paperwork.py; what a scan is, in
kiosk/verdicts.py. Screens and command line call this and nothing below it that writes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from db import audit, days, jobs, journal, market, reports
from db.connection import open_books
from db.errors import DayNotOpen, Trouble, UnknownVisit
from db.findings import Finding
from kiosk.config import EXPORTS_FOLDER, KEY_FILE
from kiosk.crewkeeping import forget_due
from kiosk.keys import resting, rotation
from kiosk.keys.lock import StewardLock, stewards_only
from kiosk.keys.public import key_of_seal
from kiosk.keys.seals import SEAL_DOMAIN, seal_text
from kiosk.machine.log import note
from kiosk.till.records import Closing
from kiosk.till.shelf import Shelf
from kiosk.till.slips import Slips

if TYPE_CHECKING:
    from kiosk.exports.progress import Tell

Clock = Callable[[], datetime]


def open_till(folder: Path, clock: Clock | None = None) -> Till:
    """Open the market in `folder`, with its key where no passphrase locks it.

    Raises NoMarket, DataFolderUnusable, DatabaseDamaged, NewerDatabase, KeyUnusable.
    """
    from kiosk.slips import keyfile

    books = open_books(folder, clock=clock)
    try:
        market.market(books)
        rotation.complete(folder, books)
        locked = keyfile.needs_passphrase(folder / KEY_FILE)
        key = None if locked else keyfile.load(folder / KEY_FILE, None)
        return Till(folder, books, key, StewardLock(locked))
    except BaseException:
        books.close()
        raise


class Till(Slips, Shelf):
    """One market's open books with everything that a person can do with them."""

    def close(self) -> None:
        """Close the books."""
        self.books.close()

    # The market day

    @stewards_only
    def open_day(self, crew: Sequence[tuple[str, str]] = (), said: date | None = None) -> int:
        """Open the next market day with its crew, (role, handle) each; `said` is a date that looked
        wrong and was confirmed."""
        number = days.open_day(self.books, crew, said)
        note("day {day} is open", day=number)
        self._after_a_day()
        return number

    def day(self) -> days.Day | None:
        """The open day with its totals so far, None where none is open."""
        number = days.current(self.books)
        return days.day(self.books, number) if number else None

    def newest_day(self) -> days.Day:
        """The open day, else the one closed last; raises DayNotOpen before the first."""
        number = days.last(self.books)
        if not number:
            raise DayNotOpen()
        return days.day(self.books, number)

    def visit_named(self, name: str) -> tuple[int, int]:
        """Day and visit from `28` (of the newest day), `14/28` or `2026-11-28/28`.

        Raises UnknownVisit where that can't be a visit.
        """
        before, slash, after = name.strip().rpartition("/")
        if not after.isascii() or not after.isdigit() or len(after) > 9:
            raise UnknownVisit(visit=name)
        if not slash:
            return self.newest_day().number, int(after)
        if before.isascii() and before.isdigit() and len(before) <= 9:
            return int(before), int(after)
        for one in days.all_days(self.books):
            if one.date.isoformat() == before:
                return one.number, int(after)
        raise UnknownVisit(visit=name)

    @stewards_only
    def close_day(self, counted: int | None) -> Closing:
        """Close and seal the open day and queue its closing slip.

        `counted` is the number of paper slips in the box. Raises DayNotOpen, DayClosed,
        PassphraseNeeded.
        """
        with self.books.transaction():
            key = self.signing_key()
            seal = days.close_day(
                self.books, counted, lambda statement: key.sign(SEAL_DOMAIN, statement)
            )
            text = seal_text(key.public, seal)
            entry = days.sealed_in(self.books, seal.day)
            job = jobs.enqueue(self.books, "seal", entry, None, text.encode())
        note("day {day} is closed", day=seal.day)
        self._after_a_day()
        return Closing(days.day(self.books, seal.day), seal, job)

    def _after_a_day(self) -> None:
        """What has to be done when a day is opened or closed; it is done, whatever fails here."""
        self.settle_key()
        with suppress(Trouble):
            forget_due(self.books)

    # The ledger, outside

    def export(self, number: int, to: Path | None = None) -> Path:
        """Write a market day as a folder; gives it. Raises DayNotOpen, FolderUnwritable, DiskFull."""
        return self.export_days([number], to)[0]

    def export_days(
        self, numbers: Sequence[int], to: Path | None = None, tell: Tell | None = None
    ) -> list[Path]:
        """Write market days, each as a folder; gives them. `tell` hears how far it is, and what it
        raises ends it; raises the same as `export`."""
        from kiosk.exports.folder import export_days

        place = to or self.folder / EXPORTS_FOLDER
        return export_days(
            self.books, numbers, place, self.market, tell=tell, draw_seal=self._draw_seal
        )

    def _draw_seal(self, seal: days.Seal) -> list[list[bool]]:
        """The modules of the code that stands on the day's closing slip."""
        from kiosk.slips.qr import seal_modules

        return seal_modules(seal_text(key_of_seal(self.books, seal.day), seal))

    def verify(self) -> list[Finding]:
        """Everything that is wrong with the books: chain, replay, seals, papers, and what exported
        days remember."""
        from kiosk.bookcheck import check_books

        wrong = check_books(self.books, self.public, self.folder / EXPORTS_FOLDER)
        return wrong + resting.findings(self.folder, may_rest=self.key_may_rest())

    def witnessed(self, head: str) -> list[audit.Standing]:
        """The entries whose hash begins with what is printed on a slip, in hex digits."""
        return audit.witnessed(self.books, head)

    def hash_of(self, entry: int) -> str:
        """Hash of an entry, by its key, in hex; empty where there is none."""
        return journal.hash_of(self.books, entry).hex()

    def outstanding(self) -> reports.Outstanding:
        """Slips in people's pockets."""
        return reports.outstanding(self.books)

    def balances(self) -> dict[str, int]:
        """Every account's balance since the founding, in hundredths."""
        return days.balances(self.books)


def new_key(now: int) -> str:
    """A new idempotency key for a visit: its time first, so that keys lie beside each other."""
    return f"{now:012x}-{secrets.token_hex(8)}"
