"""The market: founding it, and the rules that its assembly sets.

A rule changes by an entry that carries the decision's words. What the rules do is left to
db/ledger.py.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from functools import cache
from typing import Any

from peewee import EXCLUDED

from db import keys
from db.amounts import checked_amount, format_credits
from db.connection import Books
from db.errors import N_, BadSetting, BooksAreWrong, MarketExists, NoMarket
from db.findings import found as found_wrong
from db.journal import Recorded, append, decide, projects
from db.models import Market as MarketTable
from db.models import Rule
from db.statements import Statement, slot
from db.terms import Market as Market
from db.terms import Rules as Rules
from db.words import SHORT_LENGTH, checked_words, decided_words

SLIP_STEPS = (1, 5, 10, 25, 50, 100)
SLIP_DAYS_LIMIT = 3650
CREW_DAYS_LIMIT = 3650
KEY_LENGTH = 32
"""Bytes of a market's public key."""


_NAMES = frozenset(one.name for one in fields(Rules))
_NO_LIMIT = -1
_SET_RULE = Statement(
    Rule.insert(
        {Rule.name: slot("name"), Rule.value: slot("value"), Rule.entry: slot("entry")}
    ).on_conflict(
        conflict_target=[Rule.name],
        update={Rule.value: EXCLUDED.value, Rule.entry: EXCLUDED.entry},
    )
)
_SET_MARKET = Statement(
    MarketTable.insert(
        {
            MarketTable.id: 1,
            MarketTable.name: slot("name"),
            MarketTable.place: slot("place"),
            MarketTable.language: slot("language"),
            MarketTable.public_key: slot("public_key"),
            MarketTable.practice: slot("practice"),
        }
    )
)
_RULES = Statement(Rule.select(Rule.name, Rule.value))
_MARKET = Statement(
    MarketTable.select(
        MarketTable.name,
        MarketTable.place,
        MarketTable.language,
        MarketTable.public_key,
        MarketTable.practice,
    )
)


def found(
    books: Books, market: Market, rules: Rules | None = None, *, from_key: bool = False
) -> None:
    """Found the market: the journal's first entry, which says where it is founded anew `from_key`,
    because its books were lost. Raises MarketExists, BadSetting."""
    name = checked_words(market.name, N_("the market's name"), SHORT_LENGTH, 1)
    place = checked_words(market.place, N_("the market's place"), SHORT_LENGTH)
    language = checked_words(market.language, N_("the market's language"), SHORT_LENGTH)
    chosen = rules or Rules()
    _check(chosen)
    with books.transaction():
        row = books.one(_MARKET)
        if row is not None:
            raise MarketExists(folder=books.file.parent, market=row[0])
        append(
            books,
            "found",
            0,
            {
                **({"from_key": 1} if from_key else {}),
                "key": market.public_key.hex(),
                "language": language,
                "name": name,
                "place": place,
                "practice": int(market.practice),
                "rules": _written(chosen),
            },
        )


def market(books: Books) -> Market:
    """The market of these books; raises NoMarket before it is founded."""
    with books.reading():
        row = books.one(_MARKET)
    if row is None:
        raise NoMarket(folder=books.file.parent)
    if len(row[3]) != KEY_LENGTH:
        what = N_("the market's key is none")
        raise BooksAreWrong(problem=found_wrong(N_("table {table}"), what, table="market"))
    return Market(row[0], row[1], row[2], row[3], bool(row[4]))


def rules(books: Books) -> Rules:
    """The rules in force."""
    with books.reading():
        return in_force(books)


def in_force(books: Books) -> Rules:
    """The rules in force, inside a transaction."""
    return _chosen(tuple(books.all(_RULES)))


@cache
def _chosen(stored: tuple[tuple[str, int], ...]) -> Rules:
    """Every visit reads the rules, and they hardly ever change."""
    chosen: dict[str, Any] = {
        name: None if value == _NO_LIMIT else value for name, value in stored if name in _NAMES
    }
    return Rules(**chosen)


def set_rules(books: Books, changed: Rules, day: int, decision: str) -> None:
    """Set all rules by a decision. Raises MissingDecision, BadSetting, AmountOutOfRange."""
    words = decided_words(decision)
    _check(changed)
    with books.transaction():
        append(books, "rules", day, {"decision": words, "rules": _written(changed)})


def _check(chosen: Rules) -> None:
    for limit in (chosen.solidarity_visit, chosen.solidarity_day):
        if limit is not None:
            checked_amount(limit)
    if chosen.slip_step not in SLIP_STEPS:
        steps = ", ".join(map(format_credits, SLIP_STEPS))
        raise BadSetting(
            text=format_credits(chosen.slip_step), setting=N_("the step of slips"), why=steps
        )
    if not 0 <= chosen.slip_days <= SLIP_DAYS_LIMIT:
        raise BadSetting(
            text=chosen.slip_days,
            setting=N_("the days that a slip is good"),
            why=f"0–{SLIP_DAYS_LIMIT}",
        )
    if not 0 <= chosen.crew_days <= CREW_DAYS_LIMIT:
        raise BadSetting(
            text=chosen.crew_days,
            setting=N_("the days that names of the crew are kept"),
            why=f"0–{CREW_DAYS_LIMIT}",
        )


def _written(chosen: Rules) -> dict[str, int]:
    return {name: _NO_LIMIT if value is None else value for name, value in asdict(chosen).items()}


@projects("found")
def _project_found(books: Books, entry: Recorded) -> None:
    body = entry.body
    books.run(
        _SET_MARKET,
        name=body["name"],
        place=body["place"],
        language=body["language"],
        public_key=bytes.fromhex(body["key"]),
        practice=body["practice"],
    )
    keys.keep(books, entry, bytes.fromhex(body["key"]))
    _project_rules(books, entry)


@projects("rules")
def _project_rules(books: Books, entry: Recorded) -> None:
    for name, value in entry.body["rules"].items():
        books.run(_SET_RULE, name=name, value=value, entry=entry.id)
    decide(books, entry)
