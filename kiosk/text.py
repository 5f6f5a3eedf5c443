"""The one function through which every string from outside goes before it is shown.

Outside is a scan, a file, a name that somebody typed, another market. Such text may carry escape
sequences that move the cursor, bidi controls that turn a line round, invisible characters, or a
megabyte without a space. Markup is not handled here: what shows text does so with `markup=False`
or as `Content`, because escaping for a parser that is not there would put backslashes on paper.
"""

from __future__ import annotations

import unicodedata

SHOWN_LENGTH = 120
"""Characters shown of an outside string where the caller does not say."""

# Format characters (Cf: bidi controls, zero width, soft hyphen, tags), surrogates, private use and
# unassigned code points.
_HIDDEN = {"Cf", "Cs", "Co", "Cn"}
_BLANK = {"Cc", "Zl", "Zp", "Zs"}
_MARKS = {"Mn", "Me"}

# Letters, marks and signs that nobody sees: fillers of Hangul, variation selectors and their like
# (Unicode's Default_Ignorable_Code_Point). Two stay, because they choose the form of an emoji.
_INVISIBLE = {
    *"\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0",
    *map(chr, range(0xFE00, 0xFE0E)),
    *map(chr, range(0xE0100, 0xE01F0)),
}
_MOST_MARKS = 4  # combining marks on one letter: enough for Hebrew and Tibetan, not for towers


def safe(text: object, length: int = SHOWN_LENGTH) -> str:
    """`text` as one line of at most `length` characters that can't act on a terminal or on paper.

    Controls, line breaks and tabs become a space; invisible and bidi characters vanish, the joiners
    of Persian and of India's scripts among them, because two names that look alike must not differ
    by something that nobody sees; accents are composed; a text that was cut ends in `…`.
    """
    outside = str(text).strip()
    looked_at = 4 * length + 16
    kept: list[str] = []
    marks = _MOST_MARKS  # a mark without a letter would sit on what stands before the text
    for character in unicodedata.normalize("NFC", outside[:looked_at]):
        category = unicodedata.category(character)
        if category in _BLANK:
            kept.append(" ")
            marks = _MOST_MARKS
        elif category in _HIDDEN or character in _INVISIBLE:
            continue
        elif category not in _MARKS:
            kept.append(character)
            marks = 0
        elif marks < _MOST_MARKS:
            kept.append(character)
            marks += 1
    line = unicodedata.normalize("NFC", " ".join("".join(kept).split()))
    if len(line) <= length and len(outside) <= looked_at:
        return line
    return line[: length - 1].rstrip() + "…"
