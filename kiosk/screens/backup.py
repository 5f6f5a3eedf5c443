"""Steward, Backup: where the books are saved, how often, how old the last one is, and one more now."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from db.errors import N_
from kiosk.backup.making import has_locked_key
from kiosk.backup.place import make_place, place_name
from kiosk.config import BACKUP_MINUTES, BACKUPS_FOLDER
from kiosk.exports.progress import bar
from kiosk.messages import _
from kiosk.screens.form import FormScreen
from kiosk.widgets.form import Field
from kiosk.wording import age, clock, long_date

_BAR = 30  # cells


class BackupScreen(FormScreen):
    """The state in words, two fields, and F5."""

    CARD = (
        N_("Backup"),
        N_("The books are saved when a day closes and every few minutes while one is open. A backup "
           "counts once it was read back and found right; the one before stays until then."),
        N_("Choose a stick: a backup beside the books survives no stolen laptop."),
        N_("The stick may be pulled out at any time. It is looked for until it is back."),
        N_("On a new machine “kiosk restore” brings the market back, up to the last backup. Printer, "
           "scanner and stick are set up anew there."),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", N_("next, at the end: done"), key_display="Enter"),
        Binding("f5", "save", N_("back up now"), key_display="F5"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    BackupScreen #meaning { height: auto; margin: 1 0 0 0; color: $quiet; }
    BackupScreen #intro { color: $foreground; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._has_key = False
        self._is_known = False

    def body(self) -> ComposeResult:
        yield from super().body()
        with Vertical(id="meaning"):
            yield Static("", id="sentences", markup=False)

    def title_text(self) -> str:
        return _("Backup")

    def intro(self) -> str:
        app = self.app
        if app.backups.is_making:
            how_far = f"{bar(app.backups.done, 100, _BAR)} {app.backups.done} %"
            return "\n".join(
                (_("The books are being saved; the table goes on meanwhile."), how_far)
            )
        if app.backups.trouble:
            return app.backups.trouble
        table = app.table
        if table.market is not None and table.market.practice:
            return _("This market is for practice: nothing of it is saved.")
        if table.saved is None:
            return _("No backup was made yet.")
        at = datetime.fromtimestamp(table.saved.made_at / 1000)
        passed = round(app.now().timestamp() * 1000) - table.saved.made_at
        said = _("The last backup was made {when}: {date}, {time}.").format(
            when=age(passed), date=long_date(at.date()), time=clock(at)
        )
        if table.saved.seq == table.seq:
            return "\n".join((said, _("Everything is in it.")))
        return "\n".join((said, _("What was booked since will be in the next one.")))

    def fields(self) -> list[Field]:
        settings = self.app.table.settings
        own = str(self.app.folder / BACKUPS_FOLDER)
        minutes = tuple((str(one), _("{number} min").format(number=one)) for one in BACKUP_MINUTES)
        return [
            Field("folder", _("Folder"), _("such as /media/stick"),
                  value=settings.backup_folder or own),
            Field("minutes", _("Every"), _("← → while a day is open"),
                  str(settings.backup_minutes), choices=minutes),
        ]  # fmt: skip

    async def redraw(self) -> None:
        if self.is_mounted and not self._is_known:
            self._has_key = await self.ask(lambda till: has_locked_key(till.folder))
            self._is_known = True
        await super().redraw()
        if self.is_mounted:
            self.query_one("#sentences", Static).update(Content("\n").join(self._meaning()))

    def _meaning(self) -> list[Content]:
        said = [
            _("The market's key is in each backup, locked by its passphrase.")
            if self._has_key
            else _("The market's key is in no backup, because no passphrase locks it: keep a copy of "
                   "market.key in a safe place. A new machine needs it."),
            _("A backup holds no slip that could be spent."),
        ]  # fmt: skip
        if not self.app.table.settings.backup_folder:
            said.insert(
                0, _("It lies on this machine: that survives damaged books, and no stolen laptop.")
            )
        return [Content(one) for one in said]

    async def submit(self, values: dict[str, str]) -> str:
        await self.ask(lambda till: till.require_steward())  # before a folder is made
        own = self.app.folder.absolute() / BACKUPS_FOLDER
        to = _folder(values["folder"]) if values["folder"] else own
        name = await self.ask(lambda till: place_name(till.books))
        # Off the books' thread: a stick may be slow.
        await asyncio.to_thread(make_place, self.app.folder, to, name)
        await self.app.change_settings(
            backup_folder="" if to == own else str(to), backup_minutes=int(values["minutes"])
        )
        self.app.backups.make_one()
        return await self.done(_("Backups are made so from now on; one is being made."))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        market = self.app.table.market
        if action == "save":
            return market is not None and not market.practice
        return super().check_action(action, parameters)

    def action_save(self) -> None:
        """Make a backup now, where the settings say."""
        self.app.backups.make_one()


def _folder(typed: str) -> Path:
    """A typed folder; what it is called from everywhere."""
    try:
        return Path(typed).expanduser().absolute()
    except RuntimeError:  # ~somebody whom the system does not know
        return Path(typed).absolute()
