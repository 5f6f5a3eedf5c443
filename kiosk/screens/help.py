"""The F1 card: what the screen below is for, short enough to be read aloud."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from kiosk.messages import _

if TYPE_CHECKING:
    from kiosk.app import KioskApp


class HelpScreen(ModalScreen[None]):
    """A card over the screen; any of the keys that people try takes it away."""

    app: KioskApp

    makes_way = True

    BINDINGS = [
        Binding("escape", "dismiss_card", show=False),
        Binding("enter", "dismiss_card", show=False),
        Binding("f1", "dismiss_card", show=False),
        # The app's own keys stop at a card; these two are wanted by who can't read it.
        Binding("f2", "app.language", show=False),
        Binding("f3", "app.look", show=False),
    ]
    DEFAULT_CSS = """
    HelpScreen { align: center middle; background: $background 60%; }
    HelpScreen #practice { dock: top; width: 100%; height: 1; background: $warning;
                           color: $background; text-align: center; text-style: bold; }
    HelpScreen #card { width: 66; height: auto; border: solid $accent; background: $background;
                       padding: 1 3; }
    HelpScreen .title { text-style: bold; color: $accent; margin: 0 0 1 0; }
    HelpScreen .line { margin: 0 0 1 0; }
    HelpScreen .quiet { text-align: right; width: 100%; }
    """

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__()
        self._lines = lines

    def compose(self) -> ComposeResult:
        market = self.app.table.market
        if market is not None and market.practice:
            yield Static(_("PRACTICE · nothing here counts"), id="practice", markup=False)
        with Vertical(id="card"):
            yield Static(_(self._lines[0]), classes="title", markup=False)
            for line in self._lines[1:]:
                yield Static(_(line), classes="line", markup=False)
            yield Static(_("Esc back"), classes="quiet", markup=False)

    async def show_anew(self) -> None:
        """Say it in the language spoken now."""
        await self.recompose()

    def on_click(self) -> None:
        self.dismiss()

    def action_dismiss_card(self) -> None:
        """Take the card away."""
        self.dismiss()
