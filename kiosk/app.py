"""The full-screen app: screens, the till's thread, undo, the printer behind the scenes.

How a key is told from a scan is in kiosk/running/listening.py, what becomes of a scan in
kiosk/running/scans.py, what every screen may show in kiosk/running/table.py.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from textual.binding import Binding

from db.errors import N_, KeyUnusable, KioskError, NoMarket, Trouble
from db.glance import glance
from kiosk import messages
from kiosk.backup.keeper import BackupKeeper
from kiosk.config import load_settings
from kiosk.machine import log
from kiosk.messages import _, sentence
from kiosk.running.listening import ListeningApp
from kiosk.running.lookout import Lookout
from kiosk.running.printqueue import PrintQueue, unknown_fates
from kiosk.running.scans import Scans
from kiosk.running.supervisor import CRASHED
from kiosk.running.table import Table, read_table
from kiosk.running.tillthread import TillThread
from kiosk.screens.base import TableScreen
from kiosk.widgets.theme import DARK, LIGHT

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.widget import AwaitMount

    from kiosk.till import Till
    from kiosk.till.records import HandOver

T = TypeVar("T")

SCREENS = {
    "home": ("kiosk.screens.home", "HomeScreen"),
    "visit": ("kiosk.screens.visit", "VisitScreen"),
    "handover": ("kiosk.screens.handover", "HandOverScreen"),
    "verdict": ("kiosk.screens.verdict", "VerdictScreen"),
    "check": ("kiosk.screens.check", "CheckScreen"),
    "help": ("kiosk.screens.help", "HelpScreen"),
    "ledger": ("kiosk.screens.ledger", "LedgerScreen"),
    "today": ("kiosk.screens.today", "TodayScreen"),
    "season": ("kiosk.screens.season", "SeasonScreen"),
    "steward": ("kiosk.screens.steward", "StewardScreen"),
    "fate": ("kiosk.screens.fate", "FateScreen"),
    "found": ("kiosk.screens.found", "FoundScreen"),
    "unlock": ("kiosk.screens.unlock", "UnlockScreen"),
    "rebuild": ("kiosk.screens.key_rebuild", "RebuildKeyScreen"),
}
"""Screens by name, imported when first shown: the first paint does not wait for them."""

CLOCK_SECONDS = 10
PAINT_SECONDS = 0.25
"""How long the books wait for the first frame."""


class KioskApp(ListeningApp):
    """The table."""

    CSS_PATH = "kiosk.tcss"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-high")]

    BINDINGS = [
        Binding("f1", "help", N_("help"), key_display="F1"),
        Binding("f2", "language", N_("language"), key_display="F2", show=False),
        Binding("f3", "look", N_("light or dark"), key_display="F3", show=False),
        Binding("f8", "undo", N_("undo the visit"), key_display="F8", show=False),
        Binding("f9", "bring_back", N_("bring it back"), key_display="F9", show=False),
    ]

    def __init__(self, folder: Path, clock: Callable[[], datetime] = datetime.now) -> None:
        super().__init__()
        self.register_theme(LIGHT)
        self.register_theme(DARK)
        self.theme = LIGHT.name
        self.stylesheet.set_variables(self.get_css_variables())
        self._is_styled = False
        self.folder = folder
        self.now = clock
        self.till = TillThread()
        self.table = Table()
        self.queue = PrintQueue(self.till, self.refresh_table)
        self.backups = BackupKeeper(self.till, self.refresh_table)
        self.draft: Any = None
        """The visit that is being typed, kept while other screens are open (screens/visit.py)."""
        self._kept = b""
        """The draft as it was kept last."""
        self.scans = Scans(self)
        self.lookout = Lookout(self)

    def refresh_css(self, animate: bool = True) -> None:
        """Read the styles anew, in the colours of the theme. Textual asks for that at the start,
        too, where they were just read: the first paint does not wait for it twice."""
        if self._is_styled:
            super().refresh_css(animate)
        self._is_styled = True

    # Start and end

    def get_default_screen(self) -> Screen[Any]:
        """Home is what everything else lies upon; it is empty where no market is founded yet."""
        market = glance(self.folder)
        if market is not None:
            self.table = Table(market=market, settings=load_settings(self.folder))
            self._speak()
        home: Screen[Any] = self.make("home")
        return home

    async def on_mount(self) -> None:
        self.hear_faults()
        self.run_worker(self._open_books(), group="work")

    async def _open_books(self) -> None:
        """Open the books once Home has been painted: to import and open them takes longer than
        all before."""
        painted = asyncio.Event()
        self.call_after_refresh(painted.set)
        with suppress(TimeoutError):  # whether it is painted is no condition, only manners
            async with asyncio.timeout(PAINT_SECONDS):
                await painted.wait()
        self.set_interval(CLOCK_SECONDS, self._tick_clock)
        self.follow_parent()
        self.run_worker(self.scans.run(), exit_on_error=False)
        try:
            await self.till.open(self.folder)
        except NoMarket:
            await self.show("found")
        except KeyUnusable as error:
            await self.show("rebuild", sentence(error))
        except KioskError as error:
            if self.till.trouble is None:
                self.exit(error.status, message=sentence(error))
                return
        else:
            await self.start_table()
        self.run_worker(self.lookout.run(), exit_on_error=False)
        if not gc.isenabled():  # the command line turned it off, for a faster start
            # What is here stays: to go through all of it again would hold up a frame for 50 ms.
            gc.freeze()
            gc.enable()
        await self.listen()

    async def start_table(self) -> None:
        """A market is open: show the table, or ask for the passphrase of its key."""
        log.open_log(self.folder)
        log.note("the table is up")
        self.table = await self.ask(read_table)
        self._speak()
        await self._show_anew()
        await self._resume_visit()
        if await self.ask(unknown_fates):
            self.show("fate")
        if await self.ask(lambda till: till.locked):
            self.show("unlock")
        await self._print_waiting()
        self.run_worker(self.queue.run(), exit_on_error=False)
        self.run_worker(self.backups.run(), exit_on_error=False)

    async def _print_waiting(self) -> None:
        for job in await self.ask(lambda till: till.pending()):
            if job.state == "queued":
                self.print_job(job.id)

    async def resume_table(self) -> None:
        """Trouble is over (kiosk/running/lookout.py): the books may say more than they did before it."""
        with suppress(Trouble):
            if not self.table.known:
                await self.start_table()
            else:
                await self.refresh_table()
                self._kept = b""  # what was typed meanwhile could not be kept
                self.keep_draft()
                await self._print_waiting()

    async def _resume_visit(self) -> None:
        """Back to the visit that was being typed when the table ended, if there was one."""
        from kiosk.running.visitkeeping import came_back, restored

        if self.draft is None:
            self.draft = await self.ask(restored)
        self._kept = b""
        if self.draft is not None and self.table.day is not None:
            visit = self.make("visit")
            await self.push_screen(visit)
            visit.say(came_back(self.draft), trouble=self.draft.missing > 0)
        self.keep_draft()

    def keep_draft(self) -> None:
        """Let the visit that is being typed survive a crash."""
        from kiosk.running.visitkeeping import keep, written

        async def kept() -> None:
            with suppress(Trouble):  # the lookout says it; what was typed can be booked later
                await self.ask(lambda till: keep(till.folder, content))

        content = written(self.draft)
        if content != self._kept:
            self._kept = content
            self.run_worker(kept(), group="work")

    def _speak(self) -> None:
        """The language and the look of this machine, else of the market."""
        settings, market = self.table.settings, self.table.market
        messages.use(settings.language or (market.language if market else "en"))
        self.theme = DARK.name if settings.dark else LIGHT.name

    async def action_quit(self) -> None:
        """Nothing on the keyboard leaves the table; a steward does, under Steward."""

    def action_help_quit(self) -> None:
        """Ctrl+C, which by default would promise that Ctrl+Q leaves."""

    def take_scan(self, text: str, ender: str = "") -> None:
        """A scan came."""
        self.scans.add(text, ender)

    def leave(self) -> None:
        """Leave the app: what was sent to the books is finished first."""
        self.exit(0)

    def on_unmount(self) -> None:
        self.queue.close()
        self.till.close()

    # The books

    async def ask(self, use: Callable[[Till], T]) -> T:
        """What the till says, done in the books' thread; raises KioskError."""
        return await self.till.ask(use)

    async def refresh_table(self) -> None:
        """Read anew what every screen shows, and let the top screen say it. Where that can't be read
        now, it is what it was."""
        with suppress(Trouble):
            self.table = await self.ask(read_table)
        await self._show_anew()

    async def _show_anew(self) -> None:
        """Let the top screen, a card perhaps, say everything anew."""
        anew = getattr(self.screen, "show_anew", None)
        if anew is not None:
            await anew()

    async def change_settings(self, **changed: Any) -> None:
        """Set this machine up otherwise, from now on."""
        settings = replace(self.table.settings, **changed)
        await self.ask(lambda till: till.change_settings(settings))
        self.queue.try_again()
        await self.refresh_table()

    # Screens

    def show(self, name: str, *arguments: Any) -> AwaitMount:
        """Put a screen on top, by its name in SCREENS; await it where more is to be done there."""
        return self.push_screen(self.make(name, *arguments))

    async def shown(self, name: str, *arguments: Any) -> Any:
        """Put a screen on top and wait for what it is dismissed with; only from a worker."""
        return await self.push_screen_wait(self.make(name, *arguments))

    def make(self, name: str, *arguments: Any) -> Any:
        """A screen by its name."""
        module, kind = SCREENS[name]
        return getattr(import_module(module), kind)(*arguments)

    async def run_action(self, *arguments: Any, **how: Any) -> bool:
        """Do what a key stands for. What the till refuses is said, wherever it was asked."""
        try:
            return await super().run_action(*arguments, **how)
        except KioskError as error:
            if isinstance(self.screen, TableScreen):
                self.screen.say(sentence(error), trouble=True)
            return True

    def shown_bindings(self, screen: TableScreen[Any]) -> list[Binding]:
        """The app's own keys that a screen's bottom line shows."""
        return [binding for _key, binding in self._bindings if binding.show and screen.CARD]

    def _tick_clock(self) -> None:
        screen = self.screen
        if isinstance(screen, TableScreen) and screen.is_mounted and not screen.is_gone:
            screen.draw_heading()

    async def action_help(self) -> None:
        """The card of the screen that is on top."""
        if isinstance(self.screen, TableScreen) and self.screen.CARD:
            self.screen.action_help()

    async def action_language(self) -> None:
        """Speak the next language."""
        known = list(messages.LANGUAGES)
        spoken = known[(known.index(messages.language()) + 1) % len(known)]
        messages.use(spoken)
        if self.till.is_open:
            await self.change_settings(language=spoken)
        else:
            await self._show_anew()

    async def action_look(self) -> None:
        """Light or dark."""
        dark = self.theme != DARK.name
        self.theme = DARK.name if dark else LIGHT.name
        if self.till.is_open:
            await self.change_settings(dark=dark)

    # Undo, from every screen

    async def action_undo(self) -> None:
        """Undo the last visit: no question before, and a way back after."""
        if not self.till.is_open or not isinstance(self.screen, TableScreen):
            return
        with self.screen.refused():
            undone = await self.ask(lambda till: till.undo())
            await self.go_home()
            parts = [_("Visit {visit} is undone.").format(visit=undone.visit)]
            if undone.void:
                parts.append(_("Its slip is void: take it back."))
            if undone.good:
                parts.append(_("The slips handed in are good again: give them back."))
            parts.append(_("F9 brings it back."))
            self.screen.say(" ".join(parts))

    async def action_bring_back(self) -> None:
        """Book the visit that was undone last once more."""
        if not self.till.is_open or not isinstance(self.screen, TableScreen):
            return
        from kiosk.till import new_key

        key = new_key(round(self.now().timestamp() * 1000))
        with self.screen.refused():
            booked = await self.ask(lambda till: till.bring_back(key))
            await self.go_home()
            self.hand_over(booked)

    async def go_home(self) -> None:
        """Back to the first screen, and say what is new."""
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        await self.refresh_table()

    def hand_over(self, booked: HandOver) -> None:
        """A visit is in the book: show it, and print its slips."""
        screen = self.make("handover", booked)
        if len(self.screen_stack) > 1:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)
        for slip in booked.slips:
            if not booked.repeated:
                self.print_job(slip.job)

    # Paper

    @property
    def printing(self) -> set[int]:
        """Jobs that are at the printer, or next."""
        return self.queue.printing

    @property
    def printer_trouble(self) -> str:
        """What is wrong with the printer, as a sentence."""
        return self.queue.trouble

    def print_job(self, job: int) -> None:
        """Print in the background; the state stands in the heading."""
        self.queue.add(job)

    async def came_out(self, job: int) -> None:
        """Somebody says that the paper came out (kiosk/running/printqueue.py)."""
        await self.queue.came_out(job)


def run(folder: Path) -> int:
    """Run the table full screen until a steward leaves it or it crashes; gives the exit status."""
    log.open_log(folder)
    log.hear_the_system()
    app = KioskApp(folder)
    app.follows_parent = True
    status = app.run()
    if app.crashed:
        return CRASHED
    return status if isinstance(status, int) else 0
