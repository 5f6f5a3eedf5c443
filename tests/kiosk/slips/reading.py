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
