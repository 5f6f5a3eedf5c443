"""Papers for the tests of the screens: a slip of each kind, made for real, and goods to scan.

The market of these papers is live, so that a practice slip is a stranger in it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from db.catalogue import Good
from db.market import Rules
from db.weighing import Exchange, Line
from kiosk.slips import payload
from kiosk.till import Till, new_key, open_till
from kiosk.till.records import PaperSlip
from tests.kiosk.screens.table import founded

HONEY_CODE = "4006381333931"
"""An EAN-13 that the catalogue of `with_barcode` knows as honey."""


def handed_out(till: Till, kilos: int = 3) -> PaperSlip:
    """A slip for so many kilos of tomatoes, at 2 credits each, booked as the screen books it."""
    exchange = Exchange((Line("tomatoes", kilos * 1000),))
    (slip,) = till.book(exchange, new_key(0)).slips
    return slip


def hand_in(till: Till, slip: PaperSlip) -> int:
    """Spend a slip on one jar of honey; gives the visit in which that was."""
    reference, _amount = till.accepted(slip.text)
    line = Line("honey", 1000, taken=True)
    return till.book(Exchange((line,), (reference,)), new_key(0)).visit


def all_kinds(folder: Path) -> dict[str, str]:
    """A live market with an open day in `folder`; gives a slip's text by the word of its verdict.

    `undone` is void because its visit was undone; `code` is the typed code of `good`.
    """
    pattern, slips = _all_kinds()
    shutil.copytree(pattern, folder)
    return dict(slips)


@cache
def _all_kinds() -> tuple[Path, dict[str, str]]:
    folder = Path(tempfile.mkdtemp(prefix="market-")) / "market"
    made: dict[str, str] = {"practice": _stranger(folder, practice=True)}
    made["foreign"] = _stranger(folder, practice=False)
    founded(folder, practice=False, crew=None)
    made["expired"] = _expired(folder)

    till = open_till(folder)
    try:
        till.open_day()
        spent = handed_out(till, 4)
        hand_in(till, spent)
        till.undo()
        hand_in(till, spent)
        void = handed_out(till)
        till.void(till.newest_day().number, till.newest_day().numbered, "lost in the rain")
        undone = handed_out(till)
        till.undo()
        good = handed_out(till)
        made |= {"spent": spent.text, "void": void.text, "undone": undone.text, "good": good.text}
        made["code"] = good.code
        made["forged"] = _forged(good.text)
        made["unknown"] = _never_booked(till)
    finally:
        till.close()
    made["nonsense"] = "NOT1OF2OURS3"
    return folder, made


def _expired(folder: Path) -> str:
    long_ago = datetime.now() - timedelta(days=40)
    till = open_till(folder, lambda: long_ago)
    try:
        till.set_rules(Rules(slip_days=10), "slips are good for ten days")
        till.open_day()
        text = handed_out(till).text
        till.set_rules(Rules(), "slips are good for ever")
        till.close_day(0)
    finally:
        till.close()
    return text


def _stranger(folder: Path, *, practice: bool) -> str:
    """A slip of another market. The pattern of a market is copied, so this one is founded anew."""
    from db.market import Market
    from kiosk.founding import found_market, suggested_goods

    elsewhere = folder.parent / f"elsewhere-{practice}"
    wanted = Market("Elm Street Market", "Elm Street", "en", b"", practice)
    goods = [one for one in suggested_goods() if one.id == "tomatoes"]
    till = found_market(elsewhere, wanted, goods=goods)
    try:
        till.open_day()
        return handed_out(till).text
    finally:
        till.close()


def _forged(text: str) -> str:
    slip = bytearray(payload.slip_of(text) or b"")
    slip[-1] ^= 1
    return payload.text_of(bytes(slip))


def _never_booked(till: Till) -> str:
    key = till.key()
    header = payload.Header(
        practice=till.market.practice,
        key_id=key.public.key_id,
        serial=bytes(range(8)),
        amount=700,
        issued=till.books.today(),
        expires=None,
    )
    return payload.text_of(key.sign_slip(header))


def with_barcode(till: Till) -> None:
    """Give honey a bar code."""
    honey = next(one for one in till.goods() if one.id == "honey")
    till.import_goods([replace(honey, barcodes=(HONEY_CODE,))], "honey has a label")


def named(*names: str) -> Callable[[Till], None]:
    """Add goods with these names, 2 credits a kilo each."""

    def add(till: Till) -> None:
        goods = [
            Good(f"named-{at}", 0, "produce", "good", "kg", 200, {"en": name})
            for at, name in enumerate(names)
        ]
        till.import_goods(goods, "more goods")

    return add
