"""Founding a market once, and the rules that its assembly sets by decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from db import audit, journal, market, reports
from db.amounts import MAX_AMOUNT
from db.connection import Books, open_books
from db.errors import (
    AmountOutOfRange,
    BadSetting,
    BooksAreWrong,
    MarketExists,
    MissingDecision,
    NoMarket,
)
from db.market import SLIP_STEPS, Rules
from db.words import UnfitWords
from tests.db.table import OAK, Table, refused


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Books]:
    books = open_books(tmp_path, create=True)
    yield books
    books.close()


def test_before_the_founding_there_is_no_market(empty: Books) -> None:
    with refused(empty, NoMarket):
        market.market(empty)
    assert market.rules(empty) == Rules()


@pytest.mark.parametrize("practice", [False, True])
def test_a_market_is_what_its_first_entry_says(empty: Books, practice: bool) -> None:
    rules = Rules(solidarity_visit=500, solidarity_day=None, slip_step=50, slip_days=90)
    market.found(empty, replace(OAK, name="  Oak Square ", practice=practice), rules)
    assert market.market(empty) == replace(OAK, practice=practice)
    assert market.rules(empty) == rules
    assert journal.head(empty)[0] == 1
    assert audit.verify(empty) == []


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_that_can_be_none_is_found_before_it_is_used(table: Table, length: int) -> None:
    table.books.sql("UPDATE market SET public_key = zeroblob(?)", (length,))
    with refused(table.books, BooksAreWrong) as caught:
        market.market(table.books)
    assert "table market: " in str(caught.value)


def test_no_limit_is_stored_as_it_always_was(table: Table) -> None:
    table.decide(solidarity_visit=500)
    stored = dict(table.books.sql("SELECT name, value FROM rule").fetchall())
    assert (stored["solidarity_visit"], stored["solidarity_day"]) == (500, -1)


def test_a_market_is_founded_once(table: Table) -> None:
    with refused(table.books, MarketExists, market="Oak Square"):
        market.found(table.books, OAK)


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "\udcff"])
def test_a_market_has_a_name(empty: Books, name: str) -> None:
    with refused(empty, UnfitWords, setting="the market's name"):
        market.found(empty, replace(OAK, name=name))


def test_a_place_is_short(empty: Books) -> None:
    with refused(empty, UnfitWords, setting="the market's place"):
        market.found(empty, replace(OAK, place="x" * 61))
    market.found(empty, replace(OAK, place=""))
    assert market.market(empty).place == ""


def test_rules_change_by_the_words_of_a_decision(table: Table) -> None:
    changed = Rules(solidarity_visit=0, solidarity_day=MAX_AMOUNT, slip_step=25, slip_days=1)
    market.set_rules(table.books, changed, 1, "assembly of 28 November")
    assert market.rules(table.books) == changed
    newest = reports.decisions(table.books)[0]
    assert (newest.kind, newest.words) == ("rules", "assembly of 28 November")
    market.set_rules(table.books, Rules(), 1, "back to the beginning")
    assert market.rules(table.books) == Rules()


def test_without_words_no_rule_changes(table: Table) -> None:
    with refused(table.books, MissingDecision):
        market.set_rules(table.books, Rules(slip_days=9), 1, "  ")


@pytest.mark.parametrize(
    "rules",
    [
        *(Rules(slip_step=step) for step in (0, -1, 3, 200)),
        *(Rules(slip_days=days) for days in (-1, 3651)),
        *(Rules(crew_days=days) for days in (-1, 3651)),
    ],
)
def test_rules_that_make_no_sense_are_refused(table: Table, rules: Rules) -> None:
    with refused(table.books, BadSetting):
        market.set_rules(table.books, rules, 1, "assembly")


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        (Rules(slip_step=3), "0.01, 0.05, 0.1, 0.25, 0.5, 1"),
        (Rules(slip_days=-1), "0–3650"),
        (Rules(crew_days=-1), "0–3650"),
    ],
)
def test_what_would_make_sense_is_said(table: Table, rules: Rules, why: str) -> None:
    with refused(table.books, BadSetting, why=why):
        market.set_rules(table.books, rules, 1, "assembly")


@pytest.mark.parametrize(
    "rules", [Rules(solidarity_visit=-1), Rules(solidarity_day=MAX_AMOUNT + 1)]
)
def test_limits_fit_on_a_slip(table: Table, rules: Rules) -> None:
    with refused(table.books, AmountOutOfRange):
        market.set_rules(table.books, rules, 1, "assembly")


def test_every_step_may_be_chosen(table: Table) -> None:
    market.set_rules(table.books, Rules(slip_days=3650, crew_days=3650), 1, "assembly")
    assert SLIP_STEPS == (1, 5, 10, 25, 50, 100)
    for step in SLIP_STEPS:
        market.set_rules(table.books, Rules(slip_step=step), 1, "assembly")
        assert market.rules(table.books).slip_step == step


@pytest.mark.parametrize(("name", "place"), [("O", ""), ("O" * 60, "p" * 60)])
def test_a_name_may_be_one_letter_and_a_place_none(empty: Books, name: str, place: str) -> None:
    market.found(empty, replace(OAK, name=name, place=place))
    assert (market.market(empty).name, market.market(empty).place) == (name, place)
