"""Backups in lines: save the books, and go on from what was saved."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from db.amounts import format_credits
from db.errors import N_, KioskError, Refused
from db.glance import glance
from kiosk import messages, wording
from kiosk.backup.making import back_up
from kiosk.backup.place import choose_place, place_of
from kiosk.cli.answers import Answer, Asked, shown_path
from kiosk.cli.export import ProgressLine
from kiosk.config import BACKUPS_FOLDER, LONGEST_FOLDER
from kiosk.exports.progress import Seldom, Tell
from kiosk.messages import _, ngettext, sentence
from kiosk.text import safe

if TYPE_CHECKING:
    from kiosk.backup.folder import Manifest
    from kiosk.backup.restoring import Restored
    from kiosk.till import Till

T = TypeVar("T")

MOST_LISTED = 50


SET_UP_LINES = {
    "printer": N_(
        "Where papers go is taken from no backup: set the printer up anew, Steward, P, or “kiosk print "
        "use”. Until then slips are pictures in a folder."
    ),
    "scanner": N_(
        "What was learned of the scanner is of that computer: scan its card here, Steward, 6, F6."
    ),
    "backup": N_(
        "Choose anew where backups go: Steward, B, or “kiosk backup --to DIR --always”. Until then they "
        "lie beside the books."
    ),
}
"""What to do on the new machine, for each of kiosk.config.SET_UP_ANEW."""


class BackupStopped(KioskError):
    """Somebody did not want to wait."""

    sentence = N_("It was stopped. Earlier backups are as they were, and nothing half is left.")
    status = 130  # as of any command that ctrl+c ends


class FolderNameTooLong(Refused):
    sentence = N_("The name of that folder is longer than {most} characters. Choose another one.")


def backup(asked: Asked) -> Answer:
    """`kiosk backup`: the books are saved, and read back."""
    till, options = asked.till, asked.options
    to = Path(options.to).expanduser().absolute() if options.to else place_of(till.folder)
    if len(str(to)) > LONGEST_FOLDER:
        raise FolderNameTooLong(most=LONGEST_FOLDER)
    if options.to or to == till.folder / BACKUPS_FOLDER:
        choose_place(till.folder, till.books, to)
    asked.with_key(lambda: _set_up(till, to if options.always else None, options.every))
    made = _shown(asked, lambda tell: back_up(till.folder, till.books, to, tell=tell))
    manifest = made.manifest
    lines = [
        _("The books are saved and read back: {how_far}.").format(how_far=_how_far(manifest)),
        _("The backup is {folder}").format(folder=shown_path(made.folder)),
        _key_line(manifest.has_key),
    ]
    if to.is_relative_to(till.folder):
        lines.append(beside_line())
    return Answer({"folder": str(made.folder), **_facts(manifest)}, lines)


def _set_up(till: Till, to: Path | None, every: int | None) -> None:
    settings = till.settings()
    if to is not None:
        own = to == till.folder / BACKUPS_FOLDER
        settings = replace(settings, backup_folder="" if own else str(to))
    if every is not None:
        settings = replace(settings, backup_minutes=every)
    if settings != till.settings():
        till.change_settings(settings)


def _key_line(has_key: bool) -> str:
    if has_key:
        return _("The market's key is in it, locked by its passphrase.")
    return _(
        "The market's key is not in it, because no passphrase locks it: whoever found the backup could "
        "make slips. Keep a copy of {file} in a safe place; a new machine needs it."
    ).format(file="market.key")


def beside_line() -> str:
    """What a backup on the same machine is good for."""
    return _(
        "It lies on this machine: it survives damaged books, and no stolen machine. "
        "“kiosk backup --to DIR --always” saves to a stick."
    )


def saved_at_once(till: Till) -> tuple[Path | None, str]:
    """Save the books after what no earlier backup may lack, a closed day or a new key: the backup, and
    what went wrong as a sentence. What was done stays done, so this never raises for a disk. A
    practice market is not saved by itself."""
    if till.market.practice:
        return None, ""
    to = place_of(till.folder)
    try:
        if to == till.folder / BACKUPS_FOLDER:
            choose_place(till.folder, till.books, to)
        return back_up(till.folder, till.books, to).folder, ""
    except KioskError as error:
        return None, sentence(error)


def restore(asked: Asked) -> Answer:
    """`kiosk restore`: all of a backup, verified, in an empty data folder."""
    from kiosk.backup import restoring

    source = Path(asked.options.folder).expanduser().absolute()
    restored = _shown(asked, lambda tell: restoring.restore(source, asked.folder, tell))
    manifest = restored.backup.manifest
    known = glance(restored.folder)
    if known is not None and getattr(asked.options, "language", None) is None:
        messages.use(known.language)
    facts = {
        "folder": str(restored.folder),
        "backup": str(restored.backup.folder),
        **_facts(manifest),
        "passed_over": list(restored.passed_over),
        "set_up_anew": list(restored.set_up_anew),
        "papers": [
            {"day": one.day, "visit": one.visit, "amount": format_credits(one.amount)}
            for one in restored.lost
        ],
    }
    return Answer(facts, _restored_lines(restored), restored.passed_over)


def _restored_lines(restored: Restored) -> list[str]:
    manifest = restored.backup.manifest
    lines = [
        _("{market} is restored in {folder}: {how_far}.").format(
            market=safe(manifest.market),
            folder=shown_path(restored.folder),
            how_far=_how_far(manifest),
        ),
        _("Every entry, every sum and every seal in it is right. It was saved at {when}.").format(
            when=_when(manifest.made_at)
        ),
    ]
    if manifest.moment.is_open:
        lines.append(_("Market day {day} is still open in it.").format(day=manifest.moment.day))
    if not restored.has_key:
        lines.append(
            _("The market's key was not in the backup: put {file} into the folder, or rebuild it from "
              "the stewards' sheets, “kiosk key rebuild”. Without it no slip can be made.").format(
                file="market.key")
        )  # fmt: skip
    lines += [_(SET_UP_LINES[one]) for one in restored.set_up_anew]
    since = datetime.fromtimestamp(manifest.moment.at / 1000).date().isoformat()
    lines += [
        _("What was booked after that is not in these books. Type such visits again from memory. Slips "
          "that were handed out since are honoured, once each, when the stewards decide so: “kiosk slip "
          "honour --since {date} --why W”.").format(date=since),
        _("The machine that these books come from must not go on: two machines can't write one "
          "journal. If it is found again, leave it closed."),
    ]  # fmt: skip
    return lines + _paper_lines(restored)


def _paper_lines(restored: Restored) -> list[str]:
    if not restored.lost:
        return []
    lines = [
        ngettext(
            "{number} slip was not confirmed as printed when this was saved, and a backup holds no slip. "
            "Where its paper never came out, hand out another in its place:",
            "{number} slips were not confirmed as printed when this was saved, and a backup holds no "
            "slip. Where a paper never came out, hand out another in its place:",
            len(restored.lost),
        ).format(number=len(restored.lost))
    ]
    for one in restored.lost[:MOST_LISTED]:
        lines.append(
            _("visit {day}/{visit}, {credits}: “kiosk slip reissue {day}/{visit} --why W”").format(
                day=one.day, visit=one.visit, credits=wording.credits(one.amount)
            )
        )
    return lines


def _how_far(manifest: Manifest) -> str:
    now = manifest.moment
    if now.day:
        return _("up to entry {entry} of {when}, market day {day}").format(
            entry=now.seq, when=_when(now.at), day=now.day
        )
    return _("up to entry {entry} of {when}").format(entry=now.seq, when=_when(now.at))


def _when(at: int) -> str:
    """Milliseconds since 1970 as date and time where the table stands."""
    moment = datetime.fromtimestamp(at / 1000)
    return f"{wording.long_date(moment.date())}, {wording.clock(moment)}"


def _facts(manifest: Manifest) -> dict[str, Any]:
    now = manifest.moment
    return {
        "market": manifest.market,
        "kiosk": now.kiosk,
        "entry": now.seq,
        "head": now.head.hex(),
        "day": now.day,
        "open": now.is_open,
        "key": manifest.has_key,
        "checked": "replay" if manifest.is_thorough else "chain",
    }


def _shown(asked: Asked, work: Callable[[Tell | None], T]) -> T:
    """Do it with a line that says how far it is, at a terminal."""
    quiet = getattr(asked.options, "json", False) or not sys.stderr.isatty()
    line = ProgressLine(sys.stderr)
    try:
        return work(None if quiet else Seldom(line.show))
    except KeyboardInterrupt:
        raise BackupStopped() from None
    finally:
        line.clear()
