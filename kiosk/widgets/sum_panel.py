"""What the visit comes to, large and in words, always in view."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from db.amounts import format_credits
from db.errors import N_
from db.weighing import Weighing
from kiosk.messages import _
from kiosk.widgets.figure import Figure
from kiosk.wording import credits

EXAMPLES = (
    (N_("3 tom"), N_("brought")),
    (N_("-honey"), N_("taken")),
    (N_("2h child"), N_("work")),
)
"""What may be typed, and what it means; in each language the beginnings of that language's names."""


class SumPanel(Vertical):
    """A headline, a figure, what may be done, and the sum in words."""

    DEFAULT_CSS = """
    SumPanel { width: 32; height: 1fr; border-left: solid $line; padding: 0 0 0 3; }
    SumPanel Static { width: 1fr; }
    SumPanel #sum-headline { text-style: bold; }
    SumPanel #sum-figure { margin: 1 0; color: $accent; }
    SumPanel.-short #sum-headline, SumPanel.-short #sum-figure { color: $error; }
    SumPanel #sum-advice { margin: 1 0; }
    SumPanel #sum-words { color: $quiet; }
    """

    def compose(self) -> ComposeResult:
        yield Static("", id="sum-headline", markup=False)
        yield Figure(id="sum-figure")
        yield Static("", id="sum-advice", markup=False)
        yield Static("", id="sum-words", markup=False)

    def show(self, sums: Weighing, *, empty: bool, gift: bool) -> None:
        """Show what a visit comes to; `gift` tells that no slip is wanted."""
        headline, figure = self._headline(sums, empty, gift)
        self.set_class(sums.short > 0, "-short")
        self.query_one("#sum-headline", Static).update(headline)
        self.query_one("#sum-figure", Figure).show(figure)
        advice = self.query_one("#sum-advice", Static)
        advice.update(self._advice(sums, empty))
        advice.display = bool(sums.short) or empty
        self.query_one("#sum-words", Static).update(self._in_words(sums))

    def _headline(self, sums: Weighing, empty: bool, gift: bool) -> tuple[str, str]:
        if empty:
            return _("what do they bring or take?"), ""
        if sums.short:
            return _("credits short"), format_credits(sums.short)
        if sums.solidarity:
            return _("solidarity covers"), format_credits(sums.solidarity)
        if sums.issued:
            return _("we hand out a slip of"), format_credits(sums.issued)
        if gift and (sums.gift or sums.paid_back):
            return _("a gift, no slip"), format_credits(sums.gift + sums.paid_back)
        return _("even: no slip to hand out"), ""

    def _advice(self, sums: Weighing, empty: bool) -> Content:
        if empty:
            examples = [(_(typed), _(means)) for typed, means in EXAMPLES]
            width = max(len(typed) for typed, _means in examples) + 2
            return Content.assemble(
                *(
                    Content.assemble((typed.ljust(width), "bold"), (f"{means}\n", "$quiet"))
                    for typed, means in examples
                ),
                (_("or scan a slip"), "$quiet"),
            )
        return Content.assemble(
            _("scan another slip") + "\n",
            ("Del ", "bold $accent"), _("put something back") + "\n",
            ("F5  ", "bold $accent"),
            _("solidarity covers {amount}").format(amount=format_credits(sums.short)),
        )  # fmt: skip

    def _in_words(self, sums: Weighing) -> str:
        parts = []
        for word, amount in (
            (_("brought"), sums.brought),
            (_("work"), sums.work),
            (_("taken"), sums.taken),
            (_("slips"), sums.redeemed),
        ):
            if amount:
                parts.append(f"{word} {format_credits(amount)}")
        text = " · ".join(parts)
        if sums.rounding:
            text += "\n" + _("rounded by {amount}").format(amount=credits(sums.rounding))
        return text
