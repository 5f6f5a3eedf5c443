"""A hundred scans without a gap: every character comes out, as fast as it can be typed.

Ours is the recogniser that stands before the screen; theirs the `Input` of a Textual app that is
given the same keys and cleared at each Enter, as a form would do it.
"""

from __future__ import annotations

import asyncio
import random
import time

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Input

from kiosk.scanning.burst import BurstCapture, Scan
from tests.bench.table import Effort, Row, in_turns, per_second

SCANS = 100
LENGTH = 139
MACHINE_SECONDS = 0.0001
"""Between two keys of a scanner that is faster than any there is."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def rows(effort: Effort) -> list[Row]:
    """Scans that came out exactly, and characters a second."""
    chance = random.Random(2)
    texts = ["Y026" + "".join(chance.choices(_ALPHABET, k=LENGTH - 4)) for _ in range(SCANS)]
    exact = _captured(texts)[0]
    spoiled = asyncio.run(_typed_into_an_input(texts))[0]
    speed, other = in_turns(
        min(3, effort.rounds),
        lambda: _captured(texts)[1],
        lambda: asyncio.run(_typed_into_an_input(texts))[1],
    )
    return [
        Row(
            f"{SCANS} scans without a gap: exact ones ÷ {SCANS}",
            f"{exact} exact",
            f"{spoiled} exact",
            exact / SCANS,
            1,
            1,
            more=True,
        ),
        Row(
            "characters recognised ÷ characters into an Input",
            per_second(speed),
            per_second(other),
            speed / other,
            None,
            5,
            more=True,
        ),
    ]


def _captured(texts: list[str]) -> tuple[int, float]:
    """How many came out as they went in, and characters a second."""
    keys = [[*(_key(character) for character in text), Key("enter", "\r")] for text in texts]
    capture: BurstCapture[Key] = BurstCapture()
    scanned: list[object] = []
    at = 100.0
    began = time.perf_counter()
    for scan in keys:
        for key in scan:
            at += MACHINE_SECONDS
            scanned += capture.key(key, at)
    scanned += capture.tick(at + 10)
    seconds = time.perf_counter() - began
    right = [one.text for one in scanned if isinstance(one, Scan)]
    if len(scanned) != len(right):
        raise AssertionError("something other than scans came out")
    return _exact(right, texts), SCANS * (LENGTH + 1) / seconds


class _Form(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.came: list[str] = []

    def compose(self) -> ComposeResult:
        yield Input()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.came.append(event.value)
        event.input.clear()


async def _typed_into_an_input(texts: list[str]) -> tuple[int, float]:
    form = _Form()
    async with form.run_test() as pilot:
        began = time.perf_counter()
        for text in texts:
            for character in text:
                form.post_message(_key(character))
            form.post_message(Key("enter", "\r"))
        while len(form.came) < SCANS:
            await pilot.pause(0)
        seconds = time.perf_counter() - began
    return _exact(form.came, texts), SCANS * (LENGTH + 1) / seconds


def _exact(came: list[str], texts: list[str]) -> int:
    return sum(one == other for one, other in zip(came, texts, strict=False))


def _key(character: str) -> Key:
    return Key(character, character)
