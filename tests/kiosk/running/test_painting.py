"""Where the table is painted: on the terminal that is standard output, and nowhere else."""

from __future__ import annotations

import signal
from configparser import ConfigParser
from pathlib import Path

from db.connection import FILE
from tests.kiosk.screens.table import founded
from tests.kiosk.terminal import at_terminal

UNIT = Path(__file__).parents[3] / "assets" / "market-kiosk.service"
HOME = "1 Visit"


def test_what_is_painted_does_not_go_where_errors_go(tmp_path: Path) -> None:
    """A launcher keeps standard error in a file: no slip's picture or code gets there."""
    folder = founded(tmp_path / "market")
    launcher = tmp_path / "launcher.log"
    with launcher.open("wb") as errors, at_terminal(folder, errors=errors.fileno()) as terminal:
        terminal.wait(HOME)
        terminal.press("1", until="what do they bring or take?")
        terminal.type("3 tom", until="tomatoes kg 2 credits")
        terminal.press("enter", until="we hand out a slip of")
        terminal.press("enter", until="Give it to the neighbour.")
        terminal.signal(signal.SIGTERM)
        assert terminal.status() == 128 + signal.SIGTERM
    assert launcher.read_bytes() == b""


def test_why_it_ended_stands_alone_on_a_console_without_a_second_screen(tmp_path: Path) -> None:
    """The console of Linux can't go back to what it showed before: the last picture is wiped."""
    folder = founded(tmp_path / "market")
    with at_terminal(folder) as terminal:
        terminal.wait("Scan a slip at any time")
        terminal.signal(signal.SIGTERM)
        terminal.status()
        terminal.read_to_the_end()
        assert terminal.words() == ""
    file = folder / FILE
    file.write_bytes(b"\xff" * file.stat().st_size)
    with at_terminal(folder) as terminal:
        assert terminal.status() == 3
        terminal.read_to_the_end()
        assert terminal.words().startswith("The books can't be read: ")


def test_the_unit_paints_and_complains_on_the_console_and_writes_no_journal() -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(UNIT)
    service = unit["Service"]
    assert {service[f"Standard{name}"] for name in ("Input", "Output", "Error")} == {"tty"}
    assert service["TTYVTDisallocate"] == "no", "it would wipe the sentence that says why it ended"
