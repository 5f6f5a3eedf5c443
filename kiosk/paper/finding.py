"""Which printers are connected to this computer.

Looked for are USB devices of the printer class, the device files of their drivers, and the queues of
CUPS. A network is never searched: the address of a network printer is typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk.paper.connections import PRINTER_CLASS
from kiosk.paper.cups import queues
from kiosk.text import safe

ROOT = Path("/")
MOST = 20
"""Printers that are looked at of each kind."""


@dataclass(frozen=True, slots=True)
class Found:
    """A printer: its kind and address as in the settings, and a name for people (safe text)."""

    kind: str
    address: str
    name: str


def found_printers(root: Path = ROOT) -> list[Found]:
    """Everything that is connected, receipt printers first. May wait for CUPS; never raises."""
    return [*_devices(root), *_usb(root), *_cups()]


def _devices(root: Path) -> list[Found]:
    return [
        Found("device", f"/{path.relative_to(root).as_posix()}", _driven(root, path.name))
        for path in sorted(root.glob("dev/usb/lp[0-9]*"))[:MOST]
    ]


def _driven(root: Path, name: str) -> str:
    """The name of the USB printer behind a device file; the file's where nothing says it."""
    interface = root / "sys" / "class" / "usbmisc" / name / "device"
    return _product((interface / "..").resolve()) or name


def _usb(root: Path) -> list[Found]:
    found = []
    for interface in sorted((root / "sys/bus/usb/devices").glob("*:*")):
        if _number(interface / "bInterfaceClass") != PRINTER_CLASS:
            continue
        device = interface.parent / interface.name.partition(":")[0]
        vendor, product = _number(device / "idVendor"), _number(device / "idProduct")
        if vendor is None or product is None:
            continue
        numbers = f"{vendor:04x}:{product:04x}"
        one = Found("usb", numbers, _product(device) or numbers)
        if one not in found:
            found.append(one)
    return found[:MOST]


def _cups() -> list[Found]:
    return [Found("cups", queue, safe(queue)) for queue in queues()[:MOST]]


def _product(device: Path) -> str:
    words = (_words(device / "manufacturer"), _words(device / "product"))
    return safe(" ".join(word for word in words if word), 60)


def _number(file: Path) -> int | None:
    """A number in hexadecimal digits, as the kernel writes it."""
    try:
        return int(_words(file), 16)
    except ValueError:
        return None


def _words(file: Path) -> str:
    try:
        return file.read_bytes()[:200].decode("utf-8", "replace").strip()
    except OSError:
        return ""
