"""The table comes back by itself: after a kill, after a fault, and to the visit that was typed."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.keys.resting import FILE as RESTING
from kiosk.machine import log
from kiosk.running.supervisor import MOST_CRASHES, KeepsCrashing, supervised
from kiosk.running.visitkeeping import FILE as VISIT
from kiosk.till import open_till
from tests.kiosk.screens.table import founded
from tests.kiosk.terminal import PATIENCE_SECONDS, Terminal, at_terminal, environment_for
from tests.kiosk.tills import handed_out

HOME = "1 Visit"
PASSPHRASE = "seven geese"


def children(process: int) -> list[int]:
    """The processes that a process has started."""
    listed = Path(f"/proc/{process}/task/{process}/children")
    return [int(one) for one in listed.read_text().split()]


def is_over(process: int) -> bool:
    """Whether a process has ended, or is only waited for."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def kill_the_app(terminal: Terminal, number: signal.Signals = signal.SIGKILL) -> None:
    """End the app without a word, and see that another one comes."""
    (app,) = children(terminal.process_group)
    os.kill(app, number)
    terminal.wait_for(
        lambda: children(terminal.process_group) not in ([], [app]), "another process"
    )


def test_after_a_kill_the_table_is_back_at_the_visit_that_was_typed(tmp_path: Path) -> None:
    folder = founded(
        tmp_path / "market", passphrase=PASSPHRASE, asks_again=False, before=handed_out
    )
    till = open_till(folder)
    slip = till.ready(till.pending()[0].id).text
    till.close()
    with at_terminal(folder) as terminal:
        terminal.wait(HOME)
        terminal.press("1", until="what do they bring or take?")
        terminal.type("-hon", until="honey jar 4 credits")
        terminal.press("enter", until="credits short")
        terminal.scan(slip, until="A slip of 6 credits is handed in.")
        kept = folder / VISIT
        terminal.wait_for(
            lambda: kept.exists() and b"slip" in kept.read_bytes(), "the visit on the disk"
        )
        assert kept.stat().st_mode & 0o777 == 0o600
        kill_the_app(terminal)
        terminal.wait("The kiosk started anew. This visit is as it was")
        terminal.wait("we hand out a slip of")
        terminal.press("enter", until="visit 2 is in the book")
        assert not kept.exists()
        terminal.press("escape", until=HOME)
        assert (folder / RESTING).exists(), "no steward was needed"


def test_a_visit_that_was_booked_is_not_typed_again(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")
    with at_terminal(folder) as terminal:
        terminal.wait(HOME)
        terminal.press("1", until="what do they bring or take?")
        terminal.type("3 tom", until="tomatoes kg 2 credits")
        terminal.press("enter", until="we hand out a slip of")
        kept = folder / VISIT
        terminal.wait_for(kept.exists, "the visit on the disk")
        content = kept.read_bytes()
        terminal.press("enter", until="Give it to the neighbour.")
        terminal.wait_for(lambda: not kept.exists(), "the visit forgotten")
        kept.write_bytes(content)  # as if the kill had come right behind the commit
        kill_the_app(terminal)
        terminal.wait(HOME)
        assert "go on:" not in terminal.words()
        terminal.wait_for(lambda: not kept.exists(), "the visit forgotten")


def test_the_terminal_is_given_back_and_the_status_passed_on(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")
    with at_terminal(folder) as terminal:
        terminal.wait(HOME)
        terminal.signal(signal.SIGTERM)
        assert terminal.status() == 128 + signal.SIGTERM
        assert b"\x1b[?1049l" in terminal.output[-200:]


def test_who_kills_the_command_kills_the_app(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market")
    with at_terminal(folder) as terminal:
        terminal.wait("Scan a slip at any time")
        (app,) = children(terminal.process_group)
        terminal.signal(signal.SIGKILL)
        until = time.monotonic() + PATIENCE_SECONDS
        while not is_over(app):
            assert time.monotonic() < until, "the app goes on"
            terminal.read_for(0.05)


def test_a_fault_in_the_app_shows_no_traceback_and_the_table_comes_back(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market", before=handed_out)
    till = open_till(folder)
    slip, seed = till.ready(till.pending()[0].id).text, till.key().seed().hex()
    till.close()
    mark = tmp_path / "mark"
    program = [sys.executable, "-m", "tests.faults.faulty", str(mark), "screen"]
    terminal = Terminal(program, environment_for(folder))
    try:
        terminal.wait("Scan a slip at any time")
        terminal.scan(slip, until="The kiosk starts again.")
        terminal.wait("Scan a slip at any time")
        for secret in (seed, slip, "Traceback", "LookupError"):
            assert secret.encode() not in terminal.output
        written = (folder / log.FILE).read_text()
        assert "LookupError at tests/faults/faulty.py:" in written
        assert seed not in written and slip not in written
    finally:
        terminal.close()


# Without a terminal


@pytest.fixture
def own_streams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Something to write to that is no terminal."""
    with (tmp_path / "screen").open("w+b") as screen:
        monkeypatch.setattr("sys.__stdin__", screen)
        monkeypatch.setattr("sys.__stdout__", screen)
        yield
    log.close_log()


@pytest.mark.parametrize("status", [0, 1, 3])
def test_an_end_that_somebody_wanted_is_the_end(
    own_streams: None, tmp_path: Path, status: int
) -> None:
    assert supervised(lambda: status, tmp_path) == status


def test_a_fault_is_written_without_a_value_and_the_table_starts_again(
    own_streams: None, tmp_path: Path
) -> None:
    started = tmp_path / "started"

    def run() -> int:
        if started.exists():
            return 0
        started.touch()
        log.open_log(tmp_path)
        secret = "Y026SECRET"
        raise LookupError(secret)

    assert supervised(run, tmp_path) == 0
    written = (tmp_path / log.FILE).read_text()
    assert "LookupError at tests/kiosk/running/test_supervisor.py:" in written
    assert "crash 1 in a row" in written
    assert "SECRET" not in written
    assert b"SECRET" not in (tmp_path / "screen").read_bytes()
    assert b"The kiosk starts again." in (tmp_path / "screen").read_bytes()


def test_after_several_crashes_in_a_row_it_gives_up_with_a_sentence(
    own_streams: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.running.supervisor.LONGEST_PAUSE", 0.0)
    tries = tmp_path / "tries"

    def run() -> int:
        with tries.open("a") as file:
            file.write("x")
        os.kill(os.getpid(), signal.SIGKILL)
        return 0

    with pytest.raises(KeepsCrashing) as refused:
        supervised(run, tmp_path)
    assert refused.value.status == 3
    assert len(tries.read_text()) == MOST_CRASHES


def test_what_is_kept_of_a_visit_spends_nothing(tmp_path: Path) -> None:
    folder = founded(tmp_path / "market", before=handed_out)
    till = open_till(folder)
    from kiosk.running.draft import Draft
    from kiosk.running.visitkeeping import keep, restored, written

    slip = till.ready(till.pending()[0].id).text
    draft = Draft("a key")
    draft.add_slip(till.check(slip))
    content = written(draft)
    assert json.loads(content)["items"] == [{"slip": till.accepted(slip)[0].hex()}]
    keep(folder, content)
    again = restored(till)
    assert again is not None and again.exchange() == draft.exchange()
    assert not (folder / VISIT).exists(), "what makes the table end must not do so for ever"
    keep(folder, content)
    till.void(1, 1, "wet")
    assert restored(till) is None, "a slip that ended since is no part of it any more"
    till.close()


def test_what_is_missing_of_a_visit_is_said_and_the_rest_comes_back(tmp_path: Path) -> None:
    """A slip of lost books has to be scanned again; a good may be gone."""
    from kiosk.running.visitkeeping import came_back, keep, restored

    folder = founded(tmp_path / "market")
    items = [
        {"good": "tomatoes", "quantity": 3000, "taken": False},
        {"slip": "00" * 16},
        {"good": "nothing", "quantity": 1000, "taken": True},
    ]
    keep(folder, json.dumps({"key": "k", "items": items}).encode())
    till = open_till(folder)
    again = restored(till)
    assert again is not None and (again.size, again.missing) == (1, 2)
    assert "2 lines or slips of this visit are missing" in came_back(again)
    till.close()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"\xff", b"{}", b'{"key": 3, "items": []}', b"[" * 9_999,
        b'{"key": "k", "items": [{"good": "tomatoes", "quantity": -1, "taken": false}]}',
        b'{"key": "k", "items": [{"good": "tomatoes", "quantity": 1e9, "taken": false}]}',
        b'{"key": "k", "items": [{"good": "nothing", "quantity": 1, "taken": false}]}',
        b'{"key": "k", "items": [{"slip": "00"}, {"slip": "zz"}, {"slip": 3}]}',
        b'{"key": "k", "items": [3, "x", null]}', b" " * 1_000_000,
    ],
)  # fmt: skip
def test_a_file_that_no_kiosk_wrote_is_as_if_there_were_none(
    tmp_path: Path, content: bytes
) -> None:
    from kiosk.running.visitkeeping import restored

    folder = founded(tmp_path / "market")
    (folder / VISIT).write_bytes(content)
    till = open_till(folder)
    assert restored(till) is None
    assert not (folder / VISIT).exists()
    till.close()
