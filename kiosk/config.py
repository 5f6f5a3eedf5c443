"""Where things lie, and the settings of this machine.

The data folder holds the books, the market's key, the settings, the folder printer's papers, the
exports and, where no other place was chosen for them, the backups. `assets` come with the program:
beside the code once installed, at the top of a checkout.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.errors import DataFolderUnusable
from kiosk.machine.outside import read_plain
from kiosk.messages import LANGUAGES, _

if TYPE_CHECKING:
    from kiosk.calibration import Scanner

KEY_FILE = "market.key"
SETTINGS_FILE = "settings.json"
PAPERS_FOLDER = "papers"
EXPORTS_FOLDER = "exports"
BACKUPS_FOLDER = "backups"

PAPER_WIDTHS = ("58", "80", "180dpi", "a4")


LARGEST_SETTINGS = 16_000
"""Bytes of the settings' file; ours has fewer than a thousand."""

LONGEST_ADDRESS = 300
"""Characters of a printer's address."""

BACKUP_MINUTES = (5, 10, 15, 30, 60)

LONGEST_FOLDER = 1000
"""Characters of the name of a folder."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How this machine is set up; nothing of it is part of the books.

    `language` is what the screen speaks (None: the market's), `dark` the look of the screen,
    `paper` one of PAPER_WIDTHS, `printer` one of PRINTERS in kiosk/paper/printers.py,
    `printer_address` what that kind asks for, `cut` whether the printer cuts its paper;
    `backup_folder` where backups go (empty: beside the books) and `backup_minutes`, one of
    BACKUP_MINUTES, how often while a day is open; what the calibration of the scanner told stands in
    kiosk/calibration.py. `ask_again`: whether the passphrase is asked for again after
    a restart on an open day (kiosk/keys/resting.py).
    """

    language: str | None = None
    dark: bool = False
    paper: str = "58"
    printer: str = "folder"
    printer_address: str = ""
    cut: bool = True
    backup_folder: str = ""
    backup_minutes: int = 15
    scanner_row: str = ""
    scanner_before: str = ""
    scanner_behind: str = ""
    ask_again: bool = False

    @property
    def scanner(self) -> Scanner:
        """What the calibration of the scanner told."""
        from kiosk.calibration import Scanner

        return Scanner(self.scanner_row, self.scanner_before, self.scanner_behind)


CARRIED = frozenset({"language", "dark", "paper", "backup_minutes", "ask_again"})
"""Settings that go on where the books go on. All others say where things go, or what was learned of
devices: they are of one machine, and whoever altered a backup would choose them."""

SET_UP_ANEW: Mapping[str, tuple[str, ...]] = {
    "printer": ("printer", "printer_address"),
    "scanner": ("scanner_row", "scanner_before", "scanner_behind"),
    "backup": ("backup_folder",),
}
"""What a person has to set up on another machine, and the settings that tell whether it was."""


def carried(settings: Settings) -> tuple[Settings, tuple[str, ...]]:
    """The settings for another machine, and what has to be set up anew there, as SET_UP_ANEW names
    it."""
    kept = Settings(**{name: getattr(settings, name) for name in CARRIED})
    changed = {
        one.name
        for one in fields(Settings)
        if getattr(settings, one.name) != getattr(kept, one.name)
    }
    return kept, tuple(what for what, names in SET_UP_ANEW.items() if changed & set(names))


def data_folder(named: str | None = None) -> Path:
    """The data folder: as named, else `KIOSK_DATA`, else where the system keeps such things."""
    chosen = named or os.environ.get("KIOSK_DATA")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_data_path

    return user_data_path("market-kiosk", appauthor=False)


def asset(name: str) -> Path:
    """A file that comes with the program."""
    here = Path(__file__).parent
    installed = here / "assets" / name
    return installed if installed.exists() else here.parent / "assets" / name


def load_settings(folder: Path) -> Settings:
    """This machine's settings; what is missing or makes no sense is as if it had not been set."""
    try:
        stored = _stored(folder)
    except (OSError, ValueError, RecursionError):
        return Settings()
    return Settings(**{name: value for name, value in stored.items() if _makes_sense(name, value)})


def settings_trouble(folder: Path) -> str:
    """Why the file of the settings, or what of it, is as if it were not there, for a person; empty
    where nothing is wrong."""
    try:
        stored = _stored(folder)
    except FileNotFoundError:
        return ""
    except OSError as error:
        return error.strerror or str(error)
    except (ValueError, RecursionError):
        return _("it makes no sense")
    known = asdict(Settings())
    wrong = [
        name
        for name, value in stored.items()
        if name in known and value != known[name] and not _makes_sense(name, value)
    ]
    return _("in it, this makes no sense: {names}").format(names=", ".join(wrong)) if wrong else ""


def _stored(folder: Path) -> dict[str, Any]:
    """What the file says; raises OSError, ValueError, RecursionError."""
    written = read_plain(folder / SETTINGS_FILE, LARGEST_SETTINGS).decode()
    import json  # only once there is something to read: the first paint waits for this

    stored = json.loads(written)
    if not isinstance(stored, dict):
        raise ValueError("no settings")
    return stored


def _makes_sense(name: str, value: object) -> bool:
    if name in ("dark", "cut", "ask_again"):
        return isinstance(value, bool)
    if name == "printer_address":
        return _is_name(value, LONGEST_ADDRESS)
    if name == "backup_folder":
        return _is_name(value, LONGEST_FOLDER) and "\0" not in str(value)
    if name == "backup_minutes":
        return type(value) is int and value in BACKUP_MINUTES
    if name.startswith("scanner_"):
        return _is_reading(name, value)
    # Tuples, because whatever JSON holds can be looked for in them.
    from kiosk.paper.printers import PRINTERS

    choices = {"language": tuple(LANGUAGES), "paper": PAPER_WIDTHS, "printer": tuple(PRINTERS)}
    return value in choices.get(name, ())


def _is_name(value: object, longest: int) -> bool:
    """Whether the system could know it by this name."""
    if not isinstance(value, str) or len(value) > longest:
        return False
    try:
        value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a character
        return False
    return True


def _is_reading(name: str, value: object) -> bool:
    """Whether a part of a scanner's calibration can be one."""
    from kiosk.calibration import MOST_AROUND
    from kiosk.slips.keyboard_layouts import KEYS

    if not isinstance(value, str) or not all(
        sign.isprintable() or sign == "\u200c" for sign in value
    ):
        return False
    if name == "scanner_row":
        return value == "" or len(set(value)) == len(value) == len(KEYS)
    return name in ("scanner_before", "scanner_behind") and len(value) <= MOST_AROUND


def written(settings: Settings) -> bytes:
    """The bytes of the settings' file."""
    import json

    return json.dumps(asdict(settings), indent=1).encode()


def save_settings(folder: Path, settings: Settings) -> None:
    """Keep the settings; raises DataFolderUnusable."""
    from kiosk.machine.durable import put

    try:
        put(folder / SETTINGS_FILE, written(settings))
    except OSError as error:
        raise DataFolderUnusable(folder=folder, why=error.strerror or error) from error
