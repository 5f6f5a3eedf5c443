"""A4 sheets of cards to cut out: goods without packaging, and the actions of the table.

A card is a QR code, a name to read at arm's length and a line below. What the code says comes from
`kiosk.scanning`, the names from the catalogue; both are given by the caller. The PDF is drawn in
exact millimetres, so it must be printed at 100 %.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from kiosk.machine.durable import sync, unwritten
from kiosk.machine.fonts import chosen, in_every_kiosk, visual
from kiosk.messages import _
from kiosk.paper.files import write_new
from kiosk.text import safe

MARGIN = 11.0
"""Millimetres around a page: no office printer reaches the edge of the paper."""

QUIET_ZONE = 4
"""Modules of white around a code, as ISO/IEC 18004 asks for."""

SMALLEST_MODULE = 0.6
"""Millimetres; below it a cheap scanner at arm's length fails on a worn card."""

LINE_LENGTH = 120
"""Characters of a text that stands on one line or two."""

PAGE = (210.0, 297.0)
_HEADER = 9.0
POINT = 25.4 / 72
_NAME_LINES = 2
_LINE = POINT * 1.15


@dataclass(frozen=True, slots=True)
class Card:
    """`text` is what the QR code says (letters of `[0-9A-Z]` make the smallest code), `name` is for
    people, `subtitle` a quiet line below, such as unit and rate, or nothing."""

    text: str
    name: str
    subtitle: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """How a page is cut: cards beside and below each other, the largest and smallest size of a name
    (points), the size of the line below it (points), and white inside a card (millimetres)."""

    columns: int
    rows: int
    largest_name: int
    smallest_name: int
    subtitle: int
    padding: float


LARGE = Grid(2, 4, 28, 10, 11, 5.0)
"""Eight cards a page: 94 × 66 mm each, for the wall behind the table."""

SMALL = Grid(3, 5, 20, 8, 8, 3.5)
"""Fifteen cards a page: 62 × 53 mm each, for a box of cards."""


def cards_sheet(cards: Sequence[Card], title: str, path: Path, grid: Grid) -> None:
    """Write a PDF of all `cards`, as many pages as they need, each headed by `title`.

    The same cards give the same bytes. The file is whole and durable when this returns, or as it
    was before. Raises FolderUnwritable, FolderFull, and ValueError for a text that is empty or so long
    that its modules would be smaller than SMALLEST_MODULE.
    """
    content = _drawn(cards, title, grid)
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        write_new(unfinished, content)
        unfinished.replace(path)
        sync(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise unwritten(path.parent, error) from error


def _drawn(cards: Sequence[Card], title: str, grid: Grid) -> bytes:
    from reportlab.lib.units import mm
    from reportlab.pdfgen.canvas import Canvas

    buffer = BytesIO()
    # Invariant: without dates and random marks, so that a sheet can be compared with a sheet.
    canvas = Canvas(buffer, pagesize=tuple(side * mm for side in PAGE), invariant=True)
    canvas.setTitle(safe(title))
    pen = Pen(canvas)
    per_page = grid.columns * grid.rows
    pages = [cards[start : start + per_page] for start in range(0, len(cards), per_page)] or [()]
    for number, page in enumerate(pages, start=1):
        canvas.scale(mm, mm)
        _draw_header(pen, title, number, len(pages))
        _draw_page(pen, page, grid)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class Face:
    """A face by its name in the PDF, and whether what is set in it runs from right to left."""

    name: str
    from_right: bool


class Pen:
    """Text on a canvas whose unit is a millimetre; sizes in points."""

    def __init__(self, canvas: Any) -> None:
        from reportlab.pdfbase.pdfmetrics import stringWidth

        self.canvas = canvas
        self._measure: Callable[[str, str, float], float] = stringWidth
        self._names: dict[str, str] = {}

    def setting(self, text: str, bold: bool = False, most: int = LINE_LENGTH) -> tuple[Face, str]:
        """The face for `text`, and `most` characters of it in letters that the face has; raises
        NoFont."""
        found = chosen(safe(text, most), bold, one_file=True)
        name = self._named(found.files[0])
        if not name:  # a file that can be drawn as dots, but not kept in a PDF
            found = in_every_kiosk(safe(text, most), bold)
            name = self._named(found.files[0])
        return Face(name, found.from_right), found.text

    def _named(self, file: str) -> str:
        """The name under which a file is known to the PDF; empty where it can't be."""
        from reportlab.pdfbase.pdfmetrics import registerFont
        from reportlab.pdfbase.ttfonts import TTFError, TTFont

        if file not in self._names:
            name = f"Kiosk {file}"  # reportlab knows one face of a name in the whole process
            try:
                registerFont(TTFont(name, file))
            except (TTFError, OSError):
                name = ""
            self._names[file] = name
        return self._names[file]

    def width(self, text: str, face: Face, size: float) -> float:
        """Millimetres."""
        return self._measure(visual(text, face.from_right), face.name, size) * POINT

    def write(self, text: str, face: Face, size: float, x: float, y: float) -> None:
        """`text` centred on `x`, its base line on `y`."""
        self.canvas.setFont(face.name, size * POINT)
        left = x - self.width(text, face, size) / 2
        self.canvas.drawString(left, y, visual(text, face.from_right))


def _draw_header(pen: Pen, title: str, number: int, pages: int) -> None:
    size = 9
    base = PAGE[1] - MARGIN - 4
    face, right = pen.setting(_("page {number} of {pages}").format(number=number, pages=pages))
    width = pen.width(right, face, size)
    pen.write(right, face, size, PAGE[0] - MARGIN - width / 2, base)
    face, left = pen.setting(title)
    left = _cut(pen, left, face, size, PAGE[0] - 2 * MARGIN - width - 5)
    pen.write(left, face, size, MARGIN + pen.width(left, face, size) / 2, base)


def _draw_page(pen: Pen, page: Sequence[Card], grid: Grid) -> None:
    width = (PAGE[0] - 2 * MARGIN) / grid.columns
    top = PAGE[1] - MARGIN - _HEADER
    height = (top - MARGIN) / grid.rows
    for index, card in enumerate(page):
        row, column = divmod(index, grid.columns)
        _draw_card(
            pen, card, grid, (MARGIN + column * width, top - (row + 1) * height), width, height
        )
    rows = -(-len(page) // grid.columns)
    canvas = pen.canvas
    canvas.setLineWidth(0.1)
    canvas.setStrokeGray(0.55)
    canvas.setDash(1.2, 1.2)
    for column in range(grid.columns + 1):
        x = MARGIN + column * width
        canvas.line(x, top, x, top - rows * height)
    for row in range(rows + 1):
        y = top - row * height
        canvas.line(MARGIN, y, PAGE[0] - MARGIN, y)


def _draw_card(
    pen: Pen, card: Card, grid: Grid, corner: tuple[float, float], width: float, height: float
) -> None:
    left, bottom = corner
    middle, inner = left + width / 2, width - 2 * grid.padding
    # From top to bottom, so that a screen reader and a search find the words in this order.
    name_height = grid.largest_name * POINT * 1.7
    name_base = bottom + grid.padding + grid.subtitle * POINT * 1.4
    _draw_code(pen.canvas, card.text, middle, name_base + name_height, bottom + height - 1.0)
    _draw_name(pen, card.name, grid, (middle, name_base), inner, name_height)
    if card.subtitle:
        face, words = pen.setting(card.subtitle)
        words = _cut(pen, words, face, grid.subtitle, inner)
        pen.write(words, face, grid.subtitle, middle, bottom + grid.padding)


def _draw_name(
    pen: Pen, name: str, grid: Grid, place: tuple[float, float], width: float, height: float
) -> None:
    """The name as large as fits into `width` and `height` above `place`, on one line or two."""
    face, words = pen.setting(name, bold=True)
    for size in range(grid.largest_name, grid.smallest_name - 1, -1):
        lines = wrapped(pen, words, face, size, width)
        fits = all(pen.width(line, face, size) <= width for line in lines)
        if fits and len(lines) <= _NAME_LINES and len(lines) * size * _LINE <= height:
            break
    else:
        lines = [*lines[: _NAME_LINES - 1], " ".join(lines[_NAME_LINES - 1 :])]
    middle, base = place
    base += (height - len(lines) * size * _LINE) / 2 + size * _LINE * 0.22
    for index, line in enumerate(lines):
        shown = _cut(pen, line, face, size, width)
        pen.write(shown, face, size, middle, base + (len(lines) - 1 - index) * size * _LINE)


def wrapped(pen: Pen, text: str, face: Face, size: float, width: float) -> list[str]:
    """Lines of whole words; a line is wider than `width` only where a single word is."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and pen.width(longer, face, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _cut(pen: Pen, text: str, face: Face, size: float, width: float) -> str:
    """`text`, or as much of its beginning as fits, with `…`."""
    if pen.width(text, face, size) <= width:
        return text
    while text and pen.width(text + "…", face, size) > width:
        text = text[:-1].rstrip()
    return text + "…"


def _draw_code(canvas: Any, text: str, middle: float, bottom: float, top: float) -> None:
    """The code as large as fits between `bottom` and `top`, quiet zone included."""
    rows = _modules(text)
    module = (top - bottom) / (len(rows) + 2 * QUIET_ZONE)
    if module < SMALLEST_MODULE:
        raise ValueError(f"{len(text)} characters do not fit a card")
    left = middle - module * len(rows) / 2
    upper = top - module * QUIET_ZONE
    # One path for all modules: filled one by one, a renderer leaves hairlines between neighbours.
    path = canvas.beginPath()
    for index, row in enumerate(rows):
        start = 0
        while start < len(row):
            length = 0
            while start + length < len(row) and row[start + length]:
                length += 1
            if length:
                y = upper - (index + 1) * module
                path.rect(left + start * module, y, length * module, module)
            start += length + 1
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)


def _modules(text: str) -> list[list[bool]]:
    """The smallest code for `text` that may lose 30 % of itself, True for a dark module."""
    import qrcode
    from qrcode.constants import ERROR_CORRECT_H
    from qrcode.exceptions import DataOverflowError

    if not text:
        raise ValueError("a card needs a text")
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_H)
    try:
        code.add_data(text)
        code.make(fit=True)
    except (DataOverflowError, ValueError):
        raise ValueError(f"{len(text)} characters do not fit a card") from None
    return [[bool(module) for module in row] for row in code.modules]
