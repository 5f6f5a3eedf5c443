"""The scanner in lines: what the screen can do, the lines can do."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.calibration import CARD
from kiosk.config import load_settings
from tests.keyboards import typed
from tests.kiosk.cli.lines import Lines, copied, found


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found(tmp_path_factory.mktemp("pattern") / "market")


@pytest.fixture
def table(pattern: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Lines:
    return copied(pattern, tmp_path, capsys)


def test_a_scan_of_the_card_is_learned_and_forgotten(table: Lines, tmp_path: Path) -> None:
    assert "“de”" in table.ok("scanner", "check", typed(CARD, "de"))
    assert load_settings(table.folder).scanner.meant("Z") == "Y"
    table.ok("scanner", "forget")
    assert not load_settings(table.folder).scanner.is_set
    file = tmp_path / "card.pdf"
    table.ok("scanner", "card", "--to", str(file))
    assert table.refused("scanner", "check", CARD[1:]) == "KeysLost"
    assert table.refused("scanner", "check", "Y026") == "NotTheCard"
    assert file.read_bytes().startswith(b"%PDF")
