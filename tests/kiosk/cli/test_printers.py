"""Printers in lines: found, used, tested, and in trouble."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.paper import finding
from kiosk.paper.finding import Found
from tests.kiosk.cli.lines import Lines, copied, found
from tests.kiosk.paper.printer_server import PrinterServer, printer_server


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("pattern") / "market")


@pytest.fixture
def table(pattern: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    return copied(pattern, tmp_path, capsys)


@pytest.fixture
def server() -> Iterator[PrinterServer]:
    with printer_server() as one:
        yield one


def test_a_printer_is_used_from_now_on(table: Lines, server: PrinterServer) -> None:
    said = table.json("print", "use", "network", server.address, "--paper", "80", "--no-cut")
    assert said == {
        "kind": "network",
        "address": server.address,
        "paper": "80",
        "cut": False,
        "state": "ready",
        "why": "",
    }
    assert "A test slip was sent" in table.ok("print", "test")
    slip = table.slip("--brought", "3 kg tomatoes")
    assert slip["image"] is None
    server.settle()
    test, paper = server.whole()
    assert (test.image.width, paper.image.width, paper.ended) == (576, 576, "feed")


def test_a_printer_in_trouble_is_said_and_the_slip_waits(
    table: Lines, server: PrinterServer
) -> None:
    table.ok("print", "use", "network", server.address)
    server.paper = False
    assert "out of paper" in table.ok("print", "use", "network", server.address)
    assert table.run("visit", "--brought", "3 kg tomatoes") == 0
    assert "out of paper" in table.err
    (job,) = table.json("print", "pending")["jobs"]
    assert (job["state"], job["copy"]) == ("queued", 1)
    assert table.run("print", "again", str(job["job"])) == 3
    server.paper = True
    assert table.json("print", "again", str(job["job"]))["copy"] == 1
    server.settle()
    assert len(server.whole()) == 1


def test_a_paper_that_broke_off_is_printed_again_as_a_copy(
    table: Lines, server: PrinterServer
) -> None:
    table.ok("print", "use", "network", server.address)
    server.hang_up_at = 4000
    assert table.run("visit", "--brought", "3 kg tomatoes") == 0
    assert "broke off" in table.err
    (job,) = table.json("print", "pending")["jobs"]
    assert job["state"] == "sending"
    assert "is the paper there?" in table.ok("print", "pending")
    assert table.json("print", "again", str(job["job"]))["copy"] == 2
    table.ok("print", "done", str(job["job"]))


def test_found_printers_stand_with_the_line_that_uses_them(
    table: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Found("usb", "04b8:0e15", "EPSON TM-T20II")
    monkeypatch.setattr(finding, "found_printers", lambda: [one])
    assert "EPSON TM-T20II: kiosk print use usb 04b8:0e15" in table.ok("print", "find")
    monkeypatch.setattr(finding, "found_printers", list)
    assert "No printer was found" in table.ok("print", "find")
    assert table.json("print", "find") == {"printers": []}


def test_whoever_uses_an_office_printer_is_told_of_the_copies_that_cups_keeps(
    table: Lines,
) -> None:
    told = table.told("print", "use", "cups", "office")
    assert "PreserveJobFiles=No" in told
    assert table.told("print", "use", "folder") == ""


@pytest.mark.parametrize(
    "typed",
    [
        ("fax",),
        ("network",),
        ("network", "a b"),
        ("folder", "--paper", "90"),
        ("cups", "office", "--paper", "58"),
        ("device", "/dev/usb/lp0", "--paper", "a4"),
    ],
)
def test_what_is_no_printer_is_refused(table: Lines, typed: tuple[str, ...]) -> None:
    assert table.refused("print", "use", *typed) == "BadSetting"
    assert not (table.folder / "settings.json").exists()
