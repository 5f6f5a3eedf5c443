"""What may be typed at the table: a visit, its undoing, and about slips."""

from __future__ import annotations

from kiosk.cli.parser import Commands, date, visit_key, words
from kiosk.messages import _


def add_table(commands: Commands) -> None:
    """Add `visit`, `undo` and `slip`."""
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
