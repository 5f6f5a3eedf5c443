"""Bring the language catalogues up to date: `python -m tests.catalogues`.

Finds every sentence in `kiosk` and `db`, keeps the translations that still fit in
kiosk/locale/*/LC_MESSAGES/kiosk.po, lists what is missing, and compiles the .mo files that the
program reads. English is a catalogue like every other one, whose sentences say themselves.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "kiosk" / "locale"
DOMAIN = "kiosk"
SOURCE = "en"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}


def languages() -> list[str]:
    """Codes of the languages that have a catalogue."""
    return sorted(folder.parent.name for folder in LOCALE.glob("*/LC_MESSAGES"))


def po_path(language: str) -> Path:
    """The translators' file of a language."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def template() -> Catalog:
    """Every sentence that the code can show."""
    found = Catalog(project="market kiosk", charset="utf-8")
    for package in ("db", "kiosk"):
        for file, line, message, comments, context in extract_from_dir(
            ROOT / package, [("**.py", "python")], keywords=KEYWORDS
        ):
            found.add(
                message,
                None,
                [(f"{package}/{file}", line)],
                auto_comments=comments,
                context=context,
            )
    return found


def read(language: str) -> Catalog:
    """A language's catalogue as it lies in the tree; an empty one where there is none yet."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, project="market kiosk", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def brought_up_to_date(language: str, sentences: Catalog) -> Catalog:
    """The catalogue with all of `sentences`, no others, and the translations that still fit."""
    known = read(language)
    fresh = Catalog(locale=language, project="market kiosk", charset="utf-8")
    for message in sentences:
        if not message.id:
            continue
        before = known.get(message.id, message.context)
        said = ""
        if before is not None and not before.fuzzy and before.pluralizable == message.pluralizable:
            said = before.string
        if language == SOURCE:
            said = message.id if not message.pluralizable else tuple(message.id)
        fresh.add(message.id, said, context=message.context)
    return fresh


def missing(catalogue: Catalog) -> list[Message]:
    """Sentences without a translation, whole or in one of their forms."""
    return [
        message
        for message in catalogue
        if message.id
        and not (
            all(message.string) if isinstance(message.string, tuple | list) else message.string
        )
    ]


def po_bytes(catalogue: Catalog) -> bytes:
    """A catalogue as a .po file: by sentence, without dates and places, so that it changes only
    where a sentence does."""
    out = io.BytesIO()
    write_po(out, catalogue, no_location=True, omit_header=True, sort_output=True, width=100)
    plural = f'"Plural-Forms: {catalogue.plural_forms}\\n"'
    head = f'msgid ""\nmsgstr ""\n"Language: {catalogue.locale}\\n"\n'
    head += f'"Content-Type: text/plain; charset=utf-8\\n"\n{plural}\n\n'
    return head.encode() + out.getvalue()


class Timeless(Catalog):
    """A catalogue that says nothing of when and by what it was compiled."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """What gettext needs to know of the file, in the order in which it is written."""
        return [
            ("Language", str(self.locale)),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Plural-Forms", self.plural_forms),
        ]


def mo_bytes(catalogue: Catalog) -> bytes:
    """A catalogue as the .mo file that gettext reads."""
    timeless = Timeless(locale=catalogue.locale, charset="utf-8", fuzzy=False)
    for message in catalogue:
        if message.id:
            timeless.add(message.id, message.string, context=message.context)
    out = io.BytesIO()
    write_mo(out, timeless)
    return out.getvalue()


def main() -> int:
    """Write all catalogues; 1 where a translation is missing."""
    sentences = template()
    complete = True
    for language in languages() or [SOURCE]:
        catalogue = brought_up_to_date(language, sentences)
        path = po_path(language)
        path.write_bytes(po_bytes(catalogue))
        path.with_suffix(".mo").write_bytes(mo_bytes(catalogue))
        gaps = missing(catalogue)
        print(f"{language}: {len(catalogue)} sentences, {len(gaps)} missing")
        for message in gaps:
            print(f"  {message.id!r}")
            complete = False
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
