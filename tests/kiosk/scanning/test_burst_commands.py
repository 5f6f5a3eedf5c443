"""Which keys may be commands: not those that stand so close that no person meant one of them as such.

A scanner that sends no Enter types a short code as if somebody pressed its letters one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.scanning.burst import COMMAND_GAP, BurstCapture, Typed
from kiosk.scanning.gaps import MACHINE_GAP
from tests.kiosk.scanning.stream import Press, evenly, presses, read, typed

close = st.integers(0, round(COMMAND_GAP * 1000) - 1).map(lambda ms: ms / 1000)


def commands(stream: list[tuple[float, Press]], ticks: bool = True) -> list[Press]:
    """The keys that a menu may take."""
    happenings = read(stream, ticks)
    return [one.key for one in happenings if isinstance(one, Typed) and not one.crowded]


@given(gap=close, ticks=st.booleans(), size=st.integers(2, 6))
def test_of_keys_that_come_closely_the_first_is_a_command_at_most(
    gap: float, ticks: bool, size: int
) -> None:
    keys = presses("9147p1"[:size])
    assert commands(evenly(keys, gap), ticks) in ([], keys[:1])


@given(gap=st.integers(0, 27).map(lambda ms: ms / 1000), size=st.integers(2, 6))
def test_of_keys_at_a_scanners_speed_none_is_a_command(gap: float, size: int) -> None:
    assert gap < MACHINE_GAP
    assert commands(evenly(presses("90l4dp"[:size]), gap)) == []


@pytest.mark.parametrize("gap", [0.02, 0.035, 0.055])
def test_enter_closely_behind_a_letter_is_no_command_but_may_end_a_line(gap: float) -> None:
    keys = presses("x\r")
    assert keys[1] not in commands(evenly(keys, gap))
    assert typed(read(evenly(keys, gap))) == keys


@pytest.mark.parametrize("ticks", [True, False])
@given(gaps=st.lists(st.integers(75, 400), min_size=1, max_size=8))
def test_keys_at_a_persons_pace_are_commands_each(ticks: bool, gaps: list[int]) -> None:
    stream = [(0.0, presses("9")[0])]
    for number, gap in enumerate(gaps):
        stream.append((stream[-1][0] + gap / 1000, presses("19p0dl42"[number])[0]))
    assert commands(stream, ticks) == [key for _at, key in stream]


def test_arrows_that_are_held_down_and_enter_behind_them_stay_commands() -> None:
    keys = presses(["down"] * 12)
    enter = presses("\r")
    stream = [*evenly(keys, 0.03, start=0.5), (0.5 + 12 * 0.03 + 0.05, enter[0])]
    assert commands(stream) == [*keys, *enter]


def test_a_letter_behind_a_scan_is_a_command_after_a_moment() -> None:
    capture = BurstCapture[Press]()
    scan = evenly(presses("Y02SOMETHING\r"), 0.001)
    pressed = presses("l")[0]
    (last,) = [
        one for one in read([*scan, (0.2, pressed)], capture=capture) if one == Typed(pressed)
    ]
    assert isinstance(last, Typed) and not last.crowded
