"""Today's entries beside the work, where a terminal is wide enough.

Apart from the list itself (kiosk/widgets/ledger_list.py), which is imported and made when somebody
sees it for the first time: on 80 columns nobody does.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from textual import events
from textual.containers import Vertical
from textual.widgets import Static

from db.errors import KioskError
from kiosk.messages import _

if TYPE_CHECKING:
    from kiosk.app import KioskApp


class LedgerPanel(Vertical):
    """A title and the list."""

    app: KioskApp

    DEFAULT_CSS = """
    LedgerPanel { border-left: solid $line; padding: 0 0 0 2; }
    LedgerPanel #ledger-title { text-style: bold; margin: 0 0 1 0; }
    """

    async def load(self) -> None:
        """Show the entries of the open day as they are now; nothing where nobody sees it."""
        day = self.app.table.day
        if not self.display or not self.size.width:
            return
        from kiosk.widgets.ledger_list import LedgerList

        if not self.children:
            await self.mount(
                Static("", id="ledger-title", markup=False), LedgerList(marks=False, days=False)
            )
        self.query_one("#ledger-title", Static).update(_("Today's ledger") if day else "")
        keys: Sequence[int] = ()
        if day is not None:
            from db import reports

            chosen = reports.LedgerFilter(day=day.number)
            with suppress(KioskError):  # the trouble stands above the keys
                keys = await self.app.ask(lambda till: reports.ledger_keys(till.books, chosen))
        self.query_one(LedgerList).show(keys, days=False)

    async def on_resize(self, _event: events.Resize) -> None:
        """Seen for the first time, or larger than before."""
        await self.load()
