"""What the till answers with: a slip that was handed out, a visit that is in the book, a closed day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from db import days
from db.weighing import Weighing


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
