"""What may be typed: every command and option of `kiosk`, with its help and an example.

Options that every command has may stand before it or after it. What a command does is left to the
function that kiosk/cli/commands.py names for it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from kiosk.cli.answers import TypedWrongly
from kiosk.cli.backup_arguments import add_backups
from kiosk.cli.key_arguments import add_found, add_key
from kiosk.cli.parser import (
    Commands,
    Parser,
    Version,
    crew,
    date,
    head_hash,
    number,
    path,
    visit_key,
    words,
)
from kiosk.messages import _


def parser() -> Parser:
    """The parser of the whole command line, in the language spoken now."""
    common = Parser(add_help=False)
    common.add_argument(
        "--data",
        metavar="DIR",
        type=path,
        default=argparse.SUPPRESS,
        help=_("the folder with the market's books (else KIOSK_DATA, else where such things lie)"),
    )
    common.add_argument(
        "--json",
        action="store_true",
        default=argparse.SUPPRESS,
        help=_("answer with one JSON object instead of sentences"),
    )
    common.add_argument(
        "--language",
        metavar="CODE",
        default=argparse.SUPPRESS,
        help=_("the language of the answer, such as es; else the market's"),
    )
    top = Parser(
        prog="kiosk",
        parents=[common],
        description=_(
            "The table of a redistribution market: visits, paper credit slips, a ledger that "
            "anyone can check.\nWithout a command, the full-screen app; everything that it can do "
            "can be done in lines too."
        ),
        epilog=_(
            "Exit status: 0 done; 1 the books refuse; 2 the command was typed wrongly; "
            "3 the disk, the\nprinter or the terminal fails. For example:\n  {example}"
        ).format(example="kiosk demo"),
    )
    top.add_argument("--version", action=Version, nargs=0, help=_("the version of this program"))
    top.set_defaults(run="")
    commands = Commands(top, common, required=False)
    _add_market(commands)
    _add_table(commands)
    _add_goods(commands)
    _add_ledger(commands)
    add_backups(commands)
    add_key(commands)
    return top


def parse(typed: Sequence[str]) -> argparse.Namespace:
    """The options of a command line; raises TypedWrongly, and SystemExit(0) after --help."""
    try:
        "".join(typed).encode()
    except UnicodeEncodeError:
        raise TypedWrongly(command="kiosk", problem=_("That is not UTF-8 text")) from None
    return parser().parse_args(typed)


def _add_market(commands: Commands) -> None:
    demo = commands.add(
        "demo", "demo", _("a practice market to play with, thrown away afterwards"), "kiosk demo"
    )
    demo.add_argument(
        "--lines",
        action="store_true",
        help=_("play a small market day in lines; so it does where there is no terminal"),
    )
    add_found(commands)
    crew_names = commands.group("crew", _("the names of the crew that this machine keeps"))
    crew_names.add(
        "list", "crew list", _("of which days names are kept, and until when"), "kiosk crew list"
    )
    forgetting = crew_names.add(
        "forget",
        "crew forget",
        _("forget the names that were kept for long enough, or those of one day"),
        "kiosk crew forget --day 14",
        _("So it is done by itself when a day is opened or closed. The ledger never held them."),
    )
    forgetting.add_argument(
        "--day", type=number, metavar="N", help=_("of this market day, due or not")
    )
    day = commands.group("day", _("open, report and close the market day"))
    opening = day.add(
        "open",
        "day open",
        _("open the next market day"),
        'kiosk day open --crew "Ana:table" --crew "Bo:stock"',
        _("The ledger shows roles only; the handles stay on this machine."),
    )
    opening.add_argument(
        "--crew",
        action="append",
        default=[],
        type=crew,
        metavar="HANDLE:ROLE",
        help=_("who stands where; may be given again"),
    )
    opening.add_argument(
        "--date", type=date, metavar="DATE", help=_("today's date, where the kiosk doubts it")
    )
    opening.add_argument(
        "--after-restart",
        choices=("go-on", "ask"),
        help=_("with a passphrase: whether the unlocked key rests on this machine until the day is "
               "closed (go-on), or every restart asks for the passphrase again (ask)"),
    )  # fmt: skip
    day.add("report", "day report", _("the day so far, or the newest one"), "kiosk day report")
    closing = day.add(
        "close",
        "day close",
        _("close the day: seal, closing slip and export"),
        "kiosk day close --counted 48",
    )
    closing.add_argument(
        "--counted",
        type=number,
        metavar="N",
        help=_("how many paper slips lie in the box; a difference stands in the seal"),
    )


def _add_table(commands: Commands) -> None:
    secret = _(
        "A slip's text on the command line stays in the shell's history and in the list of\n"
        "processes, where others may read and spend it. - reads it from standard input instead."
    )
    visit = commands.add(
        "visit",
        "visit",
        _("book what a neighbour brings, takes, gives and hands in"),
        'kiosk visit --brought "3 kg tomatoes" --took "1 honey" --slip -',
        secret,
    )
    for option, says in (
        ("--brought", _("a good that was brought, such as “3 kg tomatoes”; may be given again")),
        ("--took", _("a good or service that was taken, such as “1 honey”; may be given again")),
        ("--work", _("hours or services that were given, such as “2 childcare”")),
    ):
        visit.add_argument(
            option, action="append", default=[], type=words, metavar="WHAT", help=says
        )
    visit.add_argument(
        "--slip",
        action="append",
        default=[],
        metavar="TEXT",
        help=_("a slip that is handed in: the text of its QR or its typed code; - reads slips from "
               "standard input, one a line, until an empty line"),
    )  # fmt: skip
    visit.add_argument(
        "--solidarity", action="store_true", help=_("solidarity covers what is short")
    )
    visit.add_argument("--gift", action="store_true", help=_("what is left is a gift: no slip"))
    visit.add_argument(
        "--key",
        type=visit_key,
        metavar="IDEMPOTENCY",
        help=_("a name of your own for this visit: typed again with it, it is booked once"),
    )
    undo = commands.add("undo", "undo", _("undo the last visit of the open day"), "kiosk undo")
    undo.add_argument(
        "--back", action="store_true", help=_("bring back the visit that was undone last")
    )
    slip = commands.group("slip", _("check, void or reissue a slip"))
    check = slip.add(
        "check",
        "slip check",
        _("whether a slip is good: exit status 0 for good, 1 for all else"),
        "kiosk slip check -",
        secret,
    )
    check.add_argument("text", metavar="TEXT", help=_("the text of its QR or its typed code"))
    for name, says in (
        ("void", _("void the slip that a visit handed out")),
        ("reissue", _("hand out another slip in place of one that was lost or ruined")),
    ):
        ending = slip.add(name, f"slip {name}", says, f'kiosk slip {name} 14/28 --why "wet paper"')
        ending.add_argument(
            "visit", metavar="VISIT", help=_("28 of the newest day, 14/28 or 2026-11-28/28")
        )
        ending.add_argument("--why", required=True, type=words, help=_("the reason, in words"))
    honour = slip.add(
        "honour",
        "slip honour",
        _("books were lost: honour slips that these books don't hold, by their signature, once"),
        'kiosk slip honour --since 2026-11-28 --why "restored from the backup of 28 November"',
        _("Whether the lost books had voided a slip, or redeemed it, nobody can know then."),
    )
    honour.add_argument(
        "--since",
        type=date,
        metavar="DATE",
        help=_("the day of the backup, from which on slips are missing; else of the newest entry"),
    )
    honour.add_argument("--why", required=True, type=words, help=_("the reason, in words"))
    _add_print(commands)


def _add_print(commands: Commands) -> None:
    paper = commands.group("print", _("the papers that wait for the printer or for a person's eye"))
    paper.add("pending", "print pending", _("papers not confirmed yet"), "kiosk print pending")
    done = paper.add(
        "done",
        "print done",
        _("the paper is there: its secret is wiped and its pictures are removed"),
        "kiosk print done 12",
    )
    done.add_argument("job", metavar="JOB", type=number, help=_("number of the print job"))
    again = paper.add(
        "again",
        "print again",
        _("print a paper that did not come out; a second one is marked as a copy"),
        "kiosk print again 12",
    )
    again.add_argument("job", metavar="JOB", type=number, help=_("number of the print job"))
    paper.add("find", "print find", _("the printers that are connected"), "kiosk print find")
    use = paper.add(
        "use",
        "print use",
        _("use a printer from now on: folder, usb, device, network, serial or cups"),
        "kiosk print use network 192.168.1.50 --paper 80",
    )
    use.add_argument("kind", metavar="KIND", type=words)
    use.add_argument("address", nargs="?", default="", metavar="ADDRESS", type=words)
    use.add_argument("--paper", metavar="W", type=words, help=_("58, 80, 180dpi or a4"))
    use.add_argument("--no-cut", action="store_true", help=_("paper is torn off, not cut"))
    paper.add(
        "test",
        "print test",
        _("print a slip that shows whether the printer is good"),
        "kiosk print test",
    )
    _add_scanner(commands)


def _add_scanner(commands: Commands) -> None:
    scanner = commands.group("scanner", _("how this computer reads the scanner"))
    card = scanner.add(
        "card",
        "scanner card",
        _("a PDF with the calibration card"),
        "kiosk scanner card --to scanner.pdf",
    )
    card.add_argument("--to", required=True, metavar="FILE.pdf", type=path)
    check = scanner.add(
        "check",
        "scanner check",
        _("learn from a scan of the calibration card, and undo from then on what it shows"),
        "kiosk scanner check -",
    )
    check.add_argument(
        "text", metavar="TEXT", help=_("as the scanner types it; - reads standard input")
    )
    scanner.add(
        "forget",
        "scanner forget",
        _("undo nothing any more: as if no card had been scanned"),
        "kiosk scanner forget",
    )


def _add_goods(commands: Commands) -> None:
    goods = commands.group("goods", _("the catalogue, its rates, and the shelf"))
    known = goods.add("list", "goods list", _("goods with their rates"), "kiosk goods list bread")
    known.add_argument("words", nargs="*", metavar="WORDS", help=_("the beginning of a name"))
    reading = goods.add(
        "import",
        "goods import",
        _("add or change goods from a CSV file, all or none"),
        "kiosk goods import catalogue.csv",
    )
    reading.add_argument("file", metavar="FILE.csv", type=path)
    reading.add_argument("--decision", type=words, help=_("who decided so, and when"))
    rate = goods.add(
        "rate",
        "goods rate",
        _("a new rate; past visits keep theirs"),
        'kiosk goods rate honey 4.5 --decision "assembly of 3 May"',
    )
    rate.add_argument("good", metavar="GOOD", type=words)
    rate.add_argument("credits", metavar="CREDITS", help=_("credits for one unit, such as 1.5"))
    rate.add_argument("--decision", required=True, type=words, help=_("who decided so, and when"))
    spoil = goods.add(
        "spoil",
        "goods spoil",
        _("book what was composted or broke"),
        'kiosk goods spoil "2 kg tomatoes" --why "heat"',
    )
    spoil.add_argument("what", metavar="WHAT", type=words)
    spoil.add_argument("--why", required=True, type=words, help=_("the reason, in words"))
    count = goods.add(
        "count",
        "goods count",
        _("count a good on the shelf; the difference is booked"),
        'kiosk goods count "12 honey"',
    )
    count.add_argument("what", metavar="WHAT", type=words)
    cards = goods.add(
        "cards",
        "goods cards",
        _("a PDF of cards to scan: of these goods, or of all with the finish and undo cards"),
        "kiosk goods cards tomatoes bread --to cards.pdf",
    )
    cards.add_argument("goods", nargs="*", metavar="GOOD", type=words)
    cards.add_argument("--to", required=True, metavar="FILE.pdf", type=path)
    cards.add_argument(
        "--small", action="store_true", help=_("15 cards a page for a box, not 8 for the wall")
    )
    _add_rules(commands)


def _add_rules(commands: Commands) -> None:
    rules = commands.add(
        "rules",
        "rules",
        _("the assembly's rules; with options, change them"),
        'kiosk rules --solidarity-visit 10 --slip-days 365 --decision "assembly of 3 May"',
    )
    for option, says in (
        (
            "--solidarity-visit",
            _("credits that solidarity may cover in one visit; “none”: no limit"),
        ),
        ("--solidarity-day", _("credits that solidarity may cover in one day; “none”: no limit")),
        ("--slip-step", _("slips are rounded to multiples of this, such as 0.5")),
    ):
        rules.add_argument(option, metavar="N", help=says)
    rules.add_argument(
        "--slip-days", metavar="N", type=number, help=_("days that a slip is good; 0 is for ever")
    )
    rules.add_argument(
        "--crew-days",
        metavar="N",
        type=number,
        help=_("days that names of the crew are kept after the market day; 0: until it is closed"),
    )
    rules.add_argument("--decision", default="", type=words, help=_("who decided so, and when"))


def _add_ledger(commands: Commands) -> None:
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
