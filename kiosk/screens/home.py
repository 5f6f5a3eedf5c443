"""Home: market, day, crew, printer; the few things a person can do; today so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from db.errors import N_
from kiosk.messages import LANGUAGES, _, ngettext
from kiosk.screens.base import TITLE_SEPARATOR, TableScreen
from kiosk.text import safe
from kiosk.widgets.day_figures import day_figures, day_list
from kiosk.widgets.ledger_panel import LedgerPanel
from kiosk.widgets.menu import Choice, Menu

if TYPE_CHECKING:
    from db.days import Day

FIGURES_WIDTH = 72
"""Cells for a line of figures in the smallest terminal."""


class HomeScreen(TableScreen[None]):
    """The first screen, and the one that everything comes back to."""

    CARD = (
        N_("Home"),
        N_("1 starts a visit: what a neighbour brings, takes and hands in."),
        N_("Scan a slip at any time to see what it is worth. 2 does the same by its typed code."),
        N_("F8 undoes the last visit, F9 brings it back. Nothing is ever lost by that."),
        N_("The day is opened and closed under 9."),
    )
    BINDINGS = [
        Binding("f2", "app.language", N_("language"), key_display="F2"),
        Binding("f8", "app.undo", N_("undo the visit"), key_display="F8"),
        Binding("f9", "app.bring_back", N_("bring it back"), key_display="F9"),
    ]
    DEFAULT_CSS = """
    HomeScreen #today { height: auto; margin: 2 0 0 2; }
    HomeScreen #invitation { margin: 2 0 0 0; text-align: center; color: $accent; width: 100%; }
    HomeScreen.-narrow LedgerPanel { display: none; }
    HomeScreen LedgerPanel { width: 40%; margin: 0 0 0 4; }
    HomeScreen #work { width: 1fr; height: 1fr; }
    """

    def body(self) -> ComposeResult:
        with Horizontal():
            with Vertical(id="work"):
                yield Menu()
                yield Static("", id="today", markup=False)
                yield Static("", id="invitation", markup=False)
            yield LedgerPanel()

    def __init__(self) -> None:
        super().__init__()
        self._is_drawn = False

    def first_keys(self) -> Sequence[Binding]:
        return self.shown_bindings()

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Menu).focus()
        # Before it is laid out for the first time: the first frame of the app is complete.
        self.draw_heading()
        self._draw_body()
        self._is_drawn = True

    async def on_screen_resume(self) -> None:
        if not self._is_drawn:
            await self.show_anew()
        self._is_drawn = False

    def title_text(self) -> str:
        market = self.app.table.market
        return safe(market.name, 60) if market else ""

    def standing_words(self) -> str:
        return super().standing_words() or self.app.lookout.clock_words()

    def second_line(self) -> tuple[str, str]:
        language = LANGUAGES[self.spoken][:2].upper()
        if not self.app.table.known:
            return "", language
        day = self.app.table.day
        crew = TITLE_SEPARATOR.join(
            safe(f"{role} {handle}".strip(), 30) for role, handle in (day.crew if day else ())
        )
        saved = self.app.backups.words(self.app.table, self.app.now())
        state = TITLE_SEPARATOR.join(filter(None, (self._printer_words(), saved, language)))
        return crew if day else _("no market day is open"), state

    def _printer_words(self) -> str:
        app = self.app
        if app.printer_trouble:
            return _("! printer needs help")
        if app.printing:
            return _("printing…")
        waiting = app.table.waiting
        if waiting:
            return ngettext(
                "{number} paper to confirm", "{number} papers to confirm", waiting
            ).format(number=waiting)
        if app.queue.answer == "ready":
            return _("printer ready")
        return _("printer: no answer") if app.queue.answer else ""

    async def redraw(self) -> None:
        await super().redraw()
        if not self.is_mounted:
            return
        self._draw_body()
        await self.query_one(LedgerPanel).load()

    def _draw_body(self) -> None:
        self.query_one(Menu).show(self._choices())
        day = self.app.table.day
        self.query_one("#today", Static).update(self._figures(day) if day else "")
        invitation = ""
        if self.app.table.known:
            invitation = (
                _("Scan a slip at any time") if day else _("Press 9 to open the market day")
            )
        self.query_one("#invitation", Static).update(invitation)

    def _figures(self, day: Day) -> Content:
        if self.has_class("-high"):
            return day_list(day, _("Today"))
        return day_figures(day, FIGURES_WIDTH, _("Today"))

    def _choices(self) -> list[Choice]:
        if self.app.table.market is None:  # the screen that founds one comes at once
            return []
        draft = self.app.draft
        visit = _("what a neighbour brings and takes")
        if draft is not None and not draft.empty:
            visit = ngettext(
                "go on: {number} line is waiting", "go on: {number} lines are waiting", draft.size
            ).format(number=draft.size)
        return [
            Choice("1", _("Visit"), visit, "visit"),
            Choice("2", _("Check a slip"), _("scan it at any time, or type its code"), "check"),
            Choice("3", _("Ledger"), _("everything the market gave and received"), "ledger"),
            Choice("4", _("Today"), _("the day so far"), "today"),
            Choice("9", _("Steward"), _("open, close, goods, slips, printer"), "steward"),
        ]

    def on_menu_chosen(self, message: Menu.Chosen) -> None:
        if not self.app.table.known:
            return
        if message.name == "visit" and self.app.table.day is None:
            self.say(_("No market day is open. Press 9 to open one."), trouble=True)
            return
        self.app.show(message.name)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "undo":
            return self.app.table.last_visit > 0
        if action == "bring_back":
            return self.app.table.back > 0
        return True
