"""Words from people that the books keep: decisions and reasons, handles, keys, a market's name.

They are kept as they were typed, but for spaces around them. What they look like on a screen is left
to kiosk/text.py.
"""

from __future__ import annotations

from db.errors import BadSetting, MissingDecision

DECISION_LENGTH = 1000
SHORT_LENGTH = 60
KEY_LENGTH = 120


def checked_words(text: str, setting: str, longest: int, shortest: int = 0) -> str:
    """The words, stripped. `setting` is what they are for.

    Raises BadSetting where they are too long or too short, or where they hold bytes that a terminal
    could not decode: those can be neither hashed nor stored.
    """
    words = text.strip()
    if not shortest <= len(words) <= longest:
        raise BadSetting(text=words, setting=setting, why=f"{shortest}–{longest}")
    try:
        words.encode()
    except UnicodeEncodeError:
        raise BadSetting(text=words, setting=setting, why="UTF-8") from None
    return words


def decided_words(text: str) -> str:
    """The words of a decision; raises MissingDecision where there are none, BadSetting."""
    if not text.strip():
        raise MissingDecision()
    return checked_words(text, "decision", DECISION_LENGTH)
