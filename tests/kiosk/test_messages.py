"""What an error says, in the language spoken now, with words of our own in that language too."""

from __future__ import annotations

import pytest

from db.errors import BadSetting, GoodKeepsUnit, UnknownVisit, WrongUnit
from db.market import Rules, set_rules
from db.words import UnfitWords, checked_words
from kiosk import messages
from kiosk.till import Till


def said(error: Exception, language: str) -> str:
    with messages.speaking(language):
        assert isinstance(error, (BadSetting, GoodKeepsUnit, UnknownVisit, WrongUnit))
        return messages.sentence(error)


@pytest.mark.parametrize(
    ("unit", "english", "spanish"),
    [("jar", "jar", "frasco"), ("each", "each", "unidad"), ("kg", "kg", "kg")],
)
def test_units_are_said_in_the_language_spoken(unit: str, english: str, spanish: str) -> None:
    wrong = WrongUnit(good="honey", unit=unit, text="lb")
    assert said(wrong, "en") == f"The unit of honey is {english}, not “lb”."
    assert f" {spanish}, " in said(wrong, "es")
    kept = GoodKeepsUnit(good="honey", unit=unit)
    assert f"({english})" in said(kept, "en")
    assert f"({spanish})" in said(kept, "es")


def test_settings_are_words_that_people_understand(till: Till) -> None:
    with pytest.raises(BadSetting) as step:
        set_rules(till.books, Rules(slip_step=300), 1, "assembly of 3 May")
    assert said(step.value, "en").startswith("“3” does not fit for the step of slips: 0.01, ")
    assert "the step of slips" not in said(step.value, "es")
    with pytest.raises(UnfitWords) as empty:
        checked_words("  ", "the key of a visit", 120, 1)
    assert "takes 1 to 120 characters" in said(empty.value, "en")
    assert "the key of a visit" not in said(empty.value, "es")


def test_facts_that_are_not_ours_are_said_as_they_are() -> None:
    assert "jar" in said(UnknownVisit(visit="jar"), "es")
    option = BadSetting(text="", setting="", why="--language")
    assert "Plural-Forms" not in said(option, "es")
