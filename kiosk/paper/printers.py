"""The place where printers are listed: a new one is one new file and one line in `PRINTERS`.

What a printer is stands in kiosk/paper/printer.py. A printer's module is imported when it is made,
because this list is read when the kiosk starts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from db.errors import N_, BadSetting
from kiosk.messages import _
from kiosk.paper.folder import FolderPrinter
from kiosk.paper.printer import (
    READY,
    UNKNOWN,
    FateUnknown,
    Printer,
    PrinterState,
    Readiness,
    copy_name,
    trouble,
)

__all__ = [
    "DEFAULT",
    "NAMES",
    "PRINTERS",
    "READY",
    "UNKNOWN",
    "FateUnknown",
    "Place",
    "Printer",
    "PrinterState",
    "Readiness",
    "copy_name",
    "printer_for",
    "trouble",
]

DEFAULT = "folder"
"""The printer of a kiosk that has none: everything works before any hardware is bought."""

PAGES = frozenset({"cups"})
"""Kinds that print pages."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a printer is: the folder in which pictures may rest, the address that its kind asks
    for, and whether its paper shall be cut."""

    folder: Path
    address: str = ""
    cut: bool = True


def _receipt(kind_of_address: str) -> Callable[[Place], Printer]:
    def made(at: Place) -> Printer:
        from kiosk.paper import connections
        from kiosk.paper.escpos import EscposPrinter

        address: connections.Address = getattr(connections, kind_of_address).read(at.address)
        return EscposPrinter(at.address, address.connect, cut=at.cut)

    return made


def _office(at: Place) -> Printer:
    from kiosk.paper.cups import CupsPrinter, queue_name

    return CupsPrinter(queue_name(at.address))


PRINTERS: Mapping[str, Callable[[Place], Printer]] = {
    DEFAULT: lambda at: FolderPrinter(at.folder),
    "usb": _receipt("UsbAddress"),
    "device": _receipt("DeviceAddress"),
    "network": _receipt("NetworkAddress"),
    "serial": _receipt("SerialAddress"),
    "cups": _office,
}
"""Makes the printer of each kind; raises ValueError, with a sentence, for a wrong address."""

NAMES: Mapping[str, str] = {
    DEFAULT: N_("no printer: pictures in a folder"),
    "usb": N_("receipt printer, USB"),
    "device": N_("receipt printer, device file"),
    "network": N_("receipt printer, network"),
    "serial": N_("receipt printer, serial line"),
    "cups": N_("office printer (CUPS), A4"),
}
"""What people call each kind."""


def printer_for(kind: str, folder: Path, address: str = "", *, cut: bool = True) -> Printer:
    """The printer of a kind that `PRINTERS` lists; `folder` is where pictures may rest.

    Nothing is opened or made yet. Raises BadSetting for a kind that is not listed and for an address
    that is none of its kind.
    """
    make = PRINTERS.get(kind)
    if make is None:
        why = _("the kinds are {kinds}.").format(kinds=", ".join(PRINTERS))
        raise BadSetting(text=kind, setting=_("the printer"), why=why)
    try:
        return make(Place(folder, address, cut))
    except ValueError as error:
        why = _("{what}.").format(what=error)
        raise BadSetting(text=address, setting=_("the printer"), why=why) from error


def paper_for(kind: str, paper: str) -> str:
    """The paper width that a printer of this kind prints on, as near to `paper` as can be."""
    if kind in PAGES:
        return "a4"
    return "58" if paper == "a4" and kind != DEFAULT else paper
