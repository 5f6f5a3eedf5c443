"""A market's card survives its way, and a card that was changed on it is none."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.errors import FileUnreadable
from db.journal import canonical
from db.terms import Handover
from kiosk.keys.card import MAX_CARD_BYTES, MarketCard, NoCard, read_card
from kiosk.keys.public import KEY_DOMAIN
from kiosk.slips.signing import MarketKey

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


def handed_over(*keys: MarketKey) -> tuple[Handover, ...]:
    made = []
    for number, (old, new) in enumerate(pairwise(keys)):
        stolen = date(2026, 11, 20) if number % 2 else None
        one = Handover(old.public.raw, new.public.raw, date(2026, 11, 28), stolen)
        made.append(replace(one, signature=old.sign(KEY_DOMAIN, canonical(one.statement()))))
    return tuple(made)


KEYS = [MarketKey(bytes([number]) * 32) for number in range(4)]
LONG = MarketCard("Mercado del Río", KEYS[-1].public.raw, handed_over(*KEYS))


def test_a_card_with_handovers_is_one_line_and_says_the_same_when_read(tmp_path: Path) -> None:
    (tmp_path / "card").write_text(LONG.line() + "\n", encoding="utf-8")
    assert len(LONG.line().splitlines()) == 1
    assert read_card(tmp_path / "card") == LONG
    assert read_card(tmp_path / "card").handovers[1].last_good == date(2026, 11, 20)


@pytest.mark.parametrize(
    "handovers",
    [
        LONG.handovers[1:] + LONG.handovers[:1],
        LONG.handovers[:-1],
        LONG.handovers[::2],
        (*LONG.handovers[:-1], replace(LONG.handovers[-1], signature=bytes(64))),
        (*LONG.handovers[:-1], replace(LONG.handovers[-1], last_good=date(2026, 1, 1))),
    ],
)
def test_keys_that_do_not_lead_to_the_cards_own_make_no_card(
    tmp_path: Path, handovers: tuple[Handover, ...]
) -> None:
    card = MarketCard(LONG.market, LONG.key, handovers)  # its check fits
    (tmp_path / "card").write_text(card.line(), encoding="utf-8")
    with pytest.raises(NoCard, match="lead from one to the next"):
        read_card(tmp_path / "card")


@pytest.mark.parametrize("card", [CARD, LONG], ids=["1", "2"])
def test_any_changed_character_makes_it_no_card(tmp_path: Path, card: MarketCard) -> None:
    line = card.line().encode()
    file = tmp_path / "card"
    for place in range(len(line)):
        file.write_bytes(line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :])
        with pytest.raises(NoCard):
            read_card(file)


SAID = json.loads(CARD.line())
LONG_SAID = json.loads(LONG.line())


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "7", "{}", "[" * 3000, "\ud800",
        *(json.dumps({**SAID, name: value}) for name in SAID for value in (None, [], 7, "00")),
        *(json.dumps({**LONG_SAID, name: value}) for name in LONG_SAID for value in (None, [], 7, [7])),
        json.dumps({**SAID, "handovers": [None]}), json.dumps({**SAID, "handovers": {"a": 1}}),
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
