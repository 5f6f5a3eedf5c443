"""Keys with times, and a reader that feeds them as the app does: the deadline's tick before the
next key, or, as on a busy laptop, no tick at all until the next key is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.scanning.burst import BurstCapture, Pasted, RefusedBurst, Scan, Typed


@dataclass(frozen=True, eq=False)
class Press:
    """One press of a key; two presses are never equal, so that none can stand for another."""

    character: str | None
    name: str

    def __repr__(self) -> str:
        return f"<{self.name}>"


Happening = Typed[Press] | Pasted | Scan | RefusedBurst

_NAMED = {"\r": "enter", "\n": "ctrl_j", "\t": "tab", "\x7f": "backspace", "\x11": "ctrl_q"}


def press(key: str) -> Press:
    """A press by its character, or by its name for a key that types none (`f8`)."""
    if len(key) > 1:
        return Press(None, key)
    name = f"upper_{key.lower()}" if key.isupper() else key
    return Press(key, _NAMED.get(key, name))


def presses(keys: Iterable[str]) -> list[Press]:
    return [press(key) for key in keys]


def evenly(keys: Iterable[Press], gap: float, start: float = 0.0) -> list[tuple[float, Press]]:
    """The keys, `gap` seconds apart."""
    return [(start + number * gap, key) for number, key in enumerate(keys)]


def read(
    stream: Iterable[tuple[float, Press | str]],
    ticks: bool = True,
    capture: BurstCapture[Press] | None = None,
) -> list[Happening]:
    """All that comes of a stream of keys and pastes (`str`), until a second of silence after it."""
    capture = capture or BurstCapture[Press]()
    happenings: list[Happening] = []
    at = 0.0
    for at, item in stream:
        if ticks and capture.deadline is not None and capture.deadline <= at:
            happenings += capture.tick(capture.deadline)
        if isinstance(item, str):
            happenings += capture.paste(item, at)
        else:
            happenings += capture.key(item, at)
    happenings += capture.tick(at + 1)
    assert capture.deadline is None, "something is still held back"
    return happenings


def typed(happenings: Iterable[Happening]) -> list[Press]:
    """The keys that were released, in order."""
    return [happening.key for happening in happenings if isinstance(happening, Typed)]


def scanned(happenings: Iterable[Happening]) -> list[str]:
    """The texts of the scans, in order."""
    return [happening.text for happening in happenings if isinstance(happening, Scan)]
