"""What the terminal sends: keys, scans and pastes told apart before any screen sees them.

What comes passes a filter before it becomes a key (kiosk/running/driver.py). Every key passes
`on_event` before bindings and focus see it, and is held back until it is clear whether a person or a
scanner typed it (kiosk/scanning/burst.py).
"""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING, Any

from textual import constants, events
from textual._time import get_time

from kiosk.running.crashes import CalmApp
from kiosk.running.driver import FilteringDriver, Interference, Quiet

if TYPE_CHECKING:
    from textual.driver import Driver

    from kiosk.scanning.burst import BurstCapture

BEHIND_SECONDS = 0.002
"""How long keys wait anew while the terminal is not read to its end."""


class ListeningApp(CalmApp):
    """Hears persons and scanners; a scan goes to `take_scan`."""

    def __init__(self) -> None:
        super().__init__()
        self._held: asyncio.TimerHandle | None = None
        self._held_until = 0.0
        self._early: list[Any] = []
        """What was typed and scanned before the books were open: it waits for them."""
        self._answers = False

    def take_scan(self, text: str, ender: str = "") -> None:
        """A scan came; `ender` names the key that ended it."""
        raise NotImplementedError

    async def listen(self) -> None:
        """What comes is answered from now on, and what came before."""
        self._answers = True
        early, self._early = self._early, []
        await self._after(early)

    def get_driver_class(self) -> type[Driver]:
        """The driver that filters what is read, unless the surroundings name another."""
        return super().get_driver_class() if constants.DRIVER else FilteringDriver

    @cached_property
    def _capture(self) -> BurstCapture[events.Key]:
        from kiosk.scanning.burst import BurstCapture

        return BurstCapture()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self._after(self._capture.key(event, event.time))
        elif isinstance(event, events.Paste) and not event.is_forwarded:
            await self._after(self._capture.paste(event.text, event.time))
        elif isinstance(event, Interference):
            await self._after(self._capture.noise(event.time))
        elif isinstance(event, Quiet):
            await self._after(self._capture.tick(event.time))
        else:
            await super().on_event(event)

    async def _after(self, outcome: Any) -> None:
        from kiosk.scanning.burst import Pasted, RefusedBurst, Scan, Typed

        if not self._answers:
            self._early += outcome
            outcome = ()
        for one in outcome:
            if isinstance(one, Typed):
                if not one.crowded or self._takes_text():
                    await super().on_event(one.key)
            elif isinstance(one, Pasted):
                await super().on_event(events.Paste(one.text))
            elif isinstance(one, Scan):
                self.take_scan(one.text, one.ender)
            elif isinstance(one, RefusedBurst):
                self.take_scan(one.beginning)
        self._wait_for_deadline()

    def _takes_text(self) -> bool:
        """Whether letters are text where the focus is; elsewhere they are commands."""
        from textual.widgets import Input

        return isinstance(self.focused, Input)

    def _wait_for_deadline(self) -> None:
        """Be called when the capture's deadline has passed. It moves on with each key of a scan: a
        timer that comes too early looks again, and a new one is needed only where it comes too late."""
        deadline = self._capture.deadline
        if deadline is None or (self._held is not None and self._held_until <= deadline):
            return
        if self._held is not None:
            self._held.cancel()
        self._call_at(deadline, deadline - get_time())

    def _call_at(self, deadline: float, seconds: float) -> None:
        """A timer of the loop's own: one of Textual's that starts late, because the machine was busy
        for as long as it should wait, never comes, and the key would wait for ever."""
        self._held_until = deadline
        self._held = asyncio.get_running_loop().call_later(
            max(0.001, seconds), self.call_later, self._deadline_passed
        )

    async def _deadline_passed(self) -> None:
        self._held = None
        deadline = self._capture.deadline
        if deadline is None:
            return
        if get_time() < deadline:
            self._wait_for_deadline()
        elif not isinstance(self._driver, FilteringDriver):
            await self._after(self._capture.tick(get_time()))
        elif not self._driver.ask_for_quiet():
            # What has come in the meantime decides whose the keys were.
            self._call_at(deadline, BEHIND_SECONDS)
