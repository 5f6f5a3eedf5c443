"""A slip's QR in characters, two modules to a cell, for a phone to read from the screen.

The *light* modules and the quiet zone are the painted ones: show the lines with a light foreground
on a dark background and name both colours (`white on black`), whatever the theme is. Without any
colour they come out right on a dark terminal, and on a light one inverted, which most phones read.
The cells must touch: no blank line between the lines, and cells twice as high as wide.
"""

from __future__ import annotations

from kiosk.slips.qr import SCREEN_VERSION, screen_modules

_CELLS = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}


def half_blocks(text: str, quiet: int = 2, version: int = SCREEN_VERSION) -> list[str]:
    """Lines of `█▀▄` and blanks, all equally long; `quiet` is the quiet zone in modules.

    With the quiet zone of 2, a slip's text gives 21 lines of 41 characters. Raises ValueError where
    the text does not fit a screen's code.
    """
    rows = screen_modules(text, version)
    width = len(rows) + 2 * quiet
    side = [True] * quiet
    blank = [True] * width
    light = [blank] * quiet
    light += [side + [not dark for dark in row] + side for row in rows]
    light += [blank] * (quiet + width % 2)  # an odd row out is filled up with quiet zone
    return [
        "".join(_CELLS[cell] for cell in zip(upper, lower, strict=True))
        for upper, lower in zip(light[::2], light[1::2], strict=True)
    ]
