"""Pictures as PDF pages in exact size: on paper as wide as the picture, or to be cut from A4.

A picture says by `info["page"]` that it is cut from a sheet. Nothing is resampled: a page is as many
dots as the printer is asked for, so it must be printed at 100 %, which the page itself says. Sheets
of cards are drawn elsewhere (`kiosk.paper.sheets`).
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from kiosk.machine.fonts import set_in
from kiosk.messages import _

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

A4 = "A4"
"""What a picture that is cut from an A4 sheet has in `info["page"]`."""

MARGIN = 11.0
"""Millimetres around a sheet: no office printer reaches the edge of the paper."""

_SHEET = (210.0, 297.0)
_HEADER = 6.0  # mm, for the line that says how to print the sheet
_WORDS = 2.8
_DASH, _LINE = 1.2, 0.12
_PER_INCH = 25.4

_Place = tuple[int, int, "Image"]


def document(pictures: Sequence[Image], dpi: int) -> bytes:
    """A PDF of pictures of one paper, one pixel a dot at `dpi` dots an inch.

    Those that are cut from A4 stand on `sheets`; of others each is a page. Without dates, so that a
    file does not say when a neighbour stood at the table. Raises ValueError for no pictures.
    """
    if pictures and pictures[0].info.get("page") == A4:
        return sheets(pictures, dpi)
    return _saved(_in_dots(pictures), dpi)


def sheets(pictures: Sequence[Image], dpi: int) -> bytes:
    """A PDF of A4 pages with pictures beside each other, to be cut out: as few pages as hold them,
    up to eight slips on one. Whatever paper they were drawn for, they keep their size. Raises
    ValueError for no pictures."""
    return _saved([_sheet(places, dpi) for places in _placed(_in_dots(pictures), dpi)], dpi)


def _in_dots(pictures: Sequence[Image]) -> list[Image]:
    from PIL.Image import Dither

    if not pictures:
        raise ValueError("a document without a picture")
    return [picture.convert("1", dither=Dither.NONE) for picture in pictures]


def _saved(pages: Sequence[Image], dpi: int) -> bytes:
    pdf = BytesIO()
    first, *others = pages
    first.save(
        pdf,
        "PDF",
        resolution=dpi,
        save_all=True,
        append_images=others,
        title=None,
        creationDate=None,
        modDate=None,
    )
    return pdf.getvalue()


def _placed(pictures: Sequence[Image], dpi: int) -> list[list[_Place]]:
    """Left and top of each picture, sheet by sheet: in rows, as many as fit."""
    left, top = _dots(MARGIN, dpi), _dots(MARGIN + _HEADER, dpi)
    right, bottom = _dots(_SHEET[0] - MARGIN, dpi), _dots(_SHEET[1] - MARGIN, dpi)
    sheets: list[list[_Place]] = [[]]
    x, y, row = left, top, 0
    for picture in pictures:
        if x > left and x + picture.width > right:
            x, y, row = left, y + row, 0
        if sheets[-1] and y + picture.height > bottom:
            sheets.append([])
            x, y, row = left, top, 0
        sheets[-1].append((x, y, picture))
        x, row = x + picture.width, max(row, picture.height)
    return sheets


def _sheet(places: Sequence[_Place], dpi: int) -> Image:
    from PIL import Image as Pictures
    from PIL import ImageDraw as Drawing

    lowest = max(y + picture.height for _x, y, picture in places) + _dots(MARGIN, dpi)
    size = (_dots(_SHEET[0], dpi), max(_dots(_SHEET[1], dpi), lowest))
    sheet = Pictures.new("1", size, 1)
    draw = Drawing.Draw(sheet)
    words = _("Print at 100 %, then cut along the dashes.")
    face, words = set_in(words, _dots(_WORDS, dpi))
    face.write(draw, (_dots(MARGIN, dpi), _dots(MARGIN + _WORDS, dpi)), words, 0, "l")
    for x, y, picture in places:
        sheet.paste(picture, (x, y))
    for x, y, picture in places:
        _cutting_lines(draw, (x, y, x + picture.width, y + picture.height), dpi)
    return sheet


def _cutting_lines(draw: ImageDraw, box: tuple[int, int, int, int], dpi: int) -> None:
    left, top, right, bottom = box
    dash, thick = _dots(_DASH, dpi), _dots(_LINE, dpi)
    for x in range(left, right, 2 * dash):
        for y in (top, bottom):
            draw.rectangle((x, y, min(x + dash, right), y + thick - 1), fill=0)
    for y in range(top, bottom, 2 * dash):
        for x in (left, right):
            draw.rectangle((x, y, x + thick - 1, min(y + dash, bottom)), fill=0)


def _dots(millimetres: float, dpi: int) -> int:
    return round(millimetres * dpi / _PER_INCH)
