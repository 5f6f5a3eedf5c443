"""The folder printer: whole pictures of the right size, or none."""

from __future__ import annotations

import re
import resource
import stat
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw

from db.errors import BadSetting, PrinterTrouble
from kiosk.paper.folder import FolderPrinter
from kiosk.paper.printers import PRINTERS, Readiness, copy_name, printer_for


def picture(width: int = 384, height: int = 800) -> Image.Image:
    image = Image.new("1", (width, height), 1)
    ImageDraw.Draw(image).rectangle((10, 10, width // 2, height // 2), fill=0)
    return image


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """A real write past `size` bytes of a file fails, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_picture_comes_back_dot_by_dot(tmp_path: Path) -> None:
    path = printer_for("folder", tmp_path / "paper").print(picture(), "visit-28", 203)
    assert path == tmp_path / "paper" / "visit-28.png"
    with Image.open(path) as read:
        assert read.mode == "1"
        assert read.tobytes() == picture().tobytes()
        assert read.info["dpi"] == pytest.approx((203, 203), abs=0.05)


@pytest.mark.parametrize(("width", "dpi"), [(384, 203), (576, 203), (512, 180), (827, 300)])
def test_the_pdf_has_the_size_of_the_paper(tmp_path: Path, width: int, dpi: int) -> None:
    FolderPrinter(tmp_path).print(picture(width), "slip", dpi)
    pdf = (tmp_path / "slip.pdf").read_bytes()
    box = re.search(rb"/MediaBox \[ ([0-9. ]+) \]", pdf)
    assert box is not None
    left, bottom, right, top = (float(part) * 25.4 / 72 for part in box[1].split())
    assert (left, bottom) == (0, 0)
    assert right == pytest.approx(width * 25.4 / dpi, abs=0.01)
    assert top == pytest.approx(800 * 25.4 / dpi, abs=0.01)


def test_the_files_do_not_say_when_a_neighbour_stood_at_the_table(tmp_path: Path) -> None:
    FolderPrinter(tmp_path).print(picture(), "slip", 203)
    assert b"Date" not in (tmp_path / "slip.pdf").read_bytes()
    assert b"tIME" not in (tmp_path / "slip.png").read_bytes()


def test_only_the_owner_may_read_a_picture(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "paper"
    FolderPrinter(folder).print(picture(), "slip", 203)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_picture_left_readable_for_all_is_replaced_by_a_private_one(tmp_path: Path) -> None:
    for name in ("slip.png", "slip.png.unfinished"):
        (tmp_path / name).write_bytes(b"old")
        (tmp_path / name).chmod(0o644)
    FolderPrinter(tmp_path).print(picture(), "slip", 203)
    assert stat.S_IMODE((tmp_path / "slip.png").stat().st_mode) == 0o600
    assert not (tmp_path / "slip.png.unfinished").exists()


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    printer = FolderPrinter(tmp_path)
    with room_for(100), pytest.raises(PrinterTrouble, match="the disk is full"):
        printer.print(picture(), "slip", 203)
    assert list(tmp_path.iterdir()) == []
    assert printer.print(picture(), "slip", 203).exists()


def test_a_full_disk_leaves_an_earlier_picture_whole(tmp_path: Path) -> None:
    printer = FolderPrinter(tmp_path)
    printer.print(picture(), "slip", 203)
    before = {path.name: zlib.crc32(path.read_bytes()) for path in tmp_path.iterdir()}
    with room_for(100), pytest.raises(PrinterTrouble):
        printer.print(picture(576), "slip", 203)
    assert {path.name: zlib.crc32(path.read_bytes()) for path in tmp_path.iterdir()} == before


def test_a_failure_at_the_second_file_leaves_neither(tmp_path: Path) -> None:
    (tmp_path / "slip.pdf").mkdir()
    with pytest.raises(PrinterTrouble):
        FolderPrinter(tmp_path).print(picture(), "slip", 203)
    assert [path.name for path in tmp_path.iterdir()] == ["slip.pdf"]


def test_a_folder_that_can_not_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    printer = FolderPrinter(tmp_path / "file" / "paper")
    state = printer.state()
    assert state.readiness is Readiness.TROUBLE
    assert "file" in state.sentence
    with pytest.raises(PrinterTrouble, match="can't be written") as raised:
        printer.print(picture(), "slip", 203)
    assert raised.value.status == 3


def test_a_folder_yet_to_be_made_is_ready_and_is_not_made_by_asking(tmp_path: Path) -> None:
    printer = FolderPrinter(tmp_path / "later" / "paper")
    assert printer.state().readiness is Readiness.READY
    printer.forget("slip")
    assert list(tmp_path.iterdir()) == []


def test_forgetting_takes_every_copy_and_no_other_picture(tmp_path: Path) -> None:
    printer = FolderPrinter(tmp_path)
    for name in ("visit-2", copy_name("visit-2", 2), copy_name("visit-2", 11), "visit-28"):
        printer.print(picture(64, 64), name, 203)
    (tmp_path / "visit-2.pdf.unfinished").write_bytes(b"cut off by the power")
    (tmp_path / "visit-2-copyist.png").write_bytes(b"somebody's own")
    printer.forget("visit-2")
    kept = {path.name for path in tmp_path.iterdir()}
    assert kept == {"visit-28.png", "visit-28.pdf", "visit-2-copyist.png"}
    printer.forget("visit-2")


def test_the_original_has_no_mark_in_its_name() -> None:
    assert [copy_name("a", copy) for copy in (1, 2, 3)] == ["a", "a-copy2", "a-copy3"]


@pytest.mark.parametrize("name", ["", "../slip", "a/b", ".hidden", "-rf", "a b", "x" * 81, "ñ"])
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    printer = FolderPrinter(tmp_path)
    with pytest.raises(ValueError, match="not a name"):
        printer.print(picture(64, 64), name, 203)
    with pytest.raises(ValueError, match="not a name"):
        printer.forget(name)


def test_every_listed_printer_can_be_made_and_says_how_it_is(tmp_path: Path) -> None:
    addresses = {
        "folder": "",
        "network": "127.0.0.1:9",
        "usb": "0000:0000",
        "device": str(tmp_path / "lp0"),
        "serial": str(tmp_path / "ttyS0"),
        "cups": "nobody",
    }
    for kind in PRINTERS:
        printer = printer_for(kind, tmp_path, addresses[kind])
        assert printer.label
        assert printer.state().readiness in Readiness


def test_a_printer_nobody_listed_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"daisywheel.*folder"):
        printer_for("daisywheel", tmp_path)


def test_the_pdf_shows_the_same_dots(tmp_path: Path) -> None:
    FolderPrinter(tmp_path).print(picture(), "slip", 203)
    page = pypdfium2.PdfDocument(tmp_path / "slip.pdf")[0]
    shown = page.render(scale=203 / 72).to_pil().convert("L").resize((384, 800))
    difference = ImageChops.difference(shown, picture().convert("L"))
    assert difference.crop((12, 12, 190, 398)).getextrema() == (0, 0)
    assert difference.crop((195, 402, 384, 800)).getextrema() == (0, 0)


def test_listing_printers_loads_no_picture_library() -> None:
    seen = "import sys, kiosk.paper.printers, kiosk.paper.sheets; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", seen], capture_output=True, check=True, text=True
    )
    assert "kiosk.paper.folder" in loaded.stdout
    assert not {"PIL", "qrcode", "reportlab"} & set(loaded.stdout.split())
