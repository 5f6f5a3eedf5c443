"""The test slip: what shows whether a printer can print slips that scan.

From top to bottom: both edges with a ruler of millimetres, the widest line, the darkest area beside
the finest pattern, and a code with modules as large as a slip's. The words come from the caller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.slips.column import Column, Paper
from kiosk.slips.qr import slip_modules

if TYPE_CHECKING:
    from PIL.Image import Image

_EDGE = 2  # dots
_NAME, _PLAIN = 4.0, 2.9
_RULER, _FIELD, _PATTERN = 6.0, 9.0, 4.0
_GAP = 1.5


def draw_test(title: str, words: tuple[str, str, str, str], code: str, paper: Paper) -> Image:
    """The picture, mode "1", `paper.width` dots wide. `words` stand above the edges, the widest
    line, the dark field and the code; `code` is alphanumeric text of at most a slip's length."""
    from PIL import Image as Pictures

    edges, line, field, scan = words
    end = Column(paper)
    end.gap(2 * _GAP)
    end.rule()
    parts = [
        _words(title, _NAME, paper),
        _words(edges, _PLAIN, paper),
        _ruler(paper),
        _words(line, _PLAIN, paper),
        Pictures.new("1", (paper.width, _EDGE), 0),
        _words(field, _PLAIN, paper),
        _field(paper),
        _words(scan, _PLAIN, paper),
        _code(code, paper),
        end.drawn(),
    ]
    whole = Pictures.new("1", (paper.width, sum(part.height for part in parts)), 1)
    top = 0
    for part in parts:
        whole.paste(part, (0, top))
        top += part.height
    return whole


def _words(text: str, size: float, paper: Paper) -> Image:
    column = Column(paper)
    column.gap(_GAP)
    column.text(text, size, bold=size == _NAME)
    column.gap(_GAP / 2)
    return column.drawn()


def _code(text: str, paper: Paper) -> Image:
    column = Column(paper)
    column.code(slip_modules(text), paper.module)
    return column.drawn()


def _ruler(paper: Paper) -> Image:
    """Both edges, with a tick each millimetre and a longer one each ten, counted from the left."""
    from PIL import Image as Pictures
    from PIL import ImageDraw

    height = paper.dots(_RULER)
    image = Pictures.new("1", (paper.width, height), 1)
    draw = ImageDraw.Draw(image)
    millimetres = int(paper.width * 25.4 / paper.dots_per_inch)
    for at in range(1, millimetres):
        x = round(at * paper.dots_per_inch / 25.4)
        draw.line((x, 0, x, height // (2 if at % 10 == 0 else 5)), fill=0)
    for left in (0, paper.width - _EDGE):
        draw.rectangle((left, 0, left + _EDGE - 1, height), fill=0)
    return image


def _field(paper: Paper) -> Image:
    """All dots at once, edge to edge; below them every second dot."""
    from PIL import Image as Pictures

    dark, fine = paper.dots(_FIELD), paper.dots(_PATTERN)
    image = Pictures.new("1", (paper.width, dark + fine), 0)
    row = bytes((0x55,)) * ((paper.width + 7) // 8)
    pattern = b"".join(row if y % 2 else bytes(byte ^ 0xFF for byte in row) for y in range(fine))
    image.paste(Pictures.frombytes("1", (paper.width, fine), pattern), (0, dark))
    return image
