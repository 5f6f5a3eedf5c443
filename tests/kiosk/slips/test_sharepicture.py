"""A share on receipt paper: every word under its number, and what to do with it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest

from kiosk.slips.column import PAPERS, Column, Paper
from kiosk.slips.sharepicture import draw_share
from tests.kiosk.slips.reading import tops


@dataclass(frozen=True)
class Sheet:
    market: str = "Oak Street Market"
    title: str = "Share 1 of 3"
    words: tuple[str, ...] = (
        "academic",
        "acid",
        "acne",
        "acquire",
        "acrobat",
        "activity",
        "actress",
    )
    paragraphs: tuple[str, ...] = ("Any two of three rebuild the key.", "Tell nobody the words.")
    footer: str = "key 8342e75d"
    practice: str = ""


def blocks(sheet: Sheet, paper: Paper) -> list[Any]:
    """What stands on it, one picture a block, from top to bottom."""
    column = [Column(paper) for _ in range(3 + len(sheet.words) + 1 + len(sheet.paragraphs) + 2)]
    left = iter(column)
    next(left).text(sheet.market, 4.0)
    next(left).text(sheet.title, 4.0, bold=True)
    next(left).rule()
    for number, word in enumerate(sheet.words, start=1):
        next(left).row(str(number), word, 4.4)
    next(left).rule()
    for paragraph in sheet.paragraphs:
        next(left).text(paragraph, 2.9)
    next(left).rule()
    next(left).text(sheet.footer, 2.9)
    return [one.drawn() for one in column]


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_a_share_has_its_words_in_their_order_and_what_to_do_with_them(paper: Paper) -> None:
    image = draw_share(Sheet(), paper)
    assert (image.mode, image.width) == ("1", paper.width)
    tops(image, blocks(Sheet(), paper))


def test_the_eye_keeps_its_place_among_the_words() -> None:
    paper, sheet = PAPERS["58"], Sheet(words=("acorn",) * 7)
    found = tops(draw_share(sheet, paper), blocks(sheet, paper))[3:10]
    steps = [below - above for above, below in pairwise(found)]
    after_three = steps.pop(2), steps.pop(4)
    assert max(steps) + paper.dots(1.0) <= min(after_three)


def test_a_share_of_a_practice_market_says_so_on_top() -> None:
    paper = PAPERS["58"]
    mark = Column(paper)
    mark.band("PRACTICE", 4.0)
    sheet = Sheet(practice="PRACTICE")
    tops(draw_share(sheet, paper), [mark.drawn(), *blocks(sheet, paper)])
