"""The ledger: everything the market gave and received, newest first, to be narrowed by typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from db.catalogue import Good
from db.errors import N_
from db.reports import LedgerFilter
from kiosk.messages import _, ngettext
from kiosk.screens.search import SearchScreen
from kiosk.text import safe
from kiosk.typed.finder import Finder
from kiosk.typed.ledger_search import look, parse
from kiosk.widgets.ledger_list import LedgerList

if TYPE_CHECKING:
    from db.selection import LedgerSearch
    from kiosk.till import Till


class LedgerScreen(SearchScreen):
    """The list, with a line above it. `chosen` narrows it from the start; Esc lets that go."""

    CARD = (
        N_("Ledger"),
        N_("Every entry that the market ever made, the newest first. Nothing in it is ever "
           "changed: an undone visit stays, and a later entry takes it back."),
        N_("Type to narrow it: the name of a good, “day 14”, “visit 28”, “in” or “out”, “slip 3f9a04” "
           "as a slip's reference begins, or several of them."),
        N_("Arrows move, Enter opens the whole entry, Esc shows everything again."),
        N_("No neighbour is named here, and nobody can spend a slip by reading it."),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "app.language", N_("language"), key_display="F2"),
    ]

    def __init__(self, chosen: LedgerFilter | None = None) -> None:
        super().__init__()
        self._within = LedgerFilter()
        self._typed = ""
        if chosen is not None and chosen.visit is not None:
            self._typed = str(chosen.visit)
            if chosen.day is not None:
                self._typed = f"{chosen.day}/{chosen.visit}"
            self._within = replace(chosen, day=None, visit=None)
        elif chosen is not None:
            self._within = chosen
        self._finder: tuple[str, list[Good], Finder] | None = None

    def make_rows(self) -> LedgerList:
        return LedgerList()

    def on_mount(self) -> None:
        with self.prevent(self.line.Changed):
            self.line.value = self._typed

    def title_text(self) -> str:
        return _("Ledger")

    def hint(self) -> str:
        return _("type to narrow: honey, day 14, visit 28, in, out")

    def header(self) -> str:
        rows = self.rows
        assert isinstance(rows, LedgerList)
        return rows.header()

    def empty_words(self, text: str) -> str:
        if text:
            return _("No entry fits “{text}”. Esc shows everything again.").format(text=safe(text))
        return _("Nothing is in the ledger yet.")

    async def search(self, text: str) -> str:
        asked, wanted, within = self._asked, parse(text), self._within
        days = wanted.day is None and within.day is None
        rows = self.rows
        assert isinstance(rows, LedgerList)

        def begin(till: Till) -> tuple[LedgerSearch, Sequence[int]]:
            looking = look(till.books, wanted, lambda name: self._find(till, name), within)
            return looking, looking.more()

        looking, newest = await self.ask(begin)
        rows.show(newest, days=days)
        # Years are looked through a part at a time: between two of them a scan has its turn.
        while not looking.done and asked == self._asked:
            self.found(_("looking…"))
            rows.show_older(await self.ask(lambda _till: looking.more()))
        return ngettext("{number} entry", "{number} entries", rows.count).format(number=rows.count)

    def _find(self, till: Till, name: str) -> list[str]:
        """Ids of the goods that a name can mean, in the books' thread; what is retired has a past,
        too."""
        spoken, goods = self.spoken, till.goods(retired=True)
        if self._finder is None or self._finder[:2] != (spoken, goods):
            exchanged = [replace(one, retired=False) for one in goods]
            self._finder = (spoken, goods, Finder(exchanged, spoken))
        return [one.id for one in self._finder[2].complete(name, limit=len(goods))]

    async def on_ledger_list_opened(self, message: LedgerList.Opened) -> None:
        from kiosk.screens.entry_card import EntryCard

        with self.refused():
            hash_ = await self.ask(lambda till: till.hash_of(message.row.key))
            await self.app.push_screen(EntryCard(message.row, message.goods, hash_))

    async def action_clear_or_back(self) -> None:
        """Let go of what narrows the ledger; leave where nothing does."""
        if self._within != LedgerFilter() and not self.line.value:
            self._within = LedgerFilter()
            await self.redraw()
        else:
            await super().action_clear_or_back()
