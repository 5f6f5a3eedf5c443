"""What looks, every second, whether the books can be used, and says so on whatever screen is on top.

While there is trouble its sentence stands above the keys and the heading bears a mark; nothing that was
typed is lost. When it is over the table goes on by itself: what the books say is read anew, and papers
that waited are printed. What the trouble is, kiosk/running/tillthread.py finds out. A clock that is
wrong keeps nobody from anything; it is marked, and Home says how.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from db.errors import Trouble
from kiosk.messages import _, sentence
from kiosk.screens.base import TableScreen
from kiosk.wording import clock, long_date

if TYPE_CHECKING:
    from kiosk.app import KioskApp

BEHIND_MS = 120_000
"""A clock that is behind the last entry by less may just have been put right by the network."""

LONGEST_DAYS = 1
"""Days after its opening on which a market day may still go on without a word about the date."""


class Lookout:
    """The lookout of one app."""

    SECONDS: ClassVar[float] = 1.0

    def __init__(self, app: KioskApp) -> None:
        self._app = app
        self._told: tuple[Trouble | None, bool] = (None, False)

    async def run(self) -> None:
        """Look, for as long as the app runs."""
        self._told = (self._app.till.trouble, False)  # it may be over before the first look
        await self._say(over=False)
        while True:
            await self.look()
            await asyncio.sleep(self.SECONDS)

    async def look(self) -> None:
        """Look once, and say what is another than before."""
        app, till = self._app, self._app.till
        await till.look()
        before, self._told = self._told, (till.trouble, bool(self.clock_words()))
        if before != self._told:
            await self._say(over=before[0] is not None and till.trouble is None)
        steward = till.steward
        if app.table.known and steward is not None and steward.guards != app.table.guarded:
            await app.refresh_table()

    async def _say(self, *, over: bool) -> None:
        app = self._app
        if over:
            await app.resume_table()
        screen = app.screen
        if not isinstance(screen, TableScreen) or not screen.is_mounted or screen.is_gone:
            return
        screen.draw_heading()
        if over:
            screen.say(_("The books can be written again. What was typed is still here."))

    # In words, for the screens

    def marks(self) -> list[str]:
        """Marks for the heading; safe text."""
        marks = [_("! clock")] if self.clock_words() else []
        return [*marks, _("! books")] if self._app.till.trouble is not None else marks

    def trouble_words(self) -> str:
        """What keeps the books from being written; safe text, empty where nothing does."""
        trouble = self._app.till.trouble
        return sentence(trouble) if trouble is not None else ""

    def clock_words(self) -> str:
        """How the clock is wrong; safe text, empty where it may be right."""
        app = self._app
        now, day, behind = app.now(), app.table.day, app.till.behind_ms
        if behind > BEHIND_MS:
            last = now + timedelta(milliseconds=behind)
            return _(
                "The clock says {now}, and the last entry is from {last}. Set the clock if it is wrong. "
                "Until they agree the ledger keeps its order, and bears the later date."
            ).format(now=_moment(now), last=_moment(last))
        if day is not None and (now.date() - day.date).days > LONGEST_DAYS:
            return _(
                "The clock says {today}, and this market day was opened on {opened}. "
                "Set the clock, or close the day and open the next one."
            ).format(today=long_date(now.date()), opened=long_date(day.date))
        return ""


def _moment(at: datetime) -> str:
    return f"{long_date(at.date())}, {clock(at)}"
