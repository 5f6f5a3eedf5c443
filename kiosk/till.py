"""The use cases: one function for each thing that a person can do at the table.

A till holds one market's open books, its public key and, once unlocked, its private key. It is used
from one thread, as the books are. What needs no books (drawing, printing) is in kiosk/paperwork.py;
what a scan is, in kiosk/verdicts.py. Screens and command line call this and nothing below it that
writes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from db import (
    audit,
    catalogue,
    corrections,
    days,
    jobs,
    journal,
    ledger,
    market,
    reports,
    slips,
    stock,
)
from db.catalogue import Good
from db.connection import open_books
from db.errors import (
    BadSetting,
    DayNotOpen,
    GoodExists,
    PrinterTrouble,
    Trouble,
    UnknownVisit,
)
from db.findings import Finding
from db.market import Rules
from db.weighing import Exchange, Line, Weighing
from kiosk import verdicts
from kiosk.config import (
    EXPORTS_FOLDER,
    KEY_FILE,
    PAPER_WIDTHS,
    PAPERS_FOLDER,
    save_settings,
)
from kiosk.crewkeeping import forget_due
from kiosk.frompaper import Unheld
from kiosk.keys import resting, rotation
from kiosk.keys.holder import KeyHolder
from kiosk.keys.lock import StewardLock, stewards_only
from kiosk.keys.public import key_of_seal, market_keys
from kiosk.keys.seals import SEAL_DOMAIN, seal_text
from kiosk.machine.log import note
from kiosk.messages import _
from kiosk.paper.printers import FateUnknown, paper_for, printer_for
from kiosk.paperwork import Sheet, file_name, put_on_paper, sheet
from kiosk.slips import payload, typed_code
from kiosk.slips.signing import MarketKey, PublicKey
from kiosk.typed.phrases import Finder, quantity, split

if TYPE_CHECKING:
    from db.connection import Books
    from kiosk.config import Settings
    from kiosk.exports.progress import Tell
    from kiosk.paper.printer import Printer

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class PaperSlip:
    """A slip that was handed out: its QR text and typed code (empty once wiped), `amount` in
    hundredths, its print job."""

    job: int
    amount: int
    expires: date | None
    text: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class HandOver:
    """A visit that is in the book, and the slips that go with it."""

    day: int
    visit: int
    weighing: Weighing
    slips: tuple[PaperSlip, ...]
    slips_in: int
    """How many slips were handed in."""
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Closing:
    """A day that was closed: its totals, its seal and the print job of its closing slip."""

    day: days.Day
    seal: days.Seal
    job: int


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


class Till(KeyHolder):
    """One market's open books with everything that a person can do with them."""

    def __init__(
        self, folder: Path, books: Books, key: MarketKey | None, steward: StewardLock | None = None
    ) -> None:
        found = market.market(books)
        public = PublicKey(found.public_key)
        super().__init__(folder, books, public, key, steward, practice=found.practice)
        self.market = found
        self._finder: tuple[str, list[Good], Finder] | None = None
        self._unheld = Unheld()

    def follow(self, before: KeyHolder) -> bool:
        """Take over from a till that was closed because of trouble, with what was unlocked there and
        the slips of lost books that were scanned. Gives whether this is the same market."""
        if not super().follow(before):
            return False
        if isinstance(before, Till):
            self._unheld = before._unheld
        return True

    # This machine

    def follow_key(self, key: MarketKey | None) -> None:
        """Go on with the key that the books name now; None where it is locked. Raises KeyUnusable."""
        super().follow_key(key)
        self.market = market.market(self.books)

    def change_settings(self, settings: Settings) -> None:
        """Keep the settings of this machine: language and look are everyone's, the rest is a
        steward's. Raises StewardNeeded, DataFolderUnusable."""
        before = self.settings()
        if replace(before, language=settings.language, dark=settings.dark) != settings:
            self.require_steward()
        save_settings(self.folder, settings)
        if before.ask_again != settings.ask_again:
            self.settle_key()

    def printer(self) -> Printer:
        """The printer that this machine is set up with."""
        set_up = self.settings()
        return printer_for(
            set_up.printer, self.folder / PAPERS_FOLDER, set_up.printer_address, cut=set_up.cut
        )

    @stewards_only
    def use_printer(self, kind: str, address: str, paper: str, *, cut: bool) -> Settings:
        """Set this machine up with a printer, its paper width and whether it cuts.

        Raises BadSetting for a kind or an address that is none, and for paper that such a printer
        does not print on.
        """
        printer_for(kind, self.folder / PAPERS_FOLDER, address, cut=cut)
        if paper not in PAPER_WIDTHS:
            why = _("the widths are {widths}.").format(widths=", ".join(PAPER_WIDTHS))
            raise BadSetting(text=paper, setting=_("the paper"), why=why)
        if paper_for(kind, paper) != paper:
            why = _("office printers print on A4, receipt printers on a roll.")
            raise BadSetting(text=paper, setting=_("the paper"), why=why)
        settings = replace(
            self.settings(), printer=kind, printer_address=address, paper=paper, cut=cut
        )
        self.change_settings(settings)
        return settings

    def test_print(self) -> tuple[Printer, str, str]:
        """The printer, the market's name and the paper of a test slip (kiosk/paperwork.py)."""
        set_up = self.settings()
        paper = paper_for(set_up.printer, set_up.paper)
        return self.printer(), self.market.name, paper

    def close(self) -> None:
        """Close the books."""
        self.books.close()

    # Goods and rules

    def goods(self, *, retired: bool = False) -> list[Good]:
        """The catalogue."""
        return catalogue.goods(self.books, retired=retired)

    def finder(self, language: str) -> Finder:
        """The goods by what people call them, in the language spoken at the table."""
        known = self.goods()
        if self._finder is None or self._finder[:2] != (language, known):
            self._finder = (language, known, Finder(known, language))
        return self._finder[2]

    def line(self, phrase: str, language: str, *, taken: bool) -> Line:
        """A line of a visit from words such as `3 kg tomatoes`.

        Raises UnknownGood, AmbiguousGood, WrongUnit and the errors of quantities.
        """
        parts = split(phrase)
        good = self.finder(language).resolve(parts.name, parts.unit_text)
        return Line(good.id, quantity(parts, good), taken or parts.taken)

    @stewards_only
    def import_goods(self, wanted: Sequence[Good], decision: str) -> list[Good]:
        """Add or change goods, all or none; gives those that are new or different."""
        return catalogue.save_goods(self.books, wanted, days.current(self.books), decision)

    def add_good(self, wanted: Good, decision: str) -> None:
        """Add one good; raises GoodExists where its id is taken."""
        if any(one.id == wanted.id for one in self.goods(retired=True)):
            raise GoodExists(good=wanted.id)
        self.import_goods([wanted], decision)

    @stewards_only
    def set_rate(self, good: str, rate: int, decision: str) -> None:
        """A new rate (hundredths a unit) by decision; past visits keep theirs."""
        catalogue.set_rate(self.books, good, rate, days.current(self.books), decision)

    def rules(self) -> Rules:
        """The rules in force."""
        return market.rules(self.books)

    @stewards_only
    def set_rules(self, rules: Rules, decision: str) -> None:
        """Change the rules by decision."""
        market.set_rules(self.books, rules, days.current(self.books), decision)

    @stewards_only
    def spoil(self, good: str, quantity: int, why: str) -> None:
        """Book goods that were composted or broke; thousandths."""
        stock.spoil(self.books, good, quantity, why)

    @stewards_only
    def count_stock(self, good: str, counted: int) -> int:
        """Book a count of the shelf; gives the difference to the books, in thousandths."""
        return stock.count_stock(self.books, good, counted)

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
            forget_due(self)

    # Visits

    def book(self, exchange: Exchange, key: str) -> HandOver:
        """Book a visit once, however often it is asked with the same `key`."""
        with self._unheld.taken_in(self.books, exchange.slips):
            return self._handed_over(ledger.book(self.books, exchange, key, self._mint))

    def undo(self) -> corrections.Undone:
        """Reverse the last visit of the open day that still stands."""
        before = {job.reference: job for job in jobs.open_jobs(self.books)}
        undone = corrections.undo(self.books)
        after = {job.reference for job in jobs.open_jobs(self.books)}
        self._forget(job for reference, job in before.items() if reference not in after)
        return undone

    def undoable(self) -> tuple[int, int]:
        """Numbers of the visit that can be undone and of the one that can be brought back, 0 for
        none."""
        return corrections.undoable(self.books)

    def bring_back(self, key: str) -> HandOver:
        """Book the visit that was undone last once more."""
        return self._handed_over(corrections.bring_back(self.books, key, self._mint))

    def _mint(self, amount: int, expires: int) -> slips.NewSlip:
        key = self.signing_key()
        today = self.books.today()
        header = payload.Header(
            practice=self.market.practice,
            key_id=key.public.key_id,
            serial=secrets.token_bytes(payload.SERIAL_LENGTH),
            amount=amount,
            issued=today,
            expires=slips.date_of(expires) if expires else None,
        )
        slip = key.sign_slip(header)
        return slips.NewSlip(
            payload.reference(slip),
            key.code_tag(header.serial),
            amount,
            slips.days_since_epoch(today),
            expires,
            slip,
        )

    def _handed_over(self, booked: ledger.Booked) -> HandOver:
        papers = tuple(self._paper_slip(job) for _, job in booked.slips)
        return HandOver(
            booked.day, booked.visit, booked.weighing, papers, booked.slips_in, booked.repeated
        )

    def _paper_slip(self, job: int) -> PaperSlip:
        known = jobs.job(self.books, job)
        try:
            slip = jobs.content(self.books, job)
        except jobs.JobDone:
            return PaperSlip(job, known.amount, None, "", "")
        header = payload.unpack(slip)
        return PaperSlip(
            job,
            header.amount,
            header.expires,
            payload.text_of(slip),
            typed_code.code_of(header.serial),
        )

    # Slips

    def scan(self, text: str) -> verdicts.Scanned:
        """What a scan is: a slip with a verdict, a good, an action, or not one of ours."""
        found = verdicts.scanned(
            self.books, market_keys(self.books), self.market.practice, self._code_tag, text,
            self.settings().scanner,
        )  # fmt: skip
        return self._unheld.noted(found)

    def _code_tag(self, serial: bytes) -> bytes:
        return self.signing_key().code_tag(serial)

    def check(self, text: str) -> verdicts.Verdict:
        """The verdict on a slip's text or its typed code."""
        if typed_code.looks_like_code(text):
            return verdicts.by_code(self.books, self.signing_key().code_tags, text)
        found = self.scan(text)
        return found if isinstance(found, verdicts.Verdict) else verdicts.not_a_slip()

    def accepted(self, text: str) -> tuple[bytes, int]:
        """Reference and amount of a slip that may be handed in; raises what `check` found wrong."""
        verdict = self.check(text)
        if verdict.error is not None:
            raise verdict.error
        assert verdict.reference is not None and verdict.amount is not None
        return verdict.reference, verdict.amount

    def void(self, day: int, visit: int, why: str) -> int:
        """Void the slip that a visit handed out; gives its amount in hundredths."""
        return self.void_slip(slips.slip_of_visit(self.books, day, visit).reference, why)

    @stewards_only
    def void_slip(self, reference: bytes, why: str) -> int:
        """Void a slip; gives its amount in hundredths."""
        before = [job for job in jobs.open_jobs(self.books) if job.reference == reference]
        amount = slips.void(self.books, reference, why)
        self._forget(before)
        return amount

    def reissue(self, day: int, visit: int, why: str) -> PaperSlip:
        """Hand out another slip in place of the one that a visit handed out; that one is void."""
        return self.reissue_slip(slips.slip_of_visit(self.books, day, visit).reference, why)

    @stewards_only
    def reissue_slip(self, reference: bytes, why: str) -> PaperSlip:
        """Hand out another slip in place of one that was lost or ruined; the old one is void."""
        before = [job for job in jobs.open_jobs(self.books) if job.reference == reference]
        _, job = slips.reissue(self.books, reference, why, self._mint)
        self._forget(before)
        return self._paper_slip(job)

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

    # Paper

    def pending(self) -> list[jobs.Job]:
        """Papers that are queued, or sent (perhaps in part) and not confirmed."""
        return jobs.open_jobs(self.books)

    def ready(self, job: int) -> Sheet:
        """A job's paper, ready to be drawn and printed on any thread."""
        set_up = self.settings()
        paper = paper_for(set_up.printer, set_up.paper)
        return sheet(self.books, self.market, jobs.job(self.books, job), paper)

    def sending(self, job: int) -> None:
        """The job's first byte is about to go out; raises NotQueued where it must not any more."""
        jobs.sending(self.books, job)

    def not_sent(self, job: int) -> None:
        """Nothing of the job reached the printer after all."""
        jobs.not_sent(self.books, job)

    def sent(self, job: int) -> None:
        """The printer took the job."""
        jobs.sent(self.books, job)

    def is_sent(self, job: int) -> bool:
        """Whether the printer took the job and nobody said yet what came of it."""
        return jobs.job(self.books, job).state == "sent"

    def print_now(self, job: int) -> Path | None:
        """Print a job and wait for it; gives the picture's file where there is one.

        Raises PrinterTrouble: the job stays queued; FateUnknown: only a person knows. A job that
        is done, or that another program is printing just now, raises NotQueued.
        """
        try:
            file = put_on_paper(self.printer(), self.ready(job), lambda: self.sending(job))
        except FateUnknown:
            raise
        except PrinterTrouble:
            self.not_sent(job)
            raise
        self.sent(job)
        return file

    def confirm(self, job: int) -> None:
        """Somebody saw the paper: its secret is wiped and its pictures are removed."""
        # Pictures first: where one can't be removed the job stays open, and can be confirmed again.
        self.printer().forget(file_name(jobs.job(self.books, job)))
        jobs.confirm(self.books, job)

    def print_again(self, job: int) -> jobs.Job:
        """Queue the same paper once more, marked as a copy."""
        return jobs.again(self.books, job)

    def print_once_more(self, job: int) -> jobs.Job:
        """Queue a paper that a person misses: as a copy where it may have come out before. Raises
        JobDone."""
        known = jobs.job(self.books, job)
        return known if known.state == "queued" else self.print_again(job)

    def _forget(self, void: Iterable[jobs.Job]) -> None:
        """Remove the pictures of slips that are void now. Where one can't be removed that is no
        harm, for it is worth nothing, and what was done stays done."""
        printer = self.printer()
        for job in void:
            with suppress(PrinterTrouble):
                printer.forget(file_name(job))

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
