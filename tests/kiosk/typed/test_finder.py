"""A name, or its beginning, finds the good that a volunteer means."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.catalogue import Good
from db.errors import AmbiguousGood, KioskError, UnknownGood
from kiosk.messages import sentence
from kiosk.typed.finder import Finder, MistypedGood
from kiosk.typed.phrases import split
from tests.kiosk import shipped

ROOT = Path(__file__).parents[3]
FINDERS = {language: Finder(shipped.goods(), language) for language in ("en", "es")}


def without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


def names(text: str, language: str = "en", limit: int = 8) -> list[str]:
    phrase = split(text)
    found = FINDERS[language].complete(phrase.name, limit, phrase.unit_text)
    return [good.name(language) for good in found]


def market(*goods: tuple[str, str, str]) -> list[Good]:
    """Goods from (unit, English name, Spanish name)."""
    return [
        Good(f"good-{number}", number, "household", "good", unit, 100, {"en": en, "es": es})
        for number, (unit, en, es) in enumerate(goods, 1)
    ]


# Completion


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("3 tom", ["tomatoes", "tomato plants"]),
        ("2h child", ["child care"]),
        ("-1 honey", ["honey"]),
        ("childcare", ["child care"]),
        ("childc", ["child care"]),
        ("plants tom", ["tomato plants"]),
        ("tomatoes plants", ["tomato plants"]),
        ("TOMATO", ["tomatoes", "tomato plants"]),
        ("breads", ["bread"]),
        ("tomatoes pl", ["tomato plants"]),
        ("tooth brush", ["toothbrushes"]),
        ("tooth br", ["toothbrushes"]),
        ("childrens sho", ["pairs of children's shoes"]),
        ("children’s sho", ["pairs of children's shoes"]),
        ("t shirt", ["T-shirts"]),
        ("tshirt", ["T-shirts"]),
        ("10 km rid", ["longer rides"]),
        ("miel", ["honey"]),
        ("cafe mol", ["ground coffee"]),
    ],
)
def test_the_beginning_of_a_name_finds_it_first(typed: str, first: list[str]) -> None:
    assert names(typed)[: len(first)] == first


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("tom", "tomates"),
        ("jabon", "jabones"),
        ("JABÓN", "jabones"),
        ("nuez", "frutos secos"),
        ("lapiz", "lápices"),
        ("2h niños", "cuidado de niños"),
        ("niños cuidado", "cuidado de niños"),
        ("patat", "papas"),
        ("honey", "miel"),
        ("pan", "pan"),
        ("pañ", "pañales"),
    ],
)
def test_the_beginning_of_a_name_finds_it_first_in_spanish(typed: str, first: str) -> None:
    assert names(typed, "es")[0] == first


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("letuce", "lettuces"),
        ("tomatos", "tomatoes"),
        ("hnoey", "honey"),
        ("bred", "bread"),
        ("chilcare", "child care"),
        ("brocolli", "broccoli"),
        ("tomto plnts", "tomato plants"),
        ("potatto", "potatoes"),
        ("tuth brush", "toothbrushes"),
    ],
)
def test_a_typing_mistake_is_forgiven(typed: str, meant: str) -> None:
    assert names(typed)[0] == meant


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "-", "3", "xyzzy", "qqq", "zz", "hny", "3 kg", "3 hours", "...", "🍅", "a " * 9],
)
def test_nonsense_finds_nothing(typed: str) -> None:
    assert names(typed) == []


def test_mistakes_are_looked_for_only_where_nothing_begins_so() -> None:
    finder = Finder(market(("each", "plates", "platos"), ("each", "slates", "pizarras")), "en")
    assert [good.id for good in finder.complete("plate")] == ["good-1"]
    assert [good.id for good in finder.complete("xlate")] == ["good-1", "good-2"]


def test_the_language_spoken_comes_before_the_other() -> None:
    goods = market(("kg", "salad leaves", "lechuga"), ("kg", "table salt", "sal"))
    assert [good.id for good in Finder(goods, "en").complete("sal")] == ["good-1", "good-2"]
    assert [good.id for good in Finder(goods, "es").complete("sal")] == ["good-2", "good-1"]


def test_the_whole_name_comes_before_longer_ones_and_the_short_before_the_long() -> None:
    goods = market(
        ("each", "oil lamps", "x"),
        ("l", "olive oil", "y"),
        ("l", "oil", "z"),
        ("l", "oil paint", "w"),
    )
    found = [good.name("en") for good in Finder(goods, "en").complete("oil")]
    assert found == ["oil", "oil lamps", "oil paint", "olive oil"]


def test_the_other_language_comes_last_even_where_it_begins_as_typed() -> None:
    goods = market(("each", "x", "pelota"), ("each", "toy pelican", "y"))
    assert [good.id for good in Finder(goods, "en").complete("pel")] == ["good-2", "good-1"]


def test_a_name_begun_in_one_word_counts_as_begun() -> None:
    goods = market(("each", "old childcots", "x"), ("h", "child company", "y"))
    assert Finder(goods, "en").complete("childco")[0].id == "good-2"


def test_a_whole_name_stays_first_with_a_unit_that_does_not_fit() -> None:
    goods = market(("kg", "bread flour", "x"), ("each", "bread", "y"))
    assert Finder(goods, "en").complete("bread", unit="kg")[0].id == "good-2"


def test_fewer_mistakes_come_first() -> None:
    goods = market(("each", "marigold", "x"), ("each", "margarinetubs", "y"))
    assert [good.id for good in Finder(goods, "en").complete("mardarin")] == ["good-2"]
    goods = market(("each", "chequered", "x"), ("each", "checkered cloths", "y"))
    assert [good.id for good in Finder(goods, "en").complete("cheskered")] == ["good-2", "good-1"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("berries", "berry"),
        ("berry", "berries"),
        ("nueces", "nuez"),
        ("luz", "luces"),
        ("box", "boxes"),
        ("tomato", "tomatoes"),
        ("flores", "flor"),
        ("apples", "apple"),
    ],
)
def test_one_and_many_are_the_same_without_being_listed(name: str, typed: str) -> None:
    goods = market(("each", f"{typed} and more", "x"), ("each", name, "y"))
    assert Finder(goods, "en").resolve(typed).id == "good-2"


def test_goods_that_the_typed_unit_can_count_come_first() -> None:
    goods = market(("each", "plant pots", "x"), ("kg", "plant compost", "y"))
    finder = Finder(goods, "en")
    assert [good.id for good in finder.complete("plant")] == ["good-1", "good-2"]
    assert [good.id for good in finder.complete("plant", unit="g")] == ["good-2", "good-1"]


def test_a_unit_word_that_belongs_to_a_name_finds_that_name() -> None:
    goods = market(("each", "lids", "x"), ("each", "jar lids", "y"))
    finder = Finder(goods, "en")
    assert finder.complete("lids", unit="jar")[0].id == "good-2"
    assert finder.resolve("lids", unit="jar").id == "good-2"
    assert finder.resolve("lids").id == "good-1"


def test_the_limit_is_kept() -> None:
    assert len(names("c", limit=8)) == 8
    assert names("c", limit=3) == names("c", limit=8)[:3]


def test_a_retired_good_is_not_found() -> None:
    honey = replace(shipped.good("honey"), retired=True)
    finder = Finder([honey, shipped.good("jam")], "en")
    assert finder.complete("honey") == []
    with pytest.raises(UnknownGood):
        finder.resolve("honey")


def test_a_good_without_a_name_in_the_language_spoken_is_found_by_the_name_it_has() -> None:
    goods = [
        Good("cake", 1, "bakery", "good", "each", 100, {"en": "cake", "es": "panqué"}),
        Good("bread", 2, "bakery", "good", "each", 100, {"eu": "pandero"}),
    ]
    assert [good.id for good in Finder(goods, "en").complete("pan")] == ["bread", "cake"]


@given(st.sampled_from(shipped.goods()), st.sampled_from(["en", "es"]), st.data())
def test_every_beginning_of_every_name_finds_its_good(
    good: Good, language: str, data: st.DataObject
) -> None:
    name = good.name(language)
    beginning = name[: data.draw(st.integers(1, len(name)))]
    assert good in FINDERS[language].complete(beginning, limit=1000)


@given(st.sampled_from(shipped.goods()), st.sampled_from(["en", "es"]), st.data())
def test_the_words_of_a_name_may_come_in_any_order(
    good: Good, language: str, data: st.DataObject
) -> None:
    words = data.draw(st.permutations(good.name(language).split()))
    assert good in FINDERS[language].complete(" ".join(words), limit=1000)


@given(st.text(max_size=40), st.sampled_from([None, "kg", "h", "jar", "nonsense"]))
def test_any_text_finds_goods_or_is_refused_in_a_sentence(text: str, unit: str | None) -> None:
    finder = FINDERS["en"]
    found = finder.complete(text, unit=unit)
    assert len(set(map(id, found))) == len(found) <= 8
    try:
        assert finder.resolve(text, unit) in finder.complete(text, 1000, unit)
    except KioskError as refused:
        assert sentence(refused)


# Command lines


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("written", [str, str.upper, without_accents])
def test_every_form_of_every_good_means_that_good_in_both_languages(
    language: str, written: Callable[[str], str]
) -> None:
    finder = FINDERS[language]
    for good in shipped.goods():
        for form in shipped.forms(good):
            assert finder.resolve(written(form)).id == good.id, form


def test_an_id_means_its_good_whatever_is_spoken() -> None:
    assert FINDERS["es"].resolve("childcare").id == "childcare"
    assert FINDERS["es"].resolve("tomato-plants").id == "tomato-plants"


def test_a_beginning_of_only_one_name_is_enough() -> None:
    assert FINDERS["en"].resolve("hon").id == "honey"
    assert FINDERS["en"].resolve("eld").id == "elder-care"
    assert FINDERS["en"].resolve("tooth br").id == "toothbrush"


def test_the_typed_unit_may_decide_between_two() -> None:
    assert FINDERS["en"].resolve("tom", "kg").id == "tomatoes"
    assert FINDERS["en"].resolve("child", "h").id == "childcare"


def test_a_whole_name_stays_itself_with_a_unit_that_does_not_fit() -> None:
    assert FINDERS["en"].resolve("bread", "kg").id == "bread"


def test_a_beginning_of_several_names_is_refused_with_the_choices() -> None:
    with pytest.raises(AmbiguousGood) as refused:
        FINDERS["en"].resolve("tom")
    assert refused.value.facts == {"text": "tom", "choices": "tomatoes or tomato plants"}
    with pytest.raises(AmbiguousGood) as refused:
        FINDERS["en"].resolve("care")
    assert refused.value.facts["choices"] == "elder care, child care or pet care"


def test_the_choices_stay_few_enough_to_be_read() -> None:
    with pytest.raises(AmbiguousGood) as refused:
        FINDERS["en"].resolve("c")
    choices = str(refused.value.facts["choices"])
    assert choices.count(",") == 3
    assert choices.endswith(" more")


def test_two_goods_of_one_name_are_never_guessed() -> None:
    goods = market(("kg", "beans", "frijoles"), ("jar", "beans", "frijoles en frasco"))
    with pytest.raises(AmbiguousGood):
        Finder(goods, "en").resolve("beans")
    assert Finder(goods, "en").resolve("beans", "g").id == "good-1"


def test_a_typing_mistake_is_not_booked_but_answered_with_what_may_be_meant() -> None:
    with pytest.raises(MistypedGood) as refused:
        FINDERS["en"].resolve("letuce")
    assert refused.value.facts == {"text": "letuce", "choices": "lettuces or lettuce seedlings"}
    with pytest.raises(MistypedGood) as refused:
        Finder([shipped.good("honey")], "es").resolve("hoeny")
    assert refused.value.facts["choices"] == "miel"


@pytest.mark.parametrize("typed", ["xyzzy", "", "3", "🍅"])
def test_what_the_catalogue_does_not_have_is_refused(typed: str) -> None:
    with pytest.raises(UnknownGood) as refused:
        FINDERS["en"].resolve(typed)
    assert type(refused.value) is UnknownGood
    assert refused.value.facts == {"text": typed}


def test_mistakes_cost_nothing_until_one_is_made() -> None:
    program = (
        "import sys; from kiosk.typed.phrases import Finder; Finder([], 'en').complete('x' * 3);"
        "assert 'rapidfuzz' not in sys.modules; Finder([], 'en').complete('tomto');"
        "assert 'rapidfuzz' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
