"""One thread uses the books: in order, to the end, and whoever asked gets the answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from db.errors import NoMarket, NothingToUndo
from db.market import Market
from kiosk.founding import found_market
from kiosk.running.tillthread import TillThread
from kiosk.till import Till, open_till
from tests.kiosk.tills import Clock, found, handed_out

Script = Callable[[TillThread], Awaitable[None]]


@pytest.fixture
def folder(tmp_path: Path, clock: Clock) -> Path:
    found(tmp_path / "market", clock).close()
    return tmp_path / "market"


@pytest.fixture
def thread() -> Iterator[TillThread]:
    made = TillThread()
    yield made
    made.close()


def play(thread: TillThread, script: Script) -> None:
    async def run() -> None:
        await asyncio.wait_for(script(thread), timeout=60)

    asyncio.run(run())


def test_everything_is_done_in_one_thread_that_is_not_the_screens(
    thread: TillThread, folder: Path
) -> None:
    threads: set[int] = set()

    async def script(thread: TillThread) -> None:
        assert not thread.is_open
        await thread.open(folder)
        assert thread.is_open
        for _ in range(3):
            threads.add(await thread.ask(lambda till: threading.get_ident()))
        assert await thread.ask(lambda till: till.market.name) == "Oak Square"

    play(thread, script)
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_what_was_sent_first_is_done_first(thread: TillThread, folder: Path) -> None:
    done: list[int] = []

    async def script(thread: TillThread) -> None:
        await thread.open(folder)

        def note(number: int) -> Callable[[Till], None]:
            return lambda _till: done.append(number)

        await asyncio.gather(*(thread.ask(note(number)) for number in range(50)))

    play(thread, script)
    assert done == list(range(50))


def test_an_error_reaches_who_asked_and_the_next_question_is_answered(
    thread: TillThread, folder: Path
) -> None:
    async def script(thread: TillThread) -> None:
        await thread.open(folder)
        with pytest.raises(NothingToUndo):
            await thread.ask(lambda till: till.undo())
        assert await thread.ask(lambda till: till.undoable()) == (0, 0)

    play(thread, script)


def test_what_was_sent_is_booked_where_nobody_waits_any_more(
    thread: TillThread, folder: Path
) -> None:
    go_on = threading.Event()

    async def script(thread: TillThread) -> None:
        await thread.open(folder)
        before = asyncio.ensure_future(thread.ask(lambda till: go_on.wait(60)))
        begun_or_not = [before, asyncio.ensure_future(thread.ask(handed_out))]
        await asyncio.sleep(0)
        for waiting in begun_or_not:
            waiting.cancel()
        for waiting in begun_or_not:
            with pytest.raises(asyncio.CancelledError):
                await waiting
        go_on.set()
        assert await thread.ask(lambda till: till.newest_day().visits) == 1

    play(thread, script)


def test_closing_waits_for_what_was_sent(folder: Path, clock: Clock) -> None:
    thread = TillThread()
    go_on = threading.Event()

    def book(till: Till) -> None:
        assert go_on.wait(60)
        handed_out(till)

    async def script(thread: TillThread) -> None:
        await thread.open(folder)
        sent = [asyncio.ensure_future(thread.ask(use)) for use in (book, handed_out)]
        await asyncio.sleep(0)
        closing = asyncio.to_thread(thread.close)
        go_on.set()
        await asyncio.gather(closing, *sent)

    play(thread, script)
    assert not thread.is_open
    till = open_till(folder, clock)
    assert till.newest_day().visits == 2
    till.close()


def test_where_no_market_is_none_is_open(thread: TillThread, tmp_path: Path) -> None:
    async def script(thread: TillThread) -> None:
        with pytest.raises(NoMarket):
            await thread.open(tmp_path / "nothing")
        assert not thread.is_open
        with pytest.raises(RuntimeError):
            await thread.ask(lambda till: till.market)
        await thread.start(
            lambda: found_market(tmp_path / "new", Market("Elm", "", "en", b"", False))
        )
        assert await thread.ask(lambda till: till.market.name) == "Elm"

    play(thread, script)


def test_a_closed_thread_answers_nothing_and_closes_twice(folder: Path) -> None:
    thread = TillThread()

    async def script(thread: TillThread) -> None:
        await thread.open(folder)
        thread.close()
        thread.close()
        with pytest.raises(RuntimeError):
            await thread.ask(lambda till: till.market)

    play(thread, script)
