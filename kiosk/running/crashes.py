"""An app that crashes calmly: no traceback on the screen, no value of a variable anywhere.

Textual would show an unhandled exception with every local variable, a signing key among them. Here its
type and place go to the log (kiosk/machine/log.py), the app ends, and the command starts it again
(kiosk/running/supervisor.py).
"""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from textual.app import App
from textual.worker import Worker, WorkerState

from kiosk.machine import log
from kiosk.machine.private import end_with_parent


class CalmApp(App[int]):
    """What becomes of faults of the program."""

    crashed = False
    """Whether the app ended because of a fault."""
    follows_parent = False
    """Whether it runs in a child of the command that starts it again."""

    def hear_faults(self) -> None:
        """What nobody awaits any more is told to the log, not to the screen."""

        def heard(_loop: asyncio.AbstractEventLoop, said: dict[str, Any]) -> None:
            error = said.get("exception")
            if isinstance(error, BaseException):
                log.fault("nobody waited", error)

        asyncio.get_running_loop().set_exception_handler(heard)

    def follow_parent(self) -> None:
        """End with the command: an app without it would go on in a terminal that is a shell's."""
        if self.follows_parent:
            end_with_parent(signal.SIGTERM)

    def _handle_exception(self, error: Exception) -> None:
        if self._exception is None:  # the tests' pilot raises it
            self._exception = error
            self._exception_event.set()
        log.fault("the app", error)
        self.panic()

    def panic(self, *_renderables: Any) -> None:
        """End without a word; what is to be said says who starts it again."""
        self.crashed = True
        self._return_code = 1
        self._close_messages_no_wait()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Work that ended by a fault, such as taking scans, is not missed silently."""
        error = event.worker.error
        if event.state is WorkerState.ERROR and isinstance(error, Exception) and not self._exit:
            self._handle_exception(error)
