"""Every sentence that a person sees, in the market's languages.

`_` and `ngettext` look a sentence up at the moment it is shown, so a change of language shows at
once. The choice of language belongs to the process, as the screen does: one table, one language at
a time. Paper is printed in the market's language, which may be another one: see `speaking`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from db.errors import KioskError
from kiosk.text import safe

if TYPE_CHECKING:
    from gettext import NullTranslations

    from db.findings import Finding

DOMAIN = "kiosk"
LOCALE = Path(__file__).parent / "locale"
LANGUAGES = {"en": "English", "es": "Español"}
"""Language codes with the name that each language has for itself."""

WRITTEN_IN = "en"
"""The language of the sources. Its catalogue says the same, for translators to start from: the first
paint does not wait to read it."""

_chosen = WRITTEN_IN


@cache
def _catalogue(language: str) -> NullTranslations:
    from gettext import translation

    return translation(DOMAIN, LOCALE, [language], fallback=True)


def use(language: str) -> None:
    """Speak `language` from now on; a language without a catalogue speaks English."""
    global _chosen
    _chosen = language


def language() -> str:
    """The code of the language spoken now."""
    return _chosen


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak another language for a while: the paper of a market in the market's own."""
    before = _chosen
    use(language)
    try:
        yield
    finally:
        use(before)


def in_language(language: str) -> Callable[[str], str]:
    """What looks a sentence up in `language`, whatever the process speaks: for what is written to
    files beside the screen's own work."""
    return str if language == WRITTEN_IN else _catalogue(language).gettext


def _(sentence: str) -> str:
    """The sentence in the language spoken now."""
    return sentence if _chosen == WRITTEN_IN else _catalogue(_chosen).gettext(sentence)


def ngettext(one: str, many: str, number: int) -> str:
    """The form of the sentence that fits `number`, in the language spoken now."""
    if _chosen == WRITTEN_IN:
        return one if number == 1 else many
    return _catalogue(_chosen).ngettext(one, many, number)


_OUR_TERMS = ("unit", "setting")
"""Facts of an error that are words of our own: marked for the translators where it is raised."""


def _term(word: str) -> str:
    """A word of our own in the language spoken now, in the singular where it is counted."""
    said = _(word) if word else word
    return said if said != word else ngettext(word, word, 1)


def sentence(error: KioskError, length: int = 400) -> str:
    """What `error` says to the person at the table, in the language spoken now and safe to show."""
    facts = {
        name: safe(_term(str(fact)) if name in _OUR_TERMS else fact, length)
        for name, fact in error.facts.items()
    }
    return _(type(error).sentence).format(**facts)


def finding(found: Finding, length: int = 400) -> str:
    """What is wrong with the books, in the language spoken now and safe to show."""
    if found.said is None:
        return safe(f"{found.where}: {found.what}", length)
    where, what, facts = found.said
    shown = {
        name: sentence(fact) if isinstance(fact, KioskError) else safe(fact, length)
        for name, fact in facts.items()
    }
    return ": ".join((_(where).format(**shown), _(what).format(**shown)))
