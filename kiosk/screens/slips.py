"""A steward's way to end a slip: find it by its visit or its code, then void or reissue it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from db import slips
from db.errors import N_, Refused
from db.slips import Slip
from kiosk.messages import _
from kiosk.screens.base import TableScreen
from kiosk.screens.form import FormScreen
from kiosk.slips.typed_code import looks_like_code
from kiosk.text import safe
from kiosk.verdicts import Scanned, Verdict
from kiosk.widgets.form import Field, TextInput
from kiosk.wording import clock as clock_of
from kiosk.wording import credits, long_date, short_date

if TYPE_CHECKING:
    from kiosk.till import Till

STATES = {
    "issued": N_("good: somebody holds it"),
    "redeemed": N_("spent"),
    "voided": N_("void"),
    "reissued": N_("void: another was handed out in its place"),
}


class WhichVisit(Refused):
    sentence = N_("“{text}” names no visit. Type 28, or 14/28 for visit 28 of day 14.")


class ReasonMissing(Refused):
    sentence = N_("This needs a reason: what happened to the slip?")


class SlipsScreen(TableScreen[None]):
    """A line to name a slip in, and what is known of it."""

    CARD = (
        N_("Slips"),
        N_("Type the number of the visit that handed the slip out, or scan the slip, or type its "
           "code."),
        N_("F5 voids a slip: nobody can spend it any more."),
        N_("F6 hands out another in its place, where one was lost or ruined. The old one is void."),
        N_("Both need a reason, which stands in the ledger."),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "look", N_("look it up"), key_display="Enter"),
        Binding("f5", "void", N_("void it"), key_display="F5"),
        Binding("f6", "reissue", N_("reissue it"), key_display="F6"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    SlipsScreen #about { margin: 2 0 0 0; height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._slip: Slip | None = None

    def body(self) -> ComposeResult:
        yield Static("", id="ask", classes="quiet", markup=False)
        yield TextInput(max_length=40)
        yield Static("", id="about", markup=False)

    def on_mount(self) -> None:
        self.query_one(TextInput).focus()

    def title_text(self) -> str:
        return _("Slips")

    async def redraw(self) -> None:
        if not self.is_mounted:
            return
        line = self.query_one(TextInput)
        self.query_one("#ask", Static).update(
            _("Which slip? The visit that handed it out, its code, or scan it.")
        )
        line.placeholder = _("28, or 14/28 for visit 28 of day 14")
        if self._slip is not None:
            reference = self._slip.reference
            with self.refused():
                self._slip = await self.ask(lambda till: slips.slip(till.books, reference))
        self.query_one("#about", Static).update(self._about())
        await super().redraw()

    def _about(self) -> Content:
        slip = self._slip
        if slip is None:
            return Content("")
        word = "bold $success" if slip.out else "bold $error"
        facts = [
            (_("slip of"), credits(slip.amount), "bold"),
            (_("state"), _(STATES[slip.state]), word),
            (_("handed out"), f"{long_date(slip.issued)}, {_where(slip.day, slip.visit)}", ""),
        ]
        if slip.ended_at is not None and slip.ended_day is not None:
            when = f"{short_date(slip.ended_at.date())} {clock_of(slip.ended_at)}"
            facts.append((_("ended"), f"{when}, {_where(slip.ended_day, slip.ended_visit)}", ""))
        expires = long_date(slip.expires) if slip.expires else _("no expiry")
        facts.append((_("good until"), expires, ""))
        width = max(len(label) for label, _fact, _style in facts) + 3
        return Content("\n").join(
            Content.assemble((label.ljust(width), "$quiet"), (fact, style))
            for label, fact, style in facts
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("void", "reissue"):
            return self._slip is not None and self._slip.out
        return True

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        await self.action_look()

    async def action_look(self) -> None:
        """Find the slip that was named."""
        text = self.query_one(TextInput).value.strip()
        self._slip = None
        with self.refused():
            self.say("")
            if not looks_like_code(text) and not any(one.isdigit() for one in text):
                raise WhichVisit(text=text)
            self._slip = await self.ask(lambda till: _find(till, text))
        await self.redraw()

    async def scanned(self, what: Scanned) -> None:
        """A slip is looked up here; anything else does what it does everywhere."""
        if isinstance(what, Verdict) and what.slip is not None:
            self._slip = what.slip
            self.query_one(TextInput).value = ""
            self.say("")
            await self.redraw()
        else:
            await super().scanned(what)

    async def action_void(self) -> None:
        """End it, with a reason."""
        if self._slip is not None:
            await self.app.push_screen(VoidScreen(self._slip))

    async def action_reissue(self) -> None:
        """Hand out another in its place, with a reason."""
        if self._slip is not None:
            await self.app.push_screen(ReissueScreen(self._slip))


def _where(day: int, visit: int | None) -> str:
    if visit:
        return _("day {day}, visit {visit}").format(day=day, visit=visit)
    return _("day {number}").format(number=day)


def _find(till: Till, text: str) -> Slip:
    """The slip that a code or a visit names. Raises what fits where there is none."""
    if looks_like_code(text):
        verdict = till.check(text)
        if verdict.slip is None:
            assert verdict.error is not None
            raise verdict.error
        return verdict.slip
    return slips.slip_of_visit(till.books, *till.visit_named(text))


class _OneSlip(FormScreen):
    """A reason, and a slip ends."""

    def __init__(self, slip: Slip) -> None:
        super().__init__()
        self.slip = slip

    def fields(self) -> list[Field]:
        return [Field("why", _("Why"), _("it stands in the ledger; name nobody"))]

    def about(self) -> str:
        """`Slip of 7 credits, day 14, visit 28`."""
        slip = _("Slip of {credits}").format(credits=credits(self.slip.amount))
        return f"{slip}, {_where(self.slip.day, self.slip.visit)}"

    def reason(self, values: dict[str, str]) -> str:
        """What was typed; raises ReasonMissing where nothing was."""
        if not values["why"]:
            raise ReasonMissing()
        return safe(values["why"], 200)


class VoidScreen(_OneSlip):
    """Void a slip."""

    CARD = (
        N_("Void a slip"),
        N_("Nobody can spend it any more. What it stood for becomes a gift to the market."),
        N_("There is no way back: a neighbour who holds it would need a new one."),
    )

    def title_text(self) -> str:
        return _("Void a slip")

    def intro(self) -> str:
        return _("{slip}. Nobody can spend it any more.").format(slip=self.about())

    async def submit(self, values: dict[str, str]) -> str:
        why = self.reason(values)
        amount = await self.ask(lambda till: till.void_slip(self.slip.reference, why))
        return await self.done(_("The slip of {credits} is void.").format(credits=credits(amount)))


class ReissueScreen(_OneSlip):
    """Another slip in place of one that was lost or ruined."""

    CARD = (
        N_("Reissue a slip"),
        N_("The old slip is void, even if it turns up again; the new one is worth the same."),
        N_("It is printed at once."),
    )

    def title_text(self) -> str:
        return _("Reissue a slip")

    def intro(self) -> str:
        return _("{slip}. It becomes void, and another is printed in its place.").format(
            slip=self.about()
        )

    async def submit(self, values: dict[str, str]) -> str:
        why = self.reason(values)
        new = await self.ask(lambda till: till.reissue_slip(self.slip.reference, why))
        self.app.print_job(new.job)
        return await self.done(
            _("Another slip of {credits} is printing. The old one is void.").format(
                credits=credits(new.amount)
            )
        )
