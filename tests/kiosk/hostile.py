"""Hostile byte strings: what a code may carry that somebody hands over to be scanned.

Left out is what no kiosk can tell from a person: the bytes of one key alone. Up to six letters or
digits without an Enter are text in a line, as after a stall, and nothing anywhere else (`letters`,
which are typed where no line has the focus). What is one pointer event or one
paste in one piece is in: a press needs a way there, a paste types nothing but text.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.scanning.filter import PASTE_LENGTH

SEED = 20_260

CONTROLS = [bytes([code]) for code in range(32)] + [b"\x7f"]
POINTER = [
    b"\x1b[<0;%d;%dM\x1b[<0;%d;%dm" % (x, y, x, y) for x, y in ((5, 6), (10, 5), (40, 12), (2, 24))
] + [
    b"\x1b[<2;9;9M", b"\x1b[<64;8;8M", b"\x1b[<35;7;9M\x1b[<0;7;9M\x1b[<0;7;9m", b"\x1b[<0;-5;6M",
    b"\x1b[<99999;99999;99999M", b"\x1b[M !!", b"\x1b[0;5;6M", b"\x1b[<0;5;6;7M",
]  # fmt: skip
SIZES = [
    b"\x1b[48;1;1;1;1t", b"\x1b[48;0;0;0;0t", b"\x1b[48;9999;9999;1;1t", b"\x1b[48;24:9;80:9;1;1t",
    b"\x1b[8;1;1t",
]  # fmt: skip
KITTY = [
    b"\x1b[113;5u", b"\x1b[99999999;1u", b"\x1b[1114112u", b"\x1b[13u", b"\x1b[9u", b"\x1b[27u",
    b"\x1b[49;;49u", b"\x1b[57344u", b"\x1b[55296;1u", b"\x1b[97;;99999999u", b"\x1b[13;1:3u",
    b"\x1b[99999999999999999999;1u", b"\x1b[;;u", b"\x1b[27;5;113~", b"\x1b[57363u",
]  # fmt: skip
PASTES = [
    b"\x1b[200~", b"\x1b[200~1\r9\r", b"\x1b[200~\x1b[200~", b"\x1b[201~", b"\x1b[200~x\x1b[201~\r",
    b"\x1b[200~\x1b[19~\x1b[201~", b"1\x1b[200~1\x1b[201~", b"\x1b[200~1\x1b[201~\x1b[200~",
    b"\x1b[200~" + b"x" * (PASTE_LENGTH + 10) + b"\x1b[201~",
]  # fmt: skip
REPORTS = [
    b"\x1b[I", b"\x1b[O", b"\x1b[5;5R", b"\x1b[1;1R", b"\x1b[?2026;2$y", b"\x1b[?2048;1$y",
    b"\x1b[?2048;2$y", b"\x1b[?1;2c", b"\x1b[0n", b"\x1bP1$r0m\x1b\\", b"\x1b]0;owned\x07",
    b"\x1b]52;c;cm0gLXJm\x07", b"\x1b_Gi=1\x1b\\", b"\x1b^x\x1b\\", b"\x1b]8;;file:///etc\x1b\\",
]  # fmt: skip
BROKEN = [
    b"\xff", b"\xfe\xff", b"\xc3", b"\xc3(", b"\xe2\x82", b"\xf0\x9f\x8d", b"\xc0\x80", b"\x80" * 5,
    b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xe2\r",
    "\ufffe".encode(), "\u202e".encode(), "\x9b19~".encode(), b"\x9b19~", "\U000e0041".encode(),
]  # fmt: skip
KEYS = [
    b"\x1b", b"\x1b\x1b", b"\x1b[A", b"\x1bOP", b"\x1b[19~", b"\x1b[20~", b"\x1b[15~", b"\x1b[3~",
    b"\x1b[[A", b"\x1bOM", b"\x1b[Z", b"\x1b[1;5A", b"\x1bq", b"\x1b\r",
]  # fmt: skip
ENTERS = [
    b"\r\r", b"\t\t", b"\n\n", b"\r\n\r\n", b"\t\r", b"1\r1\r", b"9\r1\r\r", b"\r1\r", b"3 tom\r\r",
    b"\r" * 50, b"\t" * 50, b"\t\t\r\t\r", b"7\r" * 300, b"1234567\r" * 40,
]  # fmt: skip
OPEN = [
    b"\x1b[", b"\x1b[<", b"\x1b[<0;", b"\x1bO", b"\x1b[1;", b"\x1b[[", b"\x1b]", b"\x1bP", b"\x1b[?",
    b"\x1b[" + b"9" * 200, b"\x1b[" + b"9" * 200 + b"A", b"\x1b" * 40,
]  # fmt: skip
MARKUP = [
    b"[/]", b"[@click=app.leave]x[/]", b"[bold red]", b"$(reboot)", b"{0}", b"%s%n", b"../../etc",
    b"' OR 1=1 --", b"\\x1b[2J",
]  # fmt: skip

LETTERS = [b"91", b"90l", b"9s", b"94d", b"9p", b"13t", b"41", b"ss", b"ll", b"pd", b"14242"]
"""Ways through the menus, and answers to questions, for a scanner that sends no Enter."""

KINDS: dict[str, list[bytes]] = {
    "controls": CONTROLS, "pointer": POINTER, "sizes": SIZES, "kitty": KITTY, "pastes": PASTES,
    "reports": REPORTS, "broken": BROKEN, "keys": KEYS, "enters": ENTERS, "open": OPEN,
    "markup": MARKUP,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hostile:
    """One string, and whether it is hostile too when it comes in one piece."""

    kind: str
    data: bytes
    at_once: bool = True


def corpus(slip: str) -> list[Hostile]:
    """All strings, the same in each run; `slip` is a genuine slip's text that some of them bend."""
    letters = [Hostile("letters", data) for data in LETTERS]
    return [
        *letters,
        *_bare(),
        *_in_company(slip.encode()),
        *_mixed(slip.encode()),
        *_long(slip.encode()),
    ]


def _bare() -> Iterator[Hostile]:
    """Each alone and with Enter behind it: a scanner types them a byte at a time."""
    for kind, sequences in KINDS.items():
        for data in sequences:
            if len(data) > 1:
                few_letters = len(data) <= 6 and data.isascii() and data.decode().isprintable()
                yield Hostile(kind, data, at_once=kind != "keys" and not few_letters)
            yield Hostile(kind, data + b"\r")


def _in_company(slip: bytes) -> Iterator[Hostile]:
    """Between digits that are keys of menus, and within a slip."""
    number = 0
    for kind, sequences in KINDS.items():
        for data in sequences:
            if len(data) > 1000:
                continue
            number += 1
            digits = b"%d" % (number % 10)
            place = number * 7 % len(slip)
            yield Hostile(kind, digits + data + digits + b"\r")
            if number % 2:
                yield Hostile(kind, slip[:place] + data + slip[place:] + b"\r")
            else:
                yield Hostile(kind, data + b"1234567")


def _mixed(slip: bytes) -> Iterator[Hostile]:
    chance = random.Random(SEED)
    pieces = [data for sequences in KINDS.values() for data in sequences if len(data) < 300]
    for _number in range(120):
        data = b"".join(chance.choices([*pieces, b"1", b"9", b"\r", slip[:20]], k=5))
        yield Hostile("mixed", data + chance.choice([b"\r", b"1234567", b"\xff"]))


def _long(slip: bytes) -> Iterator[Hostile]:
    yield Hostile("long", b"7" * 3000)
    yield Hostile("long", slip * 20)
    yield Hostile("long", b"1\r" * 1500)
    yield Hostile("long", b"\x1b[<0;77;21M" * 300 + b"1")
    yield Hostile("long", bytes(range(256)) * 8)
    yield Hostile("long", "é漢\u0301".encode() * 500)


MILLION = Hostile("million", b"7" * 1_000_000)
