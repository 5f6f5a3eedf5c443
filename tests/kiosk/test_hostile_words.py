"""A hundred hostile strings as names and words, shown by the real kiosk: nothing acts, and no byte of
theirs that means something to a terminal reaches it."""

from __future__ import annotations

import re
from pathlib import Path

from db.market import Rules
from kiosk.till import Till
from tests.kiosk.places import printed
from tests.kiosk.scanned import dump, guarded
from tests.kiosk.screens.papers import named
from tests.kiosk.screens.table import founded

PAYLOADS = (
    "\x1b]0;owned{n}\x07", "\x1b[2J{n}", "\x1b[?1049l{n}", "\x1b[31;{n}m", "\x1bc{n}", "\x9b{n}m",
    "\x1b]52;c;{n}\x07", "\x1bP{n}\x1b\\", "[/{n}]", "[@click=app.quit]{n}[/]", "[bold {n}]",
    "\u202e{n}\u2066", "\u200b{n}\ufeff", "{n}\x00\x08\x7f", "{n}\r\n\t", "$accent{n} {{amount}} %s",
    "\U000e0041{n}", "苹果" * 9 + "{n}", "e\u0301\u0301\u0301\u0301\u0301\u0301{n}", "\ud7ff{n}\ufffe",
)  # fmt: skip
HOSTILE = [
    f"zz{number} {PAYLOADS[number % len(PAYLOADS)].format(n=7000 + number)}"
    for number in range(100)
]
ESCAPES = (
    b"\x1b]0", b"\x1b[2J7", b"\x1b[?1049l7", b"\x1b[31;7", b"\x1bc7", b"\x9b7", b"\x1b]", b"\x1bP",
    b"\x7f", "\u202e".encode(), "\u2066".encode(), "\u200b".encode(), "\U000e0041".encode(),
)  # fmt: skip
WAYS = (
    ("1", "z", "z", "enter", "down", "enter", "escape"),
    ("3", "down", "down", "enter", "escape", "z", "z", "escape", "escape"),
    ("4", "down", "escape"),
    ("9", "2", *["pagedown"] * 4, "enter", "escape", "escape", "escape"),
    ("9", "5", "enter", "escape", "escape", "escape"),
    ("9", "6", "f6", "escape", "escape", "escape"),
    ("9", "7", "escape", "escape"),
)


def test_hostile_words_are_shown_as_words_on_every_screen(tmp_path: Path) -> None:
    slips: list[str] = []

    def before(till: Till) -> None:
        named(*HOSTILE)(till)
        slips.append(printed(till))
        for words in HOSTILE[:20]:
            till.set_rules(Rules(), words)

    crew = [("table\x1b]0;owned\x07", HOSTILE[0]), ("[/]", HOSTILE[9])]
    folder = founded(tmp_path / "market", crew=crew, before=before)
    with guarded(folder, "home", slips[0]) as at:
        for way in WAYS:
            told = at.press(*way)
            while told["screens"][-1][0] != "HomeScreen":
                told = at.press("escape")
        output = bytes(at.terminal.output)
    assert dump(folder)
    assert b"zz" in output
    shown = output.partition(b"\x1b[?1049h")[2]
    shown = re.sub(rb"\x1b\]22;[a-z]+\x07", b"", shown)  # the program's own: the pointer's shape
    assert [one for one in ESCAPES if one in shown] == []
