"""The place where printers are listed: a new one is one new file and one line in `PRINTERS`.

What a printer is stands in kiosk/paper/printer.py. A printer's library is imported where it is used,
not where its file is read, because this list is read when the kiosk starts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from db.errors import BadSetting
from kiosk.messages import _
from kiosk.paper.folder import FolderPrinter
from kiosk.paper.printer import (
    READY,
    UNKNOWN,
    Printer,
    PrinterState,
    Readiness,
    copy_name,
    trouble,
)

__all__ = [
    "DEFAULT",
    "PRINTERS",
    "READY",
    "UNKNOWN",
    "Printer",
    "PrinterState",
    "Readiness",
    "copy_name",
    "printer_for",
    "trouble",
]

DEFAULT = "folder"
"""The printer of a kiosk that has none: everything works before any hardware is bought."""

PRINTERS: Mapping[str, Callable[[Path], Printer]] = {
    DEFAULT: FolderPrinter,
}
"""Makes the printer of each kind, given the folder in which pictures may rest."""


def printer_for(kind: str, folder: Path) -> Printer:
    """The printer of a kind that `PRINTERS` lists; `folder` is where pictures may rest.

    Nothing is opened or made yet. Raises BadSetting for a kind that is not listed.
    """
    make = PRINTERS.get(kind)
    if make is None:
        why = _("the kinds are {kinds}.").format(kinds=", ".join(PRINTERS))
        raise BadSetting(text=kind, setting=_("the printer"), why=why)
    return make(folder)
