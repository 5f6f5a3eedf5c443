"""How this machine is set up: what it speaks, how it looks, what paper it prints on."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from db.errors import N_
from kiosk import messages
from kiosk.config import PAPER_WIDTHS, Settings
from kiosk.messages import LANGUAGES, _
from kiosk.screens.form import FormScreen
from kiosk.text import safe
from kiosk.widgets.form import Field
from kiosk.widgets.theme import DARK, LIGHT

PAPERS = {
    "58": N_("58 mm"),
    "80": N_("80 mm"),
    "180dpi": N_("80 mm, 180 dpi"),
    "a4": N_("A4"),
}


def after_restart(settings: Settings) -> Field:
    """Whether the passphrase is asked for after a restart on an open day."""
    answers = (("on", _("go on")), ("ask", _("ask again")))
    return Field("restart", _("After a restart"), _("← → of an open day"),
                 "ask" if settings.ask_again else "on", choices=answers)  # fmt: skip


def after_restart_words() -> str:
    """What that choice means, where it is made."""
    return _(
        "“Go on”: the key rests here unlocked until the day is closed, and a thief could make slips. "
        "“Ask again”: each restart waits for the passphrase."
    )


class MachineScreen(FormScreen):
    """A few choices; nothing of them is part of the books."""

    CARD = (
        N_("This machine"),
        N_("What is set here counts on this machine alone and stands in no book."),
        N_("The paper width is that of the roll in the receipt printer; most have 58 or 80 mm."),
        N_("F2 changes the language on every screen, F3 changes light and dark."),
        N_("F6 sets up the scanner: one scan of a card shows how this computer reads it."),
        N_("F7 looks at everything that can be wrong with this machine, and says what to do."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", N_("next, at the end: done"), key_display="Enter"),
        Binding("f6", "scanner", N_("scanner"), key_display="F6"),
        Binding("f7", "doctor", N_("check-up"), key_display="F7"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]

    def title_text(self) -> str:
        return _("This machine")

    def intro(self) -> str:
        said = _("Books, papers and exports lie in {folder}").format(
            folder=safe(self.app.folder, 200)
        )
        return "\n".join((said, after_restart_words())) if self.app.table.guarded else said

    def fields(self) -> list[Field]:
        settings = self.app.table.settings
        looks = (("light", _("light")), ("dark", _("dark")))
        return [
            Field("language", _("Language"), _("← → of the screen"), self.spoken,
                  choices=tuple(LANGUAGES.items())),
            Field("look", _("Look"), _("← →"), "dark" if settings.dark else "light", choices=looks),
            Field("paper", _("Paper"), _("← → of the receipt printer"), settings.paper,
                  choices=tuple((one, _(PAPERS[one])) for one in PAPER_WIDTHS)),
            *([after_restart(settings)] if self.app.table.guarded else []),
        ]  # fmt: skip

    async def action_scanner(self) -> None:
        """Set up the scanner."""
        from kiosk.screens.scanner import ScannerScreen

        await self.app.push_screen(ScannerScreen())

    async def action_doctor(self) -> None:
        """Look at everything that can be wrong with this machine."""
        from kiosk.screens.doctor import DoctorScreen

        await self.app.push_screen(DoctorScreen())

    async def submit(self, values: dict[str, str]) -> str:
        dark = values["look"] == "dark"
        await self.app.change_settings(
            language=values["language"],
            dark=dark,
            paper=values["paper"],
            ask_again=values.get("restart") == "ask",
        )
        messages.use(values["language"])
        self.app.theme = DARK.name if dark else LIGHT.name
        return await self.done(_("This machine is set up so from now on."))
