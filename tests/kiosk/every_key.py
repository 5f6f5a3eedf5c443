"""Every key and combination that a keyboard can send, pressed in one place of the real kiosk.

A key is what a terminal sends for it: as a byte, as a sequence of xterm or of the Linux console with
shift, alt and ctrl in all combinations, and as kitty's protocol encodes it, whether the kiosk asked
for that or not. Each comes alone, at a person's pace. Wherever a key led, the next one is pressed in
the place again: in a kiosk that starts anew, with the market as it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.kiosk.places import PLACES, prepared
from tests.kiosk.scanned import Guarded, guarded
from tests.kiosk.terminal import PERSON_SECONDS

MODIFIERS = range(1, 9)
"""One more than shift 1, alt 2, ctrl 4, as terminals count them."""

TRIES = 6
"""How often a kiosk may fail to get to its place."""

LEFT_SCREEN = b"\x1b[?1049l"
"""What a terminal is sent when a program gives the screen back."""

LEAVES = {"leave?": (b"l", b"L"), "found": (b"\x1b",)}
"""Where somebody chooses to leave the kiosk, and by which keys."""


def every_key(kitty: int = 1) -> list[bytes]:
    """All of them, each once; of those that kitty encodes every `kitty`th."""
    return list(dict.fromkeys([*_bytes(), *_sequences(), *list(_kitty())[::kitty]]))


def _bytes() -> Iterator[bytes]:
    """Single keys, ctrl with a letter, and alt with each of these."""
    singles = [bytes([code]) for code in range(128)]
    yield from singles
    yield from (b"\x1b" + one for one in singles)
    yield from (letter.encode() for letter in "éñß€漢")


def _sequences() -> Iterator[bytes]:
    """Keys without a letter: arrows, function keys and their like."""
    for final in "ABCDEFHPQRSZ":
        yield from (f"\x1b[{final}".encode(), f"\x1bO{final}".encode())
        yield from (f"\x1b[1;{modifier}{final}".encode() for modifier in MODIFIERS)
    for number in (
        *range(1, 9),
        *range(11, 16),
        *range(17, 22),
        23,
        24,
        25,
        26,
        28,
        29,
        *range(31, 35),
    ):
        yield f"\x1b[{number}~".encode()
        yield from (f"\x1b[{number};{modifier}~".encode() for modifier in MODIFIERS)
        yield from (f"\x1b[{number}{end}".encode() for end in "$^@")
    yield from (f"\x1b[[{final}".encode() for final in "ABCDE")
    yield from (f"\x1bO{final}".encode() for final in "MXjklmnopqrstuvwxy")
    yield from (
        f"\x1b[27;{modifier};{code}~".encode()
        for modifier in MODIFIERS
        for code in (9, 13, 27, 113)
    )


def _kitty() -> Iterator[bytes]:
    codes = [*range(32, 127), 9, 13, 27, 127, *range(57344, 57455)]
    for code in codes:
        yield f"\x1b[{code}u".encode()
        yield from (f"\x1b[{code};{modifier}u".encode() for modifier in MODIFIERS)


@dataclass
class Pressed:
    """What came of the keys in one place."""

    place: str
    keys: int = 0
    led_away: int = 0
    """Keys after which another screen was on top, as they should, perhaps."""
    left: int = 0
    """Keys by which somebody chose to leave."""
    wrong: list[str] = field(default_factory=list)


def pressed(folder: Path, name: str, keys: Sequence[bytes]) -> Pressed:
    """Press keys in one place; markets are made in `folder`, which is all that is theirs."""
    pattern = folder / "pattern" / "market"
    slip = prepared(pattern, PLACES[name])
    result = Pressed(name)
    waiting, number, failed = list(keys), 0, 0
    while waiting:
        number += 1
        home = folder / str(number)
        if pattern.exists():
            shutil.copytree(pattern, home / "market")
        else:
            home.mkdir()
        try:
            with guarded(home / "market", name, slip) as at:
                _press(at, home, waiting, result)
        except AssertionError as fault:  # it never came there, perhaps because the machine is busy
            failed += 1
            if failed > TRIES:
                result.wrong.append(f"{name}: {fault}")
                return result
        shutil.rmtree(home)
    return result


def _press(at: Guarded, home: Path, waiting: list[bytes], result: Pressed) -> None:
    """Press what waits until a key led elsewhere."""
    start = at.settle()
    drawn = len(at.terminal.output)
    outside = _outside(home)
    while waiting:
        key = waiting.pop(0)
        result.keys += 1
        at.terminal.write(key)
        at._sent += len(key)
        at.terminal.read_for(PERSON_SECONDS)
        told: dict[str, Any] | None = None
        with suppress(AssertionError):
            told = at.settle()
        wrong = [f"wrote {one}" for one in _outside(home) if one not in outside]
        wrong += [f"started {one}" for one in _programs(at.terminal.process_group)]
        if told is None:
            if key in LEAVES.get(result.place, ()) and at.terminal.status() == 0:
                result.left += 1
            else:
                wrong.append("the kiosk ended, or answers no more")
        elif LEFT_SCREEN in at.terminal.output[drawn:]:
            wrong.append("the screen was left")
        result.wrong += [f"{result.place}: {key!r}: {one}" for one in wrong]
        if told is None or wrong:
            return
        if told["screens"] != start["screens"] or told["size"] != start["size"]:
            result.led_away += 1
            return


def _outside(home: Path) -> set[str]:
    """Files that are not in the data folder: `home` is home, temporary folder and all."""
    return {
        str(path.relative_to(home))
        for path in home.rglob("*")
        if not path.is_relative_to(home / "market")
    }


def _programs(process: int) -> list[str]:
    """Names of programs that the kiosk has started, itself not among them."""
    found, waiting = [], _children(process)
    while waiting:
        one = waiting.pop()
        waiting += _children(one)
        with suppress(OSError):
            command = Path(f"/proc/{one}/cmdline").read_bytes()
            if b"tests.kiosk.watched" not in command and command:
                found.append(command.split(b"\0")[0].decode(errors="replace"))
    return found


def _children(process: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            found += [int(one) for one in (task / "children").read_text().split()]
    return found
