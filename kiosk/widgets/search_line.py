"""A line to type in that always has the focus, above a list that its arrows move."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from kiosk.widgets.form import TextInput
from kiosk.widgets.row_list import RowList

LONGEST_SEARCH = 80


class SearchLine(TextInput):
    """Typing searches at once; arrows and Enter belong to `rows`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "rows('move', -1)", show=False),
        Binding("down", "rows('move', 1)", show=False),
        Binding("pageup", "rows('page', -1)", show=False),
        Binding("pagedown", "rows('page', 1)", show=False),
        Binding("ctrl+home", "rows('edge', -1)", show=False),
        Binding("ctrl+end", "rows('edge', 1)", show=False),
        Binding("enter", "rows('choose')", show=False),
    ]

    def __init__(self, rows: RowList) -> None:
        super().__init__(max_length=LONGEST_SEARCH, select_on_focus=False)
        self._rows = rows

    def action_rows(self, what: str, *by: int) -> None:
        """Move the mark in the list, or choose."""
        getattr(self._rows, f"action_{what}")(*by)

    def action_home(self, select: bool = False) -> None:
        """To the start of the text, or of the list where nothing is typed."""
        if self.value:
            super().action_home(select)
        else:
            self._rows.action_edge(-1)

    def action_end(self, select: bool = False) -> None:
        """To the end of the text, or of the list where nothing is typed."""
        if self.value:
            super().action_end(select)
        else:
            self._rows.action_edge(1)
