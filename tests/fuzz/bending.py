"""Where input comes from: noise, and valid input that was bent. Everything hangs on one `Random`."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

MOST_BENDS = 6
LONG = 3000
STRANGE = (
    "", "\0", "\x1b[2J", "\r\n", "\n", "\t", " ", "\u00a0", "\u2028", "\ufeff", "\u202e", "\u200d",
    "\ud800", "\udcff", "\U0010ffff", "\u0301" * 9, "ß", "İ", "ı", "ﬁ", "Σ", "ſ", "K", "٣", "²", "½",
    "ⅷ", "０", "−", "–", "-", "+", "--", "/", "1/0", "0/1", ".", ",", "..", "1e9", "1e-9", "nan",
    "inf", "-0", "9" * 40, "9" * 5000, "0" * 60, "[" * 900, "{" * 900, '{"a":' * 500, "]", "}", '"',
    '""', "'", ";", ";;;", "\\", "\\u0000", "\\ud800", "%s", "{0}", "{text}", "[/]", "$(x)", "../",
    "null", "true", "NaN", "-Infinity", "Y026", "Y02G", "Y02K", "Y02S", "Y02C", "kg", "h", "x",
)  # fmt: skip


class Bending:
    """Makes input out of a seed."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def text(self, alphabet: str = "", longest: int = 200) -> str:
        """Characters of `alphabet`, or of all Unicode, most often of its beginning."""
        length = int(self.random.paretovariate(0.6))
        if length > longest:
            length = self.random.randrange(longest)
        if alphabet:
            return "".join(self.random.choices(alphabet, k=length))
        tops = self.random.choices((0x7F, 0x2FF, 0xFFFF, 0x10FFFF), (8, 3, 2, 1), k=length)
        return "".join(chr(self.random.randint(0, top)) for top in tops)

    def raw(self, longest: int = LONG) -> bytes:
        """Any bytes."""
        return self.random.randbytes(self.random.randrange(longest))

    def bent(self, text: str, others: Sequence[str] = STRANGE) -> str:
        """`text` with a few changes: characters and strange pieces put in, left out, exchanged."""
        for _ in range(self.random.randint(1, MOST_BENDS)):
            text = self._bent_once(text, others)
        return text[: 10 * LONG]

    def _bent_once(self, text: str, others: Sequence[str]) -> str:
        at, end = sorted(self.random.randint(0, len(text)) for _ in range(2))
        which = self.random.randrange(8)
        if which == 0:
            return text[:at] + text[at + 1 :]
        if which == 1:
            return text[:at] + self.random.choice(others) + text[at:]
        if which == 2:
            return text[:at] + self.random.choice(others) + text[at + 1 :]
        if which == 3:
            return text[:at] + text[end:]
        if which == 4:
            return text[:end] + text[at:]
        if which == 5 and at < len(text):
            near = ord(text[at]) ^ (1 << self.random.randrange(7))
            return text[:at] + chr(near) + text[at + 1 :]
        if which == 6 and at + 1 < len(text):
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        return text[:at] + text[at:end].swapcase() + text[end:]

    def bent_bytes(self, raw: bytes) -> bytes:
        """The same for bytes; not always UTF-8 afterwards."""
        if self.random.random() < 0.5:
            return self.bent(raw.decode("latin-1")).encode("utf-8", "surrogatepass")
        changed = bytearray(raw)
        for _ in range(self.random.randint(1, MOST_BENDS)):
            if changed:
                changed[self.random.randrange(len(changed))] ^= 1 << self.random.randrange(8)
        return bytes(changed)

    def bent_value(self, value: object, depth: int = 0) -> object:
        """A value of JSON with something in it that is of another kind, or not there, or too much."""
        if self.random.random() < 0.25 or depth > 5:
            return self.random.choice(
                (None, True, 0, -1, 1, 2**31, 2**63, 10**40, 0.5, 1e300, "", "x", [], {}, [[]],
                 {"": ""}, "00" * 32, "g" * 64, "\ud800", ["58"], "9" * 300)
            )  # fmt: skip
        if isinstance(value, dict) and value:
            key = self.random.choice(list(value))
            return value | {key: self.bent_value(value[key], depth + 1)}
        if isinstance(value, list) and value:
            at = self.random.randrange(len(value))
            return [*value[:at], self.bent_value(value[at], depth + 1), *value[at + 1 :]]
        return self.bent(value) if isinstance(value, str) else value
