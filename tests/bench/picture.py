"""The picture of a slip, all of it, against segno (automatic mask) and Pillow drawing its QR alone."""

from __future__ import annotations

import io
import random
import time
from itertools import count

import segno
from PIL import Image

from kiosk.slips.picture import PAPER_58, PAPER_80, Paper, SlipWords, draw
from tests.bench.table import Effort, Row, in_turns, milliseconds

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
WORDS = SlipWords(
    market="Oak Square",
    amount="9",
    credits_line="9 credits",
    code="7KQ2M-X84DT-0PZ3H",
    dates_line="28 Nov 2026 · visit 28 · no expiry",
    thanks=("Thanks for what you gave. Hand this", "in at any table of the market."),
    ledger_line="ledger 3f9a04c1",
)
_BATCH = 10
_chance, _numbers = random.Random(1), count()


def rows(effort: Effort) -> list[Row]:
    """The whole slip on both widths of paper; a new text each time, as at the table."""
    return [_row("58 mm", PAPER_58, 5, effort), _row("80 mm", PAPER_80, 6, effort)]


def _row(name: str, paper: Paper, dots: int, effort: Effort) -> Row:
    def ours() -> float:
        began = time.perf_counter()
        for _ in range(_BATCH):
            draw(_text(), _words(), paper)
        return (time.perf_counter() - began) / _BATCH

    def theirs() -> float:
        began = time.perf_counter()
        for _ in range(_BATCH):
            code = segno.make(_text(), version=9, error="h", mode="alphanumeric", boost_error=False)
            written = io.BytesIO()
            code.save(written, kind="png", scale=dots, border=4)
            Image.open(written).convert("1").load()
        return (time.perf_counter() - began) / _BATCH

    mine, other = in_turns(effort.rounds, ours, theirs)
    return Row(
        f"picture of a slip for {name} ÷ segno with automatic mask and Pillow",
        milliseconds(mine),
        milliseconds(other),
        mine / other,
        1.1,
        0.5,
    )


def _text() -> str:
    return "Y026" + "".join(_chance.choices(ALPHABET, k=135))


def _words() -> SlipWords:
    """Figures and code change from slip to slip, the rest does not."""
    number = next(_numbers)
    return SlipWords(
        WORDS.market,
        str(number % 90),
        f"{number % 90} credits",
        "-".join("".join(_chance.choices(ALPHABET, k=5)) for _ in range(3)),
        f"28 Nov 2026 · visit {number} · no expiry",
        WORDS.thanks,
        f"ledger {_chance.getrandbits(32):08x}",
    )
