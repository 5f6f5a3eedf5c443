"""A field for words: what is typed or pasted there can't act on the terminal that shows it."""

from __future__ import annotations

from textual.widgets import Input

from kiosk.text import safe


class PlainInput(Input):
    """An input without controls, bidi marks and invisible characters; blanks stay as typed."""

    def validate_value(self, value: str) -> str:
        """Leave out what `kiosk.text.safe` would."""
        if value.isascii() and value.isprintable():
            return value
        # Each behind a letter, because an accent alone is nothing to `safe`.
        return "".join(one for one in value if one == " " or safe(f"a{one}") != "a")
