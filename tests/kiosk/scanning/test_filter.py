"""What may pass from the terminal's bytes to keys, pointer events and pastes, and what may not."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from kiosk.running.driver import EventMaker, Interference, key_sequences
from kiosk.scanning.filter import (
    CHAIN_LENGTH,
    PASTE_LENGTH,
    InputFilter,
    Noise,
    Passed,
    PassedPaste,
    Passing,
)

KEYS = key_sequences()
SLIP = "Y026" + "7KQ2MX84DT0PZ3H" * 9

KEY_BYTES = [b"\x1b[A", b"\x1bOP", b"\x1b[[A", b"\x1b[19~", b"\x1b[3~", b"\x1b[Z", b"\x1b[1;5H"]

NEVER_KEYS = [
    b"\x1b[113;5u",
    b"\x1b[99999999;1u",
    b"\x1b[97;;97u",
    b"\x1b[48;1;1;1;1t",
    b"\x1b[I",
    b"\x1b[O",
    b"\x1b[5;5R",
    b"\x1b[?2026;2$y",
    b"\x1b[?2048;1$y",
    b"\x1b[201~",
    b"\x1b[M !!",
    b"\x1b]0;title\x07",
    b"\x1bP1$r0m\x1b\\",
    b"\x1b[" + b"9" * 5000 + b"A",
    b"\x1bq",
    b"\x00",
    b"\x11",
    b"\xff",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xf5\x80\x80\x80",
    "\x9b19~".encode(),
    "\u202e".encode(),
    "\ufffd".encode(),
]


def together(*reads: tuple[float, bytes], filtered: InputFilter | None = None) -> list[Passing]:
    """All that passes of some reads and a second of silence."""
    filtered = filtered or InputFilter(KEYS)
    passing: list[Passing] = []
    at = 0.0
    for at, data in reads:
        deadline = filtered.deadline
        if deadline is not None and deadline <= at:
            passing += filtered.tick(deadline)
        passing += filtered.read(data, at)
    while filtered.deadline is not None:
        passing += filtered.tick(filtered.deadline)
    return passing


def bytewise(data: bytes, gap: float = 0.0015, start: float = 10.0) -> list[tuple[float, bytes]]:
    """A scanner: byte by byte."""
    return [(start + number * gap, data[number : number + 1]) for number in range(len(data))]


def passed(passing: Iterable[Passing]) -> list[str]:
    return [one.text for one in passing if isinstance(one, Passed)]


def made(passing: Iterable[Passing]) -> list[Message]:
    return list(EventMaker().events(passing))


# What people do


@pytest.mark.parametrize("key", KEY_BYTES)
def test_the_sequence_of_a_key_in_one_piece_is_the_key(key: bytes) -> None:
    (event,) = made(together((10.0, key)))
    assert isinstance(event, events.Key)
    assert event.time == 10.0


def test_escape_alone_is_the_key_with_the_time_of_its_read() -> None:
    (event,) = made(together((10.0, b"\x1b")))
    assert isinstance(event, events.Key)
    assert (event.key, event.time) == ("escape", 10.0)


def test_a_held_escape_and_a_held_arrow_repeat() -> None:
    held = [(10 + 0.033 * number, b"\x1b") for number in range(5)]
    assert passed(together(*held)) == ["\x1b"] * 5
    assert passed(together((10.0, b"\x1b[A\x1b[A\x1b[A"))) == ["\x1b[A"] * 3


def test_letters_of_every_script_pass_even_where_a_read_cuts_one_in_two() -> None:
    text = "añ–ש漢🍅 ~"
    assert "".join(passed(together(*bytewise(text.encode())))) == text
    assert "".join(passed(together((10.0, text.encode())))) == text


def test_a_pointer_that_was_moved_there_clicks() -> None:
    click = [
        (10.0, b"\x1b[<35;5;6M"),
        (10.2, b"\x1b[<0;5;6M"),
        (10.3, b"\x1b[<0;5;6m"),
        (10.4, b"\x1b[<65;5;6M"),
    ]
    kinds = [type(event) for event in made(together(*click))]
    assert kinds == [events.MouseMove, events.MouseDown, events.MouseUp, events.MouseScrollDown]


def test_where_movement_is_not_reported_the_second_tap_presses() -> None:
    taps = [
        (10.0, b"\x1b[<0;5;6M"),
        (10.1, b"\x1b[<0;5;6m"),
        (10.6, b"\x1b[<0;5;6M"),
        (10.7, b"\x1b[<0;5;6m"),
    ]
    assert passed(together(*taps)) == ["\x1b[<0;5;6M", "\x1b[<0;5;6m"]


def test_a_paste_passes_whole_however_it_is_cut() -> None:
    text = "tomatoes\nñ" + "x" * 5000
    data = b"\x1b[200~" + text.encode() + b"\x1b[201~"
    for cut in (6, 7, 5000, len(data) - 3):
        (paste,) = together((10.0, data[:cut]), (10.01, data[cut:]))
        assert isinstance(paste, PassedPaste)
        assert paste.text == text
    assert together((10.0, data)) == [PassedPaste(text, 10.0)]


def test_the_terminals_answer_passes_once_and_only_if_it_was_asked() -> None:
    answer = (10.0, b"\x1b[?2026;2$y")
    assert together(answer) == [Noise(10.0)]
    filtered = InputFilter(KEYS)
    filtered.expect_reply()
    again = (11.0, answer[1])
    assert together(answer, again, filtered=filtered) == [
        Passed("\x1b[?2026;2$y", 10.0),
        Noise(11.0),
    ]


def test_a_sequence_that_a_full_read_cut_in_two_is_whole() -> None:
    flood = b"\x1b[<35;5;6M" * 400
    passing = together((10.0, flood[:3995]), (10.001, flood[3995:]))
    assert Noise not in {type(one) for one in passing}


# What scanners do


@pytest.mark.parametrize("sequence", NEVER_KEYS)
@pytest.mark.parametrize("at_once", [True, False])
def test_what_no_key_sends_is_noise(sequence: bytes, at_once: bool) -> None:
    reads = [(10.0, sequence)] if at_once else bytewise(sequence)
    passing = together(*reads)
    assert isinstance(passing[0], Noise)
    assert not {one.text for one in passing if isinstance(one, Passed)} & {"\x1b", *KEYS}
    assert all(type(event) in (events.Key, Interference) for event in made(passing))


@pytest.mark.parametrize("sequence", [*KEY_BYTES, b"\x1b[<0;5;6M", b"\x1b[<35;5;6M", b"\x1b[200~x"])
@pytest.mark.parametrize("gap", [0.0005, 0.002, 0.02])
def test_a_sequence_in_pieces_is_nobodys(sequence: bytes, gap: float) -> None:
    passing = together(*bytewise(sequence, gap))
    assert isinstance(passing[0], Noise)
    assert not {one.text for one in passing if isinstance(one, Passed)} & {"\x1b", *KEYS}
    assert {type(event) for event in made(passing)} <= {events.Key, Interference}


@pytest.mark.parametrize("before", [b"7", b"\r", b"\x1b[A", b"\xff"])
@pytest.mark.parametrize("pointer", [b"\x1b[<0;5;6M\x1b[<0;5;6m", b"\x1b[<35;5;6M"])
def test_a_pointer_next_to_text_is_noise(before: bytes, pointer: bytes) -> None:
    for data in (before + pointer, pointer + before):
        events_made = made(together((10.0, data)))
        assert not any(isinstance(event, events.MouseEvent) for event in events_made)
        assert any(isinstance(event, Interference) for event in events_made)


def test_a_click_without_a_way_there_is_dropped() -> None:
    assert together((10.0, b"\x1b[<0;5;6M\x1b[<0;5;6m")) == []
    assert passed(together((10.0, b"\x1b[<35;5;6M\x1b[<0;5;6M\x1b[<0;5;6m"))) == ["\x1b[<35;5;6M"]


def test_the_pointer_is_dropped_in_a_scan_that_stays_whole() -> None:
    reads = bytewise(SLIP.encode())
    reads.insert(70, (reads[69][0] + 0.0005, b"\x1b[<35;5;6M"))
    assert "".join(passed(together(*reads))) == SLIP


def test_a_paste_without_an_end_is_dropped_and_lets_the_next_key_through() -> None:
    passing = together((10.0, b"\x1b[200~3 tomatoes"), (11.0, b"a"))
    assert passing == [Noise(10.0), Passed("a", 11.0)]


def test_a_paste_that_never_pauses_ends_all_the_same() -> None:
    keys = [(10 + 0.1 * number, b"k") for number in range(1, 100)]
    assert len(passed(together((10.0, b"\x1b[200~"), *keys))) > 40


@pytest.mark.parametrize("inside", [b"\x1b[A", b"\x1b", b"\x1b[200~", b"\x1b[<0;5;6M"])
def test_a_paste_with_an_escape_is_no_paste(inside: bytes) -> None:
    passing = together((10.0, b"\x1b[200~ab" + inside + b"cd\x1b[201~"))
    assert not any(isinstance(one, PassedPaste) for one in passing)
    assert isinstance(passing[0], Noise)


def test_a_paste_carries_no_controls_and_has_a_limit() -> None:
    (paste,) = together((10.0, b"\x1b[200~a\x00\x11b\xff\r\n\tc\x1b[201~"))
    assert isinstance(paste, PassedPaste)
    assert paste.text == "ab\ufffd\r\n\tc"
    huge = b"\x1b[200~" + b"x" * (PASTE_LENGTH + 1) + b"\x1b[201~"
    assert together((10.0, huge)) == [Noise(10.0)]
    cut = [(10.0 + place / 1e6, huge[place : place + 4096]) for place in range(0, len(huge), 4096)]
    assert {type(one) for one in together(*cut)} == {Noise}


def test_a_million_characters_pass_a_few_hundred() -> None:
    reads = [(10 + number / 1000, b"7" * 4000) for number in range(250)]
    passing = together(*reads)
    assert len(passed(passing)) == CHAIN_LENGTH
    assert len(passing) < CHAIN_LENGTH + 2 * len(reads)


def test_half_a_million_enters_pass_a_part_and_the_next_scan_passes_whole() -> None:
    reads = [(10 + number / 1000, b"7\r" * 2000) for number in range(250)]
    filtered = InputFilter(KEYS)
    assert len(passed(together(*reads, filtered=filtered))) < 25_000
    assert (
        "".join(passed(together((12.0, SLIP.encode() + b"\r"), filtered=filtered))) == SLIP + "\r"
    )


def test_a_code_that_was_read_late_is_dated_to_where_it_began() -> None:
    passing = together((10.0, b"Y"), (10.2, SLIP[1:].encode() + b"\r"))
    assert {one.at for one in passing} == {10.0}


def test_a_hundred_scans_without_a_gap_pass_whole() -> None:
    data = (SLIP.encode() + b"\r") * 100
    cut = [(10.0 + place / 1e5, data[place : place + 4095]) for place in range(0, len(data), 4095)]
    assert "".join(passed(together(*cut))).encode() == data


ALPHABET = [
    b"\x1b", b"[", b"O", b"<", b"2", b"00~", b"\x1b[200~", b"\x1b[201~", b"A", b"M", b"u", b";", b"\r",
    b"\x00", b"\xff", b"\xe2", b"\x82", b"\x1b[<0;1;1M", b"\x1b[99999999;1u", b"\x1b[48;1;1;1;1t",
]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(ALPHABET) | st.binary(max_size=6), st.integers(0, 300))))
def test_whatever_comes_nothing_breaks_nothing_stays_and_time_goes_forward(
    pieces: list[tuple[bytes, int]],
) -> None:
    at, reads = 10.0, []
    for data, gap_ms in pieces:
        at += gap_ms / 1000
        reads.append((at, data))
    filtered = InputFilter(KEYS)
    passing = together(*reads, filtered=filtered)
    times = [one.at for one in passing]
    assert times == sorted(times)
    kinds = {type(event) for event in made(passing)}
    assert kinds <= {
        events.Key, events.Paste, Interference, events.MouseMove, events.MouseDown, events.MouseUp,
    }  # fmt: skip
    assert passed(together((at + 10, b"a"), filtered=filtered)) == ["a"]
