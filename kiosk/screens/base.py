"""What all screens have: a heading, a body, one line for what happened, the keys, a help card.

A screen says its words in `redraw`, which is called when it opens and whenever the language, the
day or the printer changed; it asks the till through `self.app.ask` and shows what the till refuses
with `refused`. A scan reaches the top screen's `scanned`, whatever has the focus.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.css.query import NoMatches
from textual.screen import Screen

from db.errors import DayNotOpen, EmptyVisit, KioskError
from kiosk.keys.lock import StewardNeeded
from kiosk.messages import _, language, sentence
from kiosk.widgets.heading import Heading
from kiosk.widgets.keybar import KeyBar
from kiosk.widgets.notice import Notice
from kiosk.wording import clock, short_date

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.verdicts import Scanned

T = TypeVar("T")

TITLE_SEPARATOR = " · "


class TableScreen(Screen[T]):
    """A screen of the table."""

    app: KioskApp

    CARD: ClassVar[tuple[str, ...]] = ()
    """The F1 card: a title, then a few short sentences, marked with N_."""

    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self) -> None:
        super().__init__()
        self.opened = asyncio.Event()
        """Set once its widgets are there: a scan may come while a screen is still opening."""

    def compose(self) -> ComposeResult:
        self._fit_size()
        yield Heading()
        with Container(id="body"):
            yield from self.body()
        yield Notice("", markup=False)
        yield KeyBar(self.first_keys())

    def body(self) -> ComposeResult:
        """The widgets between heading and keys."""
        yield from ()

    def _fit_size(self) -> None:
        """The classes of the terminal's size, which Textual itself gives only after it has laid the
        screen out without them."""
        app = self.app
        for cells, steps in (
            (app.size.width, app.HORIZONTAL_BREAKPOINTS),
            (app.size.height, app.VERTICAL_BREAKPOINTS),
        ):
            self.add_class([name for least, name in steps if cells >= least][-1])

    def first_keys(self) -> Sequence[Binding]:
        """The keys that the bottom line shows before the first `redraw`."""
        return ()

    def on_mount(self) -> None:
        self.opened.set()  # to be shown is to be resumed: that draws it, once

    def on_unmount(self) -> None:
        self.opened.set()

    async def on_screen_resume(self) -> None:
        await self.show_anew()

    @property
    def is_gone(self) -> bool:
        """Whether another screen took its place, or the app ends; its widgets go then, one by one."""
        ends = not (self.app.is_running and self.display)
        return ends or self not in self.app.screen_stack

    async def show_anew(self) -> None:
        """`redraw`, for a screen that may be left at any moment: what is gone needs no words."""
        with self.refused():
            await self.redraw()

    # What stands on it

    def title_text(self) -> str:
        """Where one is: safe text for the left of the heading."""
        return ""

    def second_line(self) -> tuple[str, str]:
        """Safe text for the second line of the heading, left and right; empty for none."""
        return "", ""

    async def redraw(self) -> None:
        """Say everything anew: in the language spoken now, with the day as it is now."""
        if not self.is_mounted:
            return
        self.draw_heading()
        await self.query_one(KeyBar).show(self.shown_bindings())

    def draw_heading(self) -> None:
        """The heading alone: the clock goes on."""
        table = self.app.table
        parts = []
        if table.day is not None and not table.day.sealed:
            parts.append(_("day {number}").format(number=table.day.number))
        now = self.app.now()
        parts += [short_date(now.date()), clock(now)]
        second, state = self.second_line()
        if not state and self.app.backups.trouble:
            parts.insert(0, _("! backup"))
        if not state and self.app.printer_trouble:
            parts.insert(0, _("! printer"))
        parts[:0] = self.app.lookout.marks()
        self.query_one(Notice).stand(self.standing_words())
        self.query_one(Heading).show(
            self.title_text(),
            TITLE_SEPARATOR.join(parts),
            second,
            state,
            practice=table.market is not None and table.market.practice,
        )

    def standing_words(self) -> str:
        """Safe text that stands above the keys until it is not true any more; empty for none."""
        return self.app.lookout.trouble_words()

    def shown_bindings(self) -> list[Binding]:
        """The keys that the bottom line shows: those of the table of bindings that work now."""
        shown = []
        for _key, binding in self._bindings:
            if not binding.show or not binding.description:
                continue
            name = binding.action.split("(")[0].removeprefix("app.")
            if self.check_action(name, ()) is not False:
                shown.append(binding)
        return shown + self.app.shown_bindings(self)

    # What happens on it

    def say(self, text: str, *, trouble: bool = False) -> None:
        """One line above the keys; safe text."""
        if not self.is_gone:
            self.query_one(Notice).say(text, trouble=trouble)

    @contextmanager
    def refused(self, again: Callable[[], object] | None = None) -> Iterator[None]:
        """Show what the till refuses as a sentence; nothing else of the screen changes. Where a
        steward is needed the passphrase is asked for, and what is given as `again` then done.

        Somebody may leave the screen while the till is asked: then there is nobody to tell.
        """
        try:
            yield
        except StewardNeeded:
            if not self.is_gone:
                from kiosk.screens.unlock import ForStewardsScreen

                self.app.push_screen(ForStewardsScreen(again))
        except KioskError as error:
            self.say(sentence(error), trouble=True)
        except NoMatches:
            if not self.is_gone:
                raise

    async def ask(self, use: Callable[[Any], Any]) -> Any:
        """Ask the till; short for `self.app.ask`."""
        return await self.app.ask(use)

    async def scanned_text(self, text: str, ender: str) -> bool:
        """Take a scan as it was typed, before anyone asks what it is; `ender` names the key that
        ended it. Gives whether that was all there is to do with it."""
        return False

    async def scanned(self, what: Scanned) -> None:
        """A scan came while this screen was on top: the verdict on a slip fills the screen, a goods
        card or a bar code starts a visit, the finish card goes on with the visit that waits.

        Raises DayNotOpen, EmptyVisit.
        """
        from kiosk.scanning.cards import Action
        from kiosk.verdicts import Verdict

        app = self.app
        if isinstance(what, Verdict):
            await app.show("verdict", what)
        elif what is Action.UNDO:
            await app.action_undo()
        elif what is Action.TEST:
            self.say(_("The test slip scans: printer and scanner understand each other."))
        elif app.table.day is None:
            raise DayNotOpen()
        elif what is Action.FINISH and (app.draft is None or app.draft.empty):
            raise EmptyVisit()
        else:
            visit = app.make("visit")
            await app.push_screen(visit)
            if what is not Action.FINISH:
                await visit.scanned(what)

    def action_help(self) -> None:
        """The card that explains this screen."""
        self.app.show("help", type(self).CARD)

    def action_back(self) -> None:
        """Leave this screen."""
        self.dismiss()

    @property
    def spoken(self) -> str:
        """Code of the language spoken now."""
        return language()
