"""Text in columns: counted in the cells of a terminal, of which some characters take two or none."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

ELLIPSIS = "…"


def cells(text: str) -> int:
    """How many cells of the screen a text takes."""
    return cell_len(text)


def fit(text: str, width: int) -> str:
    """The text in exactly `width` cells: filled up with blanks, or cut and ended with `…`."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + ELLIPSIS, width)
