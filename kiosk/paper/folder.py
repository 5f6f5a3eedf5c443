"""The printer that needs no hardware: a folder that receives a PNG and a PDF of each picture.

The PDF has the exact size on paper, so that any printer that prints at 100 % makes a good slip of
it: a page as wide as the roll, or for an office printer an A4 sheet to cut the slip from. A picture
of a slip can be spent, so the folder and the files are for their owner only, a picture is whole or
not there, and a removed one stays removed after a power cut.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from db.errors import PrinterTrouble
from kiosk.machine.durable import NO_ROOM, sync
from kiosk.messages import _
from kiosk.paper.files import PRIVATE, write_new
from kiosk.paper.printer import READY, PrinterState, checked_name, nobody_asks, trouble

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = (".png", ".pdf")

_UNFINISHED = "{name}{suffix}.unfinished"


class FolderPrinter:
    """Writes `<name>.png` and `<name>.pdf` into `folder`, which is made when it is needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def label(self) -> str:
        """What people call it, in the language spoken now."""
        return _("folder of pictures")

    def print(
        self, image: Image, name: str, dpi: int, begins: Callable[[], None] = nobody_asks
    ) -> Path:
        """Write both files, durable when this returns, and give the PNG's path.

        What an earlier call wrote under the same name is replaced. Raises PrinterTrouble, and
        ValueError for a name that `checked_name` refuses.
        """
        checked_name(name)
        contents = _encoded(image, dpi)
        finals = {suffix: self.folder / f"{name}{suffix}" for suffix in SUFFIXES}
        unfinished = {s: self.folder / _UNFINISHED.format(name=name, suffix=s) for s in SUFFIXES}
        placed: list[Path] = []
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for suffix, content in contents.items():
                write_new(unfinished[suffix], content, PRIVATE)
            for suffix, final in finals.items():
                placed.append(unfinished[suffix].replace(final))
            sync(self.folder)
        except OSError as error:
            for path in (*unfinished.values(), *placed):
                with contextlib.suppress(OSError):
                    path.unlink()
            raise _trouble(error, self.folder) from error
        return finals[".png"]

    def state(self) -> PrinterState:
        """READY where the next picture can be written as far as can be told without writing."""
        place = self.folder
        with contextlib.suppress(OSError):
            while not place.exists() and place != place.parent:
                place = place.parent
            if place.is_dir() and os.access(place, os.W_OK | os.X_OK):
                return READY
        return trouble(_("The folder {folder} can't be written.").format(folder=self.folder))

    def forget(self, name: str) -> None:
        """Remove both files of `name`, of its copies, and what an interrupted call left of them.

        Raises PrinterTrouble, and ValueError for a name that `checked_name` refuses.
        """
        ours = re.compile(
            re.escape(checked_name(name)) + r"(-copy[0-9]+)?\.(png|pdf)(\.unfinished)?"
        )
        try:
            found = [path for path in self.folder.iterdir() if ours.fullmatch(path.name)]
            for path in found:
                path.unlink(missing_ok=True)
            if found:
                sync(self.folder)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise _trouble(error, self.folder) from error


def _encoded(image: Image, dpi: int) -> dict[str, bytes]:
    """The picture as the bytes of a PNG, and of a PDF to print it from."""
    from PIL.Image import Dither

    from kiosk.paper.pages import document

    dots = image.convert("1", dither=Dither.NONE)
    png = BytesIO()
    dots.save(png, "PNG", dpi=(dpi, dpi), optimize=False)
    return {".png": png.getvalue(), ".pdf": document([image], dpi)}


def _trouble(error: OSError, folder: Path) -> PrinterTrouble:
    if error.errno in NO_ROOM:
        why = _("the disk is full")
    else:
        why = _("the folder {folder} can't be written ({reason})").format(
            folder=folder, reason=error.strerror or error
        )
    return PrinterTrouble(why=why)
