"""Office printers through CUPS: the commands are real processes, what they say is what CUPS says."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from db.errors import PrinterTrouble
from kiosk.paper import cups
from kiosk.paper.cups import CupsPrinter, queues
from kiosk.paper.finding import Found, found_printers
from kiosk.paper.printer import UNKNOWN, FateUnknown, Readiness

IDLE = "printer office is idle.  enabled since Tue 24 Nov 2026\n\tForm mounted:\n\tAlerts: none\n"


class System:
    """A computer whose CUPS says and does what a test wants."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.command("lpstat", f'[ "$1" = -e ] && echo office && exit; printf "{IDLE}"')
        self.command("lp", f'echo "$@" > {folder}/asked; cat > {folder}/page.pdf')

    def command(self, name: str, does: str) -> None:
        """A command of CUPS, as a shell does it."""
        file = self.folder / name
        file.write_text(f"#!/bin/sh\n{does}\n")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> System:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return System(tmp_path)


@pytest.fixture
def nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def slip() -> Image.Image:
    image = Image.new("1", (600, 900), 1)
    image.paste(0, (0, 0, 300, 450))
    return image


def test_a_page_goes_to_its_queue_at_its_size(system: System) -> None:
    began: list[int] = []
    CupsPrinter("office").print(slip(), "slip", 300, lambda: began.append(1))
    asked = (system.folder / "asked").read_text()
    assert "-d office" in asked and "media=A4" in asked and "print-scaling=none" in asked
    assert began == [1]
    page = pypdfium2.PdfDocument(system.folder / "page.pdf")[0]
    assert page.get_size() == pytest.approx((595.28, 841.89), abs=0.1)
    shown = page.render(scale=300 / 72).to_pil().convert("L").point(lambda v: 255 * (v > 127))
    # Beside the block stand thin cutting lines: only its rows and columns are that dark.
    black = Image.eval(shown, lambda v: 255 - v)
    rows = black.resize((1, black.height), Image.Resampling.BOX).tobytes()
    columns = black.resize((black.width, 1), Image.Resampling.BOX).tobytes()
    dark_rows = sum(value > 0.8 * 255 * 300 / black.width for value in rows)
    dark_columns = sum(value > 0.8 * 255 * 450 / black.height for value in columns)
    assert (dark_columns, dark_rows) == pytest.approx((300, 450), abs=8)


def test_nothing_of_a_slip_stands_in_the_lists_of_the_system(system: System) -> None:
    CupsPrinter("office").print(slip(), "slip-000012", 300)
    assert "slip" not in (system.folder / "asked").read_text()


def test_a_queue_without_complaints_is_unknown_and_not_ready(system: System) -> None:
    assert CupsPrinter("office").state() == UNKNOWN


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ("printer office disabled since Tue -\\n\\tPaused\\n\\tAlerts: none\\n", "stopped"),
        (IDLE.replace("none", "media-empty-error"), "out of paper"),
        (IDLE.replace("none", "cover-open-error"), "cover is open"),
        (IDLE.replace("none", "offline-report"), "offline"),
    ],
)
def test_trouble_that_the_queue_knows_of_is_said_and_nothing_is_sent(
    system: System, says: str, words: str
) -> None:
    system.command("lpstat", f'printf "{says}"')
    printer = CupsPrinter("office")
    assert words in printer.state().sentence
    with pytest.raises(PrinterTrouble, match=words):
        printer.print(slip(), "slip", 300, lambda: pytest.fail("nothing begins"))
    assert not (system.folder / "asked").exists()


def test_a_queue_that_is_gone_is_trouble(system: System) -> None:
    system.command("lpstat", 'echo "lpstat: Invalid destination name in list \\"x\\"." >&2; exit 1')
    assert "Invalid destination" in CupsPrinter("office").state().sentence


def test_a_page_that_lp_refuses_did_not_go_out(system: System) -> None:
    system.command("lp", 'echo "lp: The printer or class does not exist." >&2; exit 1')
    with pytest.raises(PrinterTrouble, match="does not exist") as raised:
        CupsPrinter("office").print(slip(), "slip", 300)
    assert not isinstance(raised.value, FateUnknown)


def test_cups_that_does_not_answer_leaves_a_fate_unknown(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cups, "SECONDS", 1.0)
    system.command("lp", "exec sleep 30")
    with pytest.raises(FateUnknown):
        CupsPrinter("office").print(slip(), "slip", 300)


def test_a_computer_without_cups_says_so(nothing: None) -> None:
    assert CupsPrinter("office").state().readiness is Readiness.TROUBLE
    assert queues() == []


# What is connected


def test_what_is_connected_is_found(system: System, tmp_path: Path) -> None:
    root = tmp_path / "root"
    device = root / "sys/bus/usb/devices/1-2"
    scanner = root / "sys/bus/usb/devices/1-3"
    for folder, of_class in ((device, "07"), (scanner, "03")):
        interface = folder.parent / f"{folder.name}:1.0"
        for one in (folder, interface):
            one.mkdir(parents=True)
        (interface / "bInterfaceClass").write_text(f"{of_class}\n")
        (folder / "idVendor").write_text("04b8\n")
        (folder / "idProduct").write_text("0e15\n")
        (folder / "manufacturer").write_text("EPSON\n")
        (folder / "product").write_text("TM-T20\x1b[31mII\n")
    (root / "dev/usb").mkdir(parents=True)
    (root / "dev/usb/lp0").touch()
    usbmisc = root / "sys/class/usbmisc/lp0"
    usbmisc.mkdir(parents=True)
    (usbmisc / "device").symlink_to(device.parent / "1-2:1.0")
    found = found_printers(root)
    assert [one.kind for one in found] == ["device", "usb", "cups"]
    assert found[0].address == "/dev/usb/lp0"
    assert found[1] == Found("usb", "04b8:0e15", "EPSON TM-T20 [31mII")
    assert found[2] == Found("cups", "office", "office")


def test_nothing_is_found_where_nothing_is(nothing: None, tmp_path: Path) -> None:
    assert found_printers(tmp_path) == []
