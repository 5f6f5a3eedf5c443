"""The catalogue: every good with rate and stock, to be searched as on the entry line."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from db import reports
from db.amounts import format_credits, format_quantity
from db.catalogue import Good
from db.errors import N_
from kiosk.messages import _, ngettext
from kiosk.screens.card import show_lost
from kiosk.screens.search import SearchScreen
from kiosk.text import safe
from kiosk.typed.finder import Finder
from kiosk.verdicts import Scanned
from kiosk.widgets.row_list import MARK, Part, RowList, column
from kiosk.wording import category, good_name, lost_on_paper, unit

if TYPE_CHECKING:
    from kiosk.paper.sheets import Card
    from kiosk.till import Till

CARDS_FILE = "cards.pdf"
SMALL_CARDS_FILE = "cards-small.pdf"

_NAME, _UNIT, _RATE, _STOCK = 30, 9, 7, 12
"""Widths of the columns; the category takes the rest."""


class GoodsList(RowList):
    """Goods, one a line."""

    def __init__(self) -> None:
        super().__init__()
        self.goods: list[Good] = []
        self._stock: dict[str, int] = {}

    def show(self, goods: Sequence[Good], stock: dict[str, int]) -> None:
        """Show these goods; the marked one stays marked while it is among them."""
        marked = self.goods[self.at].id if self.goods else ""
        self.goods = list(goods)
        self._stock = stock
        at = next((at for at, one in enumerate(self.goods) if one.id == marked), 0)
        self.show_count(len(self.goods), at)

    def row(self, at: int, width: int) -> Sequence[Part]:
        one = self.goods[at]
        faint = "quiet" if one.retired else ""
        stock = "" if one.kind == "service" else format_quantity(self._stock.get(one.id, 0))
        kind = _("retired") if one.retired else category(one.category)
        return [
            (column(good_name(one), _NAME - 2) + "  ", faint or "strong"),
            (column(unit(one.unit), _UNIT), "quiet"),
            (column(format_credits(one.rate), _RATE, right=True), faint),
            (column(stock, _STOCK, right=True) + "    ", faint),
            (kind, "quiet"),
        ]

    @staticmethod
    def header() -> str:
        """What stands above the columns."""
        return (
            " " * len(MARK)
            + column(_("good"), _NAME)
            + column(_("unit"), _UNIT)
            + column(_("credits"), _RATE, right=True)
            + column(_("stock"), _STOCK, right=True)
        )


class GoodsScreen(SearchScreen):
    """Search, and open one; add, import, print cards."""

    CARD = (
        N_("Goods and rates"),
        N_("Type a few letters of a name. Enter opens the good: its rate, its stock, its words."),
        N_("A rate changes by a decision, and past visits keep the rate that was theirs."),
        N_("F6 takes a whole list from a CSV file: all of it, or nothing."),
        N_(
            "F7 makes PDFs with cards to scan, for goods without packaging: large for the wall, small "
            "for a box."
        ),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "new", N_("new good"), key_display="F5"),
        Binding("f6", "import", N_("import"), key_display="F6"),
        Binding("f7", "cards", N_("cards"), key_display="F7"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._known: list[Good] = []
        self._stock: dict[str, int] = {}
        self._finder: Finder | None = None
        self._language = ""

    def make_rows(self) -> GoodsList:
        return GoodsList()

    def title_text(self) -> str:
        return _("Goods and rates")

    def hint(self) -> str:
        return _("type to search: tom, bread, child…")

    def header(self) -> str:
        return GoodsList.header()

    def empty_words(self, text: str) -> str:
        if text:
            return _("No good is called “{text}”. F5 adds one.").format(text=safe(text))
        return _("The catalogue is empty. F5 adds a good, F6 takes a list from a file.")

    async def redraw(self) -> None:
        with self.refused():
            self._known, self._stock = await self.ask(_read)
        # A finder leaves out what is retired; here a steward wants to find that, too.
        self._finder = Finder([replace(one, retired=False) for one in self._known], self.spoken)
        await super().redraw()

    async def search(self, text: str) -> str:
        goods = sorted(self._known, key=lambda one: (one.retired, good_name(one).casefold()))
        if text and self._finder is not None:
            known = {one.id: one for one in self._known}
            found = self._finder.complete(text, limit=len(known) or 1)
            goods = [known[one.id] for one in found]
        rows = self.rows
        assert isinstance(rows, GoodsList)
        rows.show(goods, self._stock)
        if text:
            rows.at = 0
        return ngettext("{number} good", "{number} goods", len(goods)).format(number=len(goods))

    async def scanned(self, what: Scanned) -> None:
        """A goods card or a bar code opens its good."""
        if isinstance(what, Good):
            await self._open(what)
        else:
            await super().scanned(what)

    async def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        rows = self.rows
        assert isinstance(rows, GoodsList)
        await self._open(rows.goods[message.at])

    async def _open(self, good: Good) -> None:
        from kiosk.screens.good import GoodScreen

        await self.app.push_screen(GoodScreen(good.id))

    async def action_new(self) -> None:
        """Add a good."""
        from kiosk.screens.goods_new import NewGoodScreen

        await self.app.push_screen(NewGoodScreen())

    async def action_import(self) -> None:
        """Take a list of goods from a file."""
        from kiosk.screens.goods_new import ImportScreen

        await self.app.push_screen(ImportScreen())

    def action_cards(self) -> None:
        """Write the sheets of cards."""
        self.say(_("working…"))
        self.app.run_worker(self._write_cards(), group="work")

    async def _write_cards(self) -> None:
        from kiosk.paper.sheets import LARGE, SMALL, cards_sheet

        with self.refused(self.action_cards):
            await self.ask(lambda till: till.require_steward())
            cards, title = await self.ask(_cards)
            path = self.app.folder / CARDS_FILE
            # In a thread of its own: the books are not needed for a second of drawing.
            await asyncio.to_thread(cards_sheet, cards, title, path, LARGE)
            small = path.with_name(SMALL_CARDS_FILE)
            await asyncio.to_thread(cards_sheet, cards, title, small, SMALL)
            lost = await asyncio.to_thread(lost_on_paper, [title, *(one.name for one in cards)])
            self.say(
                ngettext(
                    "{number} card to print and cut out: {file} (small: {small})",
                    "{number} cards to print and cut out: {file} (small: {small})",
                    len(cards),
                ).format(number=len(cards), file=safe(path, 200), small=SMALL_CARDS_FILE)
            )
            await show_lost(self.app, lost)


def _read(till: Till) -> tuple[list[Good], dict[str, int]]:
    return till.goods(retired=True), reports.stock(till.books)


def _cards(till: Till) -> tuple[list[Card], str]:
    """A card for each action and each good without bar code, in the market's language; the title
    of the sheet."""
    from kiosk.messages import speaking
    from kiosk.paper.sheets import Card
    from kiosk.scanning.cards import Action, action_card, goods_card
    from kiosk.wording import credits

    with speaking(till.market.language):
        cards = [
            Card(action_card(Action.FINISH), _("finish the visit")),
            Card(action_card(Action.UNDO), _("undo the last visit")),
        ]
        cards += [
            Card(goods_card(one.number), good_name(one), f"{unit(one.unit)} · {credits(one.rate)}")
            for one in till.goods()
            if not one.barcodes
        ]
    return cards, safe(till.market.name)
