from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.cli.demo import full_screen, practice_folder
from tests.kiosk.cli.lines import ROOT, shell


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place in which temporary folders are made."""
    import tempfile

    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_the_demo_plays_a_day_in_lines(scratch: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--lines", "--language", "en"]) == 0
    out, err = capsys.readouterr()
    commands = [line.split()[2] for line in out.splitlines() if line.startswith("$ kiosk ")]
    assert commands[:3] == ["found", "day", "visit"]
    assert commands[-2:] == ["day", "verify"]
    assert {"visit", "slip", "undo", "day", "verify"} <= set(commands)
    assert "The books are right" in out
    assert "SPENT" in out and "solidarity 3" in out and "undone" in out
    assert err == ""
    assert list(scratch.iterdir()) == []


def test_the_demo_is_one_object_with_json(
    scratch: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--json", "--language", "es"]) == 0
    steps = json.loads(capsys.readouterr().out)["steps"]
    assert steps[0]["answer"]["practice"] is True
    assert steps[0]["answer"]["language"] == "es"
    assert [one["status"] for one in steps if one["status"]] == [1], "only the spent slip"
    assert steps[-1]["answer"]["right"] is True
    assert list(scratch.iterdir()) == []


def test_the_demo_works_where_there_is_no_terminal(tmp_path: Path) -> None:
    done = shell("demo", TMPDIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "The books are right" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_demo_never_touches_the_market_of_the_data_folder(
    scratch: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(tmp_path / "market"), "demo", "--lines"]) == 0
    assert not (tmp_path / "market").exists()


def test_practice_opens_with_goods_and_an_open_day(scratch: Path) -> None:
    from kiosk.till import open_till

    def look(folder: Path) -> int:
        till = open_till(folder)
        try:
            assert till.market.practice
            assert till.day() is not None
            return len(till.goods())
        finally:
            till.close()

    assert full_screen(look) == 236
    assert list(scratch.iterdir()) == []


def test_practice_is_thrown_away_after_a_crash(scratch: Path) -> None:
    with pytest.raises(ZeroDivisionError), practice_folder() as folder:
        (folder / "papers").mkdir()
        raise ZeroDivisionError
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_practice_is_thrown_away_when_it_is_ended_from_outside(
    tmp_path: Path, number: signal.Signals
) -> None:
    waiting = (
        "import signal, sys\n"
        "from kiosk.cli.demo import full_screen\n"
        "def app(folder):\n"
        "    print(folder, flush=True)\n"
        "    while True:\n"
        "        signal.pause()\n"
        "sys.exit(full_screen(app))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", waiting],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        assert (folder / "books.sqlite").exists()
        process.send_signal(number)
        assert process.wait(timeout=30) == 128 + number
    assert list(tmp_path.iterdir()) == []
