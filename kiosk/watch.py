"""What looks, every second, whether the books can be used, and says so on whatever screen is on top.

While there is trouble its sentence stands above the keys and the heading bears a mark; nothing that
was typed is lost. When it is over the table goes on by itself: what the books say is read anew, and
papers that waited are printed. What the trouble is, kiosk/tillthread.py finds out.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from db.errors import Trouble
from kiosk.messages import _
from kiosk.screens.base import TableScreen

if TYPE_CHECKING:
    from kiosk.app import KioskApp


class Watch:
    """The watch of one app."""

    SECONDS: ClassVar[float] = 1.0

    def __init__(self, app: KioskApp) -> None:
        self._app = app
        self._told: Trouble | None = None
        self._behind = False

    async def run(self) -> None:
        """Look, for as long as the app runs."""
        while True:
            await self.look()
            await asyncio.sleep(self.SECONDS)

    async def look(self) -> None:
        """Look once, and say what is another than before."""
        till = self._app.till
        await till.look()
        if till.trouble is not self._told:
            before, self._told = self._told, till.trouble
            await self._say(over=before is not None and till.trouble is None)

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
