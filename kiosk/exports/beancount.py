"""A market day as a ledger for beancount, the plain-text accounting program.

Syntax: https://beancount.github.io/docs/beancount_language_syntax.html, read by beancount 2.3 and later.
It says what the journal for hledger says (kiosk/exports/hledger.py), in beancount's names: accounts
under its five roots, goods in capitals. What a good or another market is really called stands in the
metadata. Assertions hold at the beginning of a day, so they carry the next day's date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from db.amounts import format_credits, format_quantity
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

FILE = "ledger.beancount"
RESOURCES = (
    Resource(
        FILE,
        "text/plain",
        N_("The same day for beancount, another program for plain-text accounts."),
    ),
)
PASSES = 1

_ACCOUNTS = {
    "goods": "Assets:Goods",
    "work": "Expenses:Work",
    "slips:outstanding": "Liabilities:Slips:Outstanding",
    "solidarity": "Expenses:Solidarity",
    "gifts": "Income:Gifts",
    "spoilage": "Expenses:Spoilage",
    "rounding": "Expenses:Rounding",
    "paper": "Expenses:HonouredFromPaper",
    STOCK: "Assets:Stock",
    SERVICES: "Assets:Services",
    **{f"{FLOW}:{flow}": f"Equity:Flow:{flow.capitalize()}" for flow in FLOWS},
    OPENING: "Equity:Opening",
}
_FEDERATION = "federation"

_PREAMBLE = """\
Check it with `bean-check ledger.beancount`.
CR are credits, in the accounts of the market's books and with their signs. Beside them goods stand in
Assets:Stock and hours given less hours had in Assets:Services, in their units; Equity:Flow is where
they came from and went to. It opens with what the days before left and ends with what the seal and the
shelves say. A transaction's `entry` is the one of the market's journal behind it; a link (`^…`) is a
slip's reference, from the visit that issued it to the one that redeemed it."""

_PLAIN = re.compile(r"[a-z][a-z0-9-]{0,22}[a-z0-9]")
_TAKEN = {"cr", "true", "false", "null"}
"""Credits, and the words that beancount reads as values."""

_STEM_LENGTH = 10  # with `_` and the mark, 23 of the 24 characters that a name may have
_WORDS_LENGTH = 1000


def write(extract: Extract, folder: Path) -> None:
    """Write `ledger.beancount` of a day into `folder`; the same books give the same bytes.

    Raises OSError.
    """
    bookkeeping.write_paragraphs(folder / FILE, _paragraphs(extract))


def _paragraphs(extract: Extract) -> Iterator[Iterable[str]]:
    """The file's paragraphs, each as its lines."""
    around = bookkeeping.frame(extract)
    on, kiosk = around.on.isoformat(), extract.statement["kiosk"]
    yield [f"; {line}" for line in bookkeeping.heading(extract, around.on)]
    yield [f"; {line}" for line in _PREAMBLE.splitlines()]
    title = f"{extract.market.name}, market day {extract.number}"
    yield [f'option "title" {quoted(title)}', 'option "operating_currency" "CR"']
    yield _declared(around, on)
    if extract.number > 1:
        yield _opening(around.opening, on)
    for transaction in bookkeeping.transactions(extract):
        yield _transaction(transaction, on, kiosk)
    if around.rates:
        yield [
            f"{on} price {commodity(good)}  {credits_of(rate)}"
            for good, rate in around.rates.items()
        ]
    yield _asserted(around.closing, (around.on + timedelta(days=1)).isoformat())


def _declared(around: Frame, on: str) -> Iterator[str]:
    yield f"{on} commodity CR"
    yield '  name: "credits"'
    for good, words in around.goods.items():
        yield f"{on} commodity {commodity(good)}"
        yield f"  good: {quoted(good)}"
        yield f"  name: {quoted(words.name)}"
        yield f"  unit: {quoted(words.unit)}"
    for name in around.accounts:
        yield f"{on} open {account(name)} CR"
        yield f"  account: {quoted(name)}"
    for name in (STOCK, SERVICES, *(f"{FLOW}:{flow}" for flow in FLOWS), OPENING):
        yield f"{on} open {account(name)}"


def _opening(before: Standing, on: str) -> Iterator[str]:
    yield f'{on} * "opening"'
    for name, credits in sorted(before.balances.items()):
        yield f"  {account(name)}  {credits_of(credits)}"
    for good, quantity in sorted(before.stock.items()):
        yield f"  {account(STOCK)}  {_quantity(good, quantity)}"
        yield f"  {account(OPENING)}  {_quantity(good, -quantity)}"


def _transaction(transaction: Transaction, on: str, kiosk: str) -> Iterator[str]:
    links = "".join(f" ^{reference}" for reference, _ in transaction.slips)
    yield f'{on} * "{transaction.title}"{links}'
    yield f'  kiosk: "{kiosk}"'
    yield f'  entry: "{kiosk}/{transaction.entry}"'
    if transaction.visit:
        yield f"  visit: {transaction.visit}"
    if transaction.reverses:
        yield f'  reverses: "{kiosk}/{transaction.reverses}"'
    became: dict[str, list[str]] = {}
    for reference, change in transaction.slips:
        became.setdefault(change, []).append(reference)
    for change, references in became.items():
        yield f'  {change}: "{" ".join(references)}"'
    if transaction.words:
        yield f"  decision: {quoted(transaction.words)}"
    if transaction.rate is not None:
        good, rate = transaction.rate
        yield f"  good: {quoted(good)}"
        yield f"  rate: {credits_of(rate)}"
    for move in transaction.moves:
        cost = f"@@ {credits_of(abs(move.credits))}"
        yield f"  {account(move.account)}  {_quantity(move.good, move.quantity)} {cost}"
        yield f"  {account(move.flow)}  {_quantity(move.good, -move.quantity)} {cost}"
    for name, credits in transaction.postings:
        yield f"  {account(name)}  {credits_of(credits)}"


def _asserted(after: Standing, on: str) -> Iterator[str]:
    """`~ 0`: beancount would else forgive a difference in the last digit."""
    for name, credits in sorted(after.balances.items()):
        yield f"{on} balance {account(name)}  {format_credits(credits)} ~ 0 CR"
    for good, quantity in sorted(after.stock.items()):
        amount = f"{format_quantity(quantity)} ~ 0 {commodity(good)}"
        yield f"{on} balance {account(STOCK)}  {amount}"


def _quantity(good: str, thousandths: int) -> str:
    return f"{format_quantity(thousandths)} {commodity(good)}"


@lru_cache(maxsize=4096)
def commodity(good: str) -> str:
    """A good's id as a commodity of beancount: 2 to 24 of `A-Z0-9'._-`, different for different
    goods, never that of credits."""
    if _PLAIN.fullmatch(good) and good not in _TAKEN:
        return good.upper()
    stem = _stem(good).upper()
    if not stem[:1].isalpha():
        stem = f"G{stem}"
    return f"{stem[:_STEM_LENGTH]}_{bookkeeping.mark(good).upper()}"


@lru_cache(maxsize=4096)
def account(name: str) -> str:
    """An account of the books as one of beancount's, different for different accounts."""
    if name in _ACCOUNTS:
        return _ACCOUNTS[name]
    head, _, market = name.partition(":")
    root, rest = ("Assets:Federation", market) if head == _FEDERATION else ("Equity:Other", name)
    stem = _stem(rest)
    component = f"{stem[:1].upper()}{stem[1:]}-{bookkeeping.mark(name).upper()}"
    return f"{root}:{component.lstrip('-')}"


def _stem(text: str) -> str:
    """The plain letters and digits of `text`, to recognise it by."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text[:40]).strip("-")


def quoted(text: str) -> str:
    """Outside text as one of beancount's strings."""
    line = safe(text, _WORDS_LENGTH).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{line}"'
