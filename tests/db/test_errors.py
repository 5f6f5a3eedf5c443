"""Each error has a sentence for the person at the table, and a status for a script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import db
from db.errors import KioskError, Refused, Trouble


def kinds(of: type[KioskError]) -> Iterator[type[KioskError]]:
    for one in of.__subclasses__():
        yield one
        yield from kinds(one)


def of_the_books(parent: type[KioskError]) -> list[type[KioskError]]:
    return [one for one in kinds(parent) if one.__module__.startswith(db.__name__)]


@pytest.mark.parametrize("kind", of_the_books(KioskError), ids=lambda kind: kind.__name__)
def test_an_error_is_a_refusal_or_trouble_and_says_why(kind: type[KioskError]) -> None:
    assert issubclass(kind, Refused | Trouble)
    assert kind in (Refused, Trouble) or kind.sentence.endswith((".", "}"))


def test_a_script_can_tell_a_refusal_from_trouble() -> None:
    assert {kind.status for kind in (KioskError, Refused, *of_the_books(Refused))} == {1}
    assert {kind.status for kind in (Trouble, *of_the_books(Trouble))} == {3}


def test_what_has_no_sentence_of_its_own_says_nothing() -> None:
    assert str(KioskError()) == ""
