"""What the assembly decided: the rules in force, every decision, and a form to enter a new one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from db import reports
from db.amounts import format_credits, parse_credits
from db.errors import N_, Refused
from db.market import SLIP_DAYS_LIMIT, SLIP_STEPS, Rules
from db.reports import Decided
from kiosk.messages import _, ngettext
from kiosk.screens.base import TableScreen
from kiosk.screens.card import Card
from kiosk.screens.form import FormScreen
from kiosk.text import safe
from kiosk.widgets.form import Field
from kiosk.widgets.row_list import Part, RowList, column
from kiosk.wording import ENTRIES, clock, credits, long_date

if TYPE_CHECKING:
    from kiosk.till import Till

_WHEN, _KIND = 14, 16
"""Widths of the columns; the words take the rest."""

WORDS_SHOWN = 2_000


class BadDays(Refused):
    sentence = N_(
        "“{text}” is not a number of days (at most {most}). Leave it empty where slips never expire."
    )


class DecisionList(RowList):
    """Decisions, the newest first."""

    def __init__(self) -> None:
        super().__init__()
        self.decisions: list[Decided] = []

    def show(self, decisions: Sequence[Decided]) -> None:
        """Show these decisions."""
        self.decisions = list(decisions)
        self.show_count(len(self.decisions))

    def row(self, at: int, width: int) -> Sequence[Part]:
        one = self.decisions[at]
        return [
            (column(long_date(one.at.date()), _WHEN), "quiet"),
            (column(_(ENTRIES.get(one.kind, one.kind)), _KIND - 2) + "  ", "strong"),
            (safe(one.words, 300), ""),
        ]


class RulesScreen(TableScreen[None]):
    """The rules in force and the decisions behind them."""

    CARD = (
        N_("Rules and decisions"),
        N_("Solidarity covers what someone takes without slips. The assembly may set a limit for "
           "one visit and for one day."),
        N_("Slips may be rounded to a step, and may expire after a number of days. Names of the "
           "crew are forgotten by this machine after as many days as stand here."),
        N_("F5 enters what the assembly decided, with its words. Nothing changes without them."),
        N_("Below stands every decision that the ledger holds; Enter shows all its words."),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "change", N_("change the rules"), key_display="F5"),
        Binding("enter", "open", N_("all words"), key_display="Enter"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    RulesScreen #rules { height: auto; margin: 0 0 1 2; }
    RulesScreen #decisions { height: 1; margin: 0 0 0 2; text-style: bold; }
    """

    def body(self) -> ComposeResult:
        yield Static("", id="rules", markup=False)
        yield Static("", id="decisions", markup=False)
        yield DecisionList()

    def on_mount(self) -> None:
        self.query_one(DecisionList).focus()

    def title_text(self) -> str:
        return _("Rules and decisions")

    async def redraw(self) -> None:
        with self.refused():
            rules, decisions = await self.ask(_read)
            if not self.is_mounted:
                return
            self.query_one("#rules", Static).update(_in_force(rules))
            self.query_one("#decisions", Static).update(_("Decisions") if decisions else "")
            self.query_one(DecisionList).show(decisions)
        await super().redraw()

    async def action_change(self) -> None:
        """Enter a decision."""
        await self.app.push_screen(ChangeRulesScreen(self.app.table.rules))

    def action_open(self) -> None:
        """All words of the marked decision."""
        self.query_one(DecisionList).action_choose()

    async def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        one = self.query_one(DecisionList).decisions[message.at]
        kind = _(ENTRIES.get(one.kind, one.kind))
        title = f"{kind} · {long_date(one.at.date())} {clock(one.at)}"
        await self.app.push_screen(Card(title, [safe(one.words, WORDS_SHOWN)]))


def _read(till: Till) -> tuple[Rules, list[Decided]]:
    return till.rules(), reports.decisions(till.books)


def _in_force(rules: Rules) -> Content:
    def limit(amount: int | None) -> str:
        return _("no limit") if amount is None else credits(amount)

    expiry = _("never expire")
    if rules.slip_days:
        expiry = ngettext(
            "are valid for {days} day", "are valid for {days} days", rules.slip_days
        ).format(days=rules.slip_days)
    rounding = _("to the hundredth")
    if rules.slip_step > 1:
        rounding = _("to {credits}").format(credits=credits(rules.slip_step))
    facts = (
        (_("solidarity, one visit"), limit(rules.solidarity_visit)),
        (_("solidarity, one day"), limit(rules.solidarity_day)),
        (_("slips are rounded"), rounding),
        (_("slips"), expiry),
        (_("names of the crew"), ngettext(
            "are kept for {days} day", "are kept for {days} days", rules.crew_days
        ).format(days=rules.crew_days)),
    )  # fmt: skip
    width = max(len(label) for label, _fact in facts) + 3
    return Content("\n").join(
        Content.assemble((label.ljust(width), "$quiet"), (fact, "bold")) for label, fact in facts
    )


class ChangeRulesScreen(FormScreen):
    """All rules in one form."""

    CARD = (
        N_("Change the rules"),
        N_("Type what the assembly decided; leave the rest as it is."),
        N_("An empty limit is no limit. 0 means that solidarity covers nothing."),
        N_("The decision's words stand in the ledger: who decided what, and when."),
    )

    def __init__(self, rules: Rules) -> None:
        super().__init__()
        self._rules = rules

    def title_text(self) -> str:
        return _("Change the rules")

    def fields(self) -> list[Field]:
        rules = self._rules
        return [
            Field("visit", _("Solidarity a visit"), _("empty: no limit"),
                  value=_typed(rules.solidarity_visit)),
            Field("day", _("Solidarity a day"), _("empty: no limit"),
                  value=_typed(rules.solidarity_day), beside=True),
            Field("step", _("Slips are rounded to"), _("← → credits"), value=str(rules.slip_step),
                  choices=tuple((str(step), format_credits(step)) for step in SLIP_STEPS)),
            Field("days", _("Slips are valid for"), _("days; empty: for ever"),
                  value=str(rules.slip_days or "")),
            Field("crew", _("Names are kept for"), _("days; 0: the day"),
                  value=str(rules.crew_days)),
            Field("decision", _("Decision"), _("who decided, and when: “assembly of 3 May”")),
        ]  # fmt: skip

    async def submit(self, values: dict[str, str]) -> str:
        rules = Rules(
            solidarity_visit=_limit(values["visit"]),
            solidarity_day=_limit(values["day"]),
            slip_step=int(values["step"]),
            slip_days=_days(values["days"]),
            crew_days=_days(values["crew"]),
        )
        await self.ask(lambda till: till.set_rules(rules, values["decision"]))
        return await self.done(_("The rules are in force from now on."))


def _typed(limit: int | None) -> str:
    return "" if limit is None else format_credits(limit)


def _limit(text: str) -> int | None:
    return parse_credits(text) if text else None


def _days(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 6) or int(text) > SLIP_DAYS_LIMIT:
        raise BadDays(text=text, most=SLIP_DAYS_LIMIT)
    return int(text)
