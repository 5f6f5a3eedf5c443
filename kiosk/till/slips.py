"""The till's visits and slips: book, undo, bring back; check, void and hand out anew.

Slips are signed here, with the market's key (kiosk/keys/holder.py). What a visit comes to and what may be
booked is left to the books (db/ledger.py, db/slips.py), what a scan is to kiosk/verdicts.py, slips of
lost books to kiosk/frompaper.py.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from db import corrections, jobs, ledger, slips
from db.weighing import Exchange
from kiosk import verdicts
from kiosk.frompaper import Unheld
from kiosk.keys.holder import KeyHolder
from kiosk.keys.lock import StewardLock, stewards_only
from kiosk.keys.public import market_keys
from kiosk.slips import payload, typed_code
from kiosk.till.papers import Papers
from kiosk.till.records import HandOver, PaperSlip

if TYPE_CHECKING:
    from pathlib import Path

    from db.connection import Books
    from kiosk.slips.signing import MarketKey


class Slips(Papers):
    """One market's visits, and the slips that they hand out and take in."""

    def __init__(
        self, folder: Path, books: Books, key: MarketKey | None, steward: StewardLock | None = None
    ) -> None:
        super().__init__(folder, books, key, steward)
        self._unheld = Unheld()

    def follow(self, before: KeyHolder) -> bool:
        """Take over from a till that was closed because of trouble, with what was unlocked there and
        the slips of lost books that were scanned. Gives whether this is the same market."""
        if not super().follow(before):
            return False
        if isinstance(before, Slips):
            self._unheld = before._unheld
        return True

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
