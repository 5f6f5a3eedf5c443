"""What a slip, a closing slip and a notice look like on paper: one raster picture each.

The words come translated and safe from the caller, formatted as they shall be read; this module
knows only where they stand. How dots are set is in `column`, how a picture reaches a printer, a
sheet or a file is left to `kiosk.paper`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.slips.column import (
    PAPER_58,
    PAPER_80,
    PAPER_180DPI,
    PAPER_A4,
    PAPERS,
    Column,
    Paper,
)
from kiosk.slips.qr import seal_modules, slip_modules

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = [
    "PAPERS",
    "PAPER_58",
    "PAPER_80",
    "PAPER_180DPI",
    "PAPER_A4",
    "ClosingWords",
    "Paper",
    "SlipWords",
    "draw",
    "draw_closing",
    "draw_notice",
]

# Em heights in millimetres, read at arm's length in the open.
_NAME = 4.0
_FIGURE = 11.0
_CODE = 3.7
_PLAIN = 2.9
_SMALL = 2.5
_BAND = 4.6


@dataclass(frozen=True, slots=True)
class SlipWords:
    """The words on a slip.

    `amount` is the bare figure as it stands in `credits_line` (`9` in `9 credits`) and is set large
    there. `banners` (`PRACTICE`, `COPY 2`) stand at both ends, so that tearing off one hides none.
    """

    market: str
    amount: str
    credits_line: str
    code: str
    dates_line: str
    thanks: tuple[str, ...]
    ledger_line: str
    banners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosingWords:
    """The words on a closing slip: what closed, a table of labels and values, and notes below."""

    market: str
    headline: str
    rows: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    ledger_line: str
    banners: tuple[str, ...] = ()


def draw(text: str, words: SlipWords, paper: Paper) -> Image:
    """The picture of a slip: mode "1", `paper.width` dots wide, QR version 9 and ECC H of `text`.

    Below the words the same code stands once more, smaller: of slips that were folded, scribbled on
    or stained anywhere, one of the two is read nearly always (tests/bench/damage.py has the shares).
    Both are of one kind, so that a reader that takes just one of them finds the slip's code. Raises
    ValueError where `text` is no text for such a code.
    """
    column = _headed(words.market, words.banners, paper)
    column.gap(1.8)
    before, figure, after = words.credits_line.partition(words.amount)
    if figure:
        column.figure(before, figure, after, _FIGURE)
    else:
        column.figure("", words.credits_line, "", _FIGURE)
    column.gap(2.4)
    column.rule()
    column.gap(1.4)
    column.text(words.code, _CODE)
    modules = slip_modules(text)
    column.code(modules, paper.module)
    column.text(words.code, _CODE)
    column.gap(1.4)
    column.text(words.dates_line, _PLAIN)
    column.gap(0.8)
    for line in words.thanks:
        column.text(line, _PLAIN)
    if paper.spare:
        column.code(modules, paper.spare)
    return _footed(column, words.ledger_line, words.banners)


def draw_closing(text: str, words: ClosingWords, paper: Paper) -> Image:
    """The closing slip of a market day; its QR, version 10 and ECC H, holds the seal `text`.

    Raises ValueError where `text` is longer than `qr.SEAL_LENGTH` or not alphanumeric.
    """
    column = _headed(words.market, words.banners, paper)
    column.text(words.headline, _NAME)
    column.gap(0.8)
    column.rule()
    column.gap(1.2)
    for label, value in words.rows:
        column.row(label, value, _PLAIN)
    column.gap(1.2)
    column.rule()
    column.code(seal_modules(text), paper.module)
    for line in words.notes:
        column.text(line, _PLAIN)
    return _footed(column, words.ledger_line, words.banners)


def draw_notice(title: str, lines: tuple[str, ...], paper: Paper) -> Image:
    """A paper without a code, such as a printer's test: a title between rules, then lines."""
    column = _headed(title, (), paper)
    column.gap(0.6)
    for line in lines:
        column.text(line, _PLAIN)
    column.gap(2.0)
    column.rule()
    column.gap(2.0)
    return column.drawn()


def _headed(title: str, banners: tuple[str, ...], paper: Paper) -> Column:
    column = Column(paper)
    column.gap(1.5)
    if banners:
        column.band(" · ".join(banners), _BAND)
        column.gap(1.5)
    column.text(title, _NAME, bold=True)
    column.gap(1.2)
    column.rule()
    column.gap(0.6)
    return column


def _footed(column: Column, ledger_line: str, banners: tuple[str, ...]) -> Image:
    column.gap(1.2)
    column.text(ledger_line, _SMALL)
    column.gap(1.5)
    if banners:
        column.band(" · ".join(banners), _BAND)
        column.gap(1.5)
    return column.drawn()
