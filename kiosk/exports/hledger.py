"""A market day as a journal for hledger, the plain-text accounting program.

Format: https://hledger.org/hledger.html#journal, read by hledger 1.25 and later in its strict mode.
The file stands for itself: it opens with what the days before left and ends in assertions. It can
also be included with the others (kiosk/exports/master.py) without counting anything twice, because it
opens in balance *assignments*, which book nothing where the balance is there already.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from db.amounts import format_credits, format_quantity
from db.catalogue import ID
from db.errors import N_
from kiosk.exports import bookkeeping
from kiosk.exports.bookkeeping import (
    FLOW,
    FLOWS,
    OPENING,
    SERVICES,
    STOCK,
    Frame,
    Standing,
    Transaction,
    credits_of,
)
from kiosk.exports.extract import Extract
from kiosk.exports.resources import Resource
from kiosk.text import safe

FILE = "ledger.journal"
RESOURCES = (
    Resource(
        FILE,
        "text/plain",
        N_("The same day for hledger, a program for plain-text accounts: goods and credits."),
    ),
)
PASSES = 1

_TYPES = {
    "goods": "A", "work": "X", "slips:outstanding": "L", "solidarity": "X", "gifts": "R",
    "spoilage": "X", "rounding": "X", "paper": "X", STOCK: "A", SERVICES: "A",
}  # fmt: skip
"""Assets, liabilities, revenues and expenses, for hledger's balance sheet and its like."""

_PREAMBLE = """\
Check it with `hledger check -s -f ledger.journal`, read it with `hledger bal -f ledger.journal`.
CR are credits, in the accounts of the market's books and with their signs. Beside them goods stand in
`stock` and hours given less hours had in `services`, in their units; `flow` is where they came from and
went to. It opens with what the days before left, where they are not read along, and ends with what
the seal and the shelves say. A transaction's code is the entry of the market's journal behind it."""

_PART = re.compile(r"(?:[^\W_]|[ .'’&/+-])+")
_NOT_IN_A_PART = re.compile(r"(?:[^\w .'’&/+-]|_)+")
_WORDS_LENGTH = 1000


def write(extract: Extract, folder: Path) -> None:
    """Write `ledger.journal` of a day into `folder`; the same books give the same bytes.

    Raises OSError.
    """
    bookkeeping.write_paragraphs(folder / FILE, _paragraphs(extract))


def _paragraphs(extract: Extract) -> Iterator[Iterable[str]]:
    """The file's paragraphs, each as its lines."""
    around = bookkeeping.frame(extract)
    on, kiosk = around.on.isoformat(), extract.statement["kiosk"]
    yield [f"; {line}" for line in bookkeeping.heading(extract, around.on)]
    yield [f"; {line}" for line in _PREAMBLE.splitlines()]
    yield _declared(around)
    if extract.number > 1:
        yield [f"{on} * opening", *_standing(around.opening, ""), f"    {OPENING}"]
    for transaction in bookkeeping.transactions(extract):
        yield _transaction(transaction, on, kiosk, extract.number)
    if around.rates:
        yield [
            f"P {on} {commodity(good)} {credits_of(rate)}" for good, rate in around.rates.items()
        ]
    yield [f"{on} * balances at the end of the day", *_standing(around.closing, "0")]


def _declared(around: Frame) -> Iterator[str]:
    yield "decimal-mark ."
    yield "commodity 1000.00 CR"
    for good, words in around.goods.items():
        called = f"name: {value(words.name)}, unit: {value(words.unit)}"
        yield f"commodity 1000.000 {commodity(good)}  ; {called}"
    for name in around.accounts:
        yield f"account {account(name)}  ; type: {_TYPES.get(name, 'A')}"
    for name in (STOCK, SERVICES):
        yield f"account {name}  ; type: {_TYPES[name]}"
    for name in (*(f"{FLOW}:{flow}" for flow in FLOWS), OPENING):
        yield f"account {name}  ; type: E"


def _standing(standing: Standing, nothing: str) -> Iterator[str]:
    """Postings that set or assert what stands where. `nothing` is the amount that they post: empty
    in an assignment, where hledger finds it, and `0` in an assertion."""
    for name, credits in sorted(standing.balances.items()):
        posted = f"{nothing} CR " if nothing else ""
        yield f"    {account(name)}  {posted}== {credits_of(credits)}"
    for good, quantity in sorted(standing.stock.items()):
        posted = f"{nothing} {commodity(good)} " if nothing else ""
        yield f"    {STOCK}  {posted}= {_quantity(good, quantity)}"


def _transaction(transaction: Transaction, on: str, kiosk: str, day: int) -> Iterator[str]:
    yield f"{on} * ({kiosk}/{transaction.entry}) {transaction.title}"
    tags = [f"kiosk: {kiosk}", f"day: {day}"]
    if transaction.visit:
        tags.append(f"visit: {transaction.visit}")
    if transaction.reverses:
        tags.append(f"reverses: {kiosk}/{transaction.reverses}")
    yield f"    ; {', '.join(tags)}"
    for reference, became in transaction.slips:
        yield f"    ; slip: {reference} {became}"
    if transaction.words:
        yield f"    ; decision: {value(transaction.words)}"
    if transaction.rate is not None:
        good, rate = transaction.rate
        yield f"    ; good: {value(good)}, rate: {format_credits(rate)}"
    for move in transaction.moves:
        cost = f"@@ {credits_of(abs(move.credits))}"
        yield f"    {move.account}  {_quantity(move.good, move.quantity)} {cost}"
        yield f"    {move.flow}  {_quantity(move.good, -move.quantity)} {cost}"
    for name, credits in transaction.postings:
        yield f"    {account(name)}  {credits_of(credits)}"


def _quantity(good: str, thousandths: int) -> str:
    return f"{format_quantity(thousandths)} {commodity(good)}"


@lru_cache(maxsize=4096)
def commodity(good: str) -> str:
    """A good's id as hledger's name for what is counted, in quotes; different for different goods,
    and never `CR`."""
    if ID.fullmatch(good):
        return f'"{good}"'
    return f'"{_spelled(good)}_{bookkeeping.mark(good)}"'


@lru_cache(maxsize=4096)
def account(name: str) -> str:
    """An account of the books as hledger takes it, different for different accounts."""
    return ":".join(_part(part) for part in name.split(":"))


def _part(part: str) -> str:
    if _PART.fullmatch(part) and safe(part) == part:
        return part
    return f"{_spelled(part)}_{bookkeeping.mark(part)}"


def _spelled(text: str) -> str:
    return _NOT_IN_A_PART.sub("-", safe(text, 40)).strip(" -")


def value(text: str) -> str:
    """Outside text as the value of a tag: one line, and no comma, at which a value ends."""
    return safe(text, _WORDS_LENGTH).replace(",", ";")
