"""Where fonts lie: those that every kiosk has, and what this machine has besides.

Nothing is opened here: whether a file really has a letter is seen by whoever draws it
(`kiosk.machine.fonts`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

# Regular and bold of each family, in the order in which they are asked.
FAMILIES = (
    ("Vera.ttf", "VeraBd.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("FreeSans.ttf", "FreeSansBold.ttf"),
    ("Arial Unicode.ttf", "Arial Unicode.ttf"),
    ("segoeui.ttf", "segoeuib.ttf"),
    ("arial.ttf", "arialbd.ttf"),
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    ("DroidSansFallbackFull.ttf", "DroidSansFallbackFull.ttf"),
)

TRUETYPE = ".ttf"
"""How a file with one font in TrueType outlines ends, as far as names tell."""

_SUFFIXES = (TRUETYPE, ".otf", ".ttc")
_MOST = 400  # files that are looked into for a letter, on a machine with thousands
_SECONDS = 10.0
_UNFIT = ("mono", "italic", "oblique", "condensed", "light", "symbol", "emoji", "math", "code")


def standard_files(bold: bool) -> Iterator[str]:
    """The full paths of the families that this machine has, looked for one by one."""
    return (path for family in FAMILIES if (path := _found(family[bold])) is not None)


@lru_cache(maxsize=64)
def files_with(letters: str, bold: bool, truetype: bool = False) -> tuple[str, ...]:
    """Other fonts of this machine that may have some of `letters`, the plainest first; fontconfig
    knows which, and where it is missing all in the usual folders are named. With `truetype` only
    files with one font in TrueType outlines, as far as their names tell."""
    found: set[str] = set()
    for letter in letters:
        found |= _known_to_fontconfig(letter)
    paths = sorted(found or _lying_about(), key=lambda path: _unlike(Path(path).name, bold))
    if truetype:
        paths = [path for path in paths if path.lower().endswith(TRUETYPE)]
    return tuple(paths[:_MOST])


def _unlike(name: str, bold: bool) -> tuple[int, str]:
    """How little a file's name promises a plain sans-serif face; the name decides between equals."""
    low = name.lower()
    unfit = sum(word in low for word in _UNFIT) * 2
    return unfit + (("bold" in low) != bold) + ("sans" not in low), low


@cache
def _found(file: str) -> str | None:
    """The full path of a font file, None where this machine has none of that name."""
    bundled = find_spec("reportlab")  # found without running a line of it
    for folder in (bundled and bundled.submodule_search_locations) or ():
        path = Path(folder) / "fonts" / file
        if path.is_file():
            return str(path)
    return next((path for path in _lying_about() if Path(path).name == file), None)


@cache
def _lying_about() -> tuple[str, ...]:
    """All font files in the folders where this system keeps them."""
    found: list[str] = []
    for folder in _folders():
        for where, _, names in os.walk(folder):
            found += [str(Path(where, name)) for name in names if name.lower().endswith(_SUFFIXES)]
    return tuple(sorted(found))


def _folders() -> list[Path]:
    try:
        home = Path.home()
    except RuntimeError:  # nobody's
        home = Path("/")
    if sys.platform == "darwin":
        return [home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"]
    own = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    return [
        own / "fonts",
        home / ".fonts",
        Path("/usr/local/share/fonts"),
        Path("/usr/share/fonts"),
    ]


@lru_cache(maxsize=512)
def _known_to_fontconfig(letter: str) -> frozenset[str]:
    """The files of all fonts with `letter`; empty where fontconfig is missing or says nothing."""
    command = shutil.which("fc-list")
    if command is None:
        return frozenset()
    try:
        said = subprocess.run(
            [command, "-f", "%{file}\n", f":charset={ord(letter):x}"],
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return frozenset()
    files = said.stdout.decode("utf-8", "replace").splitlines()
    return frozenset(file for file in files if file.lower().endswith(_SUFFIXES))
