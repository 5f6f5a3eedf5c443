"""The faces that paper is set in: found, measured for the letters they have, and cached.

Bitstream Vera comes with reportlab, so every kiosk prints the same slip. A text with letters that it
lacks is set in the first face on this machine that has them all; where none has, the missing letters
are replaced by their base letters or by `?`, so that a line is never empty boxes. Scripts that need
shaping (Arabic, Devanagari) are set letter by letter; whoever adds shaping starts at `set_in`.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from db.errors import N_, Trouble

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

# Regular and bold of each family, in the order in which they are asked. Pillow looks for a bare
# file name where this system keeps its fonts.
_FAMILIES = (
    ("Vera.ttf", "VeraBd.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("FreeSans.ttf", "FreeSansBold.ttf"),
    ("Arial Unicode.ttf", "Arial Unicode.ttf"),
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    ("DroidSansFallbackFull.ttf", "DroidSansFallbackFull.ttf"),
)
_TRIAL = 20  # dots, for looking at a letter without printing it
_NO_LETTER = "\uffff"  # by definition never a character
_PLAIN = {
    "“": '"',
    "”": '"',
    "„": '"',
    "‘": "'",
    "’": "'",
    "–": "-",
    "—": "-",
    "…": "...",
    "·": "-",
}


class NoFont(Trouble):
    sentence = N_("No font was found to set the slip in. Install reportlab again, or DejaVu Sans.")


def set_in(text: str, size: int, bold: bool = False) -> tuple[FreeTypeFont, str]:
    """The font for a line of `text`, `size` dots high, and the text as that font can show it.

    Raises NoFont on a machine without any of the faces.
    """
    best, missing = "", len(text) + 1
    for family in _FAMILIES:
        path = _found(family[bold])
        if path is None:
            continue
        lacking = sum(not _has(path, letter) for letter in text)
        if lacking < missing:
            best, missing = path, lacking
        if not missing:
            break
    if not best:
        raise NoFont()
    if missing:
        text = "".join(_replaced(best, letter) for letter in text)
    return _font(best, size), text


@cache
def _found(file: str) -> str | None:
    """The full path of a font file, None where this machine has none of that name."""
    bundled = find_spec("reportlab")  # found without running a line of it
    for folder in (bundled and bundled.submodule_search_locations) or ():
        path = Path(folder) / "fonts" / file
        if path.is_file():
            return str(path)
    try:
        return str(_font(file, _TRIAL).path)
    except OSError:
        return None


@lru_cache(maxsize=64)
def _font(path: str, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    # The basic engine is in every Pillow, so a slip looks the same on every machine.
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def _has(path: str, letter: str) -> bool:
    """Whether a font has `letter`: it draws it otherwise than the box for what it lacks."""
    return _drawn(path, letter) != _drawn(path, _NO_LETTER)


def _drawn(path: str, letter: str) -> tuple[float, bytes]:
    font = _font(path, _TRIAL)
    return font.getlength(letter), bytes(font.getmask(letter, "1"))


def _replaced(path: str, letter: str) -> str:
    """`letter`, or what can stand for it in a font that lacks it: its base letter, or `?`."""
    if _has(path, letter):
        return letter
    if letter in _PLAIN:
        return _PLAIN[letter]
    base = "".join(
        part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part)
    )
    if base and all(_has(path, part) for part in base):
        return base
    return "" if unicodedata.combining(letter) else "?"
