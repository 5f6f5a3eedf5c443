"""A steward ends a slip, and hands out another in its place."""

from __future__ import annotations

from pathlib import Path

from db import reports, slips
from db.slips import Slip
from db.weighing import Exchange
from kiosk.till import Till
from kiosk.till.records import HandOver
from tests.kiosk.screens.table import AtTable, founded, play


class Handed:
    """A market where one visit handed out a slip of 6."""

    def __init__(self) -> None:
        self.over: HandOver | None = None

    def __call__(self, till: Till) -> None:
        line = till.line("3 kg tomatoes", "en", taken=False)
        self.over = till.book(Exchange((line,), (), False, False), "one")

    @property
    def text(self) -> str:
        assert self.over is not None
        return self.over.slips[0].text

    @property
    def code(self) -> str:
        assert self.over is not None
        return self.over.slips[0].code

    async def state(self, table: AtTable) -> str:
        """The state of the slip that was handed out first."""

        def find(till: Till) -> Slip | None:
            reference = till.scan(self.text).reference  # type: ignore[union-attr]
            assert reference is not None
            return slips.slip(till.books, reference)

        slip = await table.ask(find)
        assert slip is not None
        return slip.state


async def to_slips(table: AtTable) -> None:
    await table.press("9", "3")
    assert table.on == "SlipsScreen"


def test_a_slip_is_found_by_its_visit_and_voided_with_a_reason(tmp_path: Path) -> None:
    handed = Handed()

    async def script(table: AtTable) -> None:
        await to_slips(table)
        assert "F5 void it" not in table.text()
        await table.write("1")
        assert "6 credits" in table.text()
        assert "good: somebody holds it" in table.text()
        await table.press("f5")
        await table.write("")
        assert "This needs a reason" in table.text()
        await table.write("found on the street")
        assert "The slip of 6 credits is void." in table.text()
        assert await handed.state(table) == "voided"
        newest = (await table.ask(lambda till: reports.decisions(till.books)))[0]
        assert (newest.kind, newest.words) == ("void", "found on the street")
        assert "F5 void it" not in table.text()

    play(founded(tmp_path / "market", before=handed), script)


def test_a_reissued_slip_is_printed_and_can_be_reissued_again(tmp_path: Path) -> None:
    handed = Handed()

    async def script(table: AtTable) -> None:
        await to_slips(table)
        await table.write("1/1")
        await table.press("f6")
        await table.write("fell into the soup")
        assert "Another slip of 6 credits is printing." in table.words()
        assert await handed.state(table) == "reissued"
        (paper,) = await table.ask(lambda till: till.pending())
        assert paper.state == "sent"
        new = (await table.ask(lambda till: till.ready(paper.id))).text
        await table.scan(new)
        assert "good: somebody holds it" in table.text()
        await table.press("f6")
        await table.write("soup again")
        assert (await table.ask(lambda till: till.outstanding())).slips == 1
        (paper,) = await table.ask(lambda till: till.pending())
        assert (await table.ask(lambda till: till.ready(paper.id))).text != new

    play(founded(tmp_path / "market", before=handed), script)


def test_a_slip_is_found_by_scan_and_by_code(tmp_path: Path) -> None:
    handed = Handed()

    async def script(table: AtTable) -> None:
        await to_slips(table)
        await table.scan(handed.text)
        assert table.on == "SlipsScreen"
        assert "day 1, visit 1" in table.text()
        await table.press("escape")
        await to_slips(table)
        await table.write(handed.code)
        assert "day 1, visit 1" in table.text()

    play(founded(tmp_path / "market", before=handed), script)


def test_what_names_no_slip_is_said_in_a_sentence(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_slips(table)
        for text, sentence in (
            ("", "names no visit"),
            ("tomatoes", "names no visit"),
            ("99", "There is no visit 1/99."),
            ("7/7/7", "There is no visit"),
            ("x1", "There is no visit"),
            ("00000-00000-0000Z", "typing mistake"),
        ):
            await table.write(text)
            assert sentence in table.words()
            await table.press("ctrl+u")

    play(founded(tmp_path / "market", before=Handed()), script)
