"""Whether the books would survive this machine: how old the last backup is, and where it lies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from db.errors import NoMarket
from kiosk.backup.folder import MANIFEST
from kiosk.backup.last import last_backup
from kiosk.backup.making import has_locked_key
from kiosk.config import BACKUPS_FOLDER
from kiosk.doctor.findings import Level, Machine
from kiosk.messages import _
from kiosk.text import safe
from kiosk.wording import age

_HOUR = 3_600_000  # milliseconds


def backup(machine: Machine) -> Iterator[tuple[Level, str]]:
    """The age of the last verified backup, whether it is there now, and what it is good for."""
    try:
        seen = machine.books
    except NoMarket:
        yield Level.OK, _("There are no books yet that could be saved.")
        return
    if seen.market.practice:
        yield Level.OK, _("This market is for practice: nothing of it is saved.")
        return
    last = last_backup(machine.folder)
    if last is None:
        level = Level.TROUBLE if seen.days > 1 else Level.NOTE
        yield level, _("No backup was made yet. Steward, B, or “kiosk backup” makes one.")
        return
    passed = round(machine.now.timestamp() * 1000) - last.made_at
    behind = seen.last_at is not None and seen.last_at > last.made_at
    said = _("The last verified backup was made {when}.").format(when=age(passed))
    if behind and passed > _HOUR:
        yield (
            Level.TROUBLE,
            " ".join((said, _("What was booked since is in none. Steward, B, says why."))),
        )
    else:
        yield Level.OK, said
    folder = Path(last.folder)
    if not (folder / MANIFEST).is_file():
        yield (
            Level.NOTE,
            _(
                "It is not there now: {folder}. Plug the stick in before the next market day."
            ).format(folder=safe(folder, 200)),
        )
    if folder.is_relative_to(machine.folder.absolute() / BACKUPS_FOLDER):
        yield (
            Level.NOTE,
            _("It lies on this machine: that survives damaged books, and no stolen laptop."),
        )
    if not has_locked_key(machine.folder):
        yield (
            Level.NOTE,
            _("The market's key is in no backup, because no passphrase locks it: keep a copy of "
              "market.key in a safe place. A new machine needs it."),
        )  # fmt: skip
