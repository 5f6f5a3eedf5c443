"""No name that anyone can think of breaks out of a ledger or a workbook, and none is taken for another."""

from __future__ import annotations

import re
import tempfile
from itertools import combinations
from pathlib import Path

import openpyxl
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from db import catalogue, days, journal, reports
from db.catalogue import Good
from db.terms import Market
from db.weighing import Line
from kiosk.exports import bookkeeping
from kiosk.exports.beancount import FILE as BEANCOUNT
from kiosk.exports.beancount import account as beancount_account
from kiosk.exports.beancount import commodity as beancount_commodity
from kiosk.exports.csv_files import text_cell
from kiosk.exports.folder import export_day
from kiosk.exports.hledger import FILE as HLEDGER
from kiosk.exports.hledger import account as hledger_account
from kiosk.exports.hledger import commodity as hledger_commodity
from kiosk.exports.hledger import value
from kiosk.exports.workbook import FILE as WORKBOOK
from kiosk.text import safe
from tests.kiosk.exports.accounting import (
    beancount_balances,
    beancount_entries,
    check,
    hledger,
    hledger_balances,
    needs_hledger,
)
from tests.kiosk.exports.conftest import open_table

NASTY = (
    'a "quoted" name', "back\\slash", 'ends in \\', "semi;colon", "two  spaces", "tab\there",
    "line\nbreak", "new\r\n2020-01-01 * theft\n  goods  9 CR\n  gifts", "; comment", "# comment",
    "* title", "(virtual)", "[balanced]", "[2019-99-99]", "date: 2019-99-99", "date:2019-01-01, x:y",
    "a, visit: 99", "type: L", "=5 CR", "@@ 7 CR", "{3 CR}", "CR", "cr", "true", "TRUE", "false", "null",
    "include /etc/passwd", "end comment", "comment", '"', '""', "'", "\\", ":", "::", "a:b", "a: b", "-",
    "0", "1.5", "0,5", "$", "€5", "^link", "#tag", "!", "|", "<r><t>&</t></r>", "<r>", "_x0041_", "&amp;",
    "http://example.org", "=1+1", "+1", "@x", "\u202eevil", "\u0085next", "\u2028line", "\x0bx", "x" * 300,
    "مربى", "蜂蜜", "Äpfel", "a-0123456789ab", "honey ", "honey", "HONEY", "Honey", "9", "é", "e\u0301",
)  # fmt: skip

words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)
names = st.lists(words.filter(bool), max_size=25).map(lambda drawn: list(dict.fromkeys(drawn)))
TAGS = {
    "kiosk", "day", "visit", "slip", "decision", "good", "rate", "reverses", "name", "unit", "type",
}  # fmt: skip


@needs_hledger
@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@example(list(NASTY))
@given(names)
def test_any_names_give_a_day_that_bookkeepers_programs_accept(drawn: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _a_day_of(drawn or ["x"], Path(folder))


def _a_day_of(drawn: list[str], folder: Path) -> None:
    """One day on which every name is a good's, its id, a decision, another market and our own."""
    table = open_table(folder / "data")
    books = table.books
    number = days.open_day(books)
    with books.transaction():
        for one in drawn:
            good = Good(one, 0, "produce", "good", one, 100, {"en": one})
            catalogue.save_goods(books, [good], number, f"x{one}")
            content = {
                "decision": one,
                "lines": [[one, "found", 1500, 100, 150]],
                "postings": [["goods", 150], [f"federation:{one}", -100], [one, -50]],
                "totals": {"gifts": 150},
            }
            journal.append(books, "count", number, content)
        table.visit(Line(drawn[0], 1000))
    market = Market(drawn[-1], "", "en", table.market.public_key, False)
    day = export_day(books, number, folder / "out", market)
    stock, balances = reports.stock(books), days.balances(books)
    decided = ["the assembly of 1 November", *(f"x{one}" for one in drawn)]
    entries = len(decided) + len(drawn) + 1
    table.books.close()
    _check_hledger(day / HLEDGER, stock, balances, decided, entries)
    _check_beancount(day / BEANCOUNT, stock, balances, decided, entries)
    _check_workbook(day / WORKBOOK, stock)


def _check_hledger(
    path: Path, stock: dict[str, int], balances: dict[str, int], decided: list[str], entries: int
) -> None:
    check(path)
    found = hledger_balances(path)
    for good, quantity in stock.items():
        assert found["stock", hledger_commodity(good).strip('"')] * 1000 == quantity
    for account, credits in balances.items():
        assert found.get((hledger_account(account), "CR"), 0) * 100 == credits
    assert set(hledger(path, "tags").split()) <= TAGS
    values = hledger(path, "tags", "decision", "--values").splitlines()
    assert set(values) == {value(one) for one in decided}
    assert len(re.findall(r"(?m)^2026-11-28 \* \(", hledger(path, "print"))) == entries


def _check_beancount(
    path: Path, stock: dict[str, int], balances: dict[str, int], decided: list[str], entries: int
) -> None:
    from beancount.core.data import Commodity, Open, Transaction

    read = beancount_entries(path)
    found = beancount_balances(read)
    for good, quantity in stock.items():
        assert found["Assets:Stock", beancount_commodity(good)] * 1000 == quantity
    for account, credits in balances.items():
        assert found.get((beancount_account(account), "CR"), 0) * 100 == credits
    transactions = [one for one in read if isinstance(one, Transaction)]
    assert len(transactions) == entries
    said = [one.meta["decision"] for one in transactions if "decision" in one.meta]
    assert said == [safe(one, 1000) for one in decided if safe(one)]
    called = {one.currency: one.meta for one in read if isinstance(one, Commodity)}
    for good in stock:
        assert called[beancount_commodity(good)]["good"] == safe(good, 1000)
    opened = {one.account: one.meta for one in read if isinstance(one, Open)}
    for account in balances:
        assert opened[beancount_account(account)]["account"] == safe(account, 1000)


def _check_workbook(path: Path, stock: dict[str, int]) -> None:
    book = openpyxl.load_workbook(path)
    rows = list(book["Stock"].iter_rows(min_row=2))
    assert [row[3].value for row in rows] == [
        quantity / 1000 for _, quantity in sorted(stock.items())
    ]
    for (good, _), row in zip(sorted(stock.items()), rows, strict=True):
        cell = text_cell(good)
        assert unescape(row[0].value or "") in (cell, f"'{cell}")
        for one in row:
            assert one.data_type != "f"
            assert one.hyperlink is None


@given(st.lists(words, min_size=2, max_size=8, unique=True))
@example(["Elm-Street", "Elm Street", "elm-street"])
@example(["a-b", "a b", "A-B", "a_b", "a--b", "", "-"])
def test_different_names_stay_different(drawn: list[str]) -> None:
    for spelled in (hledger_commodity, hledger_account, beancount_commodity):
        for one, other in combinations([*drawn, "tomatoes", "goods", "slips:outstanding"], 2):
            assert spelled(one) != spelled(other) or one == other
    for one, other in combinations([f"federation:{name}" for name in drawn], 2):
        assert beancount_account(one) != beancount_account(other)
    assert "CR" not in {hledger_commodity(one).strip('"') for one in drawn}
    assert "CR" not in {beancount_commodity(one) for one in drawn}


@given(words)
@example("true")
@example("a-very-long-name-of-a-good-that-goes-on")
@example("9-lives")
@example("ends-in-")
def test_every_good_has_a_name_by_beancounts_rules(good: str) -> None:
    name = beancount_commodity(good)
    assert re.fullmatch(r"[A-Z][A-Z0-9'._-]{0,22}[A-Z0-9]", name)
    assert name not in ("TRUE", "FALSE", "NULL")
    account = beancount_account(f"federation:{good}")
    assert re.fullmatch(r"Assets:Federation:[A-Z0-9][A-Za-z0-9-]*", account)


def test_plain_names_are_kept() -> None:
    assert hledger_commodity("olive-oil") == '"olive-oil"'
    assert beancount_commodity("olive-oil") == "OLIVE-OIL"
    assert hledger_account("federation:Elm Street") == "federation:Elm Street"
    assert hledger_account("slips:outstanding") == "slips:outstanding"
    assert beancount_account("slips:outstanding") == "Liabilities:Slips:Outstanding"
    assert len(bookkeeping.mark("x")) == 12
