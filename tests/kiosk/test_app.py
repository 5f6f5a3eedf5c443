"""The app beside its screens: its timers, and its end."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from textual import _time

from tests.kiosk.screens.table import AtTable, founded, play


def test_a_key_is_let_go_though_the_machine_was_busy_when_its_wait_began(tmp_path: Path) -> None:
    looks = count()

    def late() -> float:
        """After the first look at the clock the machine does something else for a second."""
        return _time.get_time() + (next(looks) > 0)

    async def script(table: AtTable) -> None:
        with patch("textual.timer._time", SimpleNamespace(get_time=late, sleep=_time.sleep)):
            await table.press("1")
        assert table.on == "VisitScreen"

    play(founded(tmp_path / "market"), script)


def test_what_comes_while_the_app_ends_finds_no_widgets_and_that_is_no_fault(
    tmp_path: Path,
) -> None:
    async def script(table: AtTable) -> None:
        await table.press("1")
        screen = table.app.screen
        await screen.remove()  # as at the app's end: still in the stack, its widgets gone
        await screen.show_anew()
        screen.say("too late")
        table.app._tick_clock()

    play(founded(tmp_path / "market"), script)
