"""The log holds no disk that has to be taken out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import os, sys
from pathlib import Path
from kiosk.machine import log

folder = Path(sys.argv[1])

def held():
    return [one for one in os.listdir("/proc/self/fd")
            if os.path.lexists(f"/proc/self/fd/{one}")
            and os.readlink(f"/proc/self/fd/{one}").startswith(str(folder))]

log.open_log(folder)
log.hear_the_system()
log.note("the table is up")
before = len(held())
log.let_go()
let_go = len(held())
log.take_up()
log.note("day {day} is open", day=3)
print(before, let_go, len(held()))
"""


def test_a_log_that_let_go_holds_no_file_and_goes_on_with_the_next_line(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.split() == ["2", "0", "2"]
    written = (tmp_path / "kiosk.log").read_text()
    assert "the table is up" in written and "day 3 is open" in written
