"""Signs of verdicts: told apart without colour, in signs that a Linux console has."""

from __future__ import annotations

from kiosk.verdicts import WORDS
from kiosk.widgets.signs import sign
from kiosk.wording import VERDICTS


def test_every_verdict_has_a_sign_and_a_word_of_its_own() -> None:
    assert set(VERDICTS) == set(WORDS)
    assert len({tuple(sign(word)) for word in WORDS}) == len(WORDS)
    assert len(set(VERDICTS.values())) == len(WORDS)


def test_a_sign_is_four_even_lines_of_half_blocks() -> None:
    for word in WORDS:
        lines = sign(word)
        assert len(lines) == 4
        assert len({len(line) for line in lines}) == 1
        assert set("".join(lines)) <= set("█▀▄ ")
        assert "".join(lines).strip()


def test_a_word_without_a_sign_asks() -> None:
    assert sign("never heard of") == sign("unknown")
