"""A large figure in half blocks: to be read across a table in daylight, and on a Linux console.

Each digit is four cells wide and three high.
"""

from __future__ import annotations

from textual.widgets import Static

MOST_CELLS = 28
"""What is free beside the lines of a visit, and beside a slip's QR, on the smallest terminal."""

_HEIGHT = 6
_PICTURES = {
    "0": ".##. #..# #..# #..# #..# .##.",
    "1": "..#. .##. ..#. ..#. ..#. .###",
    "2": ".##. #..# ...# ..#. .#.. ####",
    "3": "###. ...# .##. ...# ...# ###.",
    "4": "#..# #..# #..# #### ...# ...#",
    "5": "#### #... ###. ...# ...# ###.",
    "6": ".##. #... ###. #..# #..# .##.",
    "7": "#### ...# ..#. ..#. .#.. .#..",
    "8": ".##. #..# .##. #..# #..# .##.",
    "9": ".##. #..# #..# .### ...# .##.",
    ".": ".. .. .. .. .. #.",
    "-": "... ... ### ... ... ...",
}
_CELLS = {("#", "#"): "█", ("#", "."): "▀", (".", "#"): "▄", (".", "."): " "}


def large(text: str) -> list[str]:
    """The three lines of a figure; signs without a picture are left out."""
    rows = ["" for _ in range(_HEIGHT)]
    for sign in text:
        for at, row in enumerate(_PICTURES.get(sign, "").split()):
            rows[at] += row + "."
    return [
        "".join(_CELLS[pair] for pair in zip(upper, lower, strict=True)).rstrip()
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    ]


class Figure(Static):
    """A figure such as `9` or `1.5`."""

    DEFAULT_CSS = """
    Figure { height: 3; width: auto; }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__("", id=id, markup=False)

    def show(self, text: str) -> None:
        """Show a figure, plainly where it would not fit: half of an amount is a wrong amount. An
        empty text takes no room."""
        lines = large(text)
        fits = max(map(len, lines)) <= MOST_CELLS
        self.update("\n".join(lines) if fits else text)
        self.display = bool(text)
