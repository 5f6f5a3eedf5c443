"""The ways of the command line's parser: errors, help, and what single words may be.

Which commands and options there are is left to kiosk/cli/arguments.
"""

from __future__ import annotations

import argparse
import datetime
import re
import sys
from typing import Any, NoReturn

from db.errors import N_
from kiosk.cli.answers import TypedWrongly
from kiosk.messages import _

LONGEST_WORDS = 400
WORDS_OF_ARGPARSE = (
    N_("usage: "),
    N_("positional arguments"),
    N_("options"),
    N_("show this help message and exit"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("the following arguments are required: %s"),
    N_("unrecognized arguments: %s"),
    N_("not allowed with argument %s"),
    N_("one of the arguments %s is required"),
    N_("expected one argument"),
    N_("ignored explicit argument %r"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
)
"""What argparse says by itself where somebody asks for help or types wrongly."""

# argparse looks its own words up in the language of the system; all else here is said in the
# language that was chosen.
argparse._ = _  # type: ignore[attr-defined]

_HEAD = re.compile(r"[0-9a-f]{8,64}")
_KEY = re.compile(r"[!-~]{1,100}")


class Parser(argparse.ArgumentParser):
    """Says what is wrong by raising TypedWrongly; options can't be shortened, so that a script
    means the same in the next version."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter, **settings
        )

    def error(self, message: str) -> NoReturn:
        raise TypedWrongly(command=self.prog, problem=message)


class Version(argparse.Action):
    """Prints the version of the installed program."""

    def __call__(self, parser: argparse.ArgumentParser, *_anything: object) -> NoReturn:
        from importlib.metadata import PackageNotFoundError, version

        try:
            known = version("market-kiosk")
        except PackageNotFoundError:
            known = _("not installed")
        sys.stdout.write(f"kiosk {known}\n")
        parser.exit()


class Commands:
    """Adds commands to a parser, each with the options that all of them have."""

    def __init__(self, parser: Parser, common: Parser, *, required: bool) -> None:
        self._common = common
        self._added = parser.add_subparsers(
            metavar="COMMAND", required=required, title=_("commands"), parser_class=Parser
        )

    def add(self, name: str, run: str, says: str, example: str, note: str = "") -> Parser:
        """One command. `run` names what it does, `says` is its help, `example` a line to try."""
        epilog = "\n".join([*([note, ""] if note else []), _("For example:"), f"  {example}"])
        parser: Parser = self._added.add_parser(
            name, parents=[self._common], help=says, description=says, epilog=epilog
        )
        parser.set_defaults(run=run)
        return parser

    def group(self, name: str, says: str) -> Commands:
        """A command that has commands of its own."""
        parser: Parser = self._added.add_parser(
            name, parents=[self._common], help=says, description=says
        )
        return Commands(parser, self._common, required=True)


# What single words may be


def number(text: str) -> int:
    """A whole number that fits any key of the books."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise argparse.ArgumentTypeError(_("“{text}” is no whole number").format(text=text))
    return int(text)


def date(text: str) -> datetime.date:
    """A date such as 2026-11-28."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            _("“{text}” is no date such as 2026-11-28").format(text=text)
        ) from None


def words(text: str) -> str:
    """Words of a person, within reason."""
    if len(text) > LONGEST_WORDS:
        raise argparse.ArgumentTypeError(
            _("more than {most} characters").format(most=LONGEST_WORDS)
        )
    return text


def path(text: str) -> str:
    """A name of a file or folder that is none where a script forgot its variable."""
    if not text:
        raise argparse.ArgumentTypeError(_("the name is empty"))
    return text


def visit_key(text: str) -> str:
    """A visit's idempotency key: visible ASCII."""
    if _KEY.fullmatch(text) is None:
        raise argparse.ArgumentTypeError(_("a key has 1 to 100 letters, digits and signs"))
    return text


def head_hash(text: str) -> str:
    """The first digits of a head hash, eight or more, as they stand on a slip."""
    digits = text.strip().lower()
    if _HEAD.fullmatch(digits) is None:
        raise argparse.ArgumentTypeError(
            _("“{text}” is not 8 to 64 of the digits 0 to 9 and a to f").format(text=text)
        )
    return digits


def crew(text: str) -> tuple[str, str]:
    """`Ana:table` as (role, handle), as the books want it."""
    handle, colon, role = (part.strip() for part in text.rpartition(":"))
    if not (handle and colon and role) or len(text) > LONGEST_WORDS // 4:
        raise argparse.ArgumentTypeError(
            _("“{text}” is not HANDLE:ROLE, such as Ana:table").format(text=text)
        )
    return role, handle
