"""Check the books: every entry, every sum, every seal. The table goes on meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from db.errors import N_
from db.findings import Finding
from kiosk.messages import _, ngettext
from kiosk.messages import finding as in_words
from kiosk.screens.base import TableScreen
from kiosk.till import open_till

MOST_FINDINGS = 200


class VerifyScreen(TableScreen[None]):
    """It begins at once and says what it found."""

    CARD = (
        N_("Check the books"),
        N_("Every entry is hashed again, and every sum, stock and slip is worked out anew from the "
           "entries alone and compared with what the books say."),
        N_("Every seal must be the market's own."),
        N_("If anything is wrong, don't go on: make a copy of the folder and ask for help."),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "again", N_("check again"), key_display="Enter"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    VerifyScreen #verdict { text-style: bold; margin: 0 0 1 0; }
    VerifyScreen VerticalScroll { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[int, list[Finding]] | None = None
        self._checking = False

    def body(self) -> ComposeResult:
        yield Static("", id="verdict", markup=False)
        with VerticalScroll():
            yield Static("", id="findings", markup=False)

    def on_mount(self) -> None:
        self.action_again()

    def title_text(self) -> str:
        return _("Check the books")

    def action_again(self) -> None:
        """Check everything from the beginning."""
        if not self._checking:
            self._checking = True
            self._found = None
            self.run_worker(self._check(), group="work")

    async def _check(self) -> None:
        await self.redraw()
        try:
            with self.refused():
                # A connection of its own, in a thread of its own: nobody at the table waits.
                self._found = await asyncio.to_thread(check, self.app.folder)
        finally:
            self._checking = False
        await self.redraw()

    async def redraw(self) -> None:
        await super().redraw()
        if not self.is_mounted:
            return
        verdict, findings = self.query_one("#verdict", Static), self.query_one("#findings", Static)
        verdict.set_class(bool(self._found and self._found[1]), "trouble")
        verdict.update(self._verdict())
        findings.update(self._findings())

    def _verdict(self) -> str:
        if self._found is None:
            return _("working…") if self._checking else ""
        entries, findings = self._found
        if findings:
            return ngettext(
                "✗ The books are wrong in {number} place.",
                "✗ The books are wrong in {number} places.",
                len(findings),
            ).format(number=len(findings))
        return ngettext(
            "✓ {number} entry, and all of it is right.",
            "✓ {number} entries, and all of them are right.",
            entries,
        ).format(number=entries)

    def _findings(self) -> Content:
        if self._found is None:
            return Content("")
        _entries, findings = self._found
        if not findings:
            return Content(
                _("No entry was changed, every sum is what the entries say, every seal is ours.")
            )
        return Content("\n").join(Content(in_words(one)) for one in findings[:MOST_FINDINGS])


def check(folder: Path) -> tuple[int, list[Finding]]:
    """How many entries the books in `folder` have, and everything that is wrong with them.

    Raises what `open_till` raises, and what the books raise.
    """
    till = open_till(folder)
    try:
        # One moment of the books, whatever is booked meanwhile.
        with till.books.reading(), till.books.database.atomic("DEFERRED"):
            entries = till.books.sql("SELECT count(*) FROM entry").fetchone()[0]
            return entries, till.verify()
    finally:
        till.close()
