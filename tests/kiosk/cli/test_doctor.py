"""The doctor in lines: for whoever types, and for whatever reads JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config import KEY_FILE, Settings, save_settings
from kiosk.doctor import CHECKS
from tests.kiosk.cli.lines import Lines, copied, found, shell


@pytest.fixture
def lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    return copied(found(tmp_path / "pattern"), tmp_path, capsys)


def test_a_machine_that_is_well_ends_with_0(lines: Lines) -> None:
    assert "ok " in lines.ok("doctor")
    answer = lines.json("doctor")
    assert answer["well"] is True
    assert {check["topic"] for check in answer["checks"]} == set(CHECKS)
    assert {check["level"] for check in answer["checks"]} <= {"ok", "note"}


def test_trouble_ends_with_3_and_a_sentence_for_everything(lines: Lines) -> None:
    (lines.folder / KEY_FILE).write_text("no key")
    answer = lines.json("doctor", status=3)
    assert answer["well"] is False
    (key,) = (check for check in answer["checks"] if check["topic"] == "key")
    assert key["level"] == "trouble"
    assert "damaged" in key["says"]


def test_it_speaks_the_language_of_this_machine(lines: Lines) -> None:
    save_settings(lines.folder, Settings(language="es"))
    assert "impresora" in lines.ok("doctor")
    assert "printer" in lines.ok("doctor", "--language", "en")


def test_without_any_market_it_answers_too(tmp_path: Path) -> None:
    done = shell("--data", str(tmp_path / "none"), "doctor", LC_ALL="C", TERM="dumb")
    assert (done.returncode, done.stderr) == (0, "")
    assert "No terminal is at hand" in done.stdout
