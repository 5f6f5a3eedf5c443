"""The test slip shows what a printer can: every edge, every dot, a code as fine as a slip's."""

from __future__ import annotations

from typing import Any

import pytest
import zxingcpp

from kiosk.paperwork import test_picture as drawn
from kiosk.scanning.cards import Action, ActionCard, action_card, read_card
from kiosk.slips.column import PAPERS, Column, Paper
from kiosk.slips.qr import slip_modules
from kiosk.slips.testslip import draw_test
from tests.kiosk.slips.reading import dark_box, tops


@pytest.fixture(params=list(PAPERS))
def paper(request: pytest.FixtureRequest) -> Paper:
    return PAPERS[request.param]


def test_it_reaches_both_edges_and_all_dots_at_once(paper: Paper) -> None:
    image = drawn("Oak Street Market", paper.name)
    assert image.size[0] == paper.width
    rows = [[not image.getpixel((x, y)) for x in range(paper.width)] for y in range(image.size[1])]
    assert sum(all(row) for row in rows) >= paper.dots(9), "a dark field and a widest line"
    edges = sum(row[0] and row[1] and row[-1] and row[-2] and not all(row) for row in rows)
    assert edges >= paper.dots(5), "an edge at either side"


def test_its_code_scans_as_the_card_of_a_test(paper: Paper) -> None:
    (code,) = zxingcpp.read_barcodes(drawn("Oak Street Market", paper.name).convert("L"))
    assert code.text == action_card(Action.TEST)
    assert read_card(code.text) == ActionCard(Action.TEST)


def test_its_code_has_as_many_modules_as_a_slips(paper: Paper) -> None:
    (code,) = zxingcpp.read_barcodes(drawn("Oak Street Market", paper.name).convert("L"))
    side = code.position.top_right.x - code.position.top_left.x
    assert side >= 50 * 4


WORDS = ("both edges", "the widest line", "a dark field", "a code")


def block(paper: Paper, kind: str, *said: Any) -> Any:
    """One block of a column by itself."""
    column = Column(paper)
    getattr(column, kind)(*said)
    return column.drawn()


def field(paper: Paper) -> Any:
    """All dots at once, and below them every second dot."""
    from PIL import Image

    dark, fine = paper.dots(9.0), paper.dots(4.0)
    image = Image.new("1", (paper.width, dark + fine), 0)
    for y in range(fine):
        for x in range(y % 2, paper.width, 2):
            image.putpixel((x, dark + y), 1)
    return image


def test_it_says_what_to_look_at_above_each_part(paper: Paper) -> None:
    from PIL import Image

    code = action_card(Action.TEST)
    image = draw_test("Oak Street Market", WORDS, code, paper)
    edges, line, dark, scan = (block(paper, "text", said, 2.9) for said in WORDS)
    found = tops(
        image,
        [
            block(paper, "text", "Oak Street Market", 4.0, True),
            edges,
            line,
            Image.new("1", (paper.width, 2), 0),
            dark,
            field(paper),
            scan,
            block(paper, "code", slip_modules(code), paper.module),
            block(paper, "rule"),
        ],
    )
    assert image.mode == "1"
    assert dark_box(image)[1] >= paper.dots(1.0), "the first line is not torn off"
    below = image.crop((0, found[-1], paper.width, image.height))
    assert below.height - dark_box(below)[3] <= paper.dots(0.1), "nothing below the last rule"


def test_its_ruler_counts_millimetres_from_the_left(paper: Paper) -> None:
    image = draw_test("Oak Street Market", WORDS, action_card(Action.TEST), paper)
    edges, line, *_ = (block(paper, "text", said, 2.9) for said in WORDS)
    above, below = tops(image, [edges, line])
    ruler = image.crop((0, above + dark_box(edges)[3] - dark_box(edges)[1], paper.width, below))
    _, top, _, bottom = dark_box(ruler)
    assert bottom - top == paper.dots(6.0)

    def dark(x: int) -> int:
        """Dark dots from the top of the ruler down."""
        column = [not ruler.getpixel((x, y)) for y in range(top, bottom)]
        return (*column, False).index(False)

    lengths = {x: dark(x) for x in range(paper.width) if dark(x)}
    sides = {0, 1, paper.width - 2, paper.width - 1}
    assert all(lengths[x] == bottom - top for x in sides)
    ticks = {at: round(at * paper.dots_per_inch / 25.4) for at in range(1, 200)}
    ticks = {at: x for at, x in ticks.items() if x < paper.width - 2}
    whole = paper.width * 25.4 / paper.dots_per_inch
    assert set(lengths) - sides == {x for at, x in ticks.items() if at <= whole - 1}
    tens = {lengths[x] for at, x in ticks.items() if at % 10 == 0 and x in lengths}
    ones = {lengths[x] for at, x in ticks.items() if at % 10 and x in lengths}
    assert len(tens) == len(ones) == 1
    assert max(ones) == paper.dots(6.0) // 5 + 1
    assert min(tens) == paper.dots(6.0) // 2 + 1
