"""A real market for the tests of the till and what lies below it: its key, its books, its folder.

The clock stands still until a test moves it. Goods have rates that are easy to add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from secrets import token_bytes

from db.amounts import parse_quantity
from db.catalogue import Good
from db.market import Market, Rules
from db.weighing import Exchange, Line
from kiosk.config import PAPERS_FOLDER
from kiosk.founding import found_market
from kiosk.slips import payload, typed_code
from kiosk.till import Till
from kiosk.till.records import HandOver, PaperSlip
from tests.db.table import Clock

__all__ = [
    "GOODS",
    "Clock",
    "booked",
    "exchange",
    "found",
    "handed_out",
    "of_lost_books",
    "pictures",
    "somewhere",
    "sound",
]

GOODS = (
    Good("tomatoes", 0, "produce", "good", "kg", 200, {"en": "tomatoes", "es": "tomates"}),
    Good("honey", 0, "staples", "good", "jar", 400, {"en": "honey"}, {}, ("4006381333931",)),
    Good("childcare", 0, "care", "service", "h", 400, {"en": "child care"}),
)


def found(
    folder: Path,
    clock: Clock,
    *,
    practice: bool = False,
    language: str = "en",
    passphrase: str | None = None,
    rules: Rules | None = None,
    name: str = "Oak Square",
) -> Till:
    """A market that was just founded, with its first day open."""
    till = found_market(
        folder,
        Market(name, "by the fountain", language, b"", practice),
        passphrase=passphrase,
        rules=rules,
        goods=GOODS,
        clock=clock,
    )
    till.open_day([("table", "Ana")])
    return till


def exchange(*lines: str, slips: Sequence[bytes] = (), **how: bool) -> Exchange:
    """An exchange from lines as `3 tomatoes` and, taken, `-1 honey`."""
    typed = []
    for line in lines:
        quantity, good = line.split()
        typed.append(Line(good, parse_quantity(quantity.lstrip("-")), quantity.startswith("-")))
    return Exchange(tuple(typed), tuple(slips), **how)


def booked(till: Till, *lines: str, slips: Sequence[PaperSlip] = (), **how: bool) -> HandOver:
    """A visit, with a key of its own; `slips` are handed in."""
    references = [till.accepted(slip.text)[0] for slip in slips]
    seq = till.books.sql("SELECT count(*) FROM entry").fetchone()[0]
    return till.book(exchange(*lines, slips=references, **how), f"key {seq}")


def handed_out(till: Till, *lines: str) -> PaperSlip:
    """The slip of a visit that hands out one."""
    (slip,) = booked(till, *(lines or ("3 tomatoes",))).slips
    return slip


def of_lost_books(till: Till, amount: int = 300, expires: date | None = None) -> PaperSlip:
    """A slip that the market's key signed today and that no books hold."""
    header = payload.Header(
        practice=till.market.practice,
        key_id=till.public.key_id,
        serial=token_bytes(payload.SERIAL_LENGTH),
        amount=amount,
        issued=till.books.today(),
        expires=expires,
    )
    text = payload.text_of(till.key().sign_slip(header))
    return PaperSlip(0, amount, expires, text, typed_code.code_of(header.serial))


def sound(till: Till) -> bool:
    """Whether journal, replay and seals hold."""
    return till.verify() == []


def pictures(till: Till) -> list[str]:
    """Names of the files that the folder printer keeps."""
    folder = till.folder / PAPERS_FOLDER
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def somewhere(till: Till, slip: PaperSlip) -> list[str]:
    """The files of the data folder in which a slip's secret stands, in any form."""
    raw = payload.slip_of(slip.text)
    assert raw is not None
    serial = payload.unpack(raw).serial
    forms = (raw, serial, serial.hex().encode(), slip.text.encode(), slip.code.encode())
    return [
        path.name
        for path in till.folder.rglob("*")
        if path.is_file() and any(form in path.read_bytes() for form in forms)
    ]
