"""What may be typed to begin, to practise, and about the crew and the market day."""

from __future__ import annotations

from kiosk.cli.arguments.key import add_found
from kiosk.cli.parser import Commands, crew, date, number
from kiosk.messages import _


def add_market(commands: Commands) -> None:
    """Add `demo`, `found`, `crew` and `day`."""
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
