"""Scanner set-up: a card to scan from the screen or from paper, and what the scan told."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from db.errors import N_, KioskError
from kiosk import calibration
from kiosk.messages import _, sentence
from kiosk.screens.base import TableScreen
from kiosk.text import safe

CARD_FILE = "scanner.pdf"


class ScannerScreen(TableScreen[None]):
    """The calibration card. Every scan here is one of the card, or none."""

    CARD = (
        N_("Scanner set-up"),
        N_("Scan the card, from the screen or from paper: F7 makes a PDF of it."),
        N_("It shows what this computer reads for each key of the scanner, and how a scan ends."),
        N_("What the computer gets wrong is undone from then on, in slips, cards and bar codes."),
        N_("Scan it again when the computer, its keyboard layout or the scanner has changed."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f7", "sheet", N_("card as PDF"), key_display="F7"),
        Binding("f6", "forget", N_("forget"), key_display="F6"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    ScannerScreen #card { width: 31; height: 15; color: white; background: black; }
    ScannerScreen #told { width: 1fr; padding: 1 0 0 2; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._learned: calibration.Learned | None = None
        self._error: KioskError | None = None

    def body(self) -> ComposeResult:
        with Horizontal():
            yield Static("", id="card", markup=False)
            with Vertical():
                yield Static("", id="told", markup=False)

    def title_text(self) -> str:
        return _("Scanner set-up")

    async def redraw(self) -> None:
        await super().redraw()
        if not self.is_mounted:
            return
        from kiosk.slips.halfblocks import half_blocks
        from kiosk.slips.qr import CARD_VERSION

        card = half_blocks(calibration.CARD, version=CARD_VERSION)
        self.query_one("#card", Static).update(Content("\n".join(card)))
        self.query_one("#told", Static).update("\n\n".join(self._words()))

    def _words(self) -> list[str]:
        """What stands beside the card; safe text."""
        if self._error is not None:
            return [sentence(self._error)]
        if self._learned is not None:
            return calibration.findings(self._learned)
        if self.app.table.settings.scanner.is_set:
            return [_("This machine knows its scanner."), _("Scan the card to look again.")]
        return [_("Scan this card."), _("One scan shows whether this computer reads it rightly.")]

    async def scanned_text(self, text: str, ender: str) -> bool:
        try:
            learned, error = calibration.learn(text, ender), None
        except KioskError as refused:
            learned, error = None, refused
        self._learned, self._error = learned, error
        if learned is not None:
            await self.app.change_settings(**calibration.as_settings(learned.scanner))
        else:
            await self.redraw()
        return True

    async def action_forget(self) -> None:
        """As if no card had ever been scanned."""
        self._learned = self._error = None
        with self.refused():
            await self.app.change_settings(**calibration.as_settings(calibration.Scanner()))
            self.say(_("The calibration of the scanner is forgotten."))

    def action_sheet(self) -> None:
        """The card on paper."""
        self.app.run_worker(self._write_sheet(), group="work")

    async def _write_sheet(self) -> None:
        from kiosk.paper.sheets import LARGE, Card, cards_sheet

        path = self.app.folder / CARD_FILE
        market = self.app.table.market
        card = Card(calibration.CARD, _("scanner set-up"), _("scan it once, under Steward"))
        with self.refused(self.action_sheet):
            await self.ask(lambda till: till.require_steward())
            title = safe(market.name) if market else ""
            await asyncio.to_thread(cards_sheet, [card], title, path, LARGE)
            self.say(_("A card to print: {file}").format(file=safe(path, 200)))
