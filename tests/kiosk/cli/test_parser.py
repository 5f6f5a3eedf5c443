"""The parser speaks the language that was chosen, in its own words too."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.cli.parser import WORDS_OF_ARGPARSE
from kiosk.messages import speaking
from tests.kiosk.cli.lines import Lines


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["vsit"], "'vsit' no existe"),
        (["found"], "falta lo siguiente: --name"),
        (["undo", "--nope"], "no se conoce: --nope"),
        (["undo", "--json=1"], "no lleva valor"),
        (["visit", "--slip"], "falta su valor"),
        (["found", "--catalogue", "a", "--suggested-goods"], "no va junto con"),
    ],
)
def test_what_was_typed_wrongly_is_said_in_the_chosen_language(
    typed: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = Lines(tmp_path, capsys)
    assert lines.run("--language", "es", *typed) == 2
    assert said in lines.err


def test_help_holds_no_english_of_argparse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = Lines(tmp_path, capsys)
    assert lines.run("--language", "es", "visit", "--help") == 0
    assert lines.out.startswith("uso: kiosk visit")
    with speaking("en"):
        assert not [words for words in WORDS_OF_ARGPARSE if words in lines.out]
