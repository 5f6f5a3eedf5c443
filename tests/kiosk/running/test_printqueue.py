"""Printers in trouble: the table goes on, the paper comes, and one value exists whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.errors import DiskFull
from kiosk.paper import escpos
from kiosk.paperwork import picture
from kiosk.running.printqueue import PrintQueue
from kiosk.till import Till, open_till
from tests.kiosk.paper import breaks
from tests.kiosk.paper.printer_server import PrinterServer, printer_server
from tests.kiosk.screens.papers import handed_out
from tests.kiosk.screens.scanner import burst, codes, enter
from tests.kiosk.screens.table import AtTable, founded, play
from tests.kiosk.terminal import at_terminal
from tests.kiosk.tills import sound

ROOT = Path(__file__).parents[3]
OFFSETS = 40


@pytest.fixture
def server() -> Iterator[PrinterServer]:
    with printer_server() as one:
        yield one


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The printer is tried again soon."""
    monkeypatch.setattr(PrintQueue, "PAUSES", (0.5,))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent printer is not waited for."""
    monkeypatch.setattr(escpos, "ANSWER_SECONDS", 0.05)


def market(folder: Path, server: PrinterServer, slips: int = 0) -> Path:
    """A market that prints at `server`; `slips` wait for it already."""

    def before(till: Till) -> None:
        till.use_printer("network", server.address, "58", cut=True)
        for _ in range(slips):
            handed_out(till)

    return founded(folder, before=before)


async def visit(table: AtTable, line: str = "3 tom") -> None:
    """From Home or a visit to the hand-over of a visit."""
    if table.on == "HomeScreen":
        await table.press("1")
    await enter(table, line)
    await table.press("enter")
    assert table.on == "HandOverScreen"


async def until(table: AtTable, words: str) -> None:
    """Wait until words stand on the screen that come from the printer."""
    import asyncio

    for _ in range(3000):
        if words in table.words():
            await table.settled()
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"“{words}” never came:\n{table.text()}")


# Every byte


def test_a_printer_that_is_gone_at_any_byte_costs_no_slip(
    tmp_path: Path, server: PrinterServer, quick: None
) -> None:
    till = breaks.market(tmp_path / "market", server)
    last = breaks.bytes_of(till)
    edges = {0, 1, 8, 9, 10, 11, 18, 19, last - 10, last - 9, last - 8, last - 1}
    steps = set(range(20, last, last // (OFFSETS - len(edges))))
    for at in sorted(edges | steps):
        till = breaks.broken_at(till, server, at)
    assert sound(till)
    assert server.strange() == []
    till.close()


def test_a_silent_printer_that_is_gone_at_any_byte_costs_no_slip(
    tmp_path: Path, server: PrinterServer, impatient: None
) -> None:
    till = breaks.market(tmp_path / "market", server)
    last = breaks.bytes_of(till)
    server.silent = True
    for at in (0, 3, 4, 20, last // 2, last - 20, last - 14):
        till = breaks.broken_at(till, server, at)
    assert sound(till)
    till.close()


# The kiosk is killed


@pytest.mark.parametrize("part", [0.0, 0.3, 0.999])
def test_a_command_that_is_killed_while_it_prints_costs_no_slip(
    tmp_path: Path, server: PrinterServer, part: float
) -> None:
    folder = market(tmp_path / "market", server)
    till = open_till(folder)
    server.hold_at = breaks.QUESTIONS + round(part * (breaks.bytes_of(till) - 20))
    till.close()
    command = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "visit", "--brought", "3 kg tomatoes"],
        cwd=ROOT,
        env={**os.environ, "KIOSK_DATA": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server.wait_until_held()
    if part:
        wait_for_state(folder, "sending")
    command.send_signal(signal.SIGKILL)
    command.wait(30)
    server.drop()
    server.settle()
    assert server.whole() == []

    async def restarted(table: AtTable) -> None:
        (job,) = await table.ask(lambda till: till.pending())
        if job.state == "queued" or table.on == "HomeScreen":
            # Killed before the first byte: printed at the restart, without a question.
            assert (job.state, job.copy) == ("sent", 1)
        else:
            assert "Did the slip of 6 credits for visit 2 come out?" in table.words()
            await table.press("p")
            assert table.on == "HomeScreen"
            (job,) = await table.ask(lambda till: till.pending())
            assert (job.state, job.copy) == ("sent", 2)
        assert [job.id] == [one.id for one in await table.ask(lambda till: till.pending())]
        server.settle()
        (paper,) = server.whole()
        wanted = await table.ask(lambda till: till.ready(job.id))
        assert paper.image.tobytes() == picture(wanted).tobytes()
        assert (await table.ask(lambda till: till.outstanding())).credits == 600
        assert await table.ask(sound)

    play(folder, restarted)


def wait_for_state(folder: Path, state: str) -> None:
    """Wait until the books of another process say so of their only open job."""
    import time

    till = open_till(folder)
    end = time.monotonic() + 30
    while [job.state for job in till.pending()] != [state]:
        assert time.monotonic() < end
        time.sleep(0.005)
    till.close()


def test_the_screen_that_is_killed_while_it_prints_asks_when_it_is_back(
    tmp_path: Path, server: PrinterServer
) -> None:
    folder = market(tmp_path / "market", server)
    with at_terminal(folder) as terminal:
        terminal.wait("printer ready")
        server.settle()
        server.hold_at = 5000
        terminal.press("1", until="Visit 1")
        terminal.type("3 tom")
        terminal.press("enter", until="in")
        terminal.press("enter", until="printing…")
        server.wait_until_held()
    server.drop()
    server.settle()
    with at_terminal(folder) as terminal:
        terminal.wait("Did the slip of 6 credits for visit 1 come out?")
        terminal.press("d", until="printer ready")
    till = open_till(folder)
    assert till.pending() == []
    assert till.outstanding().credits == 600
    till.close()


# Trouble, and the table goes on


def test_only_the_paper_that_was_being_sent_is_asked_about(
    tmp_path: Path, server: PrinterServer
) -> None:
    folder = market(tmp_path / "market", server, slips=3)
    till = open_till(folder)
    first, second, third = (job.id for job in till.pending())
    till.sending(first)
    till.sending(second)
    till.sent(second)
    till.close()

    async def script(table: AtTable) -> None:
        assert "for visit 1 come out?" in table.words()
        await table.press("d")
        assert table.on == "HomeScreen"
        left = await table.ask(lambda till: till.pending())
        assert [(job.id, job.state) for job in left] == [(second, "sent"), (third, "sent")]

    play(folder, script)
    server.settle()
    assert len(server.whole()) == 1


def test_a_question_can_wait_and_a_scan_comes_before_it(
    tmp_path: Path, server: PrinterServer
) -> None:
    texts: list[str] = []
    folder = market(tmp_path / "market", server, slips=1)
    till = open_till(folder)
    till.sending(till.pending()[0].id)
    texts.append(handed_out(till).text)
    till.close()

    async def script(table: AtTable) -> None:
        assert table.on == "FateScreen"
        await table.scan(texts[0])
        assert table.on == "VerdictScreen"
        await table.press("escape")
        assert table.on == "FateScreen"
        await table.press("escape")
        assert table.on == "HomeScreen"
        await table.press("9", "4")
        assert "broke off: there?" in table.words()

    play(folder, script)


def test_a_printer_that_is_away_at_the_start_prints_when_it_is_back(
    tmp_path: Path, server: PrinterServer, quick: None
) -> None:
    server.switch_off()
    folder = market(tmp_path / "market", server)

    async def script(table: AtTable) -> None:
        await until(table, "! printer needs help")
        await visit(table)
        await until(table, "The printer did not take")
        await table.press("enter")
        assert "! printer" in table.lines()[1]
        await visit(table, "2 bread")
        assert "visit 2 is in the book" in table.words()
        await table.press("escape")
        server.switch_on()
        await until(table, "2 papers to confirm")
        assert [job.copy for job in await table.ask(lambda till: till.pending())] == [1, 1]

    play(folder, script)
    server.settle()
    assert len(server.whole()) == 2


def test_paper_that_ran_out_stops_nobody_and_what_waits_comes_in_its_order(
    tmp_path: Path, server: PrinterServer, quick: None
) -> None:
    folder = market(tmp_path / "market", server)
    wanted: list[bytes] = []

    async def script(table: AtTable) -> None:
        server.paper = False
        for _ in range(3):
            await visit(table)
            await until(table, "it is out of paper")
            await table.press("escape")
        await until(table, "! printer needs help")
        for job in await table.ask(lambda till: till.pending()):
            ready = await table.ask(lambda till, id=job.id: till.ready(id))
            wanted.append(picture(ready).tobytes())
        server.paper = True
        await until(table, "3 papers to confirm")

    play(folder, script)
    server.settle()
    assert [paper.image.tobytes() for paper in server.whole()] == wanted


def test_a_paper_that_broke_off_is_not_printed_again_unasked(
    tmp_path: Path, server: PrinterServer, quick: None
) -> None:
    folder = market(tmp_path / "market", server)

    async def script(table: AtTable) -> None:
        server.settle()
        server.hang_up_at = 3000
        await visit(table)
        await until(table, "The printer broke off")
        await table.press("enter")  # the next neighbour comes: that is no word on the paper
        await visit(table, "2 bread")
        await table.press("escape", "9", "4")
        await until(table, "did it come out?")
        assert "broke off: there?" in table.words()
        await table.press("p")
        await until(table, "COPY 2")
        await table.press("escape", "escape")
        await until(table, "2 papers to confirm")

    play(folder, script)
    server.settle()
    torn = [paper for paper in server.papers() if not paper.whole]
    assert (len(torn), len(server.whole())) == (1, 2)


def test_p_while_the_printer_is_away_makes_no_copy(
    tmp_path: Path, server: PrinterServer, quick: None
) -> None:
    folder = market(tmp_path / "market", server)

    async def script(table: AtTable) -> None:
        server.cover_open = True
        await visit(table)
        await until(table, "its cover is open")
        await table.press("p")
        server.cover_open = False
        await until(table, "Give it to the neighbour.")
        assert [job.copy for job in await table.ask(lambda till: till.pending())] == [1]

    play(folder, script)


def test_a_silent_printer_is_not_called_ready(
    tmp_path: Path, server: PrinterServer, impatient: None
) -> None:
    server.silent = True

    async def script(table: AtTable) -> None:
        assert "printer: no answer" in table.words()
        await visit(table)
        await until(table, "Give it to the neighbour.")

    play(market(tmp_path / "market", server), script)
    server.settle()
    assert len(server.whole()) == 1


def test_a_hundred_scans_are_taken_exactly_while_the_printer_is_slow(
    tmp_path: Path, server: PrinterServer
) -> None:
    texts: list[str] = []

    def before(till: Till) -> None:
        till.use_printer("network", server.address, "58", cut=True)
        for _ in range(100):
            slip = handed_out(till, 1)
            till.confirm(slip.job)
            texts.append(slip.text)

    folder = founded(tmp_path / "market", before=before)

    async def script(table: AtTable) -> None:
        server.settle()
        server.hold_at = 2000
        table.waits_for_printer = False
        await visit(table)
        server.wait_until_held()
        assert "printing…" in table.words()
        await table.press("enter")
        await burst(table, codes(texts))
        taken = [item.reference for item in table.app.draft.items]
        assert taken == await table.ask(lambda till: [till.accepted(text)[0] for text in texts])
        assert server.whole() == []
        assert table.app.printing
        server.release()
        table.waits_for_printer = True
        await table.settled()

    play(folder, script)
    server.settle()
    assert len(server.whole()) == 1


# The disk has trouble, not the printer


def test_a_paper_that_came_out_while_the_disk_was_full_is_neither_asked_about_nor_printed_again(
    tmp_path: Path, server: PrinterServer, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = market(tmp_path / "market", server)
    failures, sent = [DiskFull()], Till.sent

    def sent_when_there_is_room(till: Till, job: int) -> None:
        if failures:
            raise failures.pop()
        sent(till, job)

    monkeypatch.setattr(Till, "sent", sent_when_there_is_room)

    async def script(table: AtTable) -> None:
        await visit(table)
        await until(table, "Give it to the neighbour.")
        (job,) = await table.ask(lambda till: till.pending())
        assert (job.state, job.copy, failures) == ("sent", 1, [])

    play(folder, script)
    assert len(server.whole()) == 1
