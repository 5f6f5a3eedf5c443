"""Texts of people made harmless, as section 6 of assets/check-the-ledger.md says."""

from __future__ import annotations

import unicodedata

SPACES = {"Cc", "Zl", "Zp", "Zs"}
UNSEEN = {"Cf", "Cs", "Co", "Cn"}
MARKS = {"Mn", "Me"}
ALSO_UNSEEN = {
    0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0,
    *range(0xFE00, 0xFE0E), *range(0xE0100, 0xE01F0),
}  # fmt: skip
LOOKED_AT, LENGTH = 816, 200


def harmless(text: str) -> str:
    """A cell for a text that somebody typed."""
    text = text.strip()
    kept, marks = "", 4
    for character in unicodedata.normalize("NFC", text[:LOOKED_AT]):
        category = unicodedata.category(character)
        if category in SPACES:
            kept, marks = kept + " ", 4
        elif category in UNSEEN or ord(character) in ALSO_UNSEEN:
            continue
        elif category in MARKS:
            if marks < 4:
                kept, marks = kept + character, marks + 1
        else:
            kept, marks = kept + character, 0
    line = unicodedata.normalize("NFC", " ".join(kept.split(" ")))
    while "  " in line:
        line = line.replace("  ", " ")
    line = line.strip(" ")
    if len(line) > LENGTH or len(text) > LOOKED_AT:
        line = line[: LENGTH - 1].rstrip(" ") + "…"
    return f"'{line}" if unicodedata.normalize("NFKC", line[:1]) in ("=", "+", "-", "@") else line
