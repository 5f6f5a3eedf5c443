"""Words from people that the books keep: decisions and reasons, handles, keys, a market's name.

They are kept as they were typed, but for spaces around them. What they look like on a screen is left
to kiosk/text.py.
"""

from __future__ import annotations

from db.errors import N_, BadSetting, MissingDecision

DECISION_LENGTH = 1000
SHORT_LENGTH = 60
KEY_LENGTH = 120


class UnfitWords(BadSetting):
    sentence = N_(
        "“{text}” does not fit for {setting}: it takes {shortest} to {longest} characters of text."
    )


def checked_words(text: str, setting: str, longest: int, shortest: int = 0) -> str:
    """The words, stripped. `setting` is what they are for, in words marked with N_.

    Raises UnfitWords where they are too long or too short, or where they hold bytes that a terminal
    could not decode: those can be neither hashed nor stored.
    """
    words = text.strip()
    fits = shortest <= len(words) <= longest
    try:
        words.encode()
    except UnicodeEncodeError:
        fits = False
    if not fits:
        raise UnfitWords(text=words, setting=setting, shortest=shortest, longest=longest)
    return words


def decided_words(text: str) -> str:
    """The words of a decision; raises MissingDecision where there are none, BadSetting."""
    if not text.strip():
        raise MissingDecision()
    return checked_words(text, N_("the words of a decision"), DECISION_LENGTH)
