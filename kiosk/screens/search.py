"""What the screens with a list have in common: type and the list narrows, arrows move, Enter opens."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from db.errors import N_
from kiosk.screens.base import TableScreen
from kiosk.widgets.row_list import RowList
from kiosk.widgets.search_line import SearchLine


class SearchScreen(TableScreen[None]):
    """Subclasses give `make_rows`, `hint`, `header` and `search`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", N_("open"), key_display="Enter"),
        Binding("escape", "clear_or_back", N_("back"), key_display="Esc"),
    ]
    DEFAULT_CSS = """
    SearchScreen #search { height: 2; }
    SearchScreen SearchLine { width: 1fr; }
    SearchScreen #found { width: 20; padding: 0 1; color: $quiet; text-align: right; }
    SearchScreen #columns { color: $quiet; height: 1; }
    SearchScreen #empty { margin: 1 2; color: $quiet; display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows = self.make_rows()
        self._asked = 0

    def make_rows(self) -> RowList:
        """The list."""
        raise NotImplementedError

    def body(self) -> ComposeResult:
        self.rows.can_focus = False
        with Horizontal(id="search"):
            yield SearchLine(self.rows)
            yield Static("", id="found", markup=False)
        yield Static("", id="columns", markup=False)
        yield self.rows
        yield Static("", id="empty", markup=False)

    def on_mount(self) -> None:
        self.line.focus()

    @property
    def line(self) -> SearchLine:
        """The line to type in."""
        return self.query_one(SearchLine)

    def hint(self) -> str:
        """What stands in the empty line: what can be typed."""
        return ""

    def header(self) -> str:
        """What stands above the columns."""
        return ""

    async def search(self, text: str) -> str:
        """Show what fits `text`; gives the words for how many that are."""
        raise NotImplementedError

    def empty_words(self, text: str) -> str:
        """What is said where nothing fits."""
        return ""

    async def redraw(self) -> None:
        await super().redraw()
        if not self.is_mounted:
            return
        self.line.placeholder = self.hint()
        await self._search()

    async def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        # In a worker: a key that is typed while the till is still looking starts the next search.
        self.run_worker(self._search(), exit_on_error=True)

    async def _search(self) -> None:
        self._asked += 1
        asked, text = self._asked, self.line.value.strip()
        with self.refused():
            found = await self.search(text)
            if asked != self._asked or not self.is_mounted:
                return
            self.found(found)
            self._write("#empty", self.empty_words(text))
            self.query_one("#empty").display = self.rows.count == 0
            self.rows.display = self.rows.count > 0

    def found(self, words: str) -> None:
        """Say how many rows fit, and show them, while a search goes on or at its end."""
        self._write("#found", words)
        self._write("#columns", self.header())
        if self.rows.count:
            self.query_one("#empty").display = False
            self.rows.display = True

    def _write(self, where: str, text: str) -> None:
        """Show a text where it is not there already: each key that is typed comes through here, and
        nothing is laid out anew for it."""
        static = self.query_one(where, Static)
        if static.content != text:
            static.update(text, layout=where == "#empty")

    def action_open(self) -> None:
        """Open the marked row."""
        self.rows.action_choose()

    async def action_clear_or_back(self) -> None:
        """Clear what was typed; leave where nothing was."""
        if self.line.value:
            self.line.value = ""
        else:
            self.action_back()
