"""The faces that paper is set in: found, measured for the letters they have, and cached.

Bitstream Vera comes with reportlab, so every kiosk prints the same slip. A text with letters that it
lacks is set in the first face on this machine that has them all, or else letter by letter in several;
letters that no face has are replaced by readable ones (`replaced` says which, so that somebody can
be told), and a line is never empty boxes. Arabic letters are joined and right-to-left text is put in
order here, so that paper is the same on every machine, whatever Pillow was built with. Indic scripts
are set letter by letter; whoever shapes them starts at `visual`. Where faces are looked for is in
`kiosk.machine.fontfiles`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from db.errors import N_, Trouble
from kiosk.machine.fontfiles import TRUETYPE, files_with, standard_files

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

_TRIAL = 20  # dots, for looking at a letter without printing it
_NO_LETTER = "\uffff"  # by definition never a character
_UNKNOWN = "?"
_ARABIC = (("\u0600", "\u06ff"), ("\u0750", "\u077f"), ("\ufb50", "\ufdff"), ("\ufe70", "\ufeff"))
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"), ("«", "»"), ("‹", "›"))
_PLAIN = {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "·": "-"}


class NoFont(Trouble):
    sentence = N_("No font was found to set the slip in. Install reportlab again, or DejaVu Sans.")


@dataclass(frozen=True, slots=True)
class Chosen:
    """How a text is set: the files of its faces, the one for most letters first, and the text in
    letters that they have, in the order in which it is read."""

    files: tuple[str, ...]
    text: str
    from_right: bool
    """Whether its lines run from right to left, whatever words stand first on one of them."""


class Face:
    """A face in one size, in dots; what it lacks is set in others beside it."""

    def __init__(self, files: tuple[str, ...], size: int, from_right: bool = False) -> None:
        self.files = files
        self.size = size
        self._from_right = from_right
        self._fonts = [_font(file, size) for file in files]

    def getlength(self, text: str) -> float:
        """How wide a line is, in dots."""
        if len(self._fonts) == 1:
            return self._fonts[0].getlength(visual(text, self._from_right))
        return sum(font.getlength(part) for font, part in self._parts(text))

    def getmetrics(self) -> tuple[int, int]:
        """Dots above and below the line that letters stand on."""
        metrics = [font.getmetrics() for font in self._fonts]
        return max(up for up, _ in metrics), max(down for _, down in metrics)

    def rise(self, text: str) -> int:
        """Dots from the top of the highest letter of `text` to the line it stands on."""
        return max(
            (-int(f.getbbox(part, anchor="ls")[1]) for f, part in self._parts(text)), default=0
        )

    def write(
        self, draw: ImageDraw, at: tuple[int, int], text: str, fill: int, anchor: str
    ) -> None:
        """Draw a line: `anchor` is `l`, `m` or `r`, the part of it that `at` is; `at` lies on the
        line that letters stand on."""
        if len(self._fonts) == 1:
            shown = visual(text, self._from_right)
            draw.text(at, shown, fill=fill, font=self._fonts[0], anchor=anchor + "s")
            return
        left = at[0] - self.getlength(text) * {"l": 0.0, "m": 0.5, "r": 1.0}[anchor]
        for font, part in self._parts(text):
            draw.text((round(left), at[1]), part, fill=fill, font=font, anchor="ls")
            left += font.getlength(part)

    def _parts(self, text: str) -> list[tuple[FreeTypeFont, str]]:
        """The line from left to right, in pieces of one face each."""

        def which(letter: str) -> int:
            having = (at for at, file in enumerate(self.files) if _has(file, letter))
            return next(having, 0)

        return [
            (self._fonts[at], "".join(letters))
            for at, letters in groupby(visual(text, self._from_right), which)
        ]


def set_in(text: str, size: int, bold: bool = False) -> tuple[Face, str]:
    """The face for a line of `text`, `size` dots high, and the text as that face can show it.

    The text stays in the order in which it is read, so that it can be wrapped. Raises NoFont on a
    machine without any face.
    """
    found = chosen(text, bold)
    return _face(found.files, size, found.from_right), found.text


def replaced(text: str) -> str:
    """The letters of `text`, each once, that no face of this machine has and paper shows otherwise."""
    if text.isascii():
        return ""
    shown = _prepared(text)
    lost = _lost(shown, tuple(standard_files(False)), False)[1]
    return "".join(dict.fromkeys(letter for letter in shown if letter in lost))


@lru_cache(maxsize=512)
def chosen(text: str, bold: bool = False, one_file: bool = False) -> Chosen:
    """The faces for `text`; with `one_file` a single one, that must be TrueType. Raises NoFont."""
    text = _prepared(text)
    from_right = _runs_from_right(text)
    shown = visual(text, from_right)
    asked = []
    for file in standard_files(bold):
        if one_file and not file.lower().endswith(TRUETYPE):
            continue
        if all(_has(file, letter) for letter in shown):
            return Chosen((file,), text, from_right)
        asked.append(file)
    if not asked:
        raise NoFont()
    return _settled(text, *_lost(text, tuple(asked), bold, one_file))


def in_every_kiosk(text: str, bold: bool = False) -> Chosen:
    """`text` in the face that comes with the program, whatever it lacks. Raises NoFont."""
    file = next(standard_files(bold), None)
    if file is None:
        raise NoFont()
    return _settled(_prepared(text), (file,), {c for c in text if not _has(file, c)})


def _settled(text: str, used: tuple[str, ...], lost: Set[str]) -> Chosen:
    text = "".join(_replacement(used, letter) if letter in lost else letter for letter in text)
    return Chosen(used, text, _runs_from_right(text))


@lru_cache(maxsize=512)
def visual(text: str, from_right: bool) -> str:
    """A line as its letters stand from left to right, for what knows nothing of writing.

    Unicode's bidirectional algorithm (UAX 9) with Arabic letters joined; `from_right` is the
    direction of the text that the line belongs to.
    """
    plain = text.isascii() or all(
        unicodedata.bidirectional(letter) not in _RIGHT_TO_LEFT for letter in text
    )
    if plain and not from_right:
        return text
    from bidi import get_display

    if any(_is_arabic(letter) for letter in text):
        import arabic_reshaper

        text = arabic_reshaper.reshape(text)
    return _facing(get_display(text, base_dir="R" if from_right else "L"))


def _lost(
    text: str, files: tuple[str, ...], bold: bool, one_file: bool = False
) -> tuple[tuple[str, ...], frozenset[str]]:
    """The faces to set `text` in, and its letters that none of them has."""
    needed = dict.fromkeys(visual(text, _runs_from_right(text)))
    rare = "".join(letter for letter in needed if not any(_has(file, letter) for file in files))
    if rare or one_file:
        files = (*files, *files_with(rare or "".join(needed), bold, truetype=one_file))
    lacking = {file: sum(not _has(file, letter) for letter in needed) for file in files}
    used = [min(files, key=lambda file: lacking[file])]
    for letter in needed:
        if one_file or any(_has(file, letter) for file in used):
            continue
        used += [file for file in files if _has(file, letter)][:1]
    missing = {letter for letter in needed if not any(_has(file, letter) for file in used)}
    lost = {letter for letter in text if letter in missing}
    # A joined form that is missing makes its letter useless, and one is not told from another.
    if any(_is_arabic(letter) for letter in missing):
        lost |= {letter for letter in text if _is_arabic(letter)}
    return tuple(used), frozenset(lost)


def _prepared(text: str) -> str:
    """`text` as it is set: accents on their letters, no vowel points, as in everyday writing, and
    `?` for what is no letter in any script."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        letter if unicodedata.bidirectional(letter) else _UNKNOWN
        for letter in composed
        if not _is_point(letter)
    )


def _is_point(letter: str) -> bool:
    """Whether this is a vowel point or cantillation mark of Hebrew or Arabic."""
    return unicodedata.combining(letter) > 0 and ("\u0591" <= letter <= "\u06ed")


def _is_arabic(letter: str) -> bool:
    return any(first <= letter <= last for first, last in _ARABIC)


def _runs_from_right(text: str) -> bool:
    """Whether the first letter with a direction is one of Arabic, Hebrew and their like."""
    directions = map(unicodedata.bidirectional, text)
    return next((one in ("R", "AL") for one in directions if one in ("L", "R", "AL")), False)


def _facing(line: str) -> str:
    """A line in which brackets open before they close: the order of a pair tells its direction.

    What reorders text leaves them as they were. Pairs of both directions inside each other, which
    no name of a market has, may face the wrong way.
    """
    letters = list(line)
    for opening, closing in _PAIRS:
        depth, awaited = 0, 0
        for at, letter in enumerate(line):
            if letter == opening:
                if awaited:
                    letters[at], awaited = closing, awaited - 1
                else:
                    depth += 1
            elif letter == closing:
                if depth:
                    depth -= 1
                else:
                    letters[at], awaited = opening, awaited + 1
    return "".join(letters)


@lru_cache(maxsize=128)
def _face(files: tuple[str, ...], size: int, from_right: bool) -> Face:
    return Face(files, size, from_right)


@lru_cache(maxsize=64)
def _font(path: str, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    # The basic engine is in every Pillow, so a slip looks the same on every machine.
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=8192)
def _has(path: str, letter: str) -> bool:
    """Whether a font has `letter`: it draws it otherwise than the box for what it lacks."""
    try:
        return _drawn(path, letter) != _drawn(path, _NO_LETTER)
    except OSError:  # no font, or not one that can be drawn
        return False


def _drawn(path: str, letter: str) -> tuple[float, bytes]:
    font = _font(path, _TRIAL)
    return font.getlength(letter), bytes(font.getmask(letter, "1"))


def _replacement(files: tuple[str, ...], letter: str) -> str:
    """What can stand for a letter: its base letter, its sound in Latin letters, or `?`."""
    if letter in _PLAIN:
        return _PLAIN[letter]
    base = "".join(
        part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part)
    )
    if base and all(any(_has(file, part) for file in files) for part in base):
        return base
    if unicodedata.combining(letter):
        return ""
    from anyascii import anyascii

    sound: Any = anyascii(letter)
    return str(sound) or _UNKNOWN
