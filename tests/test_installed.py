"""What is installed works anywhere: with all its files, far from the checkout, without its help.

The tests of everything else run in the checkout. These ask the package that is installed beside this
interpreter, in a process that can't see the checkout, so that a file which the wheel forgot shows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath

import pytest

NAME = "market-kiosk"
CHECKOUT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed() -> Distribution:
    try:
        found = distribution(NAME)
    except PackageNotFoundError:
        pytest.skip(f"{NAME} is not installed beside this interpreter")
    origin = json.loads(found.read_text("direct_url.json") or "{}")
    if origin.get("dir_info", {}).get("editable"):
        pytest.skip(f"{NAME} is installed as a link to a checkout")
    return found


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in `folder`, with nothing in the environment that points to the checkout."""
    hidden = {"PYTHONPATH", "PYTHONHOME", "KIOSK_DATA", "KIOSK_PASSPHRASE_FILE", "LANG", "LC_ALL"}
    return subprocess.run(
        command,
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name not in hidden},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


def told(folder: Path, program: str) -> object:
    """What a Python program prints as JSON, run by the interpreter in isolation."""
    done = run(folder, sys.executable, "-I", "-c", program)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def kiosk(folder: Path, *typed: str) -> subprocess.CompletedProcess[str]:
    """The command as it was installed."""
    return run(folder, str(Path(sysconfig.get_path("scripts")) / "kiosk"), *typed)


def data_files() -> set[PurePosixPath]:
    """Every file of the checkout that the program needs and that is no Python."""
    found = {
        PurePosixPath(path.relative_to(CHECKOUT).as_posix())
        for package in ("kiosk", "db")
        for path in (CHECKOUT / package).rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    }
    assets = (CHECKOUT / "assets").iterdir()
    return found | {PurePosixPath("kiosk/assets") / path.name for path in assets if path.is_file()}


def test_the_wheel_holds_every_file_that_the_program_needs(installed: Distribution) -> None:
    files = {PurePosixPath(file) for file in installed.files or ()}
    needed = data_files()
    assert {path.suffix for path in needed} >= {".mo", ".tcss", ".csv"}
    assert needed - files == set()
    assert PurePosixPath("db/migrations/0001_books.py") in files


def test_the_wheel_holds_nothing_else(installed: Distribution) -> None:
    places = {file.parts[0] for file in installed.files or ()}
    metadata = f"market_kiosk-{installed.version}.dist-info"
    assert places <= {"kiosk", "db", metadata, ".."}, "the command lies above, in bin"


def test_what_is_installed_finds_its_files_far_from_the_checkout(
    installed: Distribution, tmp_path: Path
) -> None:
    program = """
import json, kiosk, db
from pathlib import Path
from db.connection import MIGRATIONS
from kiosk.config import asset
from kiosk.messages import LANGUAGES, LOCALE, _, speaking
said = {}
for language in LANGUAGES:
    with speaking(language):
        said[language] = _("Visit")
print(json.dumps({
    "packages": [kiosk.__file__, db.__file__],
    "catalogue": str(asset("catalogue.csv").resolve(strict=True)),
    "style": str((Path(kiosk.__file__).parent / "kiosk.tcss").resolve(strict=True)),
    "migrations": [str(path) for path in sorted(MIGRATIONS.glob("0*.py"))],
    "languages": [str((LOCALE / one / "LC_MESSAGES" / "kiosk.mo").resolve(strict=True))
                  for one in LANGUAGES],
    "said": said,
}))
"""
    found = told(tmp_path, program)
    assert isinstance(found, dict)
    assert found.pop("said") == {"en": "Visit", "es": "Visita"}
    paths = [path for one in found.values() for path in ([one] if isinstance(one, str) else one)]
    assert len(paths) >= 7
    assert [path for path in paths if Path(path).is_relative_to(CHECKOUT / "kiosk")] == []
    assert [path for path in paths if Path(path).is_relative_to(CHECKOUT / "db")] == []


def test_the_command_says_its_version(installed: Distribution, tmp_path: Path) -> None:
    done = kiosk(tmp_path, "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"kiosk {installed.version}\n", "")


def test_a_market_day_starts_with_what_is_installed(
    installed: Distribution, tmp_path: Path
) -> None:
    """Founding needs the migrations and the catalogue, a slip needs its fonts and the printer."""
    data = ("--data", str(tmp_path / "market"))
    for typed in (
        ("found", "--name", "Oak Square", "--language", "es", "--suggested-goods"),
        ("day", "open"),
    ):
        done = kiosk(tmp_path, *data, *typed)
        assert (done.returncode, done.stderr) == (0, "")
    done = kiosk(tmp_path, *data, "visit", "--brought", "3 kg tomates", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    (slip,) = json.loads(done.stdout)["slips"]
    assert Path(slip["image"]).is_relative_to(tmp_path)
    assert kiosk(tmp_path, *data, "slip", "check", slip["text"]).returncode == 0


def test_the_screen_finds_its_style_and_shows_itself(
    installed: Distribution, tmp_path: Path
) -> None:
    program = f"""
import asyncio, json
from pathlib import Path
from kiosk.app import KioskApp
async def show():
    app = KioskApp(Path({str(tmp_path / "market")!r}))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        return type(app.screen).__name__
print(json.dumps(asyncio.run(show())))
"""
    assert told(tmp_path, program) == "FoundScreen"
