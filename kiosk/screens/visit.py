"""Visit: one line of entry with completion, the lines beside it, and large what it comes to."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from db.amounts import format_credits
from db.catalogue import Good
from db.errors import N_, EmptyVisit, KeyUsedDifferently, ShortOfCredits
from kiosk.messages import _
from kiosk.running.draft import Draft, DraftLine
from kiosk.scanning.cards import Action
from kiosk.screens.base import TableScreen
from kiosk.slips.typed_code import looks_like_code
from kiosk.text import safe
from kiosk.till import new_key
from kiosk.typed.measures import is_measure
from kiosk.typed.phrases import Finder, quantity, split
from kiosk.verdicts import Scanned, Verdict
from kiosk.widgets.completions import Completions
from kiosk.widgets.draft_list import DraftList
from kiosk.widgets.entry_line import EntryLine
from kiosk.widgets.ledger_panel import LedgerPanel
from kiosk.widgets.sum_panel import SumPanel
from kiosk.wording import credits, good_name
from kiosk.wording import quantity as quantity_words


class VisitScreen(TableScreen[None]):
    """The heart of the table."""

    CARD = (
        N_("Visit"),
        N_("Type how much and the beginning of a name, then Enter: 3 tom, 1/2 bread, 250 g flour."),
        N_("A minus in front means taken: -honey. Work counts in hours: 2h child."),
        N_(
            "Scan a slip to hand it in, or type its code. Scan a goods card or a bar code to add one."
        ),
        N_("Enter on the empty line books the visit. Up chooses a line; Del takes it out."),
        N_("Too little? F5 lets solidarity cover it. No slip wanted? F6 makes it a gift."),
    )
    BINDINGS = [
        Binding("enter", "enter", N_("add or book"), key_display="Enter"),
        Binding("delete", "take_out", N_("take out"), key_display="Del"),
        Binding("f4", "correct", N_("correct"), key_display="F4"),
        Binding("f5", "solidarity", N_("solidarity"), key_display="F5"),
        Binding("f6", "gift", N_("gift"), key_display="F6"),
        Binding("escape", "leave", N_("leave"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    VisitScreen EntryLine { padding: 0 1 0 2; text-style: bold; }
    VisitScreen #below { padding: 1 0 0 0; height: 1fr; }
    VisitScreen.-narrow LedgerPanel { display: none; }
    VisitScreen LedgerPanel { width: 32%; margin: 0 0 0 3; }
    VisitScreen #work { width: 1fr; height: 1fr; }
    """

    def __init__(self, first: Scanned | None = None) -> None:
        super().__init__()
        self._first = first
        self._finder: tuple[str, tuple[Good, ...], Finder] | None = None
        self._booking = False

    def body(self) -> ComposeResult:
        with Horizontal():
            with Vertical(id="work"):
                yield EntryLine()
                yield Completions()
                with Horizontal(id="below"):
                    yield DraftList()
                    yield SumPanel()
            yield LedgerPanel()

    def on_mount(self) -> None:
        if self.app.draft is None:
            self.app.draft = Draft(new_key(round(self.app.now().timestamp() * 1000)))
        self.draft: Draft = self.app.draft
        self.query_one(DraftList).draft = self.draft
        super().on_mount()
        self.entry.focus()
        if self._first is not None:
            self.call_later(self.scanned, self._first)

    @property
    def entry(self) -> EntryLine:
        """The line of entry."""
        return self.query_one(EntryLine)

    # What stands on it

    def title_text(self) -> str:
        day = self.app.table.day
        return _("Visit {visit}").format(visit=day.numbered + 1 if day else 1)

    async def redraw(self) -> None:
        await super().redraw()
        if not self.is_mounted:
            return
        # The same words may be shown anew between the mark and the Enter that takes it.
        marked = self.query_one(Completions).marked
        self._complete(marked.id if marked else None)
        await self._draw()
        await self.query_one(LedgerPanel).load()

    async def _draw(self) -> None:
        self.query_one(DraftList).show(self.draft)
        self.query_one(SumPanel).show(
            self.draft.weighing(self.app.table.rules.slip_step),
            empty=self.draft.empty,
            gift=self.draft.gift,
        )
        self.app.keep_draft()
        await self._draw_keys()

    async def _draw_keys(self) -> None:
        from kiosk.widgets.keybar import KeyBar

        await self.query_one(KeyBar).show(self.shown_bindings())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not hasattr(self, "draft"):
            return True
        if action in ("take_out", "correct"):
            return not self.draft.empty
        sums = self.draft.weighing(self.app.table.rules.slip_step)
        if action == "solidarity":
            return bool(sums.short) or self.draft.solidarity
        if action == "gift":
            return bool(sums.issued) or (self.draft.gift and not sums.short)
        return True

    # Typing

    def finder(self) -> Finder:
        """The catalogue by what people call its goods."""
        goods = self.app.table.goods
        known = self._finder
        if known is None or known[0] != self.spoken or known[1] is not goods:
            self._finder = known = (self.spoken, goods, Finder(goods, self.spoken))
        return known[2]

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.value:
            self.query_one(DraftList).chosen = -1
        self._complete()

    def _complete(self, marked: str | None = None) -> None:
        text = self.entry.value
        completions = self.query_one(Completions)
        if not text.strip() or looks_like_code(text):
            completions.show([])
            return
        parts = split(text)
        completions.show(self.finder().complete(parts.name, unit=parts.unit_text), marked=marked)

    def on_entry_line_choose(self, message: EntryLine.Choose) -> None:
        if self.entry.value:
            self.query_one(Completions).move(message.by)
        else:
            self.query_one(DraftList).move(message.by)

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        await self.action_enter()

    async def on_completions_taken(self) -> None:
        await self._add_typed(self.entry.value)

    async def _add_typed(self, text: str) -> None:
        with self.refused():
            if looks_like_code(text):
                verdict = await self.ask(lambda till: till.check(text))
                if verdict.error is not None:
                    raise verdict.error
                self.draft.add_slip(verdict)
            else:
                parts = split(text)
                good = self.query_one(Completions).marked
                if good is None:
                    good = self.finder().resolve(parts.name, parts.unit_text)
                self._add(good, quantity(parts, good), parts.taken, text)
            self.entry.value = ""
            self._say_added()
            await self._draw()

    def _add(self, good: Good, much: int, taken: bool, phrase: str) -> None:
        self.draft.add_line(DraftLine(good, much, taken, phrase))

    def _say_added(self) -> None:
        self.say("")

    # Lines

    async def on_entry_line_take_out(self) -> None:
        await self.action_take_out()

    async def action_take_out(self) -> None:
        """Take out the chosen line, else the last one."""
        item = self._take_chosen()
        if isinstance(item, DraftLine):
            said = _("Taken out: {line}").format(
                line=f"{quantity_words(item.quantity, item.good)} {good_name(item.good)}"
            )
            self.say(said)
        elif item is not None:
            self.say(_("The slip is out of the visit: give it back."))
        await self._draw()

    async def action_correct(self) -> None:
        """Put the chosen line, else the last typed one, back into the entry line."""
        at = self.query_one(DraftList).chosen
        if at < 0:
            typed = [n for n, item in enumerate(self.draft.items) if isinstance(item, DraftLine)]
            at = typed[-1] if typed else -1
        if at < 0 or not isinstance(self.draft.items[at], DraftLine):
            self.say(_("Only a line of goods or work can be corrected. Del takes a slip out."))
            return
        self.query_one(DraftList).chosen = at
        item = self._take_chosen()
        assert isinstance(item, DraftLine)
        self.entry.value = correction(item)
        self.entry.cursor_position = len(self.entry.value)
        await self._draw()

    def _take_chosen(self) -> DraftLine | Verdict | None:
        if self.draft.empty:
            return None
        chosen = self.query_one(DraftList)
        at = chosen.chosen if chosen.chosen >= 0 else self.draft.size - 1
        chosen.chosen = -1
        return self.draft.remove(at)

    async def action_solidarity(self) -> None:
        """Let solidarity cover what is short, or not."""
        self.draft.solidarity = not self.draft.solidarity
        await self._draw()

    async def action_gift(self) -> None:
        """No slip is wanted, or it is after all."""
        self.draft.gift = not self.draft.gift
        await self._draw()

    # Scans

    async def scanned(self, what: Scanned) -> None:
        with self.refused():
            if isinstance(what, Verdict):
                await self._slip_scanned(what)
            elif isinstance(what, Good):
                await self._good_scanned(what)
            elif what is Action.FINISH:
                await self.action_finish()
            elif what is Action.UNDO:
                await self.app.action_undo()
            else:
                await super().scanned(what)

    async def _slip_scanned(self, verdict: Verdict) -> None:
        if not verdict.good:
            await self.app.show("verdict", verdict)
            return
        self.draft.add_slip(verdict)
        self.say(
            _("A slip of {credits} is handed in.").format(credits=credits(verdict.amount or 0))
        )
        await self._draw()

    async def _good_scanned(self, good: Good) -> None:
        """One of it, or as much as stands on the entry line: `3`, `250 g` or `-` and a scan."""
        parts = split(self.entry.value)
        if is_measure(parts.name):
            parts = replace(parts, unit_text=parts.name, name="")
        counted = not parts.name
        if not counted:
            parts = split("1")
        self._add(good, quantity(parts, good), parts.taken, good_name(good))
        if counted:
            self.entry.value = ""
        self.say(_("Added: {good}").format(good=good_name(good)))
        await self._draw()

    # The end

    async def action_enter(self) -> None:
        """What Enter does: add what stands on the entry line, or book where nothing does."""
        if self.entry.value.strip():
            await self._add_typed(self.entry.value)
        else:
            await self.action_finish()

    async def action_finish(self) -> None:
        """Book the visit and go to the hand-over; never with something half typed."""
        if self._booking:
            return
        typed = self.entry.value.strip()
        if typed:
            self.say(
                _("“{text}” is not entered yet: Enter adds it, or delete it first.").format(
                    text=safe(typed, 40)
                ),
                trouble=True,
            )
            return
        self._booking = True
        try:
            with self.refused():
                await self._book()
        finally:
            self._booking = False

    async def _book(self) -> None:
        draft = self.draft
        if draft.empty:
            raise EmptyVisit()
        short = draft.weighing(self.app.table.rules.slip_step).short
        if short:
            raise ShortOfCredits(short=format_credits(short))
        exchange, key = draft.exchange(), draft.key
        try:
            booked = await self.ask(lambda till: till.book(exchange, key))
        except KeyUsedDifferently:
            # It was booked although the disk reported a failure, and was changed after that.
            draft.key = new_key(round(self.app.now().timestamp() * 1000))
            self.say(
                _("It was booked before it was changed. F8 undoes that visit; then book again."),
                trouble=True,
            )
            await self.app.refresh_table()
            return
        self.app.draft = None
        self.app.keep_draft()
        await self.app.refresh_table()
        self.app.hand_over(booked)

    async def action_leave(self) -> None:
        """Home; what was typed waits."""
        await self.app.go_home()


def correction(line: DraftLine) -> str:
    """A line as it can be typed once more: `-3 kg tomatoes`."""
    sign = "-" if line.taken else ""
    return f"{sign}{quantity_words(line.quantity, line.good)} {good_name(line.good)}"
