"""What the command line asks and how it answers: shared by all its commands.

A command gets an `Asked`, does one thing through the till, and gives an `Answer`. Reading what was
typed is left to kiosk/cli/arguments; showing an answer, and what an error does to the exit
status, to kiosk/cli/__init__.py.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from db.errors import N_, DataFolderUnusable, FileUnreadable, KioskError, PassphraseNeeded
from kiosk import messages
from kiosk.config import data_folder
from kiosk.machine import log
from kiosk.messages import _, sentence
from kiosk.text import safe

if TYPE_CHECKING:
    from argparse import Namespace

    from kiosk.till import Till

T = TypeVar("T")

PASSPHRASE_FILE = "KIOSK_PASSPHRASE_FILE"
LONGEST_PASSPHRASE = 4096  # bytes of a passphrase file
LONGEST_LINE = 4096  # characters of a line on standard input; a slip has 139
LONGEST_PATH = 4096


class TypedWrongly(KioskError):
    """The command line was typed wrongly; nothing was done."""

    sentence = N_("{problem}. “{command} --help” shows how it is typed.")
    status = 2


class Answer(NamedTuple):
    """What a command has to say.

    `lines` are for people, on standard output; with `--json`, `facts` stand there instead. `asides`
    are sentences for standard error. `status` is the exit status.
    """

    facts: Mapping[str, object]
    lines: Iterable[str]
    asides: Sequence[str] = ()
    status: int = 0


class Asked:
    """A command line that was understood: its `options`, the data `folder`, and its market."""

    def __init__(self, options: Namespace) -> None:
        self.options = options
        self._till: Till | None = None

    @property
    def folder(self) -> Path:
        """The data folder that the options or the environment name."""
        return folder_named(getattr(self.options, "data", None))

    @property
    def till(self) -> Till:
        """The market of the data folder, opened when first asked for; from then on its language is
        spoken, unless another one was chosen. Raises what `open_till` raises."""
        if self._till is None:
            from kiosk.till import open_till

            self.take(open_till(self.folder))
        assert self._till is not None
        return self._till

    def take(self, till: Till) -> None:
        """Go on with a till that is open already."""
        self._till = till
        till.steward.asks = passphrase
        log.open_log(till.folder)
        chosen = getattr(self.options, "language", None) or till.settings().language
        messages.use(chosen or till.market.language)

    def with_key(self, action: Callable[[], T]) -> T:
        """What `action` gives; asks for the passphrase only where the action needs the key.

        `action` is done again from its start once the key is open, so it must change nothing before
        it needs the key. Raises PassphraseNeeded, WrongPassphrase, FileUnreadable.
        """
        try:
            return action()
        except PassphraseNeeded:
            if not self.till.locked:
                raise
            self.till.unlock(passphrase())
            return action()

    def close(self) -> None:
        """Close the books, where they were opened."""
        if self._till is not None:
            self._till.close()


def folder_named(named: str | None) -> Path:
    """The data folder, as `kiosk.config.data_folder`; raises DataFolderUnusable."""
    try:
        return data_folder(named)
    except RuntimeError as error:  # a `~name` of nobody
        folder = named or os.environ.get("KIOSK_DATA")
        raise DataFolderUnusable(folder=folder, why=str(error).rstrip(".")) from error


def passphrase() -> str:
    """The passphrase from the file that KIOSK_PASSPHRASE_FILE names, else typed at the terminal.

    Raises FileUnreadable, and PassphraseNeeded where there is neither.
    """
    named = os.environ.get(PASSPHRASE_FILE)
    if named:
        return passphrase_in(Path(named))
    if not sys.stdin.isatty():
        raise PassphraseNeeded()
    from getpass import getpass

    try:
        return getpass(_("Passphrase of the market's key: "))
    except EOFError:
        raise PassphraseNeeded() from None


def passphrase_in(file: Path) -> str:
    """The first line of a file, without the mark that some editors put in front of UTF-8; raises
    FileUnreadable."""
    try:
        with file.open("rb") as opened:
            raw = opened.read(LONGEST_PASSPHRASE)
        lines = raw.decode("utf-8-sig").splitlines()
    except OSError as error:
        raise FileUnreadable(file=file, why=error.strerror or error) from error
    except UnicodeDecodeError as error:
        raise FileUnreadable(file=file, why=_("it is not UTF-8 text")) from error
    return lines[0] if lines else ""


def line_of_input() -> str:
    """The next line of standard input without its end; empty at the end of the input."""
    return _raw_line().strip()


def words_of_input() -> str:
    """The next line of standard input that has words on it; empty at the end of the input."""
    while line := _raw_line():
        if line.strip():
            return line.strip()
    return ""


def _raw_line() -> str:
    source = getattr(sys.stdin, "buffer", None)
    if source is None:
        return sys.stdin.readline(LONGEST_LINE)
    return str(source.readline(LONGEST_LINE).decode("utf-8", "replace"))


def printed(till: Till, job: int) -> tuple[Path | None, str]:
    """Print what is in the book already: the picture's file where there is one, and what went wrong
    as a sentence. What was booked stays booked, so this never raises for a printer."""
    try:
        return till.print_now(job), ""
    except KioskError as error:
        return None, sentence(error)


def shown_path(path: Path) -> str:
    """A path as it can be shown and copied."""
    return safe(path, LONGEST_PATH)
