"""Printers of the system, through CUPS: an A4 page that holds the paper at its exact size.

`lp` takes the page, `lpstat` says how a queue is. CUPS saying that a printer is idle is not the
printer saying so, therefore a queue without complaints is UNKNOWN. That CUPS took a page means that
it waits in CUPS's own queue, which survives a power cut.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING

from db.errors import PrinterTrouble
from kiosk.messages import _
from kiosk.paper.pages import sheets
from kiosk.paper.printer import UNKNOWN, FateUnknown, PrinterState, nobody_asks, trouble

if TYPE_CHECKING:
    from PIL.Image import Image

TITLE = "market-kiosk"
"""What the page is called in CUPS's lists: it tells nothing of the slip."""

SECONDS = 20.0
"""How long `lp` and `lpstat` may take."""

_ALERTS = re.compile(r"^\s*Alerts: (.*)$", re.MULTILINE)


def queue_name(text: str) -> str:
    """A queue's name as CUPS allows it; raises ValueError."""
    if re.fullmatch(r"[^\s/#\"'\\<>|-][^\s/#\"'\\<>|]{0,126}", text) is None:
        raise ValueError(_("type the name of the queue, as “lpstat -e” shows it"))
    return text


class CupsPrinter:
    """One queue of CUPS."""

    def __init__(self, queue: str) -> None:
        self.queue = queue

    @property
    def label(self) -> str:
        """What people call it, in the language spoken now."""
        return _("printer {queue} of this computer").format(queue=self.queue)

    def print(
        self, image: Image, name: str, dpi: int, begins: Callable[[], None] = nobody_asks
    ) -> None:
        """See kiosk.paper.printer.Printer."""
        document = sheets([image], dpi)
        now = self.state()
        if now != UNKNOWN:
            raise PrinterTrouble(why=now.sentence)
        begins()
        # The page is at its size already: “fit to page” would resample the dots.
        asked = ["lp", "-s", "-d", self.queue, "-t", TITLE, "-o", "media=A4"]
        said = _run([*asked, "-o", "print-scaling=none"], document)
        if said is None:
            raise FateUnknown(why=_("CUPS does not answer"))
        if said.returncode:
            raise PrinterTrouble(why=_said(said.stderr))

    def state(self) -> PrinterState:
        """What CUPS says of the queue now."""
        try:
            said = _run(["lpstat", "-l", "-p", self.queue])
        except PrinterTrouble as error:
            return trouble(str(error.facts["why"]))
        if said is None:
            return trouble(_("CUPS does not answer"))
        words = said.stdout.decode("utf-8", "replace")
        if said.returncode or self.queue not in words:
            return trouble(_said(said.stderr) or _("CUPS knows no such queue"))
        alerts = " ".join(_ALERTS.findall(words))
        for mark, sentence in (
            ("media-empty", _("it is out of paper")),
            ("media-needed", _("it is out of paper")),
            ("cover-open", _("its cover is open")),
            ("door-open", _("its cover is open")),
            ("media-jam", _("paper is jammed in it")),
            ("offline", _("it is offline")),
        ):
            if mark in alerts:
                return trouble(sentence)
        if f"{self.queue} disabled" in words.partition("\n")[0]:
            return trouble(_("CUPS has stopped it; “cupsenable” starts it again"))
        return UNKNOWN

    def forget(self, name: str) -> None:
        """Nothing is kept here."""


def queues() -> list[str]:
    """Names of the queues that CUPS knows; none where there is no CUPS."""
    try:
        said = _run(["lpstat", "-e"])
    except PrinterTrouble:
        return []
    if said is None or said.returncode:
        return []
    return [line.strip() for line in said.stdout.decode("utf-8", "replace").splitlines() if line]


def _run(command: list[str], given: bytes = b"") -> subprocess.CompletedProcess[bytes] | None:
    """Run a command of CUPS; None where it takes too long. Raises PrinterTrouble without CUPS."""
    try:
        return subprocess.run(
            command,
            input=given,
            capture_output=True,
            check=False,
            timeout=SECONDS,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        return None
    except FileNotFoundError as error:
        why = _("this computer has no CUPS (on Debian: apt install cups-client)")
        raise PrinterTrouble(why=why) from error
    except OSError as error:
        raise PrinterTrouble(why=error.strerror or error) from error


def _said(words: bytes) -> str:
    """The first line of an error, without the command's name."""
    line = words.decode("utf-8", "replace").strip().partition("\n")[0]
    return line.removeprefix("lp: ").removeprefix("lpstat: ").rstrip(".")
