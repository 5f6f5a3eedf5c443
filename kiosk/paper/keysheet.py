"""A share of the market's key on an A4 sheet, or as text: numbered words, and what to do with them.

All that stands on a sheet is given by the caller, translated and safe. How the words were made is left
to kiosk/slips/shares.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO

from kiosk.paper.sheets import MARGIN, PAGE, POINT, Pen, wrapped

COLUMNS = 3

_TITLE, _MARKET, _WORD, _NUMBER, _PLAIN, _SMALL = 20, 16, 17, 9, 11.5, 9
_PARAGRAPH_LENGTH = 1000
_ROW = 10.2  # mm between two words
_LEADING = 1.45


@dataclass(frozen=True, slots=True)
class KeySheet:
    """`name` is what its file is called; `words` are the share, in their order; `paragraphs` say what
    it is and what to do; `practice` is a mark, or empty."""

    name: str
    market: str
    title: str
    words: tuple[str, ...] = field(repr=False)
    paragraphs: tuple[str, ...]
    footer: str
    practice: str = ""


def as_text(sheet: KeySheet) -> str:
    """The sheet for a screen reader, a word a line; `shares.words_in` reads it back."""
    head = [one for one in (sheet.practice, sheet.market, sheet.title) if one]
    numbered = [f"{number} {word}" for number, word in enumerate(sheet.words, start=1)]
    parts = ["\n".join(head), *sheet.paragraphs, "\n".join(numbered), sheet.footer]
    return "\n\n".join(parts) + "\n"


def as_pdf(sheet: KeySheet) -> bytes:
    """The sheet as one A4 page; the same sheet gives the same bytes."""
    from reportlab.lib.units import mm
    from reportlab.pdfgen.canvas import Canvas

    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=tuple(side * mm for side in PAGE), invariant=True)
    canvas.setTitle(sheet.title)
    canvas.scale(mm, mm)
    _draw(Pen(canvas), sheet)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw(pen: Pen, sheet: KeySheet) -> None:
    left, width = MARGIN + 8, PAGE[0] - 2 * (MARGIN + 8)
    y = PAGE[1] - MARGIN - 12
    if sheet.practice:
        y = _paragraph(pen, sheet.practice, _MARKET, (left, y), width, bold=True) - 2
    y = _paragraph(pen, sheet.market, _MARKET, (left, y), width) - 3
    y = _paragraph(pen, sheet.title, _TITLE, (left, y), width, bold=True) - 3
    y = _words(pen, sheet.words, (left, y), width) - 8
    for text in sheet.paragraphs:
        y = _paragraph(pen, text, _PLAIN, (left, y), width) - 2.5
    pen.canvas.setLineWidth(0.2)
    pen.canvas.line(left, MARGIN + 11, left + width, MARGIN + 11)
    _paragraph(pen, sheet.footer, _SMALL, (left, MARGIN + 6), width)


def _words(pen: Pen, words: tuple[str, ...], corner: tuple[float, float], width: float) -> float:
    """The words in columns, to be read downwards, in a frame; gives where it ends."""
    left, top = corner
    rows = -(-len(words) // COLUMNS)
    bottom = top - rows * _ROW - 3
    pen.canvas.setLineWidth(0.4)
    pen.canvas.rect(left - 3, bottom, width + 6, top - bottom + 2)
    for place, word in enumerate(words):
        column, row = divmod(place, rows)
        x, y = left + 2 + column * width / COLUMNS, top - (row + 1) * _ROW + 3
        face, number = pen.setting(str(place + 1))
        pen.write(number, face, _NUMBER, x + 5 - pen.width(number, face, _NUMBER) / 2, y)
        face, shown = pen.setting(word, bold=True)
        pen.write(shown, face, _WORD, x + 8 + pen.width(shown, face, _WORD) / 2, y)
    return bottom


def _paragraph(
    pen: Pen,
    text: str,
    size: float,
    corner: tuple[float, float],
    width: float,
    *,
    bold: bool = False,
) -> float:
    """Lines that begin at the left, the first one's base at the corner; gives where the next goes."""
    face, shown = pen.setting(text, bold=bold, most=_PARAGRAPH_LENGTH)
    left, y = corner
    for line in wrapped(pen, shown, face, size, width):
        wide = pen.width(line, face, size)
        x = left + width - wide / 2 if face.from_right else left + wide / 2
        pen.write(line, face, size, x, y)
        y -= size * POINT * _LEADING
    return y
