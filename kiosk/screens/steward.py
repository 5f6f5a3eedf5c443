"""What a steward does: a menu of the screens that are not for everyone's every day."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from db.errors import N_
from kiosk.messages import _, ngettext
from kiosk.screens.base import TableScreen
from kiosk.screens.card import Question
from kiosk.widgets.menu import Choice, Menu
from kiosk.wording import clock

if TYPE_CHECKING:
    from kiosk.till import Till

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
    "key": ("kiosk.screens.key", "KeyScreen"),
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
        Binding("l", "lock", N_("lock now"), key_display="L"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
        Binding("f2", "app.language", N_("language"), key_display="F2"),
        Binding("f3", "app.look", N_("light or dark"), key_display="F3"),
    ]

    def body(self) -> ComposeResult:
        yield Menu()

    def __init__(self) -> None:
        super().__init__()
        self._lock: tuple[bool, datetime | None] | None = None
        """Whether a passphrase guards what is done here, and until when it is not asked for; None
        before the books are open."""

    def on_mount(self) -> None:
        self.query_one(Menu).focus()

    def title_text(self) -> str:
        return _("Steward")

    def second_line(self) -> tuple[str, str]:
        if self._lock is None:
            return "", ""
        guarded, until = self._lock
        if not guarded:
            return _("No passphrase: whoever is at this machine can do all of this."), ""
        if until is None or until <= self.app.now():
            return _("Changes ask for the passphrase."), _("locked")
        return "", _("open until {time}").format(time=clock(until))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "lock":
            return self._lock is not None and self._lock[1] is not None
        return True

    async def action_lock(self) -> None:
        """Ask for the passphrase from now on, whatever is left of the time."""
        await self.ask(lambda till: till.steward.lock())
        await self.redraw()
        self.say(_("Locked. What changes anything asks for the passphrase again."))

    async def redraw(self) -> None:
        locked = False
        if self.app.till.is_open:
            locked, guarded, seconds = await self.ask(_lock)
            until = self.app.now() + timedelta(seconds=seconds) if seconds > 0 else None
            self._lock = guarded, until if guarded else None
        await super().redraw()
        if not self.is_mounted:
            return
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
        choices.insert(
            -1, Choice("K", _("The key"), _("its passphrase, its sheets, a new one"), "key")
        )
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
            lines.append(_("The visit that is being typed waits until the kiosk is started again."))
        if self.app.backups.is_making:
            lines.append(
                _("A backup is being made; it is finished all the same. Leave the stick in.")
            )

        async def leave() -> None:
            with self.refused(lambda: self.app.run_worker(leave())):
                if self.app.till.is_open:
                    await self.ask(lambda till: till.require_steward())
                elif self.app.till.steward is not None:
                    self.app.till.steward.require()
                self.app.leave()

        self.app.push_screen(Question(_("Leave the kiosk"), lines, "L", _("leave"), leave))


def _lock(till: Till) -> tuple[bool, bool, float]:
    """Whether the key is locked, whether a passphrase guards the table, and for how many seconds it
    is not asked for."""
    return till.locked, till.steward.guards, till.steward.seconds_left()
