"""A whole table: people type and scanners scan, in any order, and neither loses anything."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from kiosk.scanning.burst import BEGINNING, RefusedBurst, Scan, Typed
from tests.kiosk.scanning.stream import Happening, Press, press, presses, read

SUFFIXES = ["\r", "\n", "\t", "\r\n"]
COMMANDS = ["\r", "\t", "escape", "f8", "\x11"]

letters = st.characters(min_codepoint=32, max_codepoint=0x2FF, categories=["L", "N", "P", "S"])
codes = st.text(letters, min_size=1, max_size=24)
long_codes = st.text(letters, min_size=7, max_size=24).filter(lambda text: len(set(text)) > 1)
controls = st.sampled_from(["\x11", "\x7f", "escape", "f8", "down", "delete", "\x00", "\x1d"])


@dataclass(frozen=True)
class Piece:
    """Keys at one speed, what must come of them, and how long they want to be left alone."""

    keys: list[Press]
    comes: list[Happening]
    machine: bool
    after_ms: int
    """The least time to what comes next; a scanner that sends no suffix is waited for."""


def a_typed_key(key: str) -> Piece:
    pressed = press(key)
    return Piece([pressed], [Typed(pressed)], machine=False, after_ms=40)


def a_scan(text: str, suffix: str) -> Piece:
    return Piece(presses(text + suffix), [Scan(text)], machine=True, after_ms=0 if suffix else 260)


def a_hostile_scan(before: str, control: str, after: str, suffix: str) -> Piece:
    keys = [*before, control, *after, *suffix]
    refused = RefusedBurst((before + after)[:BEGINNING])
    return Piece(presses(keys), [refused], machine=True, after_ms=0 if suffix else 260)


pieces = st.one_of(
    st.one_of(letters, st.sampled_from(COMMANDS), controls).map(a_typed_key),
    st.builds(a_scan, codes, st.sampled_from(SUFFIXES)),
    st.builds(a_scan, long_codes, st.just("")),
    st.builds(
        a_hostile_scan, st.text(letters), controls, st.text(letters), st.sampled_from(SUFFIXES)
    ),
    st.builds(a_hostile_scan, codes, controls, codes, st.just("")),
)


@given(st.lists(pieces, max_size=12), st.data(), st.booleans())
def test_every_scan_and_every_key_comes_out_exactly_once_and_in_order(
    table: list[Piece], data: st.DataObject, ticks: bool
) -> None:
    stream: list[tuple[float, Press]] = []
    at_ms = 0
    last: Piece | None = None
    for piece in table:
        if last is not None:
            least = last.after_ms if piece.machine else max(last.after_ms, 40)
            if not last.machine and _again(last, piece):
                least = 70  # sooner, it would be a held key
            at_ms += data.draw(st.integers(least, least + 60))
        for number, key in enumerate(piece.keys):
            at_ms += data.draw(st.integers(0, 8)) if number else 0
            stream.append((at_ms / 1000, key))
        last = piece
    expected = [happening for piece in table for happening in piece.comes]
    assert read(stream, ticks) == expected


def _again(last: Piece, piece: Piece) -> bool:
    return last.keys[-1].name == piece.keys[0].name
