"""What a steward does: a menu of the screens that are not for everyone's every day."""

from __future__ import annotations

from importlib import import_module
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from db.errors import N_
from kiosk.messages import _, ngettext
from kiosk.screens.base import TableScreen
from kiosk.screens.card import Question
from kiosk.widgets.menu import Choice, Menu

TASKS = {
    "open": ("kiosk.screens.day", "OpenDayScreen"),
    "close": ("kiosk.screens.day", "CloseDayScreen"),
    "goods": ("kiosk.screens.goods", "GoodsScreen"),
    "slips": ("kiosk.screens.slips", "SlipsScreen"),
    "queue": ("kiosk.screens.queue", "QueueScreen"),
    "rules": ("kiosk.screens.rules", "RulesScreen"),
    "machine": ("kiosk.screens.machine", "MachineScreen"),
    "printer": ("kiosk.screens.printer", "PrinterScreen"),
    "verify": ("kiosk.screens.verify", "VerifyScreen"),
    "export": ("kiosk.screens.export", "ExportScreen"),
    "backup": ("kiosk.screens.backup", "BackupScreen"),
    "unlock": ("kiosk.screens.unlock", "UnlockScreen"),
}
"""Screens by name, imported when first shown."""


class StewardScreen(TableScreen[None]):
    """The menu."""

    CARD = (
        N_("Steward"),
        N_("1 opens the market day in the morning, and closes and seals it in the evening."),
        N_("What the assembly decided (rates, limits) is entered under 2 and 5, with its words."),
        N_("A lost or ruined slip is put right under 3, a paper that did not come out under 4."),
        N_("Whatever is done here stands in the ledger for everyone to read."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", N_("back"), key_display="Esc"),
        Binding("f2", "app.language", N_("language"), key_display="F2"),
        Binding("f3", "app.look", N_("light or dark"), key_display="F3"),
    ]

    def body(self) -> ComposeResult:
        yield Menu()

    def on_mount(self) -> None:
        self.query_one(Menu).focus()

    def title_text(self) -> str:
        return _("Steward")

    async def redraw(self) -> None:
        await super().redraw()
        if not self.is_mounted:
            return
        locked = self.app.till.is_open and await self.ask(lambda till: till.locked)
        self.query_one(Menu).show(self._choices(locked))

    def _choices(self, locked: bool) -> list[Choice]:
        day, waiting = self.app.table.day, self.app.table.waiting
        if day is None:
            first = Choice("1", _("Open the market day"), _("and say who is at the table"), "open")
        else:
            first = Choice("1", _("Close the market day"), _("count, seal, export"), "close")
        papers = (
            ngettext("{number} waits", "{number} wait", waiting).format(number=waiting)
            if waiting
            else _("nothing waits")
        )
        choices = [
            first,
            Choice("2", _("Goods and rates"), _("rates, stock, new goods, cards"), "goods"),
            Choice("3", _("Slips"), _("void one, or hand out another in its place"), "slips"),
            Choice("4", _("Papers to confirm"), papers, "queue"),
            Choice("5", _("Rules and decisions"), _("limits of solidarity, slips"), "rules"),
            Choice("6", _("This machine"), _("language, look, paper width, scanner"), "machine"),
            Choice("7", _("Check the books"), _("every entry, every seal"), "verify"),
            Choice("8", _("Export a day"), _("as files that anyone can read"), "export"),
            Choice("0", _("Leave the kiosk"), _("back to the terminal"), "leave"),
        ]
        choices.insert(
            -1, Choice("P", _("Printer"), _("find it, choose it, print a test slip"), "printer")
        )
        choices.insert(-1, Choice("B", _("Backup"), self._backup_words(), "backup"))
        if locked:
            choices.insert(-1, Choice("9", _("Unlock the key"), _("by its passphrase"), "unlock"))
        return choices

    def _backup_words(self) -> str:
        words = self.app.backups.words(self.app.table, self.app.now())
        return words or _("where the books are saved, and how often")

    async def on_menu_chosen(self, message: Menu.Chosen) -> None:
        if message.name == "leave":
            self._ask_to_leave()
            return
        module, name = TASKS[message.name]
        await self.app.push_screen(getattr(import_module(module), name)())

    def _ask_to_leave(self) -> None:
        lines = [
            _("Everything is in the books. The table can go on whenever the kiosk is started.")
        ]
        if self.app.table.day is not None:
            lines.append(_("The market day stays open."))
        if self.app.draft is not None and not self.app.draft.empty:
            lines.append(_("The visit that is being typed is lost."))
        if self.app.backups.is_making:
            lines.append(
                _("A backup is being made; it is finished all the same. Leave the stick in.")
            )

        async def leave() -> None:
            self.app.leave()

        self.app.push_screen(Question(_("Leave the kiosk"), lines, "L", _("leave"), leave))
