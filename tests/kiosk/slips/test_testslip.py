"""The test slip shows what a printer can: every edge, every dot, a code as fine as a slip's."""

from __future__ import annotations

import pytest
import zxingcpp

from kiosk.paperwork import test_picture as drawn
from kiosk.scanning.cards import Action, ActionCard, action_card, read_card
from kiosk.slips.column import PAPERS, Paper


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
