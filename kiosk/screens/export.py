"""Export a market day as a folder of files that anyone can read and check."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from db import days
from db.days import Day
from db.errors import N_
from kiosk.config import EXPORTS_FOLDER
from kiosk.messages import _
from kiosk.screens.base import TableScreen
from kiosk.screens.form import FormScreen
from kiosk.text import safe
from kiosk.widgets.form import Field
from kiosk.widgets.row_list import Part, RowList, column
from kiosk.wording import long_date, visits

_DAY, _DATE, _VISITS = 12, 16, 16
"""Widths of the columns; the state takes the rest."""


class DayList(RowList):
    """Market days, the newest first."""

    def __init__(self) -> None:
        super().__init__()
        self.days: list[Day] = []

    def show(self, days: Sequence[Day]) -> None:
        """Show these days."""
        self.days = list(days)
        self.show_count(len(self.days))

    def row(self, at: int, width: int) -> Sequence[Part]:
        day = self.days[at]
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
        N_("It names nobody, carries no times, and nobody can spend a slip with it."),
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
        day = self.query_one(DayList).days[message.at]
        await self.app.push_screen(ExportToScreen(day))


class ExportToScreen(FormScreen):
    """Where to."""

    CARD = (
        N_("Where to?"),
        N_("The folder that stands here is the kiosk's own. Type another, such as the one of a USB "
           "stick, and the day is written there."),
        N_("An earlier export of the same day is replaced when the new one is whole."),
    )  # fmt: skip

    def __init__(self, day: Day) -> None:
        super().__init__()
        self._day = day

    def title_text(self) -> str:
        return _("Export day {number}").format(number=self._day.number)

    def intro(self) -> str:
        if self._day.sealed:
            return _("The day is closed: its files carry the seal.")
        return _("The day is still open: its files show how things stand now, without a seal.")

    def fields(self) -> list[Field]:
        return [
            Field("folder", _("Folder"), _("such as /media/stick"),
                  value=str(self.app.folder / EXPORTS_FOLDER)),
        ]  # fmt: skip

    async def submit(self, values: dict[str, str]) -> str:
        number, to = self._day.number, _folder(values["folder"])
        path = await self.ask(lambda till: till.export(number, to))
        return await self.done(
            _("Day {number} lies in {folder}").format(number=number, folder=safe(path, 200))
        )


def _folder(text: str) -> Path | None:
    """A typed folder; None for the kiosk's own."""
    if not text:
        return None
    try:
        return Path(text).expanduser()
    except RuntimeError:  # ~somebody whom the system does not know
        return Path(text)
