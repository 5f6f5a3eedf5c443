"""Rebuild the market's key from stewards' sheets, word by word, on any computer.

It works on a table that is open, beside books that lost their key, and where there is nothing at all:
then the market is founded anew. What is typed stands on the screen until its share is complete.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from db.errors import N_, KioskError, Refused
from kiosk.keys import splitting
from kiosk.messages import _, sentence
from kiosk.screens.base import TableScreen
from kiosk.screens.form import FormScreen
from kiosk.screens.found import FoundScreen, named_on_card
from kiosk.slips.keyfile import PassphrasesDiffer
from kiosk.slips.shares import (
    WORDS,
    MistypedShare,
    Share,
    completed,
    completions,
    joining,
    read,
    rebuild,
)
from kiosk.text import safe
from kiosk.widgets.form import Field
from kiosk.widgets.plain_input import PlainInput

if TYPE_CHECKING:
    from kiosk.slips.signing import MarketKey

COLUMNS = 3
_WIDTH = 16  # cells of a word with its number


class NoSuchWord(Refused):
    sentence = N_("No word on the sheets begins with “{typed}”. Look at word {number} again.")


class SeveralWords(Refused):
    sentence = N_("Several words begin with “{typed}”: {words}. Type one letter more.")


class WordInput(PlainInput):
    """The line for one word; on an empty line Backspace and the arrows go through the words."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.step(-1)", show=False),
        Binding("down", "screen.step(1)", show=False),
    ]

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "space":
            event.stop()
            event.prevent_default()
            await self.run_action("screen.take")
        else:
            await super()._on_key(event)


class RebuildKeyScreen(TableScreen[None]):
    """One line for the next word, and the words of the share so far."""

    CARD = (
        N_("Rebuild the key"),
        N_("Each steward types the 33 words of their sheet, with nobody else near. Four letters of a "
           "word are enough; Enter or the space bar takes it."),
        N_("Arrows go back to a word to correct it. A mistyped one is named when the sheet is "
           "complete."),
        N_("Words vanish from the screen when their sheet is complete. When enough sheets are there, "
           "the key gets a new passphrase."),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", N_("take the word"), key_display="Enter"),
        Binding("f6", "anew", N_("begin this sheet anew"), key_display="F6"),
        Binding("f2", "app.language", N_("language"), key_display="F2", show=False),
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    RebuildKeyScreen #ask { text-style: bold; }
    RebuildKeyScreen #choices { height: 1; color: $quiet; margin: 0 0 1 0; }
    RebuildKeyScreen #words { height: auto; }
    """

    def __init__(self, why: str = "") -> None:
        """`why` says what made it come, as safe text."""
        super().__init__()
        self._why = why
        self._shares: list[Share] = []
        self._words: list[str] = []
        self._at = 0

    def body(self) -> ComposeResult:
        yield Static("", id="ask", markup=False)
        yield WordInput(max_length=4 * WORDS * 9)
        yield Static("", id="choices", markup=False)
        yield Static("", id="words", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Input).focus()
        if self._why:
            self.say(self._why, trouble=True)

    def title_text(self) -> str:
        return _("Rebuild the key")

    async def redraw(self) -> None:
        await super().redraw()
        if self.is_mounted:
            self._draw()

    def _draw(self) -> None:
        asks, needed = _("Sheet {number}: word {word} of {words}"), 0
        if self._shares:
            asks = _("Sheet {number} of {needed}: word {word} of {words}")
            needed = self._shares[0].needed
        self.query_one("#ask", Static).update(
            asks.format(
                number=len(self._shares) + 1,
                needed=needed,
                word=min(self._at + 1, WORDS),
                words=WORDS,
            )
        )
        self._draw_choices()
        self.query_one("#words", Static).update(self._grid())

    def _draw_choices(self) -> None:
        typed = self.query_one(Input).value
        choices = completions(typed, 7) if typed.strip() else []
        self.query_one("#choices", Static).update("   ".join(choices))

    def _grid(self) -> Content:
        """The words of this sheet in columns that are read downwards, as on paper."""
        rows = -(-WORDS // COLUMNS)
        lines = []
        for row in range(rows):
            cells: list[Content | str | tuple[str, str]] = []
            for place in range(row, WORDS, rows):
                word = self._words[place] if place < len(self._words) else "…"
                here = place == self._at
                cells += [
                    ("> " if here else "  ", "bold $accent"),
                    (f"{place + 1:2} ", "$quiet"),
                    (safe(word, _WIDTH).ljust(_WIDTH), "bold" if here else ""),
                ]
            lines.append(Content.assemble(*cells))
        return Content("\n").join(lines)

    # Words

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._draw_choices()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_take()

    def action_take(self) -> None:
        """Take what stands on the line: a word, or several that were pasted; on an empty line go on."""
        line = self.query_one(Input)
        typed = line.value.split()
        with self.refused():
            for one in typed:
                self._put(one)
                line.value = ""
            if not typed and self._at < len(self._words):
                self._at += 1
            self.say("")
            if len(self._words) == WORDS and (typed or self._at == WORDS):
                self._complete()
        if not self.is_gone:
            self._draw()

    def _put(self, typed: str) -> None:
        word = completed(typed)
        found = completions(word, 4)
        if not found:
            raise NoSuchWord(typed=safe(typed, _WIDTH), number=self._at + 1)
        if word not in found:
            words = ", ".join(found[:3])
            raise SeveralWords(typed=safe(typed, _WIDTH), words=words)
        if self._at < len(self._words):
            self._words[self._at] = word
            self._at = len(self._words)
        elif len(self._words) < WORDS:
            self._words.append(word)
            self._at = len(self._words)

    def action_step(self, by: int) -> None:
        """To the word before or after."""
        self._at = max(0, min(self._at + by, len(self._words), WORDS - 1))
        self._draw()

    def action_anew(self) -> None:
        """Forget the words of this sheet."""
        self._words, self._at = [], 0
        self.query_one(Input).value = ""
        self.say("")
        self._draw()

    def _complete(self) -> None:
        """A sheet is complete: take it, or say which word is wrong."""
        try:
            share = read(" ".join(self._words))
            joining(share, self._shares)
        except MistypedShare as error:
            self._at = WORDS if error.place is None else error.place
            raise
        self._shares.append(share)
        self.action_anew()
        if len(self._shares) < share.needed:
            left = share.needed - len(self._shares)
            self.say(
                _(
                    "That sheet is right, and its words are gone from here. Sheets to go: {left}."
                ).format(left=left)
            )
            return
        key = rebuild(self._shares)
        self._shares = []
        self._go_on(key)

    def _go_on(self, key: MarketKey) -> None:
        """Where the key belongs: beside the books, or into a market that is founded anew."""
        app = self.app
        if app.till.is_open or splitting.has_books(app.folder):
            screen: FormScreen = NewPassphraseScreen(key)
        else:
            screen = FoundScreen(key)
        app.switch_screen(screen)  # not awaited: it waits for what is done here to end

    # Leaving

    def action_back(self) -> None:
        """Back, or out of the kiosk where nothing else can be done."""
        app = self.app
        if app.till.is_open or not splitting.has_books(app.folder):
            self.dismiss()
        else:
            app.leave()


class NewPassphraseScreen(FormScreen):
    """The key is whole again: a passphrase for it, and it lies where it belongs."""

    CARD = (
        N_("The key is back"),
        N_("Give it a new passphrase, or leave both fields empty: then the permissions of its file "
           "alone protect it."),
        N_("If the books come from a backup, decide next, under Steward, The key, that slips of the "
           "lost days are honoured."),
        N_("If the key was changed after that backup, the market's newest card leads to it: name its "
           "file. Else leave that empty."),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", N_("next, at the end: keep it"), key_display="Enter"),
        Binding("escape", "back", N_("back"), key_display="Esc"),
    ]

    def __init__(self, key: MarketKey) -> None:
        super().__init__()
        self._key = key

    def title_text(self) -> str:
        return _("The key is back")

    def intro(self) -> str:
        return _("The sheets gave the key {key}. It gets a new passphrase now.").format(
            key=self._key.public.key_id.hex()
        )

    def fields(self) -> list[Field]:
        return [
            Field("passphrase", _("New passphrase"), _("empty for none"), secret=True),
            Field("again", _("Passphrase again"), _("to be sure of it"), secret=True),
            Field(
                "card",
                _("Market's card"),
                _("its file, if the key was changed after the backup"),
            ),
        ]

    async def submit(self, values: dict[str, str]) -> str:
        if values["passphrase"] != values["again"]:
            raise PassphrasesDiffer()
        app, key, passphrase = self.app, self._key, values["passphrase"] or None
        handovers = named_on_card(values["card"])
        if app.till.is_open:
            await self.ask(lambda till: splitting.rejoin(till, key, passphrase, handovers))
            return await self.done(_("The key is back."))
        try:
            await app.till.start(
                lambda: splitting.opened_with(app.folder, key, passphrase, handovers)
            )
        except KioskError as error:
            return sentence(error)
        while self in app.screen_stack:
            await app.pop_screen()
        await app.start_table()
        return ""

    def action_back(self) -> None:
        """Back to the menu; without books that are open there is none, and the sheets are typed anew."""
        if self.app.till.is_open:
            self.dismiss()
        else:
            self.app.switch_screen(RebuildKeyScreen())
