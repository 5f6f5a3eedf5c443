"""What is typed above the ledger, in both languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.typed.ledger_search import INTO, OUT_OF, Search, parse


@pytest.mark.parametrize(
    ("text", "search"),
    [
        ("", Search()),
        ("honey", Search(name="honey")),
        ("day 14", Search(day=14)),
        ("día 14", Search(day=14)),
        ("Jornada 14", Search(day=14)),
        ("visit 28", Search(visit=28)),
        ("visita 28", Search(visit=28)),
        ("28", Search(visit=28)),
        ("14/28", Search(day=14, visit=28)),
        ("14/", Search(day=14)),
        ("day 14 visit 28", Search(day=14, visit=28)),
        ("in", Search(directions=INTO)),
        ("out honey", Search(directions=OUT_OF, name="honey")),
        ("sale miel día 3", Search(day=3, directions=OUT_OF, name="miel")),
        ("child care in", Search(directions=INTO, name="child care")),
        ("slip 3f9A04c1", Search(reference=bytes.fromhex("3f9a04c1"))),
        ("vale 3f9a0", Search(reference=bytes.fromhex("3f9a"))),
        ("slip", Search()),
        ("slip 3f", Search(name="slip 3f")),
        ("slip " + "a" * 33, Search(name="slip " + "a" * 33)),
        ("day", Search()),
        ("day care", Search(name="day care")),
        ("99999999999999999999", Search(visit=10**9)),
    ],
)
def test_words_mean_what_they_say(text: str, search: Search) -> None:
    assert parse(text) == search


@given(st.text(max_size=60))
def test_nothing_that_can_be_typed_fails(text: str) -> None:
    found = parse(text)
    assert found.name in " ".join(text.replace("/", " / ").split()) or found.name.split()
