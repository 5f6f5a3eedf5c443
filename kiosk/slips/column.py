"""One narrow column of type, lines and a QR, set in dots: how everything on receipt paper is drawn.

Blocks are added from top to bottom and drawn in one go. Every block keeps to the column: text that
is too wide shrinks a little, then wraps, and is never cut at the paper's edge. What is written
belongs to `picture`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING

from kiosk.machine.fonts import Face, set_in

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

QUIET = 4
"""Modules of white around a QR that its readers rely on (ISO/IEC 18004, 6.3.8)."""

SMALLEST_MODULE = 0.6
"""Millimetres to which the modules of a large code may shrink; smaller ones did not survive a
pocket."""

_DARK, _LIGHT = 0, 1
_MARGIN = 1.0  # mm kept free at either side, beside what the printer can't reach anyway
_SHRINK = 0.8  # a line may shrink to this before it wraps
_SMALLEST_FIGURE = 0.4  # a figure may shrink to this before it is set as ordinary text
_SMALLEST = 0.6  # a text may shrink to this before a long word is broken
_FULL_SIZE_LINES = 3  # a text that needs more lines is set smaller
_NARROWER = 0.95  # the step in which lines are made equally long
_SEPARATOR = " · "


@dataclass(frozen=True, slots=True)
class Paper:
    """What a slip is drawn for: its width and resolution in dots, and the dots of one module of its
    first code and of its second, which has none where `spare` is 0.

    `page` names the sheet that it is cut from; a roll of paper has none. A printer finds it in the
    picture's `info["page"]`.
    """

    name: str
    width: int
    dots_per_inch: int
    module: int
    spare: int = 0
    page: str = ""

    def dots(self, millimetres: float) -> int:
        """The nearest number of dots, at least one."""
        return max(1, round(millimetres * self.dots_per_inch / 25.4))


# A module more or less is what damage decides on: tests/bench/damage.py has the measurements. Those of
# a second code are half a millimetre: larger ones were read no oftener, and cost 7 mm of paper.
PAPER_58 = Paper("58", width=384, dots_per_inch=203, module=6, spare=4)
PAPER_80 = Paper("80", width=576, dots_per_inch=203, module=7, spare=4)
PAPER_180DPI = Paper("180dpi", width=512, dots_per_inch=180, module=6, spare=4)
PAPER_A4 = Paper("a4", width=555, dots_per_inch=300, module=9, spare=6, page="A4")
"""A strip of 47 mm, four beside each other on a sheet; 0.76 mm a module."""

PAPERS = {paper.name: paper for paper in (PAPER_58, PAPER_80, PAPER_180DPI, PAPER_A4)}

_Painter = Callable[["Image", "ImageDraw", int], None]


class Column:
    """Blocks from top to bottom; sizes in millimetres, the size of a text being its em height."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.margin = paper.dots(_MARGIN)
        self.inner = paper.width - 2 * self.margin
        self._height = 0
        self._painters: list[tuple[int, _Painter]] = []

    def gap(self, size: float) -> None:
        """White space."""
        self._height += self.paper.dots(size)

    def rule(self, thickness: float = 0.25) -> None:
        """A line across the column."""
        height = self.paper.dots(thickness)
        left, right = self.margin, self.paper.width - self.margin - 1

        def paint(image: Image, draw: ImageDraw, top: int) -> None:
            draw.rectangle((left, top, right, top + height - 1), fill=_DARK)

        self._add(height, paint)

    def text(self, text: str, size: float, bold: bool = False) -> None:
        """A centred text, shrunk a little or wrapped where it is wider than the column."""
        font, lines = fitted(text, self.paper.dots(size), bold, self.inner)
        self._centred(font, lines, _DARK)

    def band(self, text: str, size: float) -> None:
        """A text in white on a black band, which nobody overlooks."""
        font, lines = fitted(text, self.paper.dots(size), True, self.inner - 2 * self.margin)
        padding = self.paper.dots(size * 0.2)
        height = 2 * padding + sum(font.getmetrics()) * len(lines)
        left, right = self.margin, self.paper.width - self.margin - 1

        def paint(image: Image, draw: ImageDraw, top: int) -> None:
            draw.rectangle((left, top, right, top + height - 1), fill=_DARK)

        self._painters.append((self._height, paint))
        self._height += padding
        self._centred(font, lines, _LIGHT)
        self._height += padding

    def figure(self, before: str, figure: str, after: str, size: float) -> None:
        """A large figure with smaller words before and after it on one line, shrunk to fit."""
        words = ((before, 0.5, False), (figure, 1.0, True), (after, 0.5, False))
        for height in range(self.paper.dots(size), self.paper.dots(size * _SMALLEST_FIGURE), -1):
            parts = [set_in(text, round(height * part), bold) for text, part, bold in words]
            lengths = [font.getlength(text) for font, text in parts]
            if sum(lengths) <= self.inner:
                break
        else:
            self.text(before + figure + after, size / 2, bold=True)
            return
        # Counted from the top of the figure to its foot: descenders of the words hang below.
        rise = parts[1][0].rise(parts[1][1])

        def paint(image: Image, draw: ImageDraw, top: int) -> None:
            at = (self.paper.width - sum(lengths)) / 2
            for (font, text), length in zip(parts, lengths, strict=True):
                font.write(draw, (round(at), top + rise), text, _DARK, "l")
                at += length

        self._add(rise, paint)

    def row(self, label: str, value: str, size: float) -> None:
        """A label at the left and its value at the right; a long label wraps beside the value."""
        height = self.paper.dots(size)
        value_font, values = fitted(value, height, True, self.inner // 2)
        space = self.inner - self.paper.dots(size) - max(map(value_font.getlength, values))
        label_font, labels = fitted(label, height, False, int(space))
        leading = sum(label_font.getmetrics())
        ascent = label_font.getmetrics()[0]
        right = self.paper.width - self.margin

        def paint(image: Image, draw: ImageDraw, top: int) -> None:
            for number, line in enumerate(labels):
                baseline = top + ascent + number * leading
                label_font.write(draw, (self.margin, baseline), line, _DARK, "l")
            for number, line in enumerate(values):
                baseline = top + ascent + number * leading
                value_font.write(draw, (right, baseline), line, _DARK, "r")

        self._add(leading * max(len(labels), len(values)), paint)

    def code(self, modules: list[list[bool]], module: int) -> None:
        """A QR with its quiet zone, `module` dots to a module, in the middle of the column.

        A large code has smaller modules, where those would not fit. Raises ValueError where they
        would be smaller than SMALLEST_MODULE.
        """
        fitting = self.paper.width // (len(modules) + 2 * QUIET)
        if fitting < module:
            module = fitting
            if module * 25.4 / self.paper.dots_per_inch < SMALLEST_MODULE:
                raise ValueError("the code and its quiet zone are wider than the paper")
        side = len(modules) * module
        quiet = QUIET * module

        def paint(image: Image, draw: ImageDraw, top: int) -> None:
            image.paste(_dots(modules, module), ((self.paper.width - side) // 2, top + quiet))

        self._add(side + 2 * quiet, paint)

    def drawn(self) -> Image:
        """The picture: mode "1", black on white, as wide as the paper."""
        from PIL import Image as Pictures
        from PIL import ImageDraw as Drawing

        image = Pictures.new("1", (self.paper.width, max(1, self._height)), _LIGHT)
        draw = Drawing.Draw(image)
        for top, paint in self._painters:
            paint(image, draw, top)
        image.info["dpi"] = (self.paper.dots_per_inch, self.paper.dots_per_inch)
        if self.paper.page:
            image.info["page"] = self.paper.page
        return image

    def _add(self, height: int, painter: _Painter) -> None:
        self._painters.append((self._height, painter))
        self._height += height

    def _centred(self, font: Face, lines: list[str], fill: int) -> None:
        ascent, descent = font.getmetrics()
        middle = self.paper.width // 2
        for line in lines:

            def paint(image: Image, draw: ImageDraw, top: int, line: str = line) -> None:
                font.write(draw, (middle, top + ascent), line, fill, "m")

            self._add(ascent + descent, paint)


def fitted(text: str, size: int, bold: bool, width: float) -> tuple[Face, list[str]]:
    """The font and the lines in which `text` keeps to `width` dots: one smaller line, or several.

    Wraps at ` · ` or, where there is none, between words; a long word shrinks the text further, and
    is broken only where even that does not help. Lines come out about equally long.
    """
    font, shown = set_in(text, size, bold)
    wide = font.getlength(shown)
    if wide <= width:
        return font, [shown]
    # Widths don't shrink evenly, because letters are fitted to whole dots.
    for smaller in range(int(size * width // wide), ceil(size * _SHRINK) - 1, -1):
        font = set_in(text, smaller, bold)[0]
        if font.getlength(shown) <= width:
            return font, [shown]
    size, lines = _paragraph(shown, size, bold, width)
    return set_in(text, size, bold)[0], list(lines)


@lru_cache(maxsize=128)
def _paragraph(text: str, size: int, bold: bool, width: float) -> tuple[int, tuple[str, ...]]:
    """The size and the lines of a text that needs several; the same few stand on every slip."""
    full, font, words = size, set_in(text, size, bold)[0], text.split(" ")
    while size > full * _SMALLEST and max(map(font.getlength, words)) > width:
        size -= 1
        font = set_in(text, size, bold)[0]
    lines = _wrapped(text, font, width)
    if len(lines) > _FULL_SIZE_LINES:
        size = min(size, ceil(full * _SHRINK))
        font = set_in(text, size, bold)[0]
        lines = _wrapped(text, font, width)
    # Narrow the lines for as long as their number stays the same: no word is left over at the end.
    least = max(width / 2, *map(font.getlength, words))
    narrower = width * _NARROWER
    while narrower >= least and len(closer := _wrapped(text, font, narrower)) <= len(lines):
        lines, narrower = closer, narrower * _NARROWER
    return size, tuple(lines)


def _wrapped(text: str, font: Face, width: float) -> list[str]:
    separator = _SEPARATOR if _SEPARATOR in text else " "
    lines: list[str] = []
    line = ""
    for piece in text.split(separator):
        longer = f"{line}{separator}{piece}" if line else piece
        if font.getlength(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = (
            _broken(piece, font, width) if separator == " " else _wrapped(piece, font, width)
        )
        lines += full
    return [*lines, line]


def _broken(word: str, font: Face, width: float) -> list[str]:
    """A word in pieces that fit, whatever it is."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and font.getlength(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _dots(modules: list[list[bool]], module: int) -> Image:
    """The modules as a picture of `module` × `module` dots each."""
    from PIL import Image as Pictures

    side = len(modules)
    cells = bytes(0 if dark else 255 for row in modules for dark in row)
    small = Pictures.frombytes("1", (side, side), cells, "raw", "1;8")
    # By a whole number, the nearest dot repeats each one exactly: nothing is resampled.
    return small.resize((side * module, side * module), Pictures.Resampling.NEAREST)
