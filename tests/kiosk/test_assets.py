"""What the shipped catalogue promises to the markets that start with it."""

from __future__ import annotations

from collections import Counter

from db.amounts import CREDIT
from db.catalogue import CATEGORIES, ID, KINDS, UNITS
from kiosk.text import safe
from kiosk.typed.measures import fold
from tests.kiosk import shipped

HOUR = 4 * CREDIT
"""An hour is an hour, whoever gives it and whatever it is called: one rate for all of them.

Four credits make it worth two kilos of tomatoes or a jar of honey, and a quarter of an hour is a
whole credit, so that common visits need no hundredths.
"""


def test_the_file_is_plain_utf_8_with_the_documented_header() -> None:
    raw = shipped.FILE.read_bytes()
    header = b"id,category,kind,unit,rate,name_en,name_es,plural_en,plural_es,barcodes\n"
    assert raw.startswith(header)
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    raw.decode("utf-8")


def test_each_line_has_exactly_the_columns_of_the_header() -> None:
    assert [row["id"] for row in shipped.rows() if None in row or None in row.values()] == []


def test_the_catalogue_is_large_enough_for_a_real_market() -> None:
    assert len(shipped.goods()) >= 130
    sizes = Counter(good.category for good in shipped.goods())
    assert set(sizes) == set(CATEGORIES)
    assert min(sizes.values()) >= 5


def test_ids_fit_their_form_and_stand_once() -> None:
    ids = [good.id for good in shipped.goods()]
    assert [id for id in ids if not ID.fullmatch(id)] == []
    assert len(set(ids)) == len(ids)


def test_kinds_and_units_are_those_of_the_books() -> None:
    assert {good.kind for good in shipped.goods()} == set(KINDS)
    assert {good.unit for good in shipped.goods()} == set(UNITS)


def test_work_is_counted_as_work_and_goods_as_goods() -> None:
    for good in shipped.goods():
        work = good.category in {"repairs", "care", "rides", "advice", "lessons"}
        assert good.kind == ("service" if work else "good"), good.id
        assert (good.unit in {"h", "km"}) <= work, good.id
        assert good.unit in {"h", "km", "each"} or not work, good.id


def test_an_hour_is_an_hour_whoever_gives_it() -> None:
    assert {good.rate for good in shipped.goods() if good.unit == "h"} == {HOUR}


def test_nothing_is_free_and_nothing_is_worth_more_than_a_working_day() -> None:
    for good in shipped.goods():
        assert 0 < good.rate <= 8 * HOUR, good.id


def test_the_goods_of_the_examples_have_their_rates() -> None:
    rates = {
        id: (shipped.good(id).unit, shipped.good(id).rate)
        for id in ("tomatoes", "honey", "tomato-plants", "childcare")
    }
    assert rates == {
        "tomatoes": ("kg", 200),
        "honey": ("jar", 400),
        "tomato-plants": ("each", 100),
        "childcare": ("h", 400),
    }


def test_every_good_has_a_name_in_each_language_that_fits_on_a_screen_and_a_slip() -> None:
    for good in shipped.goods():
        for name in good.names.values():
            assert fold(name), good.id
            assert len(name) <= 32, name


def test_every_form_is_clean_text() -> None:
    for good in shipped.goods():
        for form in shipped.forms(good):
            assert form == safe(form, 60), form
            assert form[0].isalpha(), form  # no formula for a spreadsheet, no number


def test_no_form_stands_for_two_goods_in_either_language() -> None:
    owner: dict[str, str] = {}
    for good in shipped.goods():
        for form in shipped.forms(good):
            assert owner.setdefault("".join(fold(form)), good.id) == good.id, form


def test_no_form_ends_in_a_number_that_would_be_read_as_a_quantity() -> None:
    for good in shipped.goods():
        assert [form for form in shipped.forms(good) if fold(form)[-1].isdigit()] == []


def test_no_bar_code_is_made_up() -> None:
    assert [good.id for good in shipped.goods() if good.barcodes] == []
