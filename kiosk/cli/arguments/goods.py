"""What may be typed about goods, their rates and the shelf, and about the assembly's rules."""

from __future__ import annotations

from kiosk.cli.parser import Commands, number, path, words
from kiosk.messages import _


def add_goods(commands: Commands) -> None:
    """Add `goods`."""
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


def add_rules(commands: Commands) -> None:
    """Add `rules`."""
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
