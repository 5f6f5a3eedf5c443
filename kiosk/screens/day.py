"""Open a market day, and close it: the count of the box, the difference in words, the seal."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from db import days
from db.clock import DateToConfirm
from db.errors import N_, DayNotOpen, KioskError, Refused
from kiosk.messages import _, ngettext, sentence
from kiosk.screens.base import TableScreen
from kiosk.screens.card import Question
from kiosk.screens.form import FormScreen
from kiosk.screens.machine import after_restart, after_restart_words
from kiosk.text import safe
from kiosk.widgets.day_figures import day_figures
from kiosk.widgets.form import Field
from kiosk.wording import long_date

if TYPE_CHECKING:
    from kiosk.till import Till
    from kiosk.till.records import Closing

CREW_ROWS = 4
MOST_COUNTED = 1_000_000

CARD_WIDTH, FIGURES_WIDTH = 62, 72
"""Cells for a line of figures: in a question's card, and on a screen of 80 columns."""


class BadCount(Refused):
    sentence = N_("“{text}” is not a number of slips. Type a number such as 31, or nothing at all.")


class OpenDayScreen(FormScreen):
    """The crew, and the day is open."""

    CARD = (
        N_("Open the market day"),
        N_("Who is here today, and for what? Any name that the others know will do."),
        N_(
            "The names are for the table and stay on this machine: the ledger shows the roles alone."
        ),
        N_("Enter on an empty line opens the day."),
        N_("With a passphrase: its key rests on this machine, unlocked, until the day is closed, so "
           "that a restart needs no steward. “Ask again” is safer against thieves, and slower."),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", N_("next; open when empty"), key_display="Enter"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]

    def title_text(self) -> str:
        return _("Open the market day")

    def intro(self) -> str:
        if self.app.table.guarded:
            return after_restart_words()
        return _("Who is here? Enter on an empty line opens the day.")

    def fields(self) -> list[Field]:
        roles = (_("table"), _("goods"), _("welcome"), "")
        rows = []
        for number, role in enumerate(roles):
            rows += [
                Field(f"handle{number}", _("Name or nickname"), ends=True),
                Field(f"role{number}", _("Role"), value=role, beside=True),
            ]
        if self.app.table.guarded:
            rows.append(after_restart(self.app.table.settings))
        return rows

    async def submit(self, values: dict[str, str]) -> str:
        pairs = [(values[f"role{n}"], values[f"handle{n}"]) for n in range(CREW_ROWS)]
        crew = [(role, handle) for role, handle in pairs if handle]
        if self.app.table.guarded:  # first, so that the key never rests where it should not
            await self.app.change_settings(ask_again=values["restart"] == "ask")
        try:
            await self._open(crew)
        except DateToConfirm as doubt:
            self._ask_for_the_date(crew, doubt)
        return ""

    def _ask_for_the_date(self, crew: list[tuple[str, str]], doubt: DateToConfirm) -> None:
        """A wrong date would stand on every slip and in the ledger for ever."""
        clock, last, on = (
            date.fromisoformat(str(doubt.facts[name])) for name in ("clock", "last", "date")
        )
        lines: list[Content | str] = [
            _("This computer's clock says {date}.").format(date=long_date(clock)),
            _("The last entry of the ledger is from {date}.").format(date=long_date(last)),
            _("Set the clock if it is wrong. The day would bear this date:"),
            Content.assemble((long_date(on), "bold")),
        ]

        async def open_it() -> None:
            with self.refused(lambda: self.app.run_worker(open_it())):
                await self._open(crew, on)

        title = _("Is the date right?")
        self.app.push_screen(Question(title, lines, "O", _("open the day"), open_it))

    async def _open(self, crew: list[tuple[str, str]], said: date | None = None) -> None:
        number = await self.ask(lambda till: till.open_day(crew, said))
        await self.app.go_home()
        if isinstance(self.app.screen, TableScreen):
            self.app.screen.say(_("Market day {number} is open.").format(number=number))


class CloseDayScreen(FormScreen):
    """The count, then one clear question, then the seal."""

    CARD = (
        N_("Close the market day"),
        N_("Count the paper slips in the box: those that neighbours handed in today."),
        N_("The count and its difference to the books stand in the day's seal. A difference is no "
           "fault: it is written down, so that everyone can see it."),
        N_("Leave the field empty where nobody counted."),
        N_("A sealed day never changes; after that, no visit of it can be undone."),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", N_("compare with the books"), key_display="Enter"),
        Binding("escape", "back", N_("not yet"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    CloseDayScreen #figures { height: auto; margin: 2 0 0 0; }
    """

    def body(self) -> ComposeResult:
        yield from super().body()
        yield Static("", id="figures", markup=False)

    def title_text(self) -> str:
        return _("Close the market day")

    def intro(self) -> str:
        return _("Count the paper slips in the box. Nothing is sealed before you have seen both.")

    def fields(self) -> list[Field]:
        return [Field("counted", _("Slips in the box"), _("empty: not counted"))]

    async def redraw(self) -> None:
        await super().redraw()
        day = self.app.table.day
        if self.is_mounted and day is not None:
            self.query_one("#figures", Static).update(day_figures(day, FIGURES_WIDTH))

    async def submit(self, values: dict[str, str]) -> str:
        counted = _counted(values["counted"])
        await self.app.refresh_table()
        day = self.app.table.day
        if day is None:
            raise DayNotOpen()
        await self.ask(_may_close)  # says what is needed before anyone counts on
        lines: list[Content | str] = [
            difference(counted, day.slips_in),
            "",
            day_figures(day, CARD_WIDTH),
        ]
        waiting = self.app.table.waiting
        if waiting:
            lines += ["", ngettext(
                "{number} paper is not confirmed yet; it stays in the queue.",
                "{number} papers are not confirmed yet; they stay in the queue.",
                waiting,
            ).format(number=waiting)]  # fmt: skip
        if self.app.draft is not None and not self.app.draft.empty:
            lines += ["", _("A visit is still being typed. It would not be part of this day.")]

        async def close() -> None:
            self.app.run_worker(self._close(counted))

        title = _("Close and seal day {number}?").format(number=day.number)
        self.app.push_screen(Question(title, lines, "S", _("close and seal"), close))
        return ""

    async def _close(self, counted: int | None) -> None:
        app = self.app
        self.say(_("working…"))
        with self.refused(lambda: app.run_worker(self._close(counted))):
            closing = await app.ask(lambda till: till.close_day(counted))
            app.print_job(closing.job)
            exported: Path | KioskError
            try:
                exported = await app.ask(lambda till: till.export(closing.day.number))
            except KioskError as error:
                exported = error
            app.backups.make_one()
            hash_ = await app.ask(lambda till: _seal_hash(till, closing.day.number))
            await app.go_home()
            await app.push_screen(ClosedScreen(closing, exported, hash_))


class ClosedScreen(TableScreen[None]):
    """What was sealed, and where the export lies."""

    CARD = (
        N_("The day is sealed"),
        N_("The closing slip holds the seal. Hang it beside the printed ledger."),
        N_("The folder holds the day as files: take it to another machine, or give it away."),
        N_("It names nobody, and nobody can spend a slip with it."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "back", N_("back to the first screen"), key_display="Enter"),
        Binding("escape", "back", show=False),
    ]

    def __init__(self, closing: Closing, exported: Path | KioskError, hash_: str) -> None:
        super().__init__()
        self._closed_day = closing
        self._exported = exported
        self._hash = hash_

    def body(self) -> ComposeResult:
        yield Static("", id="closed", markup=False)

    def title_text(self) -> str:
        return _("Day {number} is closed and sealed").format(number=self._closed_day.day.number)

    async def redraw(self) -> None:
        await super().redraw()
        if not self.is_mounted:
            return
        day, seal = self._closed_day.day, self._closed_day.seal
        facts = ((_("seal"), seal.signature.hex()[:16]), (_("ledger"), self._hash[:8]))
        width = max(len(label) for label, _fact in facts) + 2
        parts: list[Content] = [
            Content.assemble(
                (_("Day {number}").format(number=day.number), "bold"), f" · {long_date(day.date)}"
            ),
            Content(""),
            day_figures(day, FIGURES_WIDTH),
            Content(""),
            Content(difference(day.counted, day.slips_in)),
            Content(""),
            *(Content.assemble((label.ljust(width), "$quiet"), fact) for label, fact in facts),
            Content(""),
        ]
        if isinstance(self._exported, Path):
            parts += [
                Content(_("The day's files lie in")),
                Content.assemble((safe(self._exported, 300), "bold")),
            ]
        else:
            parts += [
                Content(_("The day is sealed, but its files could not be written:")),
                Content.assemble((sentence(self._exported), "$error")),
                Content(_("Export it again under Steward, 8.")),
            ]
        parts += self._saved()
        self.query_one("#closed", Static).update(Content("\n").join(parts))

    def _saved(self) -> list[Content]:
        """What became of the backup that every closing asks for."""
        backups, table = self.app.backups, self.app.table
        if backups.trouble:
            return [Content.assemble((backups.trouble, "$error"))]
        if table.saved is not None and table.saved.seq == table.seq:
            folder = safe(Path(table.saved.folder).parent.parent, 300)
            return [Content(_("and the books are saved in")), Content.assemble((folder, "bold"))]
        return [Content(_("the books are being saved…"))] if backups.is_busy else []


def _may_close(till: Till) -> None:
    till.require_steward()
    till.key()


def _seal_hash(till: Till, day: int) -> str:
    """The hash of the entry that sealed the day, as its closing slip shows it."""
    return till.hash_of(days.sealed_in(till.books, day))


def _counted(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10) or int(text) > MOST_COUNTED:
        raise BadCount(text=text)
    return int(text)


def difference(counted: int | None, expected: int) -> str:
    """What the count of the box says beside the books, in words."""
    books = ngettext(
        "The books say that {number} slip was handed in.",
        "The books say that {number} slips were handed in.",
        expected,
    ).format(number=expected)
    if counted is None:
        return " ".join((books, _("Nobody counted the box, and the seal will say so.")))
    box = ngettext("{number} lies in the box.", "{number} lie in the box.", counted)
    said = f"{books} {box.format(number=counted)}"
    if counted == expected:
        return " ".join((said, _("They agree.")))
    apart = abs(counted - expected)
    if counted < expected:
        end = ngettext("{number} slip is missing.", "{number} slips are missing.", apart)
    else:
        end = ngettext("{number} slip too many.", "{number} slips too many.", apart)
    return f"{said} {end.format(number=apart)}"
