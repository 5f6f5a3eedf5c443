"""A scan through any keyboard layout, with Caps Lock or without, is what the scanner meant."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.errors import NotASlip
from kiosk.scanning.cards import Action, action_card, goods_card
from kiosk.slips.keyboard_layouts import KEYS, LAYOUTS
from kiosk.till import Till
from kiosk.till.records import PaperSlip
from kiosk.verdicts import Verdict
from tests.kiosk.tills import Clock, found, handed_out

HOSTS = {
    f"{name}{caps}": row
    for name, rows in LAYOUTS.items()
    for caps, row in zip(("", " with Caps Lock"), rows, strict=True)
}
LOSSY = "gr"
"""The one host on which two keys type the same letter."""


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Till]:
    made = found(tmp_path_factory.mktemp("scans") / "market", Clock())
    yield made
    made.close()


@pytest.fixture(scope="module")
def slip(market: Till) -> PaperSlip:
    """A slip of 6 credits that is out."""
    return handed_out(market)


def typed(text: str, host: str) -> str:
    """What `host` reads when a scanner types `text` as on a US keyboard."""
    return text.translate(str.maketrans(KEYS, HOSTS[host]))


@pytest.mark.parametrize("host", sorted(set(HOSTS) - {LOSSY}))
def test_every_scan_is_read_through_every_layout(slip: PaperSlip, market: Till, host: str) -> None:
    said = market.scan(typed(slip.text, host))
    assert isinstance(said, Verdict)
    assert (said.word, said.amount) == ("good", 600)
    forged = market.scan(typed(slip.text[:-4] + "0000", host))
    assert isinstance(forged, Verdict)
    assert not forged.good, "no signature decides between two layouts that both have the form"
    good = market.goods()[0]
    assert market.scan(typed(goods_card(good.number), host)) == good
    assert market.scan(typed(action_card(Action.FINISH), host)) is Action.FINISH
    honey = next(good for good in market.goods() if good.id == "honey")
    assert market.scan(typed("4006381333931", host)) == honey


def test_a_code_of_nobody_stays_unknown_through_every_layout(market: Till) -> None:
    for host in sorted(HOSTS):
        said = market.scan(typed("HELLO0WORLD", host))
        assert isinstance(said, Verdict)
        assert type(said.error) is NotASlip
