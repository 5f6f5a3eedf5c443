"""What may be typed after `kiosk backup` and `kiosk restore`."""

from __future__ import annotations

from kiosk.cli.parser import Commands, number, path
from kiosk.config import BACKUP_MINUTES
from kiosk.messages import _


def add_backups(commands: Commands) -> None:
    """Add both commands."""
    backup = commands.add(
        "backup",
        "backup",
        _("save the books, verified when it is done: beside them, or where a steward chose"),
        "kiosk backup --to /media/stick --always",
    )
    backup.add_argument("--to", metavar="DIR", type=path, help=_("a folder that is there: a stick"))
    backup.add_argument(
        "--always", action="store_true", help=_("there from now on, by the open kiosk too")
    )
    backup.add_argument(
        "--every",
        metavar="MINUTES",
        type=number,
        choices=BACKUP_MINUTES,
        help=_("how often from now on while a day is open: 5, 10, 15, 30 or 60 minutes"),
    )
    restore = commands.add(
        "restore",
        "restore",
        _("go on from a backup, in an empty folder: all of it, verified, or nothing"),
        "kiosk --data ~/market restore /media/stick",
    )
    restore.add_argument(
        "folder", metavar="DIR", type=path, help=_("a backup, or the stick that it lies on")
    )
