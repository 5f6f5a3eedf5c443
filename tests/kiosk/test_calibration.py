"""One scan of the calibration card, and what it changes ever after."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.calibration import (
    CARD,
    MOST_AROUND,
    PREFIX,
    KeysAlike,
    KeysLost,
    NotTheCard,
    Scanner,
    findings,
    learn,
)
from kiosk.scanning.recognise import Unknown, recognise
from kiosk.slips.keyboard_layouts import KEYS
from tests.keyboards import CODES, EXACT, HOSTS, MISREAD, bench, typed

signs = st.characters(codec="utf-8", categories=["L", "N", "P", "S"])
texts = st.text(st.sampled_from(KEYS), min_size=1, max_size=150)
hosts = st.sampled_from(sorted(set(HOSTS) - {"gr"}))


def test_the_card_holds_every_key_once_and_is_nothing_else() -> None:
    assert CARD == PREFIX + KEYS
    assert isinstance(recognise(CARD), Unknown)


@given(hosts, texts, st.text(signs, max_size=MOST_AROUND), st.text(signs, max_size=MOST_AROUND))
def test_what_a_host_does_is_undone_for_every_text(
    host: str, text: str, before: str, behind: str
) -> None:
    learned = learn(before + typed(CARD, host) + behind)
    assert learned.scanner.meant(before + typed(text, host) + behind) == text


@given(st.lists(signs, min_size=36, max_size=36, unique=True), texts)
def test_a_layout_that_nobody_wrote_down_is_learned_key_by_key(row: list[str], text: str) -> None:
    read = dict(zip(KEYS, row, strict=True))
    learned = learn("".join(read[key] for key in CARD))
    assert learned.scanner.meant("".join(read[key] for key in text)) == text


def test_a_scanner_that_agrees_leaves_nothing_to_undo() -> None:
    learned = learn(CARD, "enter")
    assert not learned.scanner.is_set
    assert (learned.layout, learned.caps_lock) == ("us", False)


@pytest.mark.parametrize(
    ("host", "layout", "caps_lock"),
    [("us + Caps Lock", "us", True), ("de", "de", False), ("fr + Caps Lock", "fr", True)],
)
def test_the_card_names_layout_and_caps_lock(host: str, layout: str, caps_lock: bool) -> None:
    learned = learn(typed(CARD, host), "tab")
    assert (learned.layout, learned.caps_lock) == (layout, caps_lock)
    said = " ".join(findings(learned))
    assert ("Caps Lock" in said) == caps_lock
    assert "Tab" in said


def test_a_scanner_without_enter_is_explained() -> None:
    assert "suffix CR" in " ".join(findings(learn(CARD, "")))
    assert "Enter" not in " ".join(findings(learn(CARD)))


def test_names_of_kinds_of_codes_in_front_may_differ() -> None:
    scanner = learn("]Q1" + CARD).scanner
    assert scanner.meant("]E04006381333931") == "4006381333931"
    assert scanner.meant("4006381333931") is None
    assert scanner.meant("]") is None


def test_two_keys_that_read_alike_are_refused_with_their_names() -> None:
    with pytest.raises(KeysAlike, match="SW"):
        learn(typed(CARD, "gr"))


@pytest.mark.parametrize(
    "text", ["", "Y02C", "4006381333931", CARD[:10] + CARD[11:] + "Z", "Y026" + "7" * 135]
)
def test_what_is_not_the_card_is_refused(text: str) -> None:
    with pytest.raises(NotTheCard):
        learn(text)


def test_a_card_with_keys_lost_is_explained() -> None:
    with pytest.raises(KeysLost, match="37 of the card's 40"):
        learn(CARD.replace("A", "").replace("E", "").replace("O", ""))


@given(st.text(max_size=200))
def test_any_text_is_a_card_or_refused(text: str) -> None:
    try:
        learned = learn(text)
    except (NotTheCard, KeysAlike, KeysLost):
        return
    assert learned.scanner.meant(text) == CARD


def test_through_every_host_codes_are_read_exactly_or_refused_and_never_misread(
    tmp_path: Path,
) -> None:
    at = bench(tmp_path / "market")
    for host in HOSTS:
        at.forget()
        assert MISREAD not in {at.outcome(code, host) for code in CODES}, host
        if not at.calibrate(host):
            assert {at.outcome(code, host) for code in CODES} == {EXACT}, host
    at.till.close()
    assert len({name.removesuffix(" + Caps Lock") for name in HOSTS}) >= 30


def test_a_text_that_can_be_read_both_ways_is_refused(tmp_path: Path) -> None:
    at = bench(tmp_path / "market")
    row = KEYS.translate(str.maketrans("38", "83"))
    both = next(
        text
        for text in (f"{number:013d}" for number in range(4_006_381_333_000, 4_006_381_400_000))
        if not isinstance(recognise(text), Unknown)
        and not isinstance(recognise(Scanner(row).meant(text) or ""), Unknown)
    )
    at.till.change_settings(replace(at.till.settings(), scanner_row=row))
    assert getattr(at.till.scan(both), "word", None) == "unknown"
    at.till.close()
