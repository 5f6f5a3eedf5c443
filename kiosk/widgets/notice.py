"""One line above the keys for what just happened or what is in the way: the last word stays."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class Notice(Static):
    """Empty until something is said. What stands is shown whenever nothing else was said since."""

    DEFAULT_CSS = """
    Notice { dock: bottom; height: auto; max-height: 3; margin: 0 0 2 0; padding: 0 1; }
    Notice.-trouble { color: $error; text-style: bold; }
    Notice.-calm { color: $accent; }
    """

    _standing = ""

    def say(self, text: str, *, trouble: bool = False) -> None:
        """Say safe text; trouble is marked by a sign as well as by colour."""
        if not text:
            text, trouble = self._standing, bool(self._standing)
        self.set_class(trouble, "-trouble")
        self.set_class(not trouble, "-calm")
        self.update(Content(f"! {text}" if trouble and text else text))
        self.display = bool(text)

    def stand(self, text: str) -> None:
        """Say of trouble, in safe text, what is true until this is called with another text."""
        if text != self._standing:
            self._standing = text
            self.say("")
