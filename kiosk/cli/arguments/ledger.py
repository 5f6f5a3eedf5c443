"""What may be typed to read, export and check the ledger."""

from __future__ import annotations

from kiosk.cli.parser import Commands, date, head_hash, number, path, words
from kiosk.messages import _


def add_ledger(commands: Commands) -> None:
    """Add `season`, `ledger`, `export`, `verify`, `card` and `doctor`."""
    season = commands.add(
        "season",
        "season",
        _("what came and went by week and by category, hours, circulation, solidarity"),
        "kiosk season --weeks 52",
    )
    season.add_argument("--weeks", type=number, metavar="N", help=_("how many; 13 where not named"))
    season.add_argument(
        "--until", type=date, metavar="DATE", help=_("a day of the last week, such as 2026-11-28")
    )
    ledger = commands.add(
        "ledger",
        "ledger",
        _("lines of the ledger, the newest last"),
        "kiosk ledger --day 14 --good honey",
    )
    ledger.add_argument("--day", type=number, metavar="N", help=_("of this market day only"))
    ledger.add_argument("--good", metavar="WORDS", type=words, help=_("with this good only"))
    ledger.add_argument("--visit", type=number, metavar="N", help=_("visits of this number only"))
    ledger.add_argument(
        "--direction", choices=("in", "out"), help=_("with goods or hours that came in or went out")
    )
    ledger.add_argument(
        "--slip",
        type=words,
        metavar="REFERENCE",
        help=_("where this slip was handed out and ended"),
    )
    ledger.add_argument(
        "--last", type=number, metavar="N", help=_("the newest N only (20 where nothing is named)")
    )
    export = commands.add(
        "export",
        "export",
        _("write a day's ledger as a folder of files: the newest sealed day, or the one named"),
        "kiosk export 14 --to /media/stick",
    )
    which = export.add_mutually_exclusive_group()
    which.add_argument("day", nargs="?", type=number, metavar="DAY")
    which.add_argument("--all", action="store_true", help=_("every closed day"))
    export.add_argument("--to", metavar="DIR", type=path, help=_("where the folder goes"))
    verify = commands.add(
        "verify",
        "verify",
        _("check the books, an exported day or a folder of them, down to the last entry"),
        "kiosk verify /media/stick/exports --card oak-street.card",
    )
    verify.add_argument("folder", nargs="?", metavar="DIR", type=path)
    verify.add_argument(
        "--card", metavar="FILE", type=path, help=_("the card of the market that must have signed")
    )
    verify.add_argument(
        "--witness",
        metavar="HASH",
        type=head_hash,
        help=_("“ledger” as it stands on a slip: was the journal cut off or rewritten since?"),
    )
    card = commands.add(
        "card",
        "card",
        _("the market's card: its name and public key, for whoever checks what it signed"),
        "kiosk card --to oak-street.card",
    )
    card.add_argument("--to", metavar="FILE", type=path, help=_("the file it is written to"))
    commands.add(
        "doctor",
        "doctor",
        _("everything that can be wrong with this machine; exit status 3 where something is"),
        "kiosk doctor",
    )
