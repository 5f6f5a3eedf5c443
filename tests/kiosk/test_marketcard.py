"""A market's card survives its way, and a card that was changed on it is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.errors import FileUnreadable
from kiosk.marketcard import MAX_CARD_BYTES, MarketCard, NoCard, read_card

CARD = MarketCard("Mercado del Río", bytes(range(32)))


@settings(max_examples=25)
@given(
    name=st.text(max_size=60).filter(lambda name: name.isprintable()),
    key=st.binary(min_size=32, max_size=32),
)
def test_a_card_is_one_line_and_says_the_same_when_read(
    tmp_path_factory: pytest.TempPathFactory, name: str, key: bytes
) -> None:
    card = MarketCard(name, key)
    assert len(card.line().splitlines()) == 1
    file = tmp_path_factory.getbasetemp() / "card"
    file.write_text(card.line() + "\n", encoding="utf-8")
    assert read_card(file) == card


def test_any_changed_character_makes_it_no_card(tmp_path: Path) -> None:
    line = CARD.line().encode()
    file = tmp_path / "card"
    for place in range(len(line)):
        file.write_bytes(line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :])
        with pytest.raises(NoCard):
            read_card(file)


SAID = json.loads(CARD.line())


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "7", "{}", "[" * 3000, "\ud800",
        *(json.dumps({**SAID, name: value}) for name in SAID for value in (None, [], 7, "00")),
        json.dumps(SAID) + " " * MAX_CARD_BYTES,
    ],
)  # fmt: skip
def test_what_is_no_card_is_said(tmp_path: Path, content: str) -> None:
    file = tmp_path / "card"
    file.write_bytes(content.encode(errors="surrogatepass"))
    with pytest.raises(NoCard, match="is no market card"):
        read_card(file)


def test_a_card_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="nowhere"):
        read_card(tmp_path / "nowhere")
