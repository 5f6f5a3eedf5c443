"""What may be typed after `kiosk key`: the commands about the market's key."""

from __future__ import annotations

from kiosk.cli.parser import Commands, date, path, words
from kiosk.messages import _


def add_key(commands: Commands) -> None:
    """Add the commands to those of the program."""
    key = commands.group("key", _("the market's key, and the passphrase that locks it"))
    passphrase = key.add(
        "passphrase",
        "key passphrase",
        _("set the passphrase of the market's key, change it, or take it away"),
        "kiosk key passphrase --new-file new.txt",
        _("The one that holds now is asked for, or read where KIOSK_PASSPHRASE_FILE says."),
    )
    becomes = passphrase.add_mutually_exclusive_group(required=True)
    becomes.add_argument(
        "--new-file", metavar="FILE", type=path, help=_("the new one is this file's first line")
    )
    becomes.add_argument(
        "--remove", action="store_true", help=_("file permissions alone protect the key again")
    )
    rotate = key.add(
        "rotate",
        "key rotate",
        _("put a new key in force; what the old one signed stays good"),
        'kiosk key rotate --stolen --last-good 2026-11-21 --decision "assembly of 28 November"',
        _(
            "The old key is overwritten here. Copies of it stay in earlier backups and in the shares of "
            "stewards:\nmake new ones. A slip of a stolen key counts where the ledger knows it as "
            "handed out, whatever its date:\nwhoever has that key can date back, so its signature "
            "alone proves nothing any more."
        ),
    )
    rotate.add_argument("--decision", required=True, type=words, help=_("who decided so, and when"))
    rotate.add_argument(
        "--stolen", action="store_true", help=_("somebody else has the old key; with --last-good")
    )
    rotate.add_argument(
        "--last-good",
        type=date,
        metavar="DATE",
        help=_("the last day on which the old key was surely the market's alone"),
    )
    rotate.add_argument(
        "--lost",
        action="store_true",
        help=_(
            "nobody can open the old key any more: go on without its signature, and without the typed "
            "codes of earlier slips"
        ),
    )
    rotate.add_argument(
        "--passphrase-file",
        metavar="FILE",
        type=path,
        help=_(
            "lock the new key with the passphrase in this file's first line; else with that of the "
            "old one, where it has one"
        ),
    )
