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

# Format characters (Cf: bidi controls, zero width, soft hyphen, tags), controls (Cc), surrogates,
# private use and unassigned code points, line and paragraph separators.
_HIDDEN = {"Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
_MAX_MARKS = 2  # combining marks on one letter: enough for every living script, not for towers


def safe(text: object, length: int = SHOWN_LENGTH) -> str:
    """`text` as one line of at most `length` characters that can't act on a terminal or on paper.

    Controls, line breaks and tabs become a space; invisible and bidi characters vanish; a longer
    text ends in `…`.
    """
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", str(text)[: 4 * length + 16]):
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if category in {"Cc", "Zl", "Zp"}:
            kept.append(" ")
        elif category not in _HIDDEN and marks <= _MAX_MARKS:
            kept.append(character)
    line = " ".join("".join(kept).split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
