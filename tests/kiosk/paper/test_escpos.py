"""Receipt printers: every dot as drawn, a status that is never guessed, no wait without end."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from db.errors import BadSetting, PrinterTrouble
from kiosk.paper import connections, escpos
from kiosk.paper.escpos import encoded
from kiosk.paper.printers import READY, UNKNOWN, FateUnknown, Printer, Readiness, printer_for
from kiosk.slips.column import PAPERS
from kiosk.slips.picture import SlipWords, draw
from tests.kiosk.paper.printer_server import Interpreter, PrinterServer, printer_server

TEXT = "Y026" + "0123456789ABCDEFGHJKMNPQRSTVWXYZ" * 4 + "0123456"
WORDS = SlipWords(
    "Oak Square", "9", "9 credits", "7KQ2M-X84DT-0PZ3H", "28 Nov 2026", ("Thanks.",), "ledger 3f9a"
)


@pytest.fixture
def server() -> Iterator[PrinterServer]:
    with printer_server() as one:
        yield one


@pytest.fixture
def printer(server: PrinterServer) -> Printer:
    return printer_for("network", Path("unused"), server.address)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time limits that a test can wait for."""
    for module, name in (
        (escpos, "ANSWER_SECONDS"),
        (escpos, "END_SECONDS"),
        (connections, "STALL_SECONDS"),
    ):
        monkeypatch.setattr(module, name, 0.05)


def slip(paper: str = "58") -> Image.Image:
    return draw(TEXT, WORDS, PAPERS[paper])


def same(left: Image.Image, right: Image.Image) -> bool:
    """The same dots; a raster is whole bytes wide, and what it has more is light."""
    wide = Image.new("1", (max(left.width, right.width), right.height), 1)
    wide.paste(right, (0, 0))
    return left.size == wide.size and left.tobytes() == wide.tobytes()


@pytest.mark.parametrize("paper", ["58", "80", "180dpi"])
def test_what_comes_out_is_the_slip_dot_by_dot_and_scans(
    server: PrinterServer, printer: Printer, paper: str
) -> None:
    assert printer.print(slip(paper), "slip", PAPERS[paper].dots_per_inch) is None
    server.wait_for(lambda: bool(server.finished))
    (out,) = server.papers()
    assert out.whole and out.ended == "cut"
    assert same(out.image, slip(paper))
    read = zxingcpp.read_barcodes(out.image.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    assert [code.text for code in read] == [TEXT, TEXT]
    assert server.strange() == []
    assert server.finished[0].resets == 1


def test_a_width_that_is_no_whole_bytes_stays_light_at_the_right(
    server: PrinterServer, printer: Printer
) -> None:
    image = Image.new("1", (13, 9), 0)
    printer.print(image, "dark", 203)
    server.wait_for(lambda: bool(server.finished))
    assert same(server.papers()[0].image, image)


def test_a_printer_with_an_ipv6_address_prints(server: PrinterServer) -> None:
    port = server.address.rpartition(":")[2]
    printer = printer_for("network", Path(), f"[::ffff:127.0.0.1]:{port}")
    printer.print(slip(), "slip", 203)
    server.wait_for(lambda: bool(server.finished))
    assert same(server.papers()[0].image, slip())


def test_without_a_knife_the_paper_is_fed_to_its_edge(server: PrinterServer) -> None:
    printer_for("network", Path(), server.address, cut=False).print(slip(), "slip", 203)
    server.wait_for(lambda: bool(server.finished))
    assert [paper.ended for paper in server.papers()] == ["feed"]


def test_a_picture_that_no_raster_holds_is_an_error() -> None:
    with pytest.raises(ValueError, match="raster"):
        encoded(Image.new("1", (8, 70_000)), cut=True)


# Status


def test_a_printer_that_is_well_says_so(printer: Printer) -> None:
    assert printer.state() == READY


def test_silence_is_unknown_and_the_paper_goes_out_all_the_same(
    server: PrinterServer, printer: Printer, impatient: None
) -> None:
    server.silent = True
    assert printer.state() == UNKNOWN
    printer.print(slip(), "slip", 203)
    server.wait_for(lambda: len(server.finished) == 2)
    assert len(server.whole()) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [({"paper": False}, "out of paper"), ({"cover_open": True}, "cover is open")],
)
def test_a_printer_in_need_of_somebody_gets_no_paper(
    server: PrinterServer, printer: Printer, change: dict[str, bool], words: str
) -> None:
    vars(server).update(change)
    state = printer.state()
    assert (state.readiness, words in state.sentence) == (Readiness.TROUBLE, True)
    began: list[int] = []
    with pytest.raises(PrinterTrouble, match=words) as raised:
        printer.print(slip(), "slip", 203, lambda: began.append(1))
    assert not isinstance(raised.value, FateUnknown)
    assert (began, server.papers()) == ([], [])


@pytest.mark.parametrize("answer", [0x00, 0xFF, 0x16 | 0x80, ord("B")])
def test_what_is_no_answer_is_silence(
    server: PrinterServer, printer: Printer, impatient: None, answer: int
) -> None:
    server._answer = lambda what: answer  # type: ignore[method-assign]
    assert printer.state() == UNKNOWN


def test_a_printer_that_reports_an_error_or_is_offline_is_in_trouble(
    server: PrinterServer, printer: Printer
) -> None:
    for answers, words in (({1: 0x1A, 2: 0x52}, "reports an error"), ({1: 0x1A}, "offline")):
        server._answer = lambda what, said=answers: said.get(what, 0x12)  # type: ignore[method-assign,misc]
        assert words in printer.state().sentence


def test_a_printer_that_is_not_there_is_in_trouble(server: PrinterServer, printer: Printer) -> None:
    server.switch_off()
    assert printer.state().readiness is Readiness.TROUBLE
    began: list[int] = []
    with pytest.raises(PrinterTrouble, match="nothing answers at its address"):
        printer.print(slip(), "slip", 203, lambda: began.append(1))
    assert began == []


# In the middle


def test_a_printer_that_is_gone_in_the_middle_leaves_a_fate_unknown(
    server: PrinterServer, printer: Printer
) -> None:
    job = len(encoded(slip(), cut=True))
    for at in (12, job // 2, job + 8):
        server.hang_up_at = at
        with pytest.raises(FateUnknown, match="broke"):
            printer.print(slip(), "slip", 203)
    server.wait_for(lambda: len(server.finished) == 3)
    assert server.whole() == []


def test_paper_that_ends_in_the_middle_leaves_a_fate_unknown(
    server: PrinterServer, printer: Printer
) -> None:
    def begins() -> None:
        server.paper = False

    with pytest.raises(FateUnknown, match="out of paper"):
        printer.print(slip(), "slip", 203, begins)


def test_a_printer_that_takes_no_more_is_not_waited_for_without_end(
    server: PrinterServer, printer: Printer, impatient: None
) -> None:
    server.hold_at = 600
    with pytest.raises(FateUnknown, match=r"takes no more|answering"):
        printer.print(slip(), "slip", 203)
    server.drop()


def test_what_begins_refuses_is_not_printed(server: PrinterServer, printer: Printer) -> None:
    def refuses() -> None:
        raise BadSetting(text="", setting="", why="")

    with pytest.raises(BadSetting):
        printer.print(slip(), "slip", 203, refuses)
    server.wait_for(lambda: bool(server.finished))
    assert server.papers() == []


def test_the_fate_is_told_of_before_the_first_byte(server: PrinterServer, printer: Printer) -> None:
    server.hold_at = 9  # three questions
    at_begin: list[int] = []

    def begins() -> None:
        at_begin.append(sum(one.resets for one in server.finished))

    thread = threading.Thread(target=printer.print, args=(slip(), "slip", 203, begins))
    thread.start()
    server.wait_until_held()
    server.release()
    thread.join(30)
    assert at_begin == [0]
    server.wait_for(lambda: bool(server.finished))


# Other ways to a printer


def reader(file: int, answers: bool) -> tuple[Interpreter, threading.Thread]:
    """A printer at the other end of a terminal or a pipe, until that is closed."""
    interpreter = Interpreter(lambda what: 0x12 if answers else None)

    def read() -> None:
        while True:
            try:
                data = os.read(file, 4096)
            except OSError:
                return
            if not data:
                return
            said = interpreter.feed(data)
            if said:
                os.write(file, said)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return interpreter, thread


@pytest.mark.parametrize("kind", ["serial", "device"])
def test_a_line_that_answers_prints_dot_by_dot(kind: str) -> None:
    master, slave = pty.openpty()
    tty.setraw(slave)
    name = os.ttyname(slave)
    interpreter, thread = reader(master, answers=True)
    printer = printer_for(kind, Path(), name)
    assert printer.state() == READY
    printer.print(slip(), "slip", 203)
    os.close(slave)
    thread.join(30)
    os.close(master)
    (out,) = interpreter.papers
    assert same(out.image, slip())
    assert interpreter.strange == []


def test_a_pipe_is_a_silent_printer(tmp_path: Path, impatient: None) -> None:
    pipe = tmp_path / "lp0"
    os.mkfifo(pipe)
    file = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    held_open = os.open(pipe, os.O_WRONLY)
    os.set_blocking(file, True)
    interpreter, thread = reader(file, answers=False)
    printer = printer_for("device", Path(), str(pipe))
    printer.print(slip(), "slip", 203)
    os.close(held_open)
    thread.join(30)
    assert same(interpreter.papers[0].image, slip())


@pytest.mark.parametrize("kind", ["serial", "device"])
def test_a_device_that_is_not_there_is_trouble_and_is_not_made(tmp_path: Path, kind: str) -> None:
    printer = printer_for(kind, Path(), str(tmp_path / "lp0"))
    with pytest.raises(PrinterTrouble, match="not connected"):
        printer.print(slip(), "slip", 203)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["serial", "device"])
@pytest.mark.parametrize("what", ["letter", "link to it", "folder"])
def test_what_is_no_device_is_trouble_and_stays_as_it_was(
    tmp_path: Path, kind: str, what: str
) -> None:
    (tmp_path / "letter").write_bytes(b"dear" * 40_000)
    (tmp_path / "link to it").symlink_to("letter")
    (tmp_path / "folder").mkdir()
    printer = printer_for(kind, Path(), str(tmp_path / what))
    assert printer.state().readiness is Readiness.TROUBLE
    with pytest.raises(PrinterTrouble, match="no printer's device"):
        printer.print(slip(), "slip", 203)
    assert (tmp_path / "letter").read_bytes() == b"dear" * 40_000


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("network", ""),
        ("network", "host:0"),
        ("network", "host:65536"),
        ("network", "host name"),
        ("network", "-oProxy"),
        ("network", "::1"),
        ("network", "fe80::1:9100"),
        ("network", "[fe80::z]"),
        ("network", "[fe80::1]:0"),
        ("network", "[192.168.1.50]"),
        ("usb", "04b8"),
        ("usb", "04b8:0e15:1"),
        ("device", "lp0"),
        ("device", "/dev/l\0p0"),
        ("serial", "ttyS0"),
        ("serial", "/dev/ttyS0,fast"),
        ("serial", "/dev/ttyS0,9601"),
        ("cups", ""),
        ("cups", "-d"),
        ("cups", "two words"),
        ("fax", "here"),
    ],
)
def test_an_address_that_is_none_is_refused_with_a_reason(kind: str, address: str) -> None:
    with pytest.raises(BadSetting):
        printer_for(kind, Path(), address)


def test_reading_the_list_of_printers_imports_no_printer_library() -> None:
    script = (
        "import sys, kiosk.paper.printers; print({'escpos', 'usb', 'serial'} & set(sys.modules))"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert said.stdout == "set()\n"


def test_the_library_leaves_no_folder_behind(server: PrinterServer, tmp_path: Path) -> None:
    script = (
        "from kiosk.paper.printers import printer_for; from pathlib import Path;"
        f"print(printer_for('network', Path(), {server.address!r}).state().readiness)"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment
    )
    assert said.stdout == "ready\n"
    assert list(tmp_path.iterdir()) == []
