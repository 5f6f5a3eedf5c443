"""One good: what the catalogue says of it, and what a steward may do about it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from db import catalogue, reports
from db.amounts import parse_credits
from db.catalogue import Good
from db.errors import N_, BadQuantity, MissingDecision, Refused
from kiosk.messages import LANGUAGES, _
from kiosk.screens.base import TableScreen
from kiosk.screens.form import FormScreen
from kiosk.text import safe
from kiosk.typed.phrases import quantity as counted_in
from kiosk.typed.phrases import split
from kiosk.widgets.form import Field
from kiosk.widgets.menu import Choice, Menu
from kiosk.wording import category, credits, good_name, unit
from kiosk.wording import quantity as said

if TYPE_CHECKING:
    from kiosk.till import Till


class MissingReason(Refused):
    sentence = N_("This needs a reason: what happened to it?")


class GoodScreen(TableScreen[None]):
    """The card of a good."""

    CARD = (
        N_("One good"),
        N_("A new rate needs the words of the decision; it counts from the next visit on."),
        N_("What was composted or broke is booked with the reason, and leaves the stock."),
        N_("A count of the shelf books the difference between shelf and books."),
        N_("A retired good can't be exchanged any more; nothing of its past is lost."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    GoodScreen #about { height: auto; margin: 0 0 2 2; }
    """

    def __init__(self, good: str) -> None:
        super().__init__()
        self._named = good
        self._good: Good | None = None

    def body(self) -> ComposeResult:
        yield Static("", id="about", markup=False)
        yield Menu()

    def on_mount(self) -> None:
        self.query_one(Menu).focus()

    def title_text(self) -> str:
        return good_name(self._good) if self._good is not None else ""

    async def redraw(self) -> None:
        with self.refused():
            self._good, stock = await self.ask(lambda till: _read(till, self._named))
            await super().redraw()
            if self.is_mounted:
                self.query_one("#about", Static).update(_about(self._good, stock))
                self.query_one(Menu).show(_choices(self._good))

    async def on_menu_chosen(self, message: Menu.Chosen) -> None:
        if self._good is not None:
            await self.app.push_screen(_TASKS[message.name](self._good))


def _read(till: Till, id: str) -> tuple[Good, int]:
    return catalogue.good(till.books, id), reports.stock(till.books).get(id, 0)


def _about(good: Good, stock: int) -> Content:
    names = " · ".join(
        f"{LANGUAGES.get(code, safe(code, 8))}: {safe(name, 60)}"
        for code, name in good.names.items()
    )
    kind = _("service") if good.kind == "service" else _("good")
    facts = [
        (_("rate"), _("{credits} for 1 {unit}").format(
            credits=credits(good.rate), unit=unit(good.unit))),
        (_("kind"), ", ".join((kind, category(good.category)))),
        (_("names"), names),
        (_("card"), _("{good}, number {number}").format(
            good=safe(good.id, 40), number=good.number)),
    ]  # fmt: skip
    if good.kind != "service":
        facts.insert(1, (_("stock"), said(stock, good) if stock >= 0 else f"-{said(stock, good)}"))
    if good.barcodes:
        facts.append((_("bar codes"), safe(", ".join(good.barcodes), 200)))
    if good.retired:
        facts.append((_("retired"), _("nobody can bring or take it any more")))
    width = max(len(label) for label, _fact in facts) + 3
    return Content("\n").join(
        Content.assemble((label.ljust(width), "$quiet"), (fact, "bold" if not at else ""))
        for at, (label, fact) in enumerate(facts)
    )


def _choices(good: Good) -> list[Choice]:
    back = _("let it be exchanged again") if good.retired else _("no longer exchanged")
    choices = [Choice("1", _("New rate"), _("by decision"), "rate")]
    if good.kind != "service":
        choices += [
            Choice("2", _("Spoiled"), _("composted, or broken"), "spoil"),
            Choice("3", _("Count the shelf"), _("and book the difference"), "count"),
        ]
    label = _("Bring it back") if good.retired else _("Retire it")
    return [*choices, Choice("4", label, back, "retire")]


class _OneGood(FormScreen):
    """A form about one good."""

    def __init__(self, good: Good) -> None:
        super().__init__()
        self.good = good

    def title_text(self) -> str:
        return good_name(self.good)


class RateScreen(_OneGood):
    """A new rate, with the decision's words."""

    CARD = (
        N_("New rate"),
        N_("Credits for one unit, such as 2 or 1.5."),
        N_("The decision's words stand in the ledger: who decided what, and when."),
        N_("Visits that were booked keep the rate that was theirs."),
    )

    def intro(self) -> str:
        return _("Now {credits} for 1 {unit}. The new rate counts from the next visit on.").format(
            credits=credits(self.good.rate), unit=unit(self.good.unit)
        )

    def fields(self) -> list[Field]:
        return [
            Field("rate", _("Credits"), _("for 1 {unit}").format(unit=unit(self.good.unit))),
            Field("decision", _("Decision"), _("who decided, and when: “assembly of 3 May”")),
        ]

    async def submit(self, values: dict[str, str]) -> str:
        rate = parse_credits(values["rate"])
        await self.ask(lambda till: till.set_rate(self.good.id, rate, values["decision"]))
        return await self.done(
            _("{good} is {credits} for 1 {unit} from now on.").format(
                good=good_name(self.good), credits=credits(rate), unit=unit(self.good.unit)
            )
        )


class SpoilScreen(_OneGood):
    """How much, and why."""

    CARD = (
        N_("Spoiled"),
        N_("What was composted or broke leaves the stock and is booked as spoilage."),
        N_("A few words say why. They stand in the ledger."),
    )

    def intro(self) -> str:
        return _("What was composted, or broke, and can't be given to anyone.")

    def fields(self) -> list[Field]:
        return [
            Field("quantity", _("How much"), _("in {unit}").format(unit=unit(self.good.unit))),
            Field("why", _("Why"), _("such as: rotten, composted")),
        ]

    async def submit(self, values: dict[str, str]) -> str:
        quantity = quantity_of(values["quantity"], self.good)
        if not values["why"]:
            raise MissingReason()
        await self.ask(lambda till: till.spoil(self.good.id, quantity, values["why"]))
        return await self.done(
            _("{quantity} of {good} booked as spoiled.").format(
                quantity=said(quantity, self.good), good=good_name(self.good)
            )
        )


class CountScreen(_OneGood):
    """What lies on the shelf."""

    CARD = (
        N_("Count the shelf"),
        N_("Type what really lies there, 0 included."),
        N_("The books take the difference: what is missing as spoilage, what was found as a gift."),
    )

    def intro(self) -> str:
        return _("What really lies on the shelf. The books then say the same.")

    def fields(self) -> list[Field]:
        return [
            Field("counted", _("On the shelf"), _("in {unit}").format(unit=unit(self.good.unit)))
        ]

    async def submit(self, values: dict[str, str]) -> str:
        text = values["counted"]
        counted = 0 if text == "0" else quantity_of(text, self.good)
        difference = await self.ask(lambda till: till.count_stock(self.good.id, counted))
        if not difference:
            return await self.done(_("Shelf and books agree."))
        words = _("{quantity} found.") if difference > 0 else _("{quantity} missing.")
        return await self.done(words.format(quantity=said(difference, self.good)))


class RetireScreen(_OneGood):
    """Retire a good, or bring it back, with the decision's words."""

    CARD = (
        N_("Retire a good"),
        N_("A retired good is not found on the entry line, and nobody can bring or take it."),
        N_("It can be brought back at any time. Nothing of its past is lost."),
    )

    def intro(self) -> str:
        if self.good.retired:
            return _("It can be brought and taken again.")
        return _("Nobody can bring or take it any more, until it is brought back.")

    def fields(self) -> list[Field]:
        return [Field("decision", _("Decision"), _("who decided, and when: “assembly of 3 May”"))]

    async def submit(self, values: dict[str, str]) -> str:
        if not values["decision"]:
            raise MissingDecision()
        wanted = replace(self.good, retired=not self.good.retired)
        await self.ask(lambda till: till.import_goods([wanted], values["decision"]))
        words = _("{good} is retired.") if wanted.retired else _("{good} is back.")
        return await self.done(words.format(good=good_name(self.good)))


_TASKS: dict[str, type[_OneGood]] = {
    "rate": RateScreen,
    "spoil": SpoilScreen,
    "count": CountScreen,
    "retire": RetireScreen,
}


def quantity_of(text: str, good: Good) -> int:
    """A typed quantity, with or without a unit, as thousandths of the good's unit.

    Raises BadQuantity, ZeroQuantity, AbsurdQuantity, WrongUnit.
    """
    phrase = split(f"{text} {good.id}")
    if not text or phrase.name != good.id or phrase.taken:
        raise BadQuantity(text=text)
    return counted_in(phrase, good)
