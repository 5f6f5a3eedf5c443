"""The hand-over: the visit is in the book, the slip is shown and printed, its secret is forgotten."""

from __future__ import annotations

import threading
from pathlib import Path
from unittest.mock import patch

import pytest

from kiosk.config import PAPERS_FOLDER
from kiosk.slips.halfblocks import half_blocks
from kiosk.till.records import HandOver
from tests.kiosk.screens.papers import handed_out
from tests.kiosk.screens.scanner import enter
from tests.kiosk.screens.table import NARROW, WIDE, AtTable, founded, play


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A practice market with an open day."""
    return founded(tmp_path / "market")


async def to_hand_over(table: AtTable, *typed: str) -> HandOver:
    """From Home to the hand-over of a visit."""
    await table.press("1")
    await enter(table, *(typed or ("3 tom",)))
    await table.press("enter")
    assert table.on == "HandOverScreen"
    booked: HandOver = table.app.screen.booked
    return booked


def beside(table: AtTable) -> str:
    """What stands beside the QR at 80×24, as one line."""
    return " ".join(" ".join(line[45:] for line in table.lines()[:21]).split())


def papers(folder: Path) -> list[str]:
    """Files of the folder printer."""
    return sorted(one.name for one in (folder / PAPERS_FOLDER).glob("*"))


def secrets_in(folder: Path, *texts: str) -> list[str]:
    """Files in which one of the texts stands."""
    return [
        one.name
        for one in folder.rglob("*")
        if one.is_file() and any(text.encode() in one.read_bytes() for text in texts)
    ]


def test_enter_says_that_the_paper_came_out_and_forgets_the_slip(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        (slip,) = (await to_hand_over(table)).slips
        assert papers(folder) == [f"slip-{slip.job:06d}.pdf", f"slip-{slip.job:06d}.png"]
        assert slip.code in table.text()
        assert "Give it to the neighbour." in table.words()
        await table.press("enter")
        assert table.on == "VisitScreen"
        assert papers(folder) == []
        assert await table.ask(lambda till: till.pending()) == []
        assert secrets_in(folder, slip.text, slip.code) == []
        await table.press("escape")
        assert "printer ready" in table.words()

    play(folder, script)


def test_escape_leaves_the_paper_to_be_confirmed(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_hand_over(table)
        await table.press("escape")
        assert table.on == "HomeScreen"
        assert "1 paper to confirm" in table.words()
        assert len(papers(folder)) == 2
        (job,) = await table.ask(lambda till: till.pending())
        assert job.state == "sent"

    play(folder, script)


def test_p_prints_a_copy_and_enter_removes_both(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        (slip,) = (await to_hand_over(table)).slips
        await table.press("p")
        assert "It is printed again, marked as a copy. Both count as one slip." in table.words()
        assert f"slip-{slip.job:06d}-copy2.png" in papers(folder)
        await table.press("p")
        assert f"slip-{slip.job:06d}-copy3.png" in papers(folder)
        await table.press("enter")
        assert papers(folder) == []

    play(folder, script)


def test_p_does_nothing_where_no_slip_was_handed_out(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        await to_hand_over(table, "1 honey", "-1 honey")
        assert "even: no slip to hand out" in table.words()
        assert "P it did not come out" not in table.words()
        await table.press("p")
        assert papers(folder) == []
        assert table.on == "HandOverScreen"

    play(folder, script)


def test_enter_before_the_printer_is_done_leaves_nothing_behind(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        await slowly(table, "enter")
        assert table.on == "VisitScreen"
        assert papers(folder) == []
        assert await table.ask(lambda till: till.pending()) == []

    play(folder, script)


def test_undo_before_the_printer_is_done_leaves_nothing_behind(folder: Path) -> None:
    async def script(table: AtTable) -> None:
        await slowly(table, "f8")
        assert table.on == "HomeScreen"
        assert "Visit 1 is undone." in table.words()
        assert papers(folder) == []

    play(folder, script)


async def slowly(table: AtTable, key: str) -> None:
    """Book a visit, and press a key while the printer is still at work."""
    from kiosk import paperwork

    go = threading.Event()

    def print_when_told(*arguments: object) -> object:
        go.wait(10)
        return put_on_paper(*arguments)

    put_on_paper = paperwork.put_on_paper
    app = table.app
    busy = type(table)._busy
    with (
        patch.object(paperwork, "put_on_paper", print_when_told),
        # The printer is busy on purpose: settled is what does not wait for it.
        patch.object(type(table), "_busy", lambda self: bool(busy_but_for_printing(self, busy))),
    ):
        await to_hand_over(table)
        assert "printing…" in table.words()
        await table.press(key)
        assert app.printing
        go.set()
    await table.settled()
    assert not app.printing


def busy_but_for_printing(table: AtTable, busy: object) -> bool:
    queue = table.app.queue
    printing, queue.printing = queue.printing, set()
    try:
        return bool(busy(table))  # type: ignore[operator]
    finally:
        queue.printing = printing


def test_a_printer_in_trouble_stops_nobody(folder: Path) -> None:
    (folder / PAPERS_FOLDER).write_text("no folder")

    async def script(table: AtTable) -> None:
        (slip,) = (await to_hand_over(table)).slips
        assert "visit 1 is in the book" in table.words()
        assert "The printer did not take the paper" in beside(table)
        # The neighbour can still take the slip along: as a picture, or by its code.
        assert slip.code in table.text()
        assert half_blocks(slip.text)[10] in table.text()
        await table.press("p")
        assert "The printer did not take the paper" in beside(table)
        await table.press("enter")
        assert table.on == "VisitScreen"
        await enter(table, "2 bread")
        await table.press("enter")
        assert "visit 2 is in the book" in table.words()
        await table.press("escape")
        assert "! printer needs help" in table.words()
        # No paper can have come out: both slips still wait for it.
        jobs = await table.ask(lambda till: till.pending())
        assert [job.state for job in jobs] == ["queued", "queued"]
        await table.press("f8")
        assert "Visit 2 is undone." in table.words()
        assert await table.ask(lambda till: till.undoable()) == (1, 2)

    play(folder, script)


def test_what_waits_is_printed_at_the_next_start(folder: Path) -> None:
    papers_folder = folder / PAPERS_FOLDER
    papers_folder.write_text("no folder")

    async def in_trouble(table: AtTable) -> None:
        await to_hand_over(table)

    async def mended(table: AtTable) -> None:
        assert "1 paper to confirm" in table.words()
        assert len(papers(folder)) == 2

    play(folder, in_trouble)
    papers_folder.unlink()
    play(folder, mended)


def test_slips_handed_in_go_in_the_box(tmp_path: Path) -> None:
    texts: list[str] = []
    folder = founded(
        tmp_path / "market",
        before=lambda till: texts.extend(handed_out(till).text for _ in range(2)),
    )

    async def script(table: AtTable) -> None:
        await table.press("1")
        await table.scan(texts[0])
        await enter(table, "-1 honey")
        await table.press("enter")
        assert "Put the slip that was handed in in the box." in beside(table)
        assert "slip of" in table.words()
        await table.press("enter")
        await table.scan(texts[1])
        await table.press("f8")
        assert "Its slip is void: take it back." in table.words()
        assert "The slips handed in are good again: give them back." in table.words()
        await table.press("f9")
        assert "visit 4 is in the book" in table.words()

    play(folder, script)


def test_a_scan_at_the_hand_over_is_the_next_neighbours(tmp_path: Path) -> None:
    texts: list[str] = []
    folder = founded(tmp_path / "market", before=lambda till: texts.append(handed_out(till).text))

    async def script(table: AtTable) -> None:
        await to_hand_over(table)
        await table.scan(texts[0])
        assert table.on == "VisitScreen"
        assert "Visit 3" in table.lines()[1]
        assert table.app.draft.size == 1
        # Nobody said that the paper of the visit before came out.
        assert len(await table.ask(lambda till: till.pending())) == 2

    play(folder, script)


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize("practice", [True, False])
def test_nothing_of_the_slip_is_cut_off(
    tmp_path: Path, size: tuple[int, int], practice: bool
) -> None:
    folder = founded(tmp_path / "market", practice=practice)

    async def script(table: AtTable) -> None:
        (slip,) = (await to_hand_over(table, "9999 tom")).slips
        shown = table.lines()
        code = half_blocks(slip.text)
        top = next(at for at, line in enumerate(shown) if code[0] in line)
        left = shown[top].index(code[0])
        assert [line[left : left + 41].ljust(41) for line in shown[top : top + 21]] == code
        assert slip.code in table.text()
        for key in ("Enter next neighbour", "P it did not come out", "F8 undo", "Esc home"):
            assert key in shown[-1]
        assert ("PRACTICE" in table.text()) is practice

    play(folder, script, size)
