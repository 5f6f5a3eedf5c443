"""The sum beside a visit's lines: what it suggests to type is understood."""

from __future__ import annotations

import pytest

from kiosk import messages
from kiosk.typed.finder import Finder
from kiosk.typed.phrases import quantity, split
from kiosk.widgets.sum_panel import EXAMPLES
from tests.kiosk import shipped

MEANT = [("tomatoes", 3000, False), ("honey", 1000, True), ("childcare", 2000, False)]


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_examples_find_what_they_mean_in_their_own_language(language: str) -> None:
    finder = Finder(shipped.goods(), language)
    with messages.speaking(language):
        typed = [messages._(example) for example, _means in EXAMPLES]
    found = []
    for phrase in map(split, typed):
        good = finder.complete(phrase.name, unit=phrase.unit_text)[0]
        found.append((good.id, quantity(phrase, good), phrase.taken))
        assert good.name(language).startswith(phrase.name), "the beginning of a name, as it is said"
    assert found == MEANT
