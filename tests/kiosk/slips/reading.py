"""Reads pictures back as a phone would, for the tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Seen:
    """A code in a picture; `top` is the row where it begins."""

    text: str
    top: int
    version: str
    level: str
    mask: int


def read(image: Any) -> Seen:
    """The one code in a picture; see `codes`."""
    (found,) = codes(image)
    return found


def dark_box(image: Any) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is dark."""
    from PIL import ImageChops

    return light_box(ImageChops.invert(image.convert("L")))


def light_box(image: Any) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is light."""
    box = image.convert("L").getbbox()
    assert box is not None
    return box  # type: ignore[no-any-return]


def tops(image: Any, blocks: list[Any]) -> list[int]:
    """The rows of a picture in which each of these blocks begins, found from top to bottom dot by
    dot; fails where one is not there below the one before. White above and below a block is no part
    of it."""
    found: list[int] = []
    bytes_a_row = (image.width + 7) // 8
    dots, row = image.tobytes(), 0
    for number, block in enumerate(blocks):
        _, first, _, last = dark_box(block)
        wanted = block.crop((0, first, block.width, last)).tobytes()
        at = dots.find(wanted, row * bytes_a_row)
        while at % bytes_a_row and at >= 0:
            at = dots.find(wanted, at + 1)
        assert at >= 0, f"block {number} is not there"
        found.append(at // bytes_a_row)
        row = found[-1] + last - first
    return found


def codes(image: Any) -> list[Seen]:
    """The codes in a picture from top to bottom, with nothing turned, inverted or repaired to find
    them."""
    import zxingcpp

    # Of QR codes only: among a slip's modules zxing now and then sees a linear code that is none.
    found = zxingcpp.read_barcodes(
        image.convert("L"),
        formats=zxingcpp.BarcodeFormat.QRCode,
        try_rotate=False,
        try_invert=False,
        try_downscale=False,
    )
    return sorted(map(_seen, found), key=lambda one: one.top)


def _seen(found: Any) -> Seen:
    import zxingcpp

    assert found.format == zxingcpp.BarcodeFormat.QRCode
    assert found.symbology_identifier == "]Q1"
    extra: Any = found.extra
    return Seen(
        text=found.text,
        top=found.position.top_left.y,
        version=extra["Version"],
        level=found.ec_level,
        mask=extra["DataMask"],
    )
