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

    (found,) = zxingcpp.read_barcodes(
        image.convert("L"), try_rotate=False, try_invert=False, try_downscale=False
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
