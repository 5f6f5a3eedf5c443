"""What may be typed about papers and their printer, and about the scanner."""

from __future__ import annotations

from kiosk.cli.parser import Commands, number, path, words
from kiosk.messages import _


def add_print(commands: Commands) -> None:
    """Add `print`."""
    paper = commands.group("print", _("the papers that wait for the printer or for a person's eye"))
    paper.add("pending", "print pending", _("papers not confirmed yet"), "kiosk print pending")
    done = paper.add(
        "done",
        "print done",
        _("the paper is there: its secret is wiped and its pictures are removed"),
        "kiosk print done 12",
    )
    done.add_argument("job", metavar="JOB", type=number, help=_("number of the print job"))
    again = paper.add(
        "again",
        "print again",
        _("print a paper that did not come out; a second one is marked as a copy"),
        "kiosk print again 12",
    )
    again.add_argument("job", metavar="JOB", type=number, help=_("number of the print job"))
    paper.add("find", "print find", _("the printers that are connected"), "kiosk print find")
    use = paper.add(
        "use",
        "print use",
        _("use a printer from now on: folder, usb, device, network, serial or cups"),
        "kiosk print use network 192.168.1.50 --paper 80",
    )
    use.add_argument("kind", metavar="KIND", type=words)
    use.add_argument("address", nargs="?", default="", metavar="ADDRESS", type=words)
    use.add_argument("--paper", metavar="W", type=words, help=_("58, 80, 180dpi or a4"))
    use.add_argument("--no-cut", action="store_true", help=_("paper is torn off, not cut"))
    paper.add(
        "test",
        "print test",
        _("print a slip that shows whether the printer is good"),
        "kiosk print test",
    )


def add_scanner(commands: Commands) -> None:
    """Add `scanner`."""
    scanner = commands.group("scanner", _("how this computer reads the scanner"))
    card = scanner.add(
        "card",
        "scanner card",
        _("a PDF with the calibration card"),
        "kiosk scanner card --to scanner.pdf",
    )
    card.add_argument("--to", required=True, metavar="FILE.pdf", type=path)
    check = scanner.add(
        "check",
        "scanner check",
        _("learn from a scan of the calibration card, and undo from then on what it shows"),
        "kiosk scanner check -",
    )
    check.add_argument(
        "text", metavar="TEXT", help=_("as the scanner types it; - reads standard input")
    )
    scanner.add(
        "forget",
        "scanner forget",
        _("undo nothing any more: as if no card had been scanned"),
        "kiosk scanner forget",
    )
