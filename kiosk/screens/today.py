"""The day so far: its totals as bars, the slips that are out, and every good that moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from db import reports
from db.amounts import format_credits
from db.catalogue import Good
from db.days import Day
from db.errors import N_, DayNotOpen
from db.market import Rules
from db.reports import GoodTotal, LedgerFilter, Outstanding
from kiosk.messages import _, ngettext
from kiosk.screens.base import TableScreen
from kiosk.text import safe
from kiosk.widgets.row_list import MARK, Part, RowList, column
from kiosk.wording import credits, good_name, long_date, quantity, slips, visits

if TYPE_CHECKING:
    from kiosk.till import Till

_GOOD, _QUANTITY, _CREDITS = 22, 11, 9
"""Widths of the columns; bars or words take the rest, and where nothing was taken its room too."""

_LABEL, _BAR, _FIGURE = 14, 24, 9


def bar(amount: int, most: int, width: int) -> str:
    """A bar of block characters that a console can show: `most` fills `width` cells, and whatever
    is more than nothing has one."""
    if amount <= 0 or most <= 0:
        return ""
    return "▄" * max(1, min(width, round(width * amount / most)))


class MovedList(RowList):
    """The goods that moved on a day, the largest first."""

    def __init__(self) -> None:
        super().__init__()
        self.totals: list[GoodTotal] = []
        self._goods: Mapping[str, Good] = {}
        self._most = 0

    def show(self, totals: Sequence[GoodTotal], goods: Mapping[str, Good]) -> None:
        """Show these totals."""
        self.totals = list(totals)
        self._goods = goods
        self._most = max((one.brought_credits + one.taken_credits for one in totals), default=0)
        self.show_count(len(self.totals))

    def row(self, at: int, width: int) -> Sequence[Part]:
        one = self.totals[at]
        good = self._goods.get(one.good)
        name = good_name(good) if good is not None else safe(one.good, 40)
        words = self._words(one, good)
        room = width - _GOOD - 2 * _QUANTITY - 2 * _CREDITS
        parts: list[Part] = [(column(name, _GOOD - 2) + "  ", "strong")]
        for amount, worth, look in (
            (one.brought, one.brought_credits, "into"),
            (one.taken, one.taken_credits, "outof"),
        ):
            if words and look == "outof" and not amount:
                break
            moved = quantity(amount, good) if amount else ""
            parts.append((column(moved, _QUANTITY, right=True), look))
            if look == "outof" and len(words) > room:  # what became of goods, before their worth
                parts.append(("  ", ""))
                break
            value = format_credits(worth) if amount else ""
            parts.append((column(value, _CREDITS - 2, right=True) + "  ", "quiet"))
        if words:
            return [*parts, (words, "")]
        return [
            *parts,
            (bar(one.brought_credits, self._most, room), "into"),
            (bar(one.taken_credits, self._most, room), "outof"),
        ]

    @staticmethod
    def _words(one: GoodTotal, good: Good | None) -> str:
        words = []
        if one.spoiled:
            label = _("spoiled")
            words.append(f"{label} {quantity(one.spoiled, good)}")
        if one.found:
            label = _("found") if one.found > 0 else _("missing")
            words.append(f"{label} {quantity(one.found, good)}")
        return " · ".join(words)

    @staticmethod
    def header() -> str:
        """What stands above the columns."""
        head = " " * len(MARK) + column(_("good"), _GOOD)
        for label in (_("in"), _("out")):
            head += column(label, _QUANTITY, right=True)
            head += column(_("credits"), _CREDITS - 1, right=True) + " "
        return head


class TodayScreen(TableScreen[None]):
    """The open day, or the one that was closed last."""

    CARD = (
        N_("Today"),
        N_("What neighbours brought and took so far, counted in credits, and what is left of "
           "solidarity where the assembly set a limit."),
        N_("Below stands every good that moved: how much came in, how much went out."),
        N_("Arrows move through the goods; Enter shows the good's entries in the ledger. S shows how "
           "the weeks went."),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", N_("in the ledger"), key_display="Enter"),
        Binding("s", "season", N_("season"), key_display="S"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
        Binding("f2", "app.language", N_("language"), key_display="F2"),
    ]
    DEFAULT_CSS = """
    TodayScreen #totals { height: auto; margin: 0 0 1 2; text-wrap: nowrap;
                          text-overflow: ellipsis; }
    TodayScreen #columns { color: $quiet; height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._day: Day | None = None

    def body(self) -> ComposeResult:
        yield Static("", id="totals", markup=False)
        yield Static("", id="columns", markup=False)
        yield MovedList()

    def on_mount(self) -> None:
        self.query_one(MovedList).focus()

    def title_text(self) -> str:
        day = self._day
        if day is not None and day.sealed:
            return _("Day {number}, closed · {date}").format(
                number=day.number, date=long_date(day.date)
            )
        return _("Today")

    async def redraw(self) -> None:
        with self.refused():
            self._day, out, rules, moved, goods = await self.ask(_read)
            if not self.is_mounted:
                return
            rows = self.query_one(MovedList)
            rows.show(moved, goods)
            columns = self.query_one("#columns", Static)
            columns.update(MovedList.header())
            columns.display = rows.display = bool(moved)
            totals = self.query_one("#totals", Static)
            if self._day is None:
                totals.update(_("No market day was opened yet."))
            else:
                totals.update(_totals(self._day, out, rules))
        await super().redraw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "open":
            return self.is_mounted and self.query_one(MovedList).count > 0
        return True

    async def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        rows = self.query_one(MovedList)
        if self._day is not None:
            good = rows.totals[message.at].good
            chosen = LedgerFilter(day=self._day.number, goods=(good,))
            await self.app.push_screen(self.app.make("ledger", chosen))

    def action_season(self) -> None:
        """How the weeks went."""
        self.app.show("season")

    def action_open(self) -> None:
        """The marked good's entries."""
        self.query_one(MovedList).action_choose()


def _read(
    till: Till,
) -> tuple[Day | None, Outstanding, Rules, list[GoodTotal], dict[str, Good]]:
    try:
        day = till.newest_day()
    except DayNotOpen:
        day = None
    moved = reports.goods_of_day(till.books, day.number) if day is not None else []
    goods = {one.id: one for one in till.goods(retired=True)} if moved else {}
    return day, till.outstanding(), till.rules(), moved, goods


def _totals(day: Day, out: Outstanding, rules: Rules) -> Content:
    """The day's figures, each as a word, a bar and a number."""
    rows = [
        (_("brought"), day.brought, "$into"),
        (_("work"), day.work, "$into"),
        (_("taken"), day.taken, "$outof"),
        (_("slips out"), day.issued, "$accent"),
        (_("slips in"), day.redeemed, "$accent"),
        (_("solidarity"), day.solidarity, "$accent"),
    ]
    most = max(amount for _label, amount, _look in rows)
    lines = [Content.assemble((visits(day.visits), "bold"), _asides(day))]
    for label, amount, look in rows:
        note = ""
        if label == _("solidarity") and rules.solidarity_day is not None:
            left = max(0, rules.solidarity_day - day.solidarity)
            note = _("{left} of {limit} left today").format(
                left=format_credits(left), limit=format_credits(rules.solidarity_day)
            )
        lines.append(
            Content.assemble(
                (column(label, _LABEL), "$quiet"),
                (column(format_credits(amount), _FIGURE - 2, right=True) + "  ", "bold"),
                (column(bar(amount, most, _BAR), _BAR + 1), look),
                (note, "$quiet"),
            )
        )
    pockets = _("In people's pockets: {slips}, {credits}.").format(
        slips=slips(out.slips), credits=credits(out.credits)
    )
    lines.append(Content.assemble((pockets, "$quiet")))
    return Content("\n").join(lines)


def _asides(day: Day) -> str:
    """What else is to be said of a day's visits: undone ones, gifts, the count of its slips."""
    said = []
    if day.undone:
        words = ngettext("{number} undone", "{number} undone", day.undone)
        said.append(words.format(number=day.undone))
    if day.gifts > 0:
        said.append(_("gifts {amount}").format(amount=format_credits(day.gifts)))
    if day.counted is not None:
        counted = _("{counted} counted, {expected} in the books").format(
            counted=day.counted, expected=day.slips_in
        )
        said.append(_("paper slips: {said}").format(said=counted))
    return "".join(f" · {one}" for one in said)
