"""Goods come and change all or none, rates by decision, and a bar code belongs to one good."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from db import audit, catalogue, journal, reports
from db.amounts import MAX_AMOUNT
from db.catalogue import CATEGORIES, ID, KINDS, UNITS, Good
from db.errors import (
    AmountOutOfRange,
    BarcodeTaken,
    GoodKeepsUnit,
    MissingDecision,
    UnknownGood,
)
from db.words import UnfitWords
from tests.db.table import GOODS, Table, refused

PEARS = Good("pears", 0, "produce", "good", "kg", 150, {"en": "pears"})


def save(table: Table, *goods: Good) -> list[Good]:
    return catalogue.save_goods(table.books, goods, 1, "assembly")


def test_the_catalogue_is_what_was_said(table: Table) -> None:
    known = catalogue.goods(table.books)
    assert [one.number for one in known] == [1, 2, 3, 4, 5]
    assert [replace(one, number=0) for one in known] == list(GOODS)
    assert [catalogue.good(table.books, one.id) for one in known] == known


@pytest.mark.parametrize("id", ["pears", "a0", "5-l-cider", "b" * 40])
def test_small_letters_digits_and_hyphens_are_an_id(id: str) -> None:
    assert ID.fullmatch(id)


@pytest.mark.parametrize("id", ["p", "b" * 41, "Pears", "two words", "año", "a_b", "٣٣", "pears\n"])
def test_nothing_else_is_an_id(id: str) -> None:
    assert not ID.fullmatch(id)


def test_a_new_good_gets_the_next_number(table: Table) -> None:
    assert save(table, replace(PEARS, number=77)) == [replace(PEARS, number=6)]
    assert catalogue.good(table.books, "pears").number == 6


def test_a_number_stays_with_its_good(table: Table) -> None:
    honey = catalogue.good(table.books, "honey")
    changed = replace(honey, number=0, rate=500, retired=True)
    assert save(table, changed) == [replace(changed, number=2)]
    save(table, PEARS)
    assert catalogue.good(table.books, "pears").number == 6


def test_what_is_unchanged_makes_no_entry(table: Table) -> None:
    before = journal.head(table.books)
    assert save(table, *GOODS) == []
    assert journal.head(table.books) == before
    assert [one.id for one in save(table, *GOODS, PEARS)] == ["pears"]


def test_the_last_of_two_with_one_name_counts(table: Table) -> None:
    save(table, replace(PEARS, barcodes=("1",)), replace(PEARS, rate=175, barcodes=("1", "1")))
    pears = catalogue.good(table.books, "pears")
    assert (pears.rate, pears.number, pears.barcodes) == (175, 6, ("1",))
    assert audit.verify(table.books) == []


def test_a_retired_good_is_kept_but_not_shown(table: Table) -> None:
    save(table, replace(catalogue.good(table.books, "honey"), retired=True))
    assert "honey" not in [one.id for one in catalogue.goods(table.books)]
    assert "honey" in [one.id for one in catalogue.goods(table.books, retired=True)]
    assert catalogue.good(table.books, "honey").retired


def test_a_retired_good_keeps_its_number_and_its_bar_code(table: Table) -> None:
    leaflets = catalogue.good(table.books, "leaflets")
    gone = replace(leaflets, retired=True, barcodes=("7",))
    save(table, gone)
    assert save(table, gone) == []
    with refused(table.books, BarcodeTaken, code="7", good="leaflets"):
        save(table, replace(PEARS, barcodes=("7",)))
    assert save(table, PEARS) == [replace(PEARS, number=6)]
    assert save(table, leaflets) == [leaflets]


def test_names_are_kept_as_people_write_them(table: Table) -> None:
    """Whoever reads the tables with another program finds letters, not their codes."""
    save(table, replace(PEARS, names={"cs": "hrušky"}, others={"cs": ("hruška",)}))
    query = "SELECT names, others FROM good WHERE id = 'pears'"
    assert table.books.sql(query).fetchone() == ('{"cs": "hrušky"}', '{"cs": ["hruška"]}')


def test_names_are_kept_by_language(table: Table) -> None:
    save(
        table,
        replace(
            PEARS,
            names={"en": "pears", "es": "peras", "cs": "hrušky"},
            others={"en": ("pear", "conference"), "es": ()},
        ),
    )
    pears = catalogue.good(table.books, "pears")
    assert pears.name("cs") == "hrušky"
    assert pears.name("xx") in ("pears", "peras", "hrušky")
    assert pears.others == {"en": ("pear", "conference")}
    assert replace(pears, names={}).name("en") == "pears"


def test_an_unknown_good_is_refused(table: Table) -> None:
    with refused(table.books, UnknownGood, text="gold"):
        catalogue.good(table.books, "gold")
    with refused(table.books, UnknownGood, text="gold"):
        catalogue.set_rate(table.books, "gold", 1, 1, "assembly")


# Bar codes


def test_a_good_is_found_by_its_bar_code(table: Table) -> None:
    found = catalogue.by_barcode(table.books, "4000000000017")
    assert found is not None and found.id == "honey"
    assert catalogue.by_barcode(table.books, "4000000000018") is None


def test_a_bar_code_belongs_to_one_good(table: Table) -> None:
    with refused(table.books, BarcodeTaken, code="4000000000017", good="honey"):
        save(table, replace(PEARS, barcodes=("4000000000017",)))
    with refused(table.books, BarcodeTaken, code="5"):
        save(table, replace(PEARS, barcodes=("5",)), replace(PEARS, id="figs", barcodes=("5",)))


def test_the_good_that_has_a_bar_code_already_is_named(table: Table) -> None:
    """Not the one that should get it, though its card comes first."""
    with refused(table.books, BarcodeTaken, code="4000000000017", good="honey"):
        save(table, replace(catalogue.good(table.books, "tomatoes"), barcodes=("4000000000017",)))


def test_a_bar_code_may_move_in_one_step(table: Table) -> None:
    honey, tomatoes = (catalogue.good(table.books, id) for id in ("honey", "tomatoes"))
    save(table, replace(tomatoes, barcodes=honey.barcodes), replace(honey, barcodes=("9",)))
    found = catalogue.by_barcode(table.books, "4000000000017")
    assert found is not None and found.id == "tomatoes"
    assert catalogue.good(table.books, "honey").barcodes == ("9",)
    assert audit.verify(table.books) == []


# Rates


def test_a_unit_may_be_put_right_only_while_nothing_moved(table: Table) -> None:
    honey = catalogue.good(table.books, "honey")
    save(table, replace(honey, unit="kg"))
    table.visit("2 honey")
    with refused(table.books, GoodKeepsUnit, good="honey", unit="kg"):
        save(table, replace(honey, unit="jar"))
    with refused(table.books, GoodKeepsUnit, good="honey", unit="kg"):
        save(table, replace(honey, unit="kg", kind="service"))
    save(table, replace(honey, unit="kg", rate=500))


def test_a_rate_changes_by_the_words_of_a_decision(table: Table) -> None:
    catalogue.set_rate(table.books, "honey", 450, 1, " assembly of 28 November: honey is scarce ")
    assert catalogue.good(table.books, "honey").rate == 450
    newest = reports.decisions(table.books)[0]
    assert (newest.kind, newest.words) == ("rate", "assembly of 28 November: honey is scarce")
    row = reports.ledger_rows(table.books, reports.ledger_keys(table.books))[-1]
    assert row.words == newest.words
    rates = table.books.sql("SELECT credits FROM rate WHERE good = 'honey' ORDER BY entry")
    assert rates.fetchall() == [(400,), (450,)]


@pytest.mark.parametrize("words", ["", " \t"])
def test_without_words_there_is_no_decision(table: Table, words: str) -> None:
    with refused(table.books, MissingDecision):
        catalogue.set_rate(table.books, "honey", 1, 1, words)
    with refused(table.books, MissingDecision):
        catalogue.save_goods(table.books, [PEARS], 1, words)


@pytest.mark.parametrize("words", ["x" * 1001, "\udcff"])
def test_a_decision_is_text_of_some_length(table: Table, words: str) -> None:
    with refused(table.books, UnfitWords, setting="the words of a decision"):
        catalogue.set_rate(table.books, "honey", 1, 1, words)


@pytest.mark.parametrize("rate", [-1, MAX_AMOUNT + 1])
def test_a_rate_fits_on_a_slip(table: Table, rate: int) -> None:
    with refused(table.books, AmountOutOfRange):
        catalogue.set_rate(table.books, "honey", rate, 1, "assembly")
    with refused(table.books, AmountOutOfRange):
        save(table, PEARS, replace(PEARS, id="figs", rate=rate))


def test_names_in_any_order_are_the_same_after_a_replay(table: Table) -> None:
    names = {"es": "nueces", "en": "nuts", "de": "Nüsse"}
    others = {"es": ("nuez",), "en": ("nut",)}
    nuts = Good("nuts", 0, "staples", "good", "kg", 100, names, others)
    catalogue.save_goods(table.books, [nuts], 1, "assembly")
    assert audit.verify(table.books) == []


def test_the_catalogue_that_comes_with_the_program_uses_what_the_books_know() -> None:
    file = Path(__file__).parents[2] / "assets" / "catalogue.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert {row["category"] for row in rows} == set(CATEGORIES)
    assert {row["unit"] for row in rows} == set(UNITS)
    assert {row["kind"] for row in rows} == set(KINDS)
