"""What the books call by ids is said to people in words, in the language spoken now."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from db import catalogue, journal, reports
from db.catalogue import Good
from db.errors import NotASlip, UnknownSlip
from db.reports import LedgerRow, Moved
from kiosk import messages, wording
from kiosk.till import Till
from kiosk.typed import phrases
from tests.kiosk.tills import GOODS, booked, handed_out

TOMATOES, HONEY, CHILDCARE = GOODS
BY_ID: Mapping[str, Good] = {good.id: good for good in GOODS}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with messages.speaking("en"):
        yield


def ledger(till: Till) -> dict[int, LedgerRow]:
    """The rows of the ledger, by their number in the journal."""
    rows = reports.ledger_rows(till.books, reports.ledger_keys(till.books))
    return {row.seq: row for row in rows}


def said(till: Till) -> list[str]:
    """Title and text of every entry after the market was founded and the day opened."""
    goods = {good.id: good for good in till.goods(retired=True)}
    return [
        f"{wording.entry_title(row)}: {wording.entry_text(row, goods)}"
        for row in ledger(till).values()
    ][3:]


# Ids


def test_every_unit_and_category_of_the_books_has_words() -> None:
    assert set(wording.UNITS) == set(catalogue.UNITS)
    assert set(wording.CATEGORIES) == set(catalogue.CATEGORIES)
    for language in messages.LANGUAGES:
        with messages.speaking(language):
            names = [wording.category(id) for id in catalogue.CATEGORIES]
            assert len(set(names)) == len(names), "two categories must not be called the same"
            assert all(wording.unit(id) for id in catalogue.UNITS)


def test_an_id_that_nobody_knows_is_said_as_it_is() -> None:
    assert (wording.unit("barrel"), wording.category("cars")) == ("barrel", "cars")


def test_a_good_is_called_in_the_language_spoken_now() -> None:
    assert wording.good_name(TOMATOES) == "tomatoes"
    with messages.speaking("es"):
        assert wording.good_name(TOMATOES) == "tomates"
        assert wording.good_name(HONEY) == "honey", "better another language than none"
    assert wording.good_name(replace(HONEY, names={})) == "honey"
    assert wording.good_name(replace(HONEY, names={"en": "h\x1b[2J\u202eoney"})) == "h [2Joney"


def test_a_slip_that_we_signed_is_not_said_to_be_another_s() -> None:
    assert wording.verdict_word("unknown", NotASlip()) == "NOT ONE OF OURS"
    assert wording.verdict_word("unknown", UnknownSlip()) == "NOT IN OUR BOOKS"
    assert wording.verdict_word("good", None) == "GOOD"


# Numbers


@pytest.mark.parametrize(
    ("hundredths", "english", "spanish"),
    [
        (0, "0 credits", "0 créditos"),
        (1, "0.01 credits", "0.01 créditos"),
        (100, "1 credit", "1 crédito"),
        (150, "1.5 credits", "1.5 créditos"),
        (200, "2 credits", "2 créditos"),
        (-100, "-1 credits", "-1 créditos"),
        (1677721500, "16777215 credits", "16777215 créditos"),
    ],
)
def test_credits_are_counted(hundredths: int, english: str, spanish: str) -> None:
    assert wording.credits(hundredths) == english
    with messages.speaking("es"):
        assert wording.credits(hundredths) == spanish


@pytest.mark.parametrize(("number", "slips", "visits"), [(0, "s", "s"), (1, "", ""), (2, "s", "s")])
def test_slips_and_visits_are_counted(number: int, slips: str, visits: str) -> None:
    assert wording.slips(number) == f"{number} slip{slips}"
    assert wording.visits(number) == f"{number} visit{visits}"


@pytest.mark.parametrize(
    ("thousandths", "good", "words"),
    [
        (3000, TOMATOES, "3 kg"),
        (250, TOMATOES, "0.25 kg"),
        (-3000, TOMATOES, "3 kg"),
        (2000, CHILDCARE, "2 h"),
        (1000, replace(HONEY, unit="each"), "1"),
        (1000, None, "1"),
        (1000, HONEY, "1 jar"),
        (-1000, HONEY, "1 jar"),
        (2000, HONEY, "2 jars"),
        (500, HONEY, "0.5 jars"),
        (3000, replace(HONEY, unit="bunch"), "3 bunches"),
    ],
)
def test_a_quantity_says_its_unit_but_for_pieces(
    thousandths: int, good: Good | None, words: str
) -> None:
    assert wording.quantity(thousandths, good) == words


@pytest.mark.parametrize("language", messages.LANGUAGES)
@pytest.mark.parametrize("unit", catalogue.UNITS)
@pytest.mark.parametrize("thousandths", [500, 1000, 3000])
def test_a_quantity_can_be_typed_as_it_is_said(language: str, unit: str, thousandths: int) -> None:
    good = replace(HONEY, unit=unit)
    with messages.speaking(language):
        typed = f"{wording.quantity(thousandths, good)} honey"
    assert phrases.quantity(phrases.split(typed), good) == thousandths


def test_a_unit_beside_no_number_is_one() -> None:
    assert wording.unit("jar") == "jar"
    with messages.speaking("es"):
        assert (wording.unit("jar"), wording.unit("jar", 3)) == ("frasco", "frascos")
        assert wording.quantity(2000, replace(HONEY, unit="portion")) == "2 porciones"


def test_a_good_that_is_not_in_the_catalogue_is_said_by_its_id() -> None:
    assert wording.moved(Moved("tomatoes", "brought", 3000, 200, 600), BY_ID) == "3 kg tomatoes"
    assert wording.moved(Moved("pears", "taken", -3000, 200, -600), BY_ID) == "3 pears"


# Time


def test_a_date_is_short_in_a_list_and_long_on_paper() -> None:
    on = date(2026, 11, 28)
    assert (wording.short_date(on), wording.long_date(on)) == ("Sat 28 Nov", "28 Nov 2026")
    assert wording.clock(datetime(2026, 11, 28, 9, 5)) == "09:05"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_no_two_days_of_a_year_are_said_the_same(language: str) -> None:
    with messages.speaking(language):
        days = [date(2028, 1, 1) + timedelta(days=number) for number in range(366)]
        assert len({wording.long_date(day) for day in days}) == 366
        assert len({wording.short_date(day) for day in days}) == 366
        week = {wording.short_date(day).split()[0] for day in days}
        assert len(week) == 7


# The ledger


def test_a_visit_is_said_by_what_came_in_and_what_went_out(till: Till) -> None:
    first = handed_out(till, "3 tomatoes", "2 childcare")
    booked(till, "-1 honey", "-0.5 childcare", slips=[first])
    booked(till, "-1 honey", solidarity=True)
    booked(till, "1 tomatoes", gift=True)
    assert said(till) == [
        "visit 1: in 3 kg tomatoes, 2 h child care · handed out 14",
        "visit 2: out 1 jar honey, 0.5 h child care · slips 14 · handed out 8",
        "visit 3: out 1 jar honey · solidarity 4",
        "visit 4: in 1 kg tomatoes · gift 2",
    ]


def test_what_was_undone_and_what_a_steward_did_is_said(till: Till) -> None:
    handed_out(till)
    handed_out(till)
    till.undo()
    till.void(1, 1, "lost in the\nrain")
    handed_out(till)
    till.reissue(1, 3, "washed with the trousers")
    till.spoil("tomatoes", 500, "rotten")
    till.count_stock("tomatoes", 6000)
    till.count_stock("tomatoes", 5000)
    till.set_rate("honey", 350, "too dear, said the assembly")
    till.set_rules(replace(till.rules(), slip_days=30), "a month, said the assembly")
    till.close_day(None)
    assert said(till) == [
        "visit 1: in 3 kg tomatoes · handed out 6",
        "visit 2 (undone): in 3 kg tomatoes · handed out 6",
        "visit 2 undone: everything of it was taken back",
        "slip voided: lost in the rain",
        "visit 3: in 3 kg tomatoes · handed out 6",
        "slip reissued: handed out 6 · washed with the trousers",
        "spoiled: 0.5 kg tomatoes · rotten",
        "shelf counted: found 0.5 kg tomatoes",
        "shelf counted: missing 1 kg tomatoes",
        "rate: too dear, said the assembly",
        "rules: a month, said the assembly",
        "day closed and sealed: ",
    ]


def test_every_kind_of_entry_has_a_title(till: Till) -> None:
    handed_out(till)
    (visit,) = (row for row in ledger(till).values() if row.kind == "visit")
    assert set(wording.ENTRIES) == set(journal._PROJECTIONS)
    titles = {wording.entry_title(replace(visit, kind=kind)) for kind in wording.ENTRIES}
    assert len(titles) == len(wording.ENTRIES)


def test_the_parts_of_an_entry_look_as_the_way_that_things_went(till: Till) -> None:
    first = handed_out(till)
    booked(till, "1 tomatoes", "-1 honey", slips=[first])
    rows = list(ledger(till).values())
    assert wording.entry_parts(rows[-1], BY_ID) == [
        ("in 1 kg tomatoes", "into"),
        ("out 1 jar honey", "outof"),
        ("slips 6", ""),
        ("handed out 4", ""),
    ]


def test_several_slips_are_added_up_before_the_eyes(till: Till) -> None:
    slips = [handed_out(till), handed_out(till, "1 tomatoes")]
    booked(till, "-2 honey", slips=slips)
    assert said(till)[-1] == "visit 3: out 2 jars honey · slips 6 + 2"


def test_words_from_outside_act_on_no_screen(till: Till) -> None:
    till.set_rate("honey", 350, "by\x1b[2J \u202edecision\x9b")
    text = said(till)[-1]
    assert not any(unicodedata.category(character) in {"Cc", "Cf"} for character in text)
    assert "by" in text
    assert "decision" in text


def test_the_ledger_speaks_the_language_spoken_now(till: Till) -> None:
    handed_out(till)
    english_words = said(till)
    with messages.speaking("es"):
        assert said(till) != english_words
        assert "tomates" in said(till)[0]


def test_letters_that_no_font_has_are_told_with_what_is_printed_instead(only_vera: None) -> None:
    assert wording.lost_on_paper(["Oak Street", "plátanos"]) == ""
    told = wording.lost_on_paper(["Ярмарка", "honey"])
    assert "“Ярмарка” is printed as “Yarmarka”" in told
    assert "letters: Ярмак." in told
    assert "“μέλι” is printed as “meli”" in wording.lost_on_paper(["Oak Street", "μέλι"])
