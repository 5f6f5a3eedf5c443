"""A season of the market: what came and went week by week, hours, slips that circulate, solidarity.

The marked line of the list is the one whose weeks are drawn above it. The figures come from
db/season.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from db.amounts import format_credits, format_quantity
from db.errors import N_
from db.season import SEASON, YEAR, Season, season
from kiosk.messages import _, ngettext
from kiosk.screens.base import TableScreen
from kiosk.screens.today import bar
from kiosk.text import safe
from kiosk.widgets.row_list import MARK, Part, RowList, column
from kiosk.widgets.week_plot import Bars, Plot, WeekPlot
from kiosk.wording import category, day_and_month, long_date, share, visits

_LABEL, _FIGURE = 24, 11
_PERMILLE = 1000


@dataclass(frozen=True, slots=True)
class SeasonLine:
    """One line of the list and how its weeks are drawn: `came` and `went` are figures in words,
    `words` what else is said instead of bars; `up` and `down` are amounts by week."""

    label: str
    came: str
    went: str
    words: str
    up: Bars
    down: Bars | None
    scale: Callable[[int], str]


def lines_of(found: Season) -> list[SeasonLine]:
    """The lines of a season, in the language spoken now."""
    weeks = found.weeks
    brought = [week.brought + week.work for week in weeks]
    taken = [week.taken for week in weeks]
    covered = sum(week.solidarity for week in weeks)
    shares = [_PERMILLE * week.solidarity // week.taken if week.taken else 0 for week in weeks]
    return [
        _both_ways(_("everything"), brought, taken),
        SeasonLine(
            _("hours given"),
            _("{hours} h").format(hours=format_quantity(sum(week.hours for week in weeks))),
            "",
            "",
            Bars(_("hours"), [week.hours for week in weeks], "$into"),
            None,
            format_quantity,
        ),
        SeasonLine(
            _("slips in circulation"),
            format_credits(weeks[-1].out),
            "",
            _("{credits} before these weeks").format(credits=format_credits(found.out_before)),
            Bars(_("slips"), [week.out for week in weeks], "$accent"),
            None,
            format_credits,
        ),
        SeasonLine(
            _("solidarity"),
            format_credits(covered),
            "",
            _("{share} of what was taken").format(share=share(covered, sum(taken))),
            Bars(_("share"), shares, "$accent"),
            None,
            lambda permille: share(permille, _PERMILLE),
        ),
        *(_both_ways(safe(category(one.id), 40), one.came, one.went) for one in found.categories),
    ]


def _both_ways(label: str, came: Sequence[int], went: Sequence[int]) -> SeasonLine:
    return SeasonLine(
        label,
        format_credits(sum(came)),
        format_credits(sum(went)),
        "",
        Bars(_("in"), came, "$into"),
        Bars(_("out"), went, "$outof"),
        format_credits,
    )


class SeasonList(RowList):
    """What is drawn when it is marked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "screen.earlier", show=False),
        Binding("right", "screen.later", show=False),
    ]

    @dataclass
    class Marked(Message):
        """Another line is marked."""

        at: int

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[SeasonLine] = []
        self._most = 0

    def show(self, lines: Sequence[SeasonLine]) -> None:
        """Show these lines."""
        self.lines = list(lines)
        sums = [_sum(one.up) + _sum(one.down) for one in lines[1:] if one.down is not None]
        self._most = max(sums, default=0)
        self.show_count(len(self.lines))

    def watch_at(self, old: int, new: int) -> None:
        super().watch_at(old, new)
        self.post_message(self.Marked(new))

    def row(self, at: int, width: int) -> Sequence[Part]:
        one = self.lines[at]
        parts: list[Part] = [(column(one.label, _LABEL - 2) + "  ", "strong")]
        if one.down is None:
            return [
                *parts,
                (column(one.came, _FIGURE, right=True) + "  ", ""),
                (one.words, "quiet"),
            ]
        parts += [
            (column(one.came, _FIGURE, right=True), "into"),
            (column(one.went, _FIGURE, right=True) + "  ", "outof"),
        ]
        if at == 0:  # all the others together: its bar would dwarf theirs
            return parts
        room = width - _LABEL - 2 * _FIGURE - 2
        return [
            *parts,
            (bar(_sum(one.up), self._most, room), "into"),
            (bar(_sum(one.down), self._most, room), "outof"),
        ]

    @staticmethod
    def header() -> str:
        """What stands above the columns."""
        head = " " * len(MARK) + column(_("credits"), _LABEL)
        return head + "".join(column(word, _FIGURE, right=True) for word in (_("in"), _("out")))


def _sum(bars: Bars | None) -> int:
    return sum(bars.amounts) if bars is not None else 0


class SeasonScreen(TableScreen[None]):
    """Thirteen weeks, or fifty-two, up to today or to any week before."""

    CARD = (
        N_("Season"),
        N_("What the market brought and took week by week: bars above the dates came in, bars below "
           "them went out."),
        N_("Up and down choose what is drawn: everything, the hours, the slips in circulation, the "
           "share that solidarity covered, or one category."),
        N_("Left and right go to earlier and later weeks, W shows a year or a season."),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "earlier", N_("earlier"), key_display="←"),
        Binding("right", "later", N_("later"), key_display="→"),
        Binding("w", "year", N_("a year"), key_display="W"),
        Binding("w", "season", N_("a season"), key_display="W"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
        Binding("f2", "app.language", N_("language"), key_display="F2"),
    ]
    DEFAULT_CSS = """
    SeasonScreen #span { height: 1; margin: 0 2 0 2; }
    SeasonScreen #columns { color: $quiet; height: 1; }
    SeasonScreen WeekPlot { margin: 0 2 1 0; }
    SeasonScreen.-high #span { margin: 0 2 1 2; }
    SeasonScreen.-high WeekPlot { height: 13; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._weeks = SEASON
        self._until: date | None = None
        """A day of the last week that is shown; None is the week of today."""
        self._found: Season | None = None

    def body(self) -> ComposeResult:
        yield Static("", id="span", markup=False)
        yield WeekPlot()
        yield Static("", id="columns", markup=False)
        yield SeasonList()

    def on_mount(self) -> None:
        self.query_one(SeasonList).focus()

    def title_text(self) -> str:
        return _("Season") if self._weeks == SEASON else _("A year")

    async def redraw(self) -> None:
        until, weeks = self._until or self.app.now().date(), self._weeks
        with self.refused():
            found = await self.ask(lambda till: season(till.books, until, weeks))
            if not self.is_mounted or weeks != self._weeks:
                return
            self._found = found
            self.query_one(SeasonList).show(lines_of(found))
            self.query_one("#columns", Static).update(SeasonList.header())
            self.query_one("#span", Static).update(_span(found))
            self._draw()
        await super().redraw()

    def _draw(self) -> None:
        """Draw the weeks of the marked line."""
        rows = self.query_one(SeasonList)
        if self._found is None or not rows.lines:
            return
        one = rows.lines[rows.at]
        dates = [day_and_month(week.monday) for week in self._found.weeks]
        self.query_one(WeekPlot).show(Plot(one.up, one.down, dates, one.scale))

    def on_season_list_marked(self) -> None:
        self._draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "earlier":
            return self._found is not None and self._found.earlier
        if action == "later":
            return self._until is not None
        if action in ("year", "season"):
            return (self._weeks == SEASON) == (action == "year")
        return True

    async def action_earlier(self) -> None:
        """The weeks before."""
        if self._found is not None and self._found.earlier:
            self._until = self._found.weeks[0].monday - timedelta(days=1)
            await self.redraw()

    async def action_later(self) -> None:
        """The weeks after; at the end, those up to today."""
        if self._until is not None:
            until = self._until + timedelta(weeks=self._weeks)
            self._until = until if until < self.app.now().date() else None
            await self.redraw()

    async def action_year(self) -> None:
        """Show more weeks at once."""
        self._weeks = YEAR
        await self.redraw()

    async def action_season(self) -> None:
        """Show fewer weeks."""
        self._weeks = SEASON
        await self.redraw()


def _span(found: Season) -> str:
    """Which weeks these are, and how many people came."""
    weeks = found.weeks
    number = len(weeks)
    days = sum(week.days for week in weeks)
    first, last = weeks[0].monday, weeks[-1].monday + timedelta(days=6)
    begins = day_and_month(first) if first.year == last.year else long_date(first)
    return " · ".join(
        (
            f"{begins} – {long_date(last)}",
            ngettext("{number} week", "{number} weeks", number).format(number=number),
            ngettext("{number} market day", "{number} market days", days).format(number=days),
            visits(sum(week.visits for week in weeks)),
        )
    )
