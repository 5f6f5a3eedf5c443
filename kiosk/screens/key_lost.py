"""After a loss: decide that slips which these books don't hold are honoured from paper."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from db import paper
from db.errors import N_, Refused
from kiosk.frompaper import decide_lost
from kiosk.messages import _
from kiosk.screens.form import FormScreen
from kiosk.widgets.form import Field, Form
from kiosk.wording import credits, long_date, slips


class NoDate(Refused):
    sentence = N_("“{text}” is no date. Type it as 2026-11-28.")


class LostBooksScreen(FormScreen):
    """Since when, and why."""

    CARD = (
        N_("Slips of lost books"),
        N_("After a backup was restored, slips that were handed out since it was made are unknown "
           "here. Their signature still tells that the market made them."),
        N_("From this decision on they are honoured, once each, and openly: every one stands in the "
           "ledger."),
        N_("Whether the lost books had voided one, or taken it in, nobody can know."),
        N_("A typed code can't be honoured so: the slip must be scanned."),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", N_("next, at the end: decide"), key_display="Enter"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    LostBooksScreen #so-far { margin: 1 0 0 0; color: $quiet; }
    """

    def body(self) -> ComposeResult:
        yield from super().body()
        yield Static("", id="so-far", markup=False)

    def title_text(self) -> str:
        return _("Slips of lost books")

    def intro(self) -> str:
        return _(
            "Only after a loss: slips that were issued since then, and that these books don't hold, "
            "are honoured by their signature."
        )

    def fields(self) -> list[Field]:
        return [
            Field("since", _("Missing since"), _("the day of the backup: 2026-11-28")),
            Field("why", _("Decision"), _("who decided so, and why; it stands in the ledger")),
        ]

    async def redraw(self) -> None:
        await super().redraw()
        if not self.is_mounted:
            return
        so_far = await self.ask(lambda till: paper.honoured(till.books))
        said = _("Nothing was honoured from paper so far.")
        if so_far.slips:
            said = _("Honoured from paper so far: {slips}, {credits}.").format(
                slips=slips(so_far.slips), credits=credits(so_far.credits)
            )
        self.query_one("#so-far", Static).update(said)
        form = self.query_one(Form)
        if not any(form.values.values()):
            last = await self.ask(lambda till: paper.last_written(till.books))
            form.fill(since=last.isoformat())

    async def submit(self, values: dict[str, str]) -> str:
        try:
            since = date.fromisoformat(values["since"])
        except ValueError:
            raise NoDate(text=values["since"]) from None
        await self.ask(lambda till: decide_lost(till, values["why"], since))
        words = _("Slips issued since {date} are honoured from paper.")
        return await self.done(words.format(date=long_date(since)))
