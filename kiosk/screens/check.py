"""Check a slip by its typed code, when its QR is ruined; a scan works here as everywhere."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Input, Static

from db.errors import N_, MistypedCode, NotASlip, TooManyTries
from kiosk.messages import _, sentence
from kiosk.screens.base import TableScreen
from kiosk.widgets.plain_input import PlainInput

LONGEST = 200
_AGAIN = (MistypedCode, NotASlip, TooManyTries)
"""What is said here, so that the code can be corrected; all else fills the screen."""


class CheckScreen(TableScreen[None]):
    """One field."""

    CARD = (
        N_("Check a slip"),
        N_("Scan the slip: its verdict fills the screen, and nothing is changed by looking."),
        N_("If the QR is ruined, type the code that stands above and below it."),
        N_("Small or capital letters, with or without hyphens: all the same. I and L count as 1."),
    )
    BINDINGS = [
        Binding("enter", "submit", N_("check"), key_display="Enter"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    CheckScreen #explained { margin: 2 0 0 0; color: $quiet; }
    """

    def body(self) -> ComposeResult:
        yield Static("", id="label", classes="strong", markup=False)
        yield PlainInput(max_length=LONGEST, placeholder="XXXXX-XXXXX-XXXXX", id="code")
        yield Static("", id="explained", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Input).focus()

    def title_text(self) -> str:
        return _("Check a slip")

    async def redraw(self) -> None:
        await super().redraw()
        if not self.is_mounted:
            return
        self.query_one("#label", Static).update(_("Scan the slip, or type its code"))
        self.query_one("#explained", Static).update(
            _("The code stands above and below the QR. Looking changes nothing.")
        )

    async def on_input_submitted(self) -> None:
        await self.action_submit()

    async def action_submit(self) -> None:
        """Judge what stands in the field."""
        text = self.query_one(Input).value
        if not text.strip():
            return
        with self.refused():
            verdict = await self.ask(lambda till: till.check(text))
            if isinstance(verdict.error, _AGAIN):
                self.say(sentence(verdict.error), trouble=True)
                return
            self.say("")
            self.query_one(Input).value = ""
            self.app.show("verdict", verdict)
