"""hledger and beancount accept the ledgers of a season, and come to what the kiosk's books say."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from db import days, reports
from kiosk.exports import beancount, hledger
from kiosk.exports.folder import export_day
from tests.kiosk.exports.accounting import (
    Balances,
    beancount_balances,
    beancount_entries,
    check,
    hledger_balances,
    needs_hledger,
)
from tests.kiosk.exports.accounting import hledger as ask_hledger
from tests.kiosk.exports.conftest import columns, contents
from tests.kiosk.exports.season import DATES, Season, live_a_season


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Season:
    folder = tmp_path_factory.mktemp("season")
    return live_a_season(folder / "data", folder / "exports")


def master(season: Season) -> Path:
    return season.folder / f"market-{season.table.books.kiosk}.journal"


def said(day: Path) -> Balances:
    """What the exported day says elsewhere: its totals by account, its stock by good."""
    wanted: Balances = {}
    for row in columns(day / "totals.csv"):
        what, _, account = row["name"].partition("balance: ")
        if account and not what:
            wanted[account, "CR"] = Decimal(row["value"])
    for row in columns(day / "stock.csv"):
        wanted["stock", row["good"]] = Decimal(row["quantity"])
    return {place: amount for place, amount in wanted.items() if amount}


def in_the_books(season: Season) -> Balances:
    """What the kiosk itself reports now."""
    books = season.table.books
    wanted = {
        (account, "CR"): Decimal(credits) / 100 for account, credits in days.balances(books).items()
    }
    wanted |= {
        ("stock", good): Decimal(quantity) / 1000 for good, quantity in reports.stock(books).items()
    }
    return {place: amount for place, amount in wanted.items() if amount}


def standing(found: Balances) -> Balances:
    """Accounts of the books and the stock alone."""
    return {
        (account, commodity): amount
        for (account, commodity), amount in found.items()
        if commodity == "CR" or account == "stock"
    }


def flows(season: Season, day: int) -> Balances:
    """What moved on a day, good by good, as the kiosk reports it."""
    wanted: Counter[tuple[str, str]] = Counter()
    for one in reports.goods_of_day(season.table.books, day):
        service = one.good == "childcare"
        wanted["work" if service else "brought", one.good] -= one.brought
        wanted["received" if service else "taken", one.good] += one.taken
        wanted["spoiled", one.good] += one.spoiled
        wanted["counted", one.good] -= one.found
    return {place: Decimal(amount) / 1000 for place, amount in wanted.items() if amount}


def flowed(found: Balances, root: str) -> Balances:
    sums: Counter[tuple[str, str]] = Counter()
    for (account, commodity), amount in found.items():
        if account.startswith(root):
            flow = account.removeprefix(root).lower()
            sums["counted" if flow in ("found", "missing") else flow, commodity.lower()] += amount
    return {place: amount for place, amount in sums.items() if amount}


@needs_hledger
def test_hledger_accepts_each_day_and_comes_to_what_it_says(season: Season) -> None:
    for number, day in [*season.days.items(), (season.last + 1, season.interim)]:
        check(day / hledger.FILE)
        found = hledger_balances(day / hledger.FILE)
        assert standing(found) == said(day)
        assert flowed(found, "flow:") == flows(season, number)
    assert said(season.interim) == in_the_books(season)
    assert len({*map(str, said(season.interim).values())}) > 8


@needs_hledger
def test_all_days_together_count_nothing_twice(season: Season) -> None:
    check(master(season))
    found = hledger_balances(master(season))
    assert standing(found) == said(season.days[season.last])
    assert not any(account == "equity:opening" for account, _ in found)
    wanted: Counter[tuple[str, str]] = Counter()
    for number in season.days:
        wanted.update(flows(season, number))
    assert flowed(found, "flow:") == {place: amount for place, amount in wanted.items() if amount}


@needs_hledger
def test_days_that_are_not_there_come_in_with_the_next_opening(
    season: Season, tmp_path: Path
) -> None:
    for number in (2, 4):
        shutil.copytree(season.days[number], tmp_path / season.days[number].name)
    export_day(season.table.books, 5, tmp_path, season.table.market)
    together = tmp_path / master(season).name
    assert "; Day 3 is not here" in together.read_text()
    check(together)
    assert standing(hledger_balances(together)) == said(season.days[5])


@needs_hledger
@pytest.mark.parametrize(
    "changes",
    [
        {"    goods  6 CR": "    goods  7 CR", "outstanding  -6 CR": "outstanding  -7 CR"},
        {
            "    stock  3 ": "    stock  3.001 ",
            "    flow:brought  -3 ": "    flow:brought  -3.001 ",
        },
    ],
    ids=["credits", "goods"],
)
def test_hledger_refuses_a_day_in_which_a_visit_was_changed(
    season: Season, tmp_path: Path, changes: dict[str, str]
) -> None:
    text = (season.days[1] / hledger.FILE).read_text()
    for written, changed in changes.items():
        assert written in text
        text = text.replace(written, changed, 1)
    (tmp_path / "changed.journal").write_text(text)
    with pytest.raises(AssertionError, match="balance assertion"):
        check(tmp_path / "changed.journal")


@needs_hledger
def test_hledger_finds_a_visit_a_slip_and_a_decision_by_their_tags(season: Season) -> None:
    day = season.days[1]
    (first,) = (row for row in columns(day / "slips.csv") if row["entry"] == "4")
    found = ask_hledger(day / hledger.FILE, "print", f"tag:slip={first['reference']}")
    assert "visit 1\n" in found
    assert f"slip: {first['reference']} issued" in found
    assert "visit 2\n" in found
    assert f"slip: {first['reference']} redeemed" in found
    undone = ask_hledger(day / hledger.FILE, "print", "tag:visit=^8$")
    assert "visit 8\n" in undone
    assert "visit 8 undone\n" in undone
    assert "too dear" in ask_hledger(day / hledger.FILE, "print", "tag:decision=assembly")
    kiosk = season.table.books.kiosk
    assert len(ask_hledger(day / hledger.FILE, "print", f"tag:kiosk={kiosk}").split("\n\n")) > 20
    between = ask_hledger(season.days[2] / hledger.FILE, "print", "tag:decision=between the days")
    assert "rate: 1.02" in between


@needs_hledger
def test_the_shelves_are_worth_what_they_hold_at_the_rates_in_force(season: Season) -> None:
    books, day = season.table.books, season.interim
    rates = dict(books.sql("SELECT id, rate FROM good"))
    wanted = sum(
        Decimal(quantity) / 1000 * rates[good] / 100
        for good, quantity in reports.stock(books).items()
    )
    ((place, found),) = hledger_balances(day / hledger.FILE, "-V", "stock").items()
    assert place == ("stock", "CR")
    assert abs(found - wanted) <= Decimal("0.005")


def test_beancount_accepts_each_day_and_comes_to_what_it_says(season: Season) -> None:
    for number, day in [*season.days.items(), (season.last + 1, season.interim)]:
        found = beancount_balances(beancount_entries(day / beancount.FILE))
        wanted = {
            (
                beancount.account(account),
                "CR" if good == "CR" else beancount.commodity(good),
            ): amount
            for (account, good), amount in said(day).items()
        }
        standing_there = {
            (account, commodity): amount
            for (account, commodity), amount in found.items()
            if commodity == "CR" or account == "Assets:Stock"
        }
        assert standing_there == wanted
        assert flowed(found, "Equity:Flow:") == flows(season, number)


def test_bean_check_accepts_a_day_and_refuses_a_changed_one(season: Season, tmp_path: Path) -> None:
    path = tmp_path / "ledger.beancount"
    text = (season.days[2] / beancount.FILE).read_text()
    asked = [sys.executable, "-m", "beancount.scripts.check", "--no-cache", str(path)]
    path.write_text(text)
    assert subprocess.run(asked, check=False).returncode == 0
    asserted = (line for line in text.splitlines() if " balance Assets:Stock " in line)
    stock = next(line for line in asserted if "." in line)
    path.write_text(text.replace(stock, stock.replace(" ~", "1 ~")))
    run = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "Assets:Stock" in run.stderr


def test_beancount_links_a_slip_from_its_issue_to_its_end(season: Season) -> None:
    day = season.days[1]
    linked = Counter(
        link
        for entry in beancount_entries(day / beancount.FILE)
        for link in getattr(entry, "links", None) or ()
    )
    assert linked == Counter(row["reference"] for row in columns(day / "slips.csv"))


def test_transactions_stand_in_the_order_of_the_days(season: Season) -> None:
    """Also where two days have one date, and where the clock was set back."""
    dated = []
    for number, day in season.days.items():
        lines = (day / hledger.FILE).read_text().splitlines()
        dates = {line[:10] for line in lines if line[:1] == "2"}
        assert len(dates) == 1
        dated.append(dates.pop())
        real = json.loads((day / "seal.json").read_bytes())["statement"]["date"]
        assert lines[0] == f"; kiosk {season.table.books.kiosk}, market day {number}, {real}"
        said_so = "; The kiosk's clock had been set back: it is booked on 2026-11-30." in lines
        assert said_so == (dated[-1] != real) == (number == 4)
    assert dated == ["2026-11-28", "2026-11-30", "2026-11-30", "2026-11-30", "2026-12-01"]
    assert len(dated) == len(DATES)


def test_each_entry_that_moved_or_decided_something_is_one_transaction(season: Season) -> None:
    kinds = (
        "('visit', 'reversal', 'void', 'reissue', 'paper', 'spoilage', 'count', 'goods', 'lost', "
        "'rate', 'rules')"
    )
    books = season.table.books
    for number, day in season.days.items():
        beyond = days.sealed_in(books, number)
        before = days.sealed_in(books, number - 1) if number > 1 else 0
        entries = [
            f"({books.kiosk}/{seq})"
            for (seq,) in books.sql(
                f"SELECT seq FROM entry WHERE id > ? AND id < ? AND kind IN {kinds} ORDER BY id",
                (before, beyond),
            )
        ]
        lines = (day / hledger.FILE).read_text().splitlines()
        assert [line.split()[2] for line in lines if line[10:14] == " * ("] == entries
        text = (day / beancount.FILE).read_text()
        assert text.count("\n  entry: ") == len(entries)


def test_later_days_change_nothing_in_an_exported_one(season: Season, tmp_path: Path) -> None:
    for number, day in season.days.items():
        again = export_day(season.table.books, number, tmp_path, season.table.market)
        assert contents(again) == contents(day)
    assert (tmp_path / master(season).name).read_bytes() == master(season).read_bytes()


def test_why_a_slip_was_voided_is_left_to_the_journal(season: Season) -> None:
    for day in season.days.values():
        for name in (hledger.FILE, beancount.FILE):
            text = (day / name).read_text()
            for words in ("burnt", "torn", "mould", "neighbour", "trousers", "handle"):
                assert words not in text
