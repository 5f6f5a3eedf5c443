"""A share of the market's key on receipt paper: numbered words, and what to do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from kiosk.slips.column import Column, Paper

if TYPE_CHECKING:
    from PIL.Image import Image

_NAME, _TITLE, _WORD, _PLAIN = 4.0, 4.0, 4.4, 2.9


class ShareSheet(Protocol):
    """What stands on it, translated and safe; `practice` is a mark, or empty."""

    @property
    def market(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def words(self) -> tuple[str, ...]: ...
    @property
    def paragraphs(self) -> tuple[str, ...]: ...
    @property
    def footer(self) -> str: ...
    @property
    def practice(self) -> str: ...


def draw_share(sheet: ShareSheet, paper: Paper) -> Image:
    """The picture of a share: mode "1", `paper.width` dots wide."""
    column = Column(paper)
    column.gap(1.5)
    if sheet.practice:
        column.band(sheet.practice, _TITLE)
        column.gap(1.5)
    column.text(sheet.market, _NAME)
    column.text(sheet.title, _TITLE, bold=True)
    column.gap(1.2)
    column.rule()
    column.gap(1.2)
    for number, word in enumerate(sheet.words, start=1):
        column.row(str(number), word, _WORD)
        if number % 3 == 0:  # so that the eye keeps its place
            column.gap(1.6)
    column.rule()
    for paragraph in sheet.paragraphs:
        column.gap(1.6)
        column.text(paragraph, _PLAIN)
    column.gap(1.6)
    column.rule()
    column.gap(0.8)
    column.text(sheet.footer, _PLAIN)
    column.gap(2.0)
    return column.drawn()
