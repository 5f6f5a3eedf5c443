"""What is wrong with this machine, in sentences: `examine` asks every check and gives what they say.

A check is a small function that looks at one thing and yields a sentence for each fact that somebody
should know, with what to do where something is amiss. Checks change nothing, need no open market, and
go on where things are broken. A new one is a function in a module here and a line in CHECKS.
"""

from __future__ import annotations

from collections.abc import Mapping

from db.errors import N_, KioskError
from kiosk.doctor import backup, books, folder, surroundings
from kiosk.doctor.findings import Check, Level, Machine, Said
from kiosk.messages import _, sentence
from kiosk.text import safe

__all__ = ["CHECKS", "LEVELS", "Level", "Machine", "Said", "examine", "is_well"]

CHECKS: Mapping[str, Check] = {
    N_("terminal"): surroundings.terminal,
    N_("letters"): surroundings.letters,
    N_("printer"): surroundings.printer,
    N_("scanner"): surroundings.scanner,
    N_("clock"): surroundings.clock,
    N_("disk"): folder.disk,
    N_("folder"): folder.inside,
    N_("key"): folder.key,
    N_("books"): books.database,
    N_("day"): books.day,
    N_("papers"): books.papers,
    N_("backup"): backup.backup,
    N_("versions"): surroundings.versions,
}
"""Each check by what it looks at, in the order in which they are asked."""

LEVELS: Mapping[Level, str] = {
    Level.OK: N_("ok"),
    Level.NOTE: N_("note"),
    Level.TROUBLE: N_("trouble"),
}
"""What people call each level."""


def examine(machine: Machine) -> list[Said]:
    """Everything that the checks have to say, each of them at least one sentence; never raises."""
    said: list[Said] = []
    for topic, check in CHECKS.items():
        try:
            said += [Said(topic, level, safe(words, 600)) for level, words in check(machine)]
        except KioskError as error:
            said.append(Said(topic, Level.TROUBLE, sentence(error)))
        except Exception as error:  # what broke a check is what somebody should know
            why = getattr(error, "strerror", None) or type(error).__name__
            words = _("This could not be looked at: {why}.").format(why=safe(why))
            said.append(Said(topic, Level.TROUBLE, words))
    return said


def is_well(said: list[Said]) -> bool:
    """Whether nothing of it is trouble."""
    return all(one.level is not Level.TROUBLE for one in said)
