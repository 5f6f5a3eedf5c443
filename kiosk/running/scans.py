"""What becomes of a scan: the till says what it is, the top screen does what is to be done with it.

One after the other, in the order in which they came. Who typed a key, a person or a scanner, is told
before (kiosk/scanning/burst.py). A scan works whatever is on the screen: cards make way for what it
does. What is no good slip of ours does nothing, and nothing makes way for it.
"""

from __future__ import annotations

import asyncio
from operator import methodcaller
from typing import TYPE_CHECKING, Any

from db.errors import NotASlip
from kiosk.screens.base import TableScreen

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.verdicts import Scanned


class Scans:
    """The scans of one app that are still to be taken."""

    def __init__(self, app: KioskApp) -> None:
        self._app = app
        self._waiting: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._left = 0

    def add(self, text: str, ender: str = "") -> None:
        """A scan came; `ender` names the key that ended it."""
        self._left += 1
        self._waiting.put_nowait((text, ender))

    @property
    def busy(self) -> bool:
        """Whether any scan waits or is being taken."""
        return self._left > 0

    async def run(self) -> None:
        """Take scans, for as long as the app runs."""
        while True:
            text, ender = await self._waiting.get()
            try:
                await self.take(text, ender)
            finally:
                self._left -= 1

    async def take(self, text: str, ender: str) -> None:
        """Do what a scan says; what is not ours is only spoken of when no other scan waits, since
        one hostile code may hold a thousand Enters."""
        from kiosk.scanning.cards import ACTION_LENGTH

        waiting = not self._waiting.empty()
        if not self._app.till.is_open or (waiting and len(text) < ACTION_LENGTH):
            return
        screen = await self._screen()
        if screen is None:
            return
        with screen.refused():
            if await screen.scanned_text(text, ender):
                await self._put_cards_away()
                return
            what = await self._app.ask(methodcaller("scan", text))
            if getattr(what, "good", True):
                await self._put_cards_away()
                screen = await self._screen() or screen
                await screen.scanned(what)
            elif self._waiting.empty() or not isinstance(what.error, NotASlip):
                await self._show_refused(screen, what)

    async def _screen(self) -> TableScreen[Any] | None:
        """The screen that a scan is for: the top one, or the one below the cards that make way."""
        app = self._app
        while True:
            stack = reversed(app.screen_stack)
            screen = next((one for one in stack if not _makes_way(one)), app.screen)
            if not isinstance(screen, TableScreen):
                return None
            await screen.opened.wait()
            if not screen.is_gone:
                return screen

    async def _put_cards_away(self) -> None:
        """Cards that only say something, or ask whether, make way for a scan that does something."""
        app = self._app
        while len(app.screen_stack) > 1 and _makes_way(app.screen):
            await app.pop_screen()

    async def _show_refused(self, screen: TableScreen[Any], what: Scanned) -> None:
        """The verdict stands above a card that was open, and takes the place of the one before."""
        from kiosk.screens.verdict import VerdictScreen

        app = self._app
        while isinstance(app.screen, VerdictScreen):
            await app.pop_screen()
        if app.screen is screen:
            await screen.scanned(what)
        else:
            await app.show("verdict", what)


def _makes_way(screen: Any) -> bool:
    return bool(getattr(screen, "makes_way", False))
