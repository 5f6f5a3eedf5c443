"""Text in columns takes exactly its cells, whatever it is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from kiosk.text import safe
from kiosk.widgets.columns import cells, fit


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("honey", 8, "honey   "),
        ("honey", 5, "honey"),
        ("honey", 4, "hon…"),
        ("honey", 1, "…"),
        ("honey", 0, ""),
        ("two words", 5, "two… "),
        ("苹果", 4, "苹果"),
        ("苹果苹果", 6, "苹果… "),
        ("苹果苹果", 5, "苹果…"),
    ],
)
def test_a_text_is_filled_up_or_cut(text: str, width: int, shown: str) -> None:
    assert fit(text, width) == shown


@given(st.text(max_size=30).map(safe), st.integers(0, 40))
def test_a_column_is_as_wide_as_it_says(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width
    if cells(text) <= width:
        assert fit(text, width).startswith(text)
