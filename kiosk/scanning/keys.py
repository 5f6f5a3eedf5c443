"""What the burst capture wants to know of a key: is it text, does it end a scan, may it repeat.

Only names and characters are looked at, in the form in which Textual gives them, so that nothing
here needs a terminal. Which bytes become which key is left to the terminal driver.
"""

from __future__ import annotations

from typing import Protocol


class Key(Protocol):
    """A pressed key; Textual's `events.Key` is one."""

    @property
    def character(self) -> str | None:
        """The character that the key types, controls included; None where it types none."""

    @property
    def name(self) -> str:
        """The key's name, lower case, words and modifiers joined by `_` (`ctrl_q`, `pagedown`)."""


ENDERS = frozenset({"enter", "ctrl_m", "ctrl_j", "tab"})
"""What scanners are set up to send after a code: CR, LF, CR and LF, or Tab."""

HARMLESS = frozenset(
    {"up", "down", "left", "right", "pageup", "pagedown", "home", "end", "backspace", "delete"}
)
"""Keys that people hold down: each repeat is meant, and its effect is seen at once."""

ZERO_WIDTH_NON_JOINER = "\u200c"
"""What a Persian keyboard types for B; nobody sees it, and yet a scan through it holds it."""

_MODIFIERS = ("ctrl_", "alt_", "meta_", "super_", "hyper_")


def is_text(key: Key) -> bool:
    """Whether the key types something that can be seen; a letter with Ctrl or Alt does not."""
    character = key.character
    return (
        character is not None
        and (character.isprintable() or character == ZERO_WIDTH_NON_JOINER)
        and character != ""
        and not key.name.startswith(_MODIFIERS)
    )


def acts_once(key: Key) -> bool:
    """Whether the key is a command (Enter, Escape, F8…), which a person who holds it means once."""
    return not is_text(key) and key.name not in HARMLESS
