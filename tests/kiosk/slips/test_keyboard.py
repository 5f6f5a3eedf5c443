"""Promises of the repair: a scan through a foreign layout comes back exactly, or not at all."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.crockford import ALPHABET
from kiosk.slips.keyboard import repair, repairs
from kiosk.slips.keyboard_layouts import KEYS, LAYOUTS
from kiosk.slips.payload import PREFIX, Header, slip_of, text_of
from kiosk.slips.signing import MarketKey

KEY = MarketKey(bytes(range(32)))
HOSTS = {
    f"{name}{caps}": row
    for name, rows in LAYOUTS.items()
    for caps, row in zip(("", " with Caps Lock"), rows, strict=True)
}
slips = st.binary(min_size=84, max_size=84)
hosts = st.sampled_from(sorted(HOSTS))


def typed(text: str, host: str) -> str:
    """What `host` reads when a US scanner types `text`."""
    return text.translate(str.maketrans(KEYS, HOSTS[host]))


def signed(serial: bytes) -> str:
    return text_of(
        KEY.sign_slip(Header(False, KEY.public.key_id, serial, 900, date(2026, 11, 28), None))
    )


def is_ours(text: str) -> bool:
    slip = slip_of(text)
    return slip is not None and KEY.public.verify_slip(slip)


def has_the_form(text: str) -> bool:
    return slip_of(text) is not None


def test_the_tables_hold_one_character_a_key() -> None:
    assert len(LAYOUTS) >= 27
    for name, rows in LAYOUTS.items():
        for row in rows:
            assert len(row) == len(KEYS), name


def test_only_one_host_reads_two_keys_alike() -> None:
    lossy = [host for host, row in HOSTS.items() if len(set(row)) < len(KEYS)]
    assert lossy == ["gr"]


@pytest.mark.parametrize("host", sorted(set(HOSTS) - {"gr"}))
def test_a_slip_comes_back_through_every_host(host: str) -> None:
    text = signed(bytes.fromhex("0123456789abcdef"))
    assert repair(typed(text, host), is_ours) == text


def test_greek_without_caps_lock_is_refused_because_two_keys_type_the_same() -> None:
    text = signed(bytes(8))
    assert set("SW") & set(text)
    assert repair(typed(text, "gr"), is_ours) is None
    assert repair(typed("Y02G0123", "gr"), lambda meant: meant == "Y02G0123") == "Y02G0123"


@given(slips, hosts)
def test_even_without_a_signature_no_other_slip_comes_back(slip: bytes, host: str) -> None:
    assert repair(typed(text_of(slip), host), has_the_form) in (text_of(slip), None)


def test_nothing_that_a_foreign_host_reads_passes_as_it_is() -> None:
    # Otherwise a text that was changed under way could be taken for one that was not.
    for host, row in HOSTS.items():
        reads = dict(zip(KEYS, row, strict=True))
        if all(reads[symbol] == symbol for symbol in PREFIX):
            strays = {reads[symbol] for symbol in ALPHABET if reads[symbol] != symbol}
            assert not strays & set(ALPHABET), host


@pytest.mark.parametrize(
    ("host", "start"),
    [
        ("us", "Y026"),
        ("us with Caps Lock", "y026"),
        ("de", "Z026"),
        ("fr", "Yàé-"),
        ("fr with Caps Lock", "yÀÉ-"),
        ("be", "Yàé§"),
        ("cz", "Zéěž"),
        ("hu", "Zö26"),
        ("ru", "Н026"),
        ("tr f", "D026"),
        ("il with Caps Lock", "ט026"),
    ],
)
def test_well_known_hosts_read_what_they_are_known_to_read(host: str, start: str) -> None:
    assert typed(PREFIX, host) == start


def test_a_bar_code_comes_back_through_a_french_keyboard() -> None:
    assert repair("'àà-\"(", lambda meant: meant == "400635") == "400635"


def test_candidates_are_distinct_and_begin_with_the_text_itself() -> None:
    found = list(repairs("Y026"))
    assert found[0] == "Y026"
    assert "Z026" in found
    assert len(found) == len(set(found))
    assert next(repairs("y026")) == "Y026"


def test_two_accepted_candidates_are_refused() -> None:
    found = list(repairs("y026"))
    assert len(found) > 1
    assert repair("y026", lambda meant: True) is None
    assert repair("y026", found[1].__eq__) == found[1]


def test_a_text_that_is_right_as_it_is_is_left_alone() -> None:
    assert repair("Y026", lambda meant: True) == "Y026"


def test_the_work_is_bounded() -> None:
    assert list(repairs("")) == []
    assert list(repairs("Y" * 401)) == []
    assert 0 < len(list(repairs("Y" * 400))) <= len(HOSTS)


def test_a_text_of_one_key_and_of_every_key_is_tried() -> None:
    assert next(repairs("Y")) == "Y"
    every = "".join(HOSTS["us"])
    assert next(repairs(every)) == KEYS


@given(st.text(max_size=20))
def test_candidates_hold_digits_and_capitals_only(text: str) -> None:
    for meant in repairs(text):
        assert len(meant) == len(text)
        assert set(meant) <= set(KEYS)
