"""Export market days as folders of files that anyone can read and check. The table goes on meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from db import days
from db.days import Day
from db.errors import N_
from kiosk.config import EXPORTS_FOLDER
from kiosk.exports.progress import ExportStopped, Seldom, Tell, bar, percent
from kiosk.messages import _, ngettext
from kiosk.screens.base import TableScreen
from kiosk.screens.form import FormScreen, typed_folder
from kiosk.text import safe
from kiosk.till import open_till
from kiosk.widgets.form import Field
from kiosk.widgets.row_list import Part, RowList, column
from kiosk.wording import long_date, visits

_BAR = 30  # cells
_DAY, _DATE, _VISITS = 12, 16, 16
"""Widths of the columns; the state takes the rest."""


class DayList(RowList):
    """Market days, the newest first, and above them all that are closed, where there are several."""

    def __init__(self) -> None:
        super().__init__()
        self._choices: list[tuple[Day, ...]] = []

    def show(self, days: Sequence[Day]) -> None:
        """Show these days."""
        closed = tuple(day for day in reversed(days) if day.sealed)
        self._choices = [closed] if len(closed) > 1 else []
        self._choices += [(day,) for day in days]
        self.show_count(len(self._choices))

    def chosen(self, at: int) -> tuple[Day, ...]:
        """The days of a row, the oldest first."""
        return self._choices[at]

    def row(self, at: int, width: int) -> Sequence[Part]:
        day, *others = self._choices[at]
        if others:
            return [
                (column(_("all days"), _DAY), "strong"),
                (column("", _DATE), ""),
                (column(_days(1 + len(others)), _VISITS), "quiet"),
                (_("closed and sealed"), "quiet"),
            ]
        number = _("day {number}").format(number=day.number)
        return [
            (column(number, _DAY), "strong"),
            (column(long_date(day.date), _DATE), ""),
            (column(visits(day.visits), _VISITS), "quiet"),
            (_("closed and sealed") if day.sealed else _("open: as it is now"), "quiet"),
        ]


class ExportScreen(TableScreen[None]):
    """Choose a day."""

    CARD = (
        N_("Export a day"),
        N_("A day becomes a folder with tables that every office program opens."),
        N_("A closed day carries its seal: whoever has the folder can check that nothing in it was "
           "changed."),
        N_("It names nobody, and nobody can spend a slip with it. The journal in it carries times: it "
           "is for those who check, not for the wall."),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", N_("export it"), key_display="Enter"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]

    def body(self) -> ComposeResult:
        yield Static("", id="empty", markup=False)
        yield DayList()

    def on_mount(self) -> None:
        self.query_one(DayList).focus()

    def title_text(self) -> str:
        return _("Export a day")

    async def redraw(self) -> None:
        with self.refused():
            all_days = await self.ask(lambda till: days.all_days(till.books))
            if not self.is_mounted:
                return
            self.query_one(DayList).show(all_days)
            empty = self.query_one("#empty", Static)
            empty.update(_("No market day was opened yet."))
            empty.display = not all_days
        await super().redraw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "open":
            return self.is_mounted and self.query_one(DayList).count > 0
        return True

    def action_open(self) -> None:
        """The marked day."""
        self.query_one(DayList).action_choose()

    async def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        chosen = self.query_one(DayList).chosen(message.at)
        await self.app.push_screen(ExportToScreen(chosen))


class ExportToScreen(FormScreen):
    """Where to."""

    CARD = (
        N_("Where to?"),
        N_("The folder that stands here is the kiosk's own. Type another, such as the one of a USB "
           "stick, and the day is written there."),
        N_("An earlier export of the same day is replaced when the new one is whole."),
    )  # fmt: skip

    BINDINGS: ClassVar[list[BindingType]] = [
        # Both: a key that is bound here takes the place of the form's own.
        Binding("escape", "stop", N_("stop it"), key_display="Esc"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]

    def __init__(self, days: tuple[Day, ...]) -> None:
        super().__init__()
        self._days = days
        self._stop = Event()

    def title_text(self) -> str:
        day, *others = self._days
        if others:
            return _("Export all closed days")
        return _("Export day {number}").format(number=day.number)

    def intro(self) -> str:
        day, *others = self._days
        if others:
            return _("Each closed day becomes a folder of its own, with its seal.")
        if day.sealed:
            return _("The day is closed: its files carry the seal.")
        return _("The day is still open: its files show how things stand now, without a seal.")

    def fields(self) -> list[Field]:
        return [
            Field("folder", _("Folder"), _("such as /media/stick"),
                  value=str(self.app.folder / EXPORTS_FOLDER)),
        ]  # fmt: skip

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "stop":
            return self._working
        return super().check_action(action, parameters)

    async def submit(self, values: dict[str, str]) -> str:
        await self.ask(lambda till: till.require_steward())  # the screen writes where it is told
        to, numbers = typed_folder(values["folder"]), [day.number for day in self._days]
        self._stop.clear()
        await super().redraw()  # the keys: what was begun can be stopped
        loop = asyncio.get_running_loop()

        def show(done: int, total: int) -> None:
            loop.call_soon_threadsafe(self._show, done, total)

        seldom = Seldom(show)

        def tell(done: int, total: int) -> None:
            seldom(done, total)
            if self._stop.is_set():
                raise ExportStopped()

        try:
            # A connection of its own, in a thread of its own: nobody at the table waits.
            paths = await asyncio.to_thread(_export, self.app.folder, numbers, to, tell)
        finally:
            self._working = False
            await self.show_anew()
        if len(paths) > 1:
            said = _("{days} lie in {folder}").format(
                days=_days(len(paths)), folder=safe(paths[0].parent, 200)
            )
        else:
            said = _("Day {number} lies in {folder}").format(
                number=numbers[0], folder=safe(paths[0], 200)
            )
        return await self.done(said)

    def _show(self, done: int, total: int) -> None:
        if self._working and self.is_attached:
            self.say(f"{bar(done, total, _BAR)} {percent(done, total)} %")

    def action_stop(self) -> None:
        """End the export; nothing half is left."""
        self._stop.set()

    def on_unmount(self) -> None:
        self._stop.set()  # who leaves the kiosk does not wait for it
        super().on_unmount()


def _export(folder: Path, numbers: list[int], to: Path | None, tell: Tell) -> list[Path]:
    till = open_till(folder)
    try:
        return till.export_days(numbers, to, tell)
    finally:
        till.close()


def _days(number: int) -> str:
    return ngettext("{number} day", "{number} days", number).format(number=number)
