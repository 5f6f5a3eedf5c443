"""Every sentence that a person sees is said in every language, completely and safely."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from kiosk import messages
from tests import catalogues

LANGUAGES = list(messages.LANGUAGES)


@pytest.fixture(scope="module")
def sentences() -> object:
    return catalogues.template()


def _forms(message: Message) -> list[str]:
    said = message.string
    return list(said) if isinstance(said, tuple | list) else [said]


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_language_of_the_screen_has_a_catalogue() -> None:
    assert catalogues.languages() == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str, sentences: object) -> None:
    fresh = catalogues.brought_up_to_date(language, sentences)
    assert [message.id for message in catalogues.missing(fresh)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_of_a_sentence_that_is_gone(
    language: str, sentences: object
) -> None:
    fresh = catalogues.brought_up_to_date(language, sentences)
    assert catalogues.po_path(language).read_bytes() == catalogues.po_bytes(fresh)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_program_reads_is_what_the_translators_wrote(language: str) -> None:
    path = catalogues.po_path(language)
    assert path.with_suffix(".mo").read_bytes() == catalogues.mo_bytes(catalogues.read(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_the_same_facts(language: str) -> None:
    for message in catalogues.read(language):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple | list) else [message.id]
        allowed = set.union(*(_places(one) for one in ids))
        for form in _forms(message):
            assert _places(form) <= allowed, message.id
            if not message.pluralizable:
                assert _places(form) == allowed, message.id


def _translated_in_f_strings(source: str) -> Iterator[int]:
    for text in ast.walk(ast.parse(source)):
        if isinstance(text, ast.JoinedStr):
            for part in ast.walk(text):
                called = part.func if isinstance(part, ast.Call) else None
                if isinstance(called, ast.Name) and called.id in catalogues.KEYWORDS:
                    yield called.lineno


@pytest.mark.parametrize("package", ["db", "kiosk"])
def test_no_sentence_hides_in_an_f_string_where_nobody_would_translate_it(package: str) -> None:
    hidden = [
        f"{file.relative_to(catalogues.ROOT)}:{line}"
        for file in sorted(Path(catalogues.ROOT, package).rglob("*.py"))
        for line in _translated_in_f_strings(file.read_text(encoding="utf-8"))
    ]
    assert hidden == []


def test_a_hidden_sentence_would_be_seen() -> None:
    assert list(_translated_in_f_strings("x = 1\ny = f'{a} {_(\"They agree.\")}'")) == [2]
    assert list(_translated_in_f_strings("y = f'{a} {b}' + _('They agree.')")) == []


def test_the_chosen_language_is_spoken_and_paper_may_speak_another() -> None:
    messages.use("es")
    try:
        assert messages._("Visit") == "Visita"
        with messages.speaking("en"):
            assert messages._("Visit") == "Visit"
        assert messages._("Visit") == "Visita"
    finally:
        messages.use("en")
