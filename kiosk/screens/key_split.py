"""Split the market's key into sheets of words: how many, how many are needed, where they go."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from db.errors import N_, Refused
from kiosk.keys import splitting
from kiosk.messages import _
from kiosk.paper.printers import DEFAULT
from kiosk.screens.card import Card
from kiosk.screens.form import typed_folder
from kiosk.screens.unlock import PassphraseForm
from kiosk.text import safe
from kiosk.widgets.form import Field
from kiosk.wording import printer_warning

if TYPE_CHECKING:
    from kiosk.paper.keysheet import KeySheet
    from kiosk.till import Till

PRINTER, PDF, TEXT = "printer", "pdf", "text"
_FILE_SHOWN = 60


class FolderForSheetsMissing(Refused):
    sentence = N_("Name the folder for the sheets, such as /media/stick.")


class SplitKeyScreen(PassphraseForm):
    """One form."""

    CARD = (
        N_("Split the key"),
        N_("Each sheet has 33 words. Of three sheets any two rebuild the key; one tells nothing."),
        N_("Give each to another steward, to keep at home, apart from the others."),
        N_("They come out of the printer, or go as files into a folder such as a USB stick: print "
           "them, then remove the files. This machine keeps none."),
        N_("Each split makes other sheets, and old ones stay good until they are burnt."),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", N_("next, at the end: split"), key_display="Enter"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]

    def title_text(self) -> str:
        return _("Split the key")

    def intro(self) -> str:
        return _("Do it once, with all stewards who shall hold a sheet, and nobody else near.")

    def fields(self) -> list[Field]:
        places = [(PDF, _("a folder, as PDF")), (TEXT, _("a folder, as text"))]
        if self.app.table.settings.printer != DEFAULT:
            places.insert(0, (PRINTER, _("the printer")))
        fields = [
            Field("shares", _("Sheets"), _("how many stewards get one"), "3"),
            Field("needed", _("Needed"), _("how many rebuild the key"), "2", beside=True),
            Field("place", _("Where to"), _("← →"), places[0][0], choices=tuple(places)),
            Field("folder", _("Folder"), _("for files, such as /media/stick")),
        ]
        if self.app.table.guarded:
            hint = _("of the market's key")
            fields.append(Field("passphrase", _("Passphrase"), hint, secret=True))
        return fields

    async def submit(self, values: dict[str, str]) -> str:
        place, to = values["place"], typed_folder(values["folder"])
        if place != PRINTER and to is None:
            raise FolderForSheetsMissing()
        shares, needed = (_number(values[name]) for name in ("shares", "needed"))
        if "passphrase" in values:  # also where a steward gave it a minute ago: this is the key
            await self.give(values["passphrase"])

        def split(till: Till) -> tuple[list[str], list[KeySheet], list[Path]]:
            made = splitting.split_key(till, shares, needed)
            sheets = splitting.sheets(till, made)
            files: list[Path] = []
            if place != PRINTER and to is not None:
                files = splitting.write_sheets(till, sheets, to, text=place == TEXT)
            return splitting.said_of_split(made), sheets, files

        said, sheets, files = await self.ask(split)
        lines = [*said]
        if place == PRINTER:
            self.say(_("printing…"))
            await asyncio.to_thread(splitting.print_sheets, self.app.folder, sheets)
            warning = printer_warning(self.app.table.settings.printer)
            lines += ["", warning] if warning else []
        else:
            lines += ["", _("They lie in {folder}:").format(folder=safe(files[0].parent, 200))]
            lines += [safe(file.name, _FILE_SHOWN) for file in files]
            lines += [_("Print them, then remove the files.")]
        del sheets
        await self.done(_("The key is split."))
        await self.app.push_screen(Card(_("The sheets"), lines))
        return ""


def _number(typed: str) -> int:
    """A whole number; 0, which the split refuses, for anything else."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0
