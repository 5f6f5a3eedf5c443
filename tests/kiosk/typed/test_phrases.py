"""A typed phrase is taken apart, and its quantity counted in the unit of the good."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.amounts import MAX_QUANTITY, format_quantity
from db.catalogue import Good
from db.errors import AbsurdQuantity, BadQuantity, KioskError, WrongUnit, ZeroQuantity
from kiosk import messages
from kiosk.typed.measures import is_measure
from kiosk.typed.phrases import Finder, Phrase, quantity, split
from tests.kiosk import shipped

FINDERS = {language: Finder(shipped.goods(), language) for language in ("en", "es")}


def count(text: str, id: str) -> int:
    return quantity(split(text), shipped.good(id))


def one_good(unit: str, name: str = "lids") -> Good:
    return Good("some-good", 1, "household", "good", unit, 100, {"en": name})


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("3 tom", Phrase(False, "3", None, "tom")),
        ("3tom", Phrase(False, "3", None, "tom")),
        ("-1 honey", Phrase(True, "1", None, "honey")),
        ("\N{MINUS SIGN}1 honey", Phrase(True, "1", None, "honey")),
        ("- 1 honey", Phrase(True, "1", None, "honey")),
        ("-honey", Phrase(True, "1", None, "honey")),
        ("+2 honey", Phrase(False, "2", None, "honey")),
        ("2h child", Phrase(False, "2", "h", "child")),
        ("2 h child care", Phrase(False, "2", "h", "child care")),
        ("3kg tomatoes", Phrase(False, "3", "kg", "tomatoes")),
        ("3 KG Tomatoes", Phrase(False, "3", "KG", "Tomatoes")),
        ("3 kg. tomatoes", Phrase(False, "3", "kg", "tomatoes")),
        ("  3   kg\ttomatoes ", Phrase(False, "3", "kg", "tomatoes")),
        ("250 g flour", Phrase(False, "250", "g", "flour")),
        ("1/2 bread", Phrase(False, "1/2", None, "bread")),
        ("1 1/2 bread", Phrase(False, "1 1/2", None, "bread")),
        ("1 1/2kg flour", Phrase(False, "1 1/2", "kg", "flour")),
        ("1,5 milk", Phrase(False, "1,5", None, "milk")),
        ("3, tomatoes", Phrase(False, "3", None, "tomatoes")),
        ("500 ml oil", Phrase(False, "500", "ml", "oil")),
        ("90 min child care", Phrase(False, "90", "min", "child care")),
        ("2 horas de cuidado de niños", Phrase(False, "2", "horas", "cuidado de niños")),
        ("3 kg of tomatoes", Phrase(False, "3", "kg", "tomatoes")),
        ("1 docena de huevos", Phrase(False, "1", "docena", "huevos")),
        ("3 x tomatoes", Phrase(False, "3", None, "tomatoes")),
        ("3x tomatoes", Phrase(False, "3", None, "tomatoes")),
        ("3 x kg tomatoes", Phrase(False, "3", "kg", "tomatoes")),
        ("honey", Phrase(False, "1", None, "honey")),
        ("child care", Phrase(False, "1", None, "child care")),
        ("tomatoes 3", Phrase(False, "3", None, "tomatoes")),
        ("tomatoes 3 kg", Phrase(False, "3", "kg", "tomatoes")),
        ("tomatoes 3kg.", Phrase(False, "3", "kg", "tomatoes")),
        ("tomatoes x3", Phrase(False, "3", None, "tomatoes")),
        ("honey -1", Phrase(True, "1", None, "honey")),
        ("2 nappies size 3", Phrase(False, "2", None, "nappies size 3")),
        ("nappies 3 months", Phrase(False, "1", None, "nappies 3 months")),
        ("", Phrase(False, "1", None, "")),
        ("-", Phrase(True, "1", None, "")),
        ("3", Phrase(False, "3", None, "")),
    ],
)
def test_a_phrase_is_taken_apart(text: str, phrase: Phrase) -> None:
    assert split(text) == phrase


@pytest.mark.parametrize(
    ("text", "unit_text", "name"),
    [
        ("3 l", None, "l"),
        ("3 lemons", None, "lemons"),
        ("3 l lemons", "l", "lemons"),
        ("2 honey", None, "honey"),
        ("2 h honey", "h", "honey"),
        ("2 garlic", None, "garlic"),
        ("2 g garlic", "g", "garlic"),
        ("3 min", None, "min"),
        ("3 mint", None, "mint"),
        ("2 cups", None, "cups"),
    ],
)
def test_a_unit_that_begins_a_name_does_not_eat_it(
    text: str, unit_text: str | None, name: str
) -> None:
    assert (split(text).unit_text, split(text).name) == (unit_text, name)


@pytest.mark.parametrize(
    ("text", "id", "thousandths"),
    [
        ("3 tomatoes", "tomatoes", 3000),
        ("3 kilos de tomates", "tomatoes", 3000),
        ("250 g flour", "flour", 250),
        ("2 lb flour", "flour", 907),
        ("1/2 bread", "bread", 500),
        ("1 1/2 bread", "bread", 1500),
        ("1,5 milk", "milk", 1500),
        ("500 ml oil", "cooking-oil", 500),
        ("75 cl oil", "cooking-oil", 750),
        ("2h child care", "childcare", 2000),
        ("90 min child care", "childcare", 1500),
        ("20 minutos de cuidado", "childcare", 333),
        ("12 km rides", "long-rides", 12_000),
        ("1 dozen eggs", "eggs", 12_000),
        ("1/2 docena de huevos", "eggs", 6000),
        ("2 unidades de miel", "honey", 2000),
        ("2 jars of honey", "honey", 2000),
        ("2 frascos de miel", "honey", 2000),
        ("3 manojos de perejil", "parsley", 3000),
        ("2 raciones de sopa", "soup", 2000),
        ("1 bolsa de pañales", "nappies", 1000),
    ],
)
def test_a_quantity_is_counted_in_the_unit_of_the_good(
    text: str, id: str, thousandths: int
) -> None:
    assert count(text, id) == thousandths


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("2 l honey", "honey"),
        ("2 kg bread", "bread"),
        ("3 each tomatoes", "tomatoes"),
        ("1 dozen tomatoes", "tomatoes"),
        ("2 jars nappies", "nappies"),
        ("2 min haircut", "haircuts"),
        ("2 bottles oil", "cooking-oil"),  # of which size?
        ("2 libras de tomates", "tomatoes"),  # which country's?
    ],
)
def test_a_unit_that_cannot_count_the_good_is_refused(text: str, id: str) -> None:
    with pytest.raises(WrongUnit) as refused:
        count(text, id)
    assert refused.value.facts["text"] == split(text).unit_text
    assert refused.value.facts["unit"] == shipped.good(id).unit


def test_the_refusal_names_the_good_in_the_language_spoken() -> None:
    messages.use("es")
    try:
        with pytest.raises(WrongUnit) as refused:
            count("2 l miel", "honey")
    finally:
        messages.use("en")
    assert refused.value.facts["good"] == "miel"


def test_a_unit_word_of_the_goods_own_name_is_part_of_the_name() -> None:
    assert quantity(split("3 jar lids"), one_good("each", "jar lids")) == 3000
    assert quantity(split("3 jars lids"), one_good("each", "jar lids")) == 3000
    with pytest.raises(WrongUnit):
        quantity(split("3 pack lids"), one_good("each", "jar lids"))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("0 honey", ZeroQuantity),
        ("0.0001 honey", ZeroQuantity),
        ("0/5 honey", ZeroQuantity),
        ("99999999 honey", AbsurdQuantity),
        ("10000.5 honey", AbsurdQuantity),
        ("99999999999999999999 honey", BadQuantity),
        ("1/0 honey", BadQuantity),
        ("1 1/0 honey", BadQuantity),
        ("3.5.2 honey", BadQuantity),
        ("1/2/3 honey", BadQuantity),
        (".5 honey", BadQuantity),
    ],
)
def test_a_number_that_is_none_is_refused(text: str, error: type[KioskError]) -> None:
    assert split(text).name == "honey"
    with pytest.raises(error) as refused:
        count(text, "honey")
    assert type(refused.value) is error


@given(st.text(max_size=60))
def test_any_text_can_be_taken_apart(text: str) -> None:
    phrase = split(text)
    assert phrase.quantity_text
    assert phrase.unit_text is None or (is_measure(phrase.unit_text) and phrase.name)
    assert phrase.name == " ".join(phrase.name.split())


@given(
    st.from_regex(r"[-+−]?[ ]?[0-9.,/ ]{0,6}(kg|h|g|l|each|dozen|x)?[ ]?(honey|tom|l|[0-9])?"),
    st.sampled_from(shipped.goods()),
)
def test_any_phrase_is_a_quantity_or_is_refused_in_a_sentence(text: str, good: Good) -> None:
    try:
        thousandths = quantity(split(text), good)
    except KioskError as refused:
        assert messages.sentence(refused)
    else:
        assert 0 < thousandths <= MAX_QUANTITY


@given(st.integers(1, MAX_QUANTITY), st.booleans(), st.booleans(), st.sampled_from(".,"))
def test_a_quantity_comes_back_as_it_was_typed(
    thousandths: int, taken: bool, last: bool, point: str
) -> None:
    number = format_quantity(thousandths).replace(".", point)
    text = f"tomatoes {number} kg" if last else f"{number}kg tomatoes"
    phrase = split(f"-{text}" if taken else text)
    assert phrase == Phrase(taken, number, "kg", "tomatoes")
    assert quantity(phrase, shipped.good("tomatoes")) == thousandths


@given(st.integers(1, MAX_QUANTITY))
def test_grams_and_millilitres_are_thousandths(thousandths: int) -> None:
    assert count(f"{thousandths} g flour", "flour") == thousandths
    assert count(f"{thousandths} ml milk", "milk") == thousandths


@given(st.integers(0, 200), st.integers(1, 99), st.integers(1, 99))
def test_a_whole_and_a_fraction_are_their_sum(whole: int, over: int, under: int) -> None:
    exact = 1000 * (whole * under + over) / under
    assert abs(count(f"{whole} {over}/{under} bread", "bread") - exact) <= 0.5


@pytest.mark.parametrize("language", ["en", "es"])
def test_three_of_anything_in_the_catalogue_are_three_of_it(language: str) -> None:
    finder = FINDERS[language]
    for good in shipped.goods():
        for form in shipped.forms(good):
            for text in (f"3 {form}", f"{form} 3"):
                phrase = split(text)
                assert finder.resolve(phrase.name, phrase.unit_text).id == good.id, text
                assert quantity(phrase, good) == 3000, text


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_good_can_be_named_with_its_own_unit(language: str) -> None:
    for good in shipped.goods():
        phrase = split(f"2 {good.unit} {good.name(language)}")
        assert FINDERS[language].resolve(phrase.name, phrase.unit_text).id == good.id
        assert quantity(phrase, good) == 2000
