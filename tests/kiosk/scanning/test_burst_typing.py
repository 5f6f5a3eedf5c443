"""What a person types reaches the screen: every key, once, in order, at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.scanning.burst import BurstCapture, Pasted, Scan, Typed
from tests.kiosk.scanning.stream import Press, evenly, press, presses, read, typed

held_gaps = st.lists(st.integers(13, 45).map(lambda ms: ms / 1000), min_size=1, max_size=60)


@pytest.mark.parametrize("key", ["a", "7", " ", "é", "\r", "\t", "\x7f", "escape", "f8", "\x11"])
def test_a_single_key_is_released_within_30_milliseconds(key: str) -> None:
    capture = BurstCapture[Press]()
    pressed = press(key)
    assert capture.key(pressed, 5.0) == ()
    assert capture.deadline is not None
    assert capture.deadline - 5.0 <= 0.030
    assert capture.tick(capture.deadline - 0.001) == ()
    assert capture.tick(capture.deadline) == (Typed(pressed),)
    assert capture.deadline is None


@pytest.mark.parametrize("gap", [0.029, 0.04, 0.15])
def test_a_typed_line_and_its_enter_come_through(gap: float) -> None:
    keys = presses("3 tomatoes\r")
    assert typed(read(evenly(keys, gap))) == keys


@pytest.mark.parametrize("keys", ["to", "tom", "tomato", "m\r", "a\t", "a\x7f", "\r3", "\x7f\r"])
def test_keys_rolled_by_a_fast_hand_are_not_lost(keys: str) -> None:
    rolled = presses(keys)
    assert typed(read(evenly(rolled, 0.02))) == rolled


@pytest.mark.parametrize("keys", ["to", "tom", "tomato"])
def test_letters_that_were_read_at_once_are_not_lost(keys: str) -> None:
    together = presses(keys)
    assert typed(read(evenly(together, 0.0))) == together


@given(st.lists(st.integers(1, 6), min_size=1, max_size=10), st.sampled_from([0, *range(7, 28)]))
def test_rolled_letters_between_pauses_come_out_in_order(sizes: list[int], gap_ms: int) -> None:
    stream: list[tuple[float, Press]] = []
    at = 0.0
    for size in sizes:
        # No word begins as a slip does, and six keys are fewer than any code has.
        stream += evenly(presses("abcdef"[:size]), gap_ms / 1000, at)
        at = stream[-1][0] + 0.05
    assert typed(read(stream)) == [key for _, key in stream]


@given(st.integers(3, 6), st.integers(1, 5))
def test_three_keys_at_a_scanners_speed_are_no_persons(size: int, gap_ms: int) -> None:
    keys = "147193"[:size]
    assert read(evenly(presses(keys), gap_ms / 1000)) == [Scan(keys)]


# Held keys


@pytest.mark.parametrize("key", ["down", "up", "left", "pagedown", "delete", "\x7f", "a", "0", " "])
@given(gaps=held_gaps, ticks=st.booleans())
def test_a_held_key_repeats_as_long_as_it_is_held(key: str, gaps: list[float], ticks: bool) -> None:
    stream = [(0.0, press(key))]
    at = 0.5
    for gap in gaps:
        stream.append((at, press(key)))
        at += gap
    assert typed(read(stream, ticks)) == [pressed for _, pressed in stream]


@pytest.mark.parametrize("key", ["down", "a"])
def test_a_held_key_shows_while_it_is_held(key: str) -> None:
    capture = BurstCapture[Press]()
    shown = 0
    for at, pressed in evenly(presses([key] * 40), 0.02):
        shown += len(capture.key(pressed, at))
    assert shown >= 35


@pytest.mark.parametrize("key", ["down", "\x7f", "a"])
def test_a_held_key_that_was_read_late_and_all_at_once_is_not_lost(key: str) -> None:
    keys = presses([key] * 12)
    assert typed(read(evenly(keys, 0.0))) == keys


@pytest.mark.parametrize("key", ["\r", "escape", "f8", "\x11", "\t"])
@pytest.mark.parametrize("first", [0.25, 0.5, 0.66])
@pytest.mark.parametrize("gap", [0.02, 0.0303, 0.04, 0.055])
@pytest.mark.parametrize("ticks", [True, False])
def test_a_held_command_key_acts_once(key: str, first: float, gap: float, ticks: bool) -> None:
    pressed = press(key)
    repeats = evenly(presses([key] * 50), gap, start=first)
    assert read([(0.0, pressed), *repeats], ticks) == [Typed(pressed)]


@given(st.integers(20, 55), st.lists(st.integers(0, 55), max_size=40), st.booleans())
def test_a_held_enter_acts_once_however_unevenly_it_is_read(
    second: int, gaps: list[int], ticks: bool
) -> None:
    first = press("\r")
    stream = [(0.0, first), (0.5, press("\r"))]
    for gap in [second, *gaps]:
        stream.append((stream[-1][0] + gap / 1000, press("\r")))
    assert read(stream, ticks) == [Typed(first)]


@pytest.mark.parametrize("gap", [0.1, 0.3, 2.0])
def test_enter_pressed_again_acts_again(gap: float) -> None:
    keys = presses("\r\r\r")
    assert typed(read(evenly(keys, gap))) == keys


def test_another_key_releases_a_doubted_enter_in_order() -> None:
    keys = presses("\r\rx")
    stream = [(0.0, keys[0]), (0.2, keys[1]), (0.24, keys[2])]
    assert typed(read(stream, ticks=False)) == keys


def test_enter_after_a_held_enter_acts_again() -> None:
    first, later = press("\r"), press("\r")
    held = evenly(presses("\r" * 20), 0.033, start=0.5)
    assert typed(read([(0.0, first), *held, (2.0, later)])) == [first, later]


# Pastes


@pytest.mark.parametrize(
    "text", ["3 kg tomatoes", "honey", "two\nlines", "", "tomatoes", "7KQ2M-X84DT-0PZ3H", "Y026"]
)
def test_a_paste_that_is_no_scan_stays_a_paste(text: str) -> None:
    assert read([(0.0, text)]) == [Pasted(text)]


def test_pastes_and_keys_keep_their_order() -> None:
    before, after = press("a"), press("b")
    stream: list[tuple[float, Press | str]]
    stream = [(0.0, before), (0.02, "some words"), (0.06, after)]
    assert read(stream, ticks=False) == [Typed(before), Pasted("some words"), Typed(after)]


def test_a_paste_between_two_enters_shows_that_enter_is_not_held() -> None:
    first, second = press("\r"), press("\r")
    stream: list[tuple[float, Press | str]]
    stream = [(0.0, first), (0.029, "honey"), (0.058, second)]
    assert read(stream) == [Typed(first), Pasted("honey"), Typed(second)]


# Time


def test_a_tick_before_the_deadline_changes_nothing() -> None:
    capture = BurstCapture[Press]()
    assert capture.tick(1.0) == ()
    capture.key(press("a"), 2.0)
    assert capture.tick(2.01) == ()
    assert capture.tick(1.0) == ()
    assert capture.deadline is not None


def test_a_late_tick_does_not_push_keys_together_that_were_read_before_it() -> None:
    capture = BurstCapture[Press]()
    capture.tick(5.0)
    keys = presses("3 tom\r")
    assert typed(read(evenly(keys, 0.04), capture=capture)) == keys


def test_a_time_that_steps_back_loses_no_key() -> None:
    keys = presses("abc")
    stream = [(1.0, keys[0]), (0.5, keys[1]), (1.04, keys[2])]
    assert typed(read(stream)) == keys


def test_a_time_that_steps_back_never_makes_a_key_wait_longer() -> None:
    capture = BurstCapture[Press]()
    capture.key(press("a"), 1.0)
    capture.key(press("b"), 0.5)
    assert capture.deadline == pytest.approx(1.028)
