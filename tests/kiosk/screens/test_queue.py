"""Papers whose fate only a person knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.jobs import Job
from db.weighing import Exchange
from kiosk import messages
from kiosk.screens.queue import JobList
from kiosk.till import Till
from tests.kiosk.screens.table import AtTable, founded, play


def two_slips(till: Till) -> None:
    for number in (1, 2):
        line = till.line(f"{number} kg tomatoes", "en", taken=False)
        till.book(Exchange((line,), (), False, False), f"key {number}")


async def to_queue(table: AtTable) -> None:
    await table.press("9", "4")
    assert table.on == "QueueScreen"


def test_what_waits_from_before_is_printed_at_the_start_and_asked_about(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        assert "2 papers to confirm" in table.text()
        await to_queue(table)
        assert "slip of 2 credits" in table.text()
        assert "slip of 4 credits" in table.text()
        assert table.text().count("did it come out?") == 2

    play(founded(tmp_path / "market", before=two_slips), script)


def test_a_paper_that_came_out_is_wiped(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market", before=two_slips)

    async def script(table: AtTable) -> None:
        await to_queue(table)
        await table.press("d")
        assert "It came out: slip of 2 credits." in table.words()
        (left,) = await table.ask(lambda till: till.pending())
        assert left.amount == 400
        await table.press("d")
        assert "No paper waits." in table.words()
        assert "D it came out" not in table.text()
        await table.press("d", "p", "enter", "down")
        assert table.on == "QueueScreen"

    play(folder, script)
    assert not any((folder / "papers").glob("slip*"))


@pytest.mark.parametrize("language", messages.LANGUAGES)
@pytest.mark.parametrize("visit", [0, 888])
def test_where_a_slip_is_from_stays_in_its_column(language: str, visit: int) -> None:
    rows = JobList()
    rows.jobs = [Job(1, "slip", 2, "sent", bytes(16), 15_050, 999, visit)]
    with messages.speaking(language):
        columns = [text for text, _look in rows.row(0, 70)]
        assert sum(map(len, columns)) <= 70
        assert not any("…" in text for text in columns)
        assert all(text.endswith(" ") for text in columns[:3])


def test_a_paper_that_did_not_come_out_is_printed_as_a_copy(tmp_path: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_queue(table)
        await table.press("down", "p")
        assert "COPY 2" in table.text()
        first, second = await table.ask(lambda till: till.pending())
        assert (first.copy, first.state) == (1, "sent")
        assert (second.copy, second.state) == (2, "sent")

    play(founded(tmp_path / "market", before=two_slips), script)


def test_a_printer_in_trouble_loses_no_paper(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market", before=two_slips)
    (folder / "papers").write_text("in the way")

    async def script(table: AtTable) -> None:
        assert "printer needs help" in table.text()
        await to_queue(table)
        assert table.text().count("not printed yet") == 2
        assert "The printer did not take the paper" in table.words()
        await table.press("d")
        assert "It was not printed yet." in table.words()
        assert len(await table.ask(lambda till: till.pending())) == 2
        (folder / "papers").unlink()
        await table.press("p")
        assert "did it come out?" in table.text()
        assert "COPY" not in table.text()

    play(folder, script)
