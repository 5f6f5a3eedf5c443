"""Reads pictures back as a phone would, for the tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Seen:
    text: str
    version: str
    level: str
    mask: int


def read(image: Any) -> Seen:
    """The one code in a picture, with nothing turned, inverted or repaired to find it."""
    import zxingcpp

    # Of QR codes only: among a slip's modules zxing now and then sees a linear code that is none.
    (found,) = zxingcpp.read_barcodes(
        image.convert("L"),
        formats=zxingcpp.BarcodeFormat.QRCode,
        try_rotate=False,
        try_invert=False,
        try_downscale=False,
    )
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    assert found.symbology_identifier == "]Q1"
    extra: Any = found.extra
    return Seen(
        text=found.text,
        version=extra["Version"],
        level=found.ec_level,
        mask=extra["DataMask"],
    )
