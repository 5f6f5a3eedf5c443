"""Steward, Printer: what is connected, which one is used, and whether it can print slips that scan."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Static

from db.errors import N_
from kiosk.config import PAPER_WIDTHS
from kiosk.messages import _
from kiosk.paper.finding import Found
from kiosk.paper.printers import NAMES, PRINTERS, paper_for
from kiosk.screens.card import Card
from kiosk.screens.form import FormScreen
from kiosk.screens.machine import PAPERS
from kiosk.text import safe
from kiosk.widgets.form import Field, Form
from kiosk.wording import printer_state, printer_warning, test_slip_meanings

SEPARATOR = " "
"""Between kind and address in the value of a choice: no kind has it."""


class PrinterScreen(FormScreen):
    """Choose, save, test."""

    CARD = (
        N_("Printer"),
        N_("Printers at this computer are found; of a network printer, type the address."),
        N_("F5 keeps what is chosen and prints a test slip: compare it with the four lines here."),
        N_("Then scan its code. If the scan is taken, slips of this printer can be handed in."),
        N_("What was queued while the printer was away comes out as soon as it is back."),
    )
    BINDINGS = [
        Binding("enter", "enter", N_("next, at the end: done"), key_display="Enter"),
        Binding("f5", "test", N_("test slip"), key_display="F5"),
        Binding("f6", "look", N_("look again"), key_display="F6"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    PrinterScreen #meanings { height: auto; margin: 1 0 0 0; color: $quiet; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._found: list[Found] = []

    def body(self) -> ComposeResult:
        yield from super().body()
        with Vertical(id="meanings"):
            yield Static("", id="lines", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.action_look()

    def title_text(self) -> str:
        return _("Printer")

    def intro(self) -> str:
        queue = self.app.queue
        if queue.trouble:
            return queue.trouble
        return printer_state(queue.answer) if queue.answer else ""

    def fields(self) -> list[Field]:
        settings = self.app.table.settings
        return [
            Field("printer", _("Printer"), _("← →"), self._chosen(), choices=self._choices()),
            Field("address", _("Address"), _("of a network or serial printer"),
                  settings.printer_address),
            Field("paper", _("Paper"), _("← → of the roll"), settings.paper,
                  choices=tuple((one, _(PAPERS[one])) for one in PAPER_WIDTHS)),
            Field("cut", _("Cut"), _("← →"), "yes" if settings.cut else "no", beside=True,
                  choices=(("yes", _("yes")), ("no", _("torn off")))),
        ]  # fmt: skip

    def _choices(self) -> tuple[tuple[str, str], ...]:
        """Found printers first, then the kinds whose address is typed."""
        found = [
            (
                f"{one.kind}{SEPARATOR}{one.address}",
                _("{name} ({address}), {kind}").format(
                    name=safe(one.name, 40), address=safe(one.address, 30), kind=_(NAMES[one.kind])
                ),
            )
            for one in self._found
        ]
        return (*found, *((kind, _(NAMES[kind])) for kind in PRINTERS))

    def _chosen(self) -> str:
        settings = self.app.table.settings
        value = f"{settings.printer}{SEPARATOR}{settings.printer_address}"
        known = {one for one, _label in self._choices()}
        return value if value in known else settings.printer

    async def redraw(self) -> None:
        await super().redraw()
        if self.is_mounted:
            self.query_one("#lines", Static).update("\n".join(test_slip_meanings()))

    def action_look(self) -> None:
        """Look what is connected."""
        self.app.run_worker(self._look(), group="work")

    async def _look(self) -> None:
        from kiosk.paper.finding import found_printers

        found = await self.app.queue.off_loop(found_printers)
        if self.is_gone or not self.is_mounted:
            return
        self._found = found
        form = self.query_one(Form)
        form.relabel(self.fields())
        form.pick("printer", self._chosen())

    async def submit(self, values: dict[str, str]) -> str:
        await self._use(values)
        app = self.app
        said = await self.done(_("The printer is set up so from now on."))
        warning = printer_warning(app.table.settings.printer)
        if warning:
            await app.push_screen(Card(_("Copies of slips"), [warning]))
        return said

    async def _use(self, values: dict[str, str]) -> None:
        kind, found, address = values["printer"].partition(SEPARATOR)
        address = address if found else values["address"]
        if kind == "folder":
            address = ""
        paper = paper_for(kind, values["paper"])
        cut = values["cut"] == "yes"
        await self.ask(lambda till: till.use_printer(kind, address, paper, cut=cut))
        self.app.queue.try_again()
        await self.app.refresh_table()

    def action_test(self) -> None:
        """Keep what is chosen, and print a test slip."""
        self.app.run_worker(self._test(self.query_one(Form).values), group="work")

    async def _test(self, values: dict[str, str]) -> None:
        with self.refused(self.action_test):
            await self._use(values)
            self.say(_("printing…"))
            await self.app.queue.print_test()
            self.say(_("The test slip was sent. Compare it with the lines above, then scan it."))
