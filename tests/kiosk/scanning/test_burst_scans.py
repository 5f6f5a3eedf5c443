"""What a machine types comes out as scans or is refused, and never reaches the screen."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual._xterm_parser import XTermParser
from textual.events import Key as TextualKey
from textual.events import Paste

from kiosk.scanning.burst import (
    BEGINNING,
    MAX_LENGTH,
    SCAN_LENGTH,
    BurstCapture,
    RefusedBurst,
    Scan,
    Typed,
)
from tests.kiosk.scanning.stream import (
    Happening,
    Press,
    evenly,
    press,
    presses,
    read,
    typed,
)

SLIP = "Y026" + "7KQ2MX84DT0PZ3H" * 9
CARD = "Y02KFXX"


@pytest.mark.parametrize("text", [SLIP, CARD, "4006381333931", "12", "7", "ab cd", "[/] ]E0é"])
@pytest.mark.parametrize("suffix", ["\r", "\n", "\t", "\r\n"])
@pytest.mark.parametrize("gap", [0.0, 0.001, 0.01])
def test_a_code_with_its_suffix_is_one_scan(text: str, suffix: str, gap: float) -> None:
    assert read(evenly(presses(text + suffix), gap)) == [Scan(text)]


@pytest.mark.parametrize("text", [SLIP, CARD, "00123457", "0004006381333"])
@pytest.mark.parametrize("gap", [0.0, 0.008, 0.02])
def test_a_scanner_without_suffix_is_understood(text: str, gap: float) -> None:
    assert read(evenly(presses(text), gap)) == [Scan(text)]


def test_an_enter_completes_a_scan_at_once() -> None:
    capture = BurstCapture[Press]()
    outcomes = [capture.key(key, 0.0) for key in presses(CARD + "\r")]
    assert outcomes[-1] == (Scan(CARD),)
    assert capture.deadline is None


def test_a_hundred_scans_without_a_gap_are_a_hundred_scans() -> None:
    texts = [f"{SLIP[:-3]}{number:03}" for number in range(100)]
    keys = presses("\r".join(texts) + "\r")
    assert read(evenly(keys, 0.0)) == [Scan(text) for text in texts]


@pytest.mark.parametrize("torn_at", [3, 4, 7, 20, 138, 139])
def test_a_loaded_laptop_does_not_tear_a_slip(torn_at: int) -> None:
    keys = presses(SLIP + "\r")
    before = evenly(keys[:torn_at], 0.001)
    stream = before + evenly(keys[torn_at:], 0.001, start=before[-1][0] + 0.2)
    assert read(stream) == [Scan(SLIP)]


def test_an_enter_torn_from_its_scan_does_not_spoil_the_next() -> None:
    stream = evenly(presses(SLIP), 0.001) + evenly(presses("\r" + CARD + "\r"), 0.001, start=0.6)
    assert read(stream) == [Scan(SLIP), Scan(CARD)]


def test_a_scan_that_begins_with_an_enter_is_not_torn_either() -> None:
    first = press("\r")
    begun = evenly(presses("\r" + CARD[:5]), 0.001, start=0.3)
    stream = [(0.0, first), *begun, *evenly(presses(CARD[5:] + "\r"), 0.001, start=0.45)]
    assert read(stream) == [Typed(first), Scan(CARD)]


def test_a_key_typed_before_and_after_a_scan_is_released_around_it() -> None:
    before, after = press("\r"), press("\r")
    stream = [(0.0, before), *evenly(presses(SLIP + "\r"), 0.0, start=0.04), (0.08, after)]
    assert read(stream) == [Typed(before), Scan(SLIP), Typed(after)]


# Hostile codes


@pytest.mark.parametrize(
    "keys",
    [
        ["\x11", "\r"],
        ["f8", "\r"],
        ["f8", "f8"],
        ["f8", "f8", "\r"],
        ["\r", "\r"],
        ["\r", "1"],
        ["escape", "1", "\r"],
        ["1", "\r", "9"],
        ["delete", "delete", "\r"],
        [*SLIP[:30], "\x11", *SLIP[30:], "\r"],
        [*CARD, "\r", "f8"],
        [*CARD, "\r", "\x11", "\r"],
        ["down", "down", "f8"],
    ],
)
@pytest.mark.parametrize("gap", [0.0, 0.004, 0.011])
def test_no_key_inside_a_scan_drives_the_screen(keys: list[str], gap: float) -> None:
    assert typed(read(evenly(presses(keys), gap))) == []


@pytest.mark.parametrize(
    "keys",
    [
        ["f8", "f8", "\r"],
        ["1", "\x7f", "\x7f", "\r"],
        ["1", "\r", "9", "\r"],
        [*CARD, "\r", "\n", "\r"],
        [*"ABCDEFG", "f8", "f8", "\r"],
    ],
)
def test_no_key_inside_a_slow_scan_drives_the_screen(keys: list[str]) -> None:
    assert typed(read(evenly(presses(keys), 0.02))) == []


def test_a_code_with_an_enter_between_slow_characters_is_refused() -> None:
    assert read(evenly(presses("1\r9\r"), 0.02)) == [RefusedBurst("19")]


def test_a_code_of_nothing_but_enters_is_refused() -> None:
    assert read(evenly(presses("\r\r"), 0.001)) == [RefusedBurst("")]


def test_a_hostile_code_is_one_refusal() -> None:
    happenings = read(evenly(presses([*"ABCDEFG", "f8", "f8", "\r"]), 0.02))
    assert happenings == [RefusedBurst("ABCDEFG")]


def test_a_command_key_pressed_after_a_hostile_code_acts() -> None:
    pressed = press("f8")
    stream = [*evenly(presses(["f8", "\r"]), 0.001), (0.046, pressed)]
    assert read(stream) == [RefusedBurst(""), Typed(pressed)]


def test_a_slow_scan_of_one_letter_right_behind_another_scan_is_whole() -> None:
    keys = presses(CARD + "\r" + "aaaaaaaaa" + "\r")
    assert read(evenly(keys, 0.02)) == [Scan(CARD), Scan("aaaaaaaaa")]


@pytest.mark.parametrize("pause", [0.045, 0.1])
@pytest.mark.parametrize("key", ["f8", "\r", "escape"])
def test_a_scan_that_repeats_the_key_just_pressed_does_nothing(key: str, pause: float) -> None:
    pressed = press(key)
    stream = [(0.0, pressed), *evenly(presses([key, "\r"]), 0.0, start=pause)]
    assert typed(read(stream)) == [pressed]


def test_a_code_with_a_control_inside_is_refused_with_its_beginning() -> None:
    keys = presses("HELLO" + "\x11" + "WORLD, AND MORE OF IT" + "\r")
    assert read(evenly(keys, 0.001)) == [RefusedBurst("HELLOWORLD, AND ")]


@pytest.mark.parametrize(
    "code",
    [
        "\x11",
        "\x1b[113;5u",
        "\x1b[19~",
        "\x1b[19~\x1b[19~",
        "\x1b[A\x1b[B",
        "\x1bOP",
        "\x7f\x7f\x7f\x7f",
        "\x1b[200~rm\x1b[201~",
        "Y026\x1b[200~9\x1b[201~7KQ2M",
        "4006381333931\x1d10ABC",
        "\x1b[Z\t\t 1",
    ],
)
def test_codes_made_to_drive_a_terminal_do_nothing(code: str) -> None:
    capture = BurstCapture[TextualKey]()
    happenings: list[object] = []
    for event in XTermParser().feed(code + "\r"):
        if isinstance(event, TextualKey):
            happenings += capture.key(event, 0.0)
        elif isinstance(event, Paste):
            happenings += capture.paste(event.text, 0.0)
    happenings += capture.tick(1.0)
    assert happenings
    assert all(isinstance(happening, RefusedBurst | Scan) for happening in happenings)


def test_a_real_terminals_keys_are_a_scan() -> None:
    capture = BurstCapture[TextualKey]()
    keys = [event for event in XTermParser().feed(SLIP + "\r\n") if isinstance(event, TextualKey)]
    outcomes = [happening for key in keys for happening in capture.key(key, 0.0)]
    assert outcomes == [Scan(SLIP)]
    assert capture.deadline is None


anything = st.sampled_from([*"abYZ019é ", "\r", "\n", "\t", "\x7f", "\x11", "f8", "down", "escape"])


@given(st.lists(anything, min_size=2, max_size=30), st.data(), st.booleans())
@example(["\r", "\r"], None, True)
def test_nothing_that_a_machine_typed_is_released(
    keys: list[str], data: st.DataObject | None, ticks: bool
) -> None:
    controls = any(not (len(key) == 1 and key.isprintable()) for key in keys)
    held = len(set(keys)) == 1 and keys[0] in ("\x7f", "down")
    if held or not (controls or (len(keys) >= SCAN_LENGTH and len(set(keys)) > 1)):
        keys = [*keys, "\r"]  # what a person could have typed as well, a suffix makes a machine's
    stream: list[tuple[float, Press]] = []
    at = 0.0
    for key in keys:
        stream.append((at, press(key)))
        at += data.draw(st.integers(0, 8)) / 1000 if data else 0.0
    assert typed(read(stream, ticks)) == []


# Limits


def test_a_scan_of_the_greatest_length_is_kept_and_a_longer_one_is_refused() -> None:
    longest = "A1" * (MAX_LENGTH // 2)
    assert read(evenly(presses(longest + "\r"), 0.001)) == [Scan(longest)]
    happenings = read(evenly(presses(longest + "B" + longest * 3 + "\r" + CARD + "\r"), 0.001))
    assert happenings == [RefusedBurst(longest[:16]), Scan(CARD)]


def test_a_burst_without_end_stays_small() -> None:
    capture = BurstCapture[Press]()
    for at, key in evenly(presses("down" for _ in range(3 * MAX_LENGTH)), 0.001):
        capture.key(key, at)
    assert capture.tick(10.0) == (RefusedBurst(""),)


# Pastes


@pytest.mark.parametrize("text", [SLIP, CARD, "4006381333931"])
@pytest.mark.parametrize("around", ["{}", "{}\r", "\n{}\r\n", " {} "])
def test_a_scan_delivered_as_a_paste_is_a_scan(text: str, around: str) -> None:
    assert read([(0.0, around.format(text))]) == [Scan(text)]


def test_scans_delivered_as_pastes_with_enter_do_not_mix() -> None:
    stream: list[tuple[float, Press | str]]
    stream = [(0.0, SLIP), (0.001, press("\r")), (0.002, CARD), (0.003, press("\r"))]
    assert read(stream) == [Scan(SLIP), Scan(CARD)]


def test_a_paste_inside_a_machines_burst_is_no_scan() -> None:
    stream: list[tuple[float, Press | str]]
    stream = [(0.0, press("f8")), (0.001, SLIP), (0.002, press("\r"))]
    assert read(stream) == [RefusedBurst("")]


# Other input


@given(st.integers(0, 138), st.sampled_from(["", "\r"]))
def test_noise_in_a_scan_refuses_it_and_acts_on_nothing(place: int, end: str) -> None:
    capture = BurstCapture[Press]()
    happenings: list[Happening] = []
    for number, key in enumerate(presses(SLIP + end)):
        if number == place:
            happenings += capture.noise(number / 1000)
        happenings += capture.key(key, number / 1000)
    happenings += capture.tick(10)
    assert happenings == [RefusedBurst(SLIP[:BEGINNING])]


def test_noise_alone_says_nothing_and_takes_the_keys_of_a_machine_with_it() -> None:
    capture = BurstCapture[Press]()
    assert capture.noise(0.0) == ()
    assert capture.tick(1.0) == ()
    assert capture.key(press("1"), 2.0) == ()
    assert capture.noise(2.001) == ()
    assert capture.key(press("\r"), 2.002) == (RefusedBurst("1"),)
    assert capture.tick(3.0) == ()
