"""What may be typed: every command and option of `kiosk`, with its help and an example.

Options that every command has may stand before it or after it. What a command does is left to the
function that kiosk/cli/commands.py names for it; what single words may be to kiosk/cli/parser.py. The
modules here add the commands of one subject each.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from kiosk.cli.answers import TypedWrongly
from kiosk.cli.arguments.backup import add_backups
from kiosk.cli.arguments.devices import add_print, add_scanner
from kiosk.cli.arguments.goods import add_goods, add_rules
from kiosk.cli.arguments.key import add_key
from kiosk.cli.arguments.ledger import add_ledger
from kiosk.cli.arguments.market import add_market
from kiosk.cli.arguments.table import add_table
from kiosk.cli.parser import Commands, Parser, Version, path
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
    add_market(commands)
    add_table(commands)
    add_print(commands)
    add_scanner(commands)
    add_goods(commands)
    add_rules(commands)
    add_ledger(commands)
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
