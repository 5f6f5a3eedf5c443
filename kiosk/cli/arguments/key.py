"""What may be typed to found a market, and after `kiosk key`: the commands about the market's key."""

from __future__ import annotations

from kiosk.cli.parser import Commands, Parser, date, number, path, words
from kiosk.messages import _


def add_found(commands: Commands) -> None:
    """Add the command that founds a market."""
    found = commands.add(
        "found",
        "found",
        _("found a market: its key, its books, its first catalogue"),
        'kiosk found --name "Oak Street Market" --place "Oak Street" --language es',
        _("With --language, the market's paper and screen speak that language."),
    )
    found.add_argument("--name", required=True, type=words, help=_("what people call the market"))
    _add_founding(found)
    found.add_argument(
        "--practice", action="store_true", help=_("a market whose slips are worth nothing")
    )


def _add_founding(command: Parser) -> None:
    """What is chosen where books are made, besides the market's name."""
    command.add_argument("--place", default="", type=words, help=_("where its tables stand"))
    goods = command.add_mutually_exclusive_group()
    goods.add_argument(
        "--catalogue", metavar="FILE.csv", type=path, help=_("a catalogue to begin with")
    )
    goods.add_argument(
        "--suggested-goods",
        action="store_true",
        help=_("begin with the goods that this program suggests"),
    )
    command.add_argument(
        "--passphrase-file",
        metavar="FILE",
        type=path,
        help=_("lock the market's key with the passphrase in this file's first line"),
    )


def add_key(commands: Commands) -> None:
    """Add the commands to those of the program."""
    key = commands.group(
        "key", _("the market's key: its passphrase, its shares for several stewards, the next one")
    )
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
    splitting = key.add(
        "split",
        "key split",
        _("split the key into sheets of words; any few of them rebuild it"),
        "kiosk key split --shares 3 --needed 2 --to /media/stick",
        _(
            "Without --to the sheets come out of the printer. Nothing of them stays on this machine."
        ),
    )
    splitting.add_argument(
        "--shares", type=number, default=3, metavar="N", help=_("how many sheets; else 3")
    )
    splitting.add_argument(
        "--needed", type=number, default=2, metavar="N", help=_("how many rebuild the key; else 2")
    )
    splitting.add_argument("--to", metavar="DIR", type=path, help=_("write them there, as PDF"))
    splitting.add_argument(
        "--text", action="store_true", help=_("with --to: as text, for a screen reader")
    )
    rebuilding = key.add(
        "rebuild",
        "key rebuild",
        _("rebuild the key from sheets, and lock it with a new passphrase"),
        'kiosk key rebuild --name "Oak Street Market" --suggested-goods',
        _(
            "Where the folder holds the market's books, the key is put beside them. Where the books\n"
            "are lost, --name founds the market anew: its slips are honoured from paper, once each."
        ),
    )
    rebuilding.add_argument(
        "--share",
        action="append",
        default=[],
        metavar="FILE",
        type=path,
        help=_("a share as text; may be given again. Without it the words are asked for"),
    )
    rebuilding.add_argument(
        "--card",
        metavar="FILE",
        type=path,
        help=_(
            "the market's newest card: for the slips of its earlier keys, and where the key was changed "
            "after the books were saved"
        ),
    )
    rebuilding.add_argument("--name", type=words, help=_("what people call the market"))
    _add_founding(rebuilding)
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
