"""A market day as a page for the wall and for a phone: `wall.html`, one file, no script, no network.

Everybody may read it, so it carries the market day and never the time, and of the crew how many
there were and no handle. It speaks the market's language. Here is what the page says; how it looks
is in wall_page.html. The same books give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.amounts import format_credits
from db.errors import N_
from kiosk import wording
from kiosk.exports.extract import Extract, Modules
from kiosk.exports.resources import Resource
from kiosk.exports.rows import Moved
from kiosk.messages import LANGUAGES, _, language, ngettext, speaking
from kiosk.text import safe

if TYPE_CHECKING:
    from jinja2 import Template

PAGE_FILE = "wall.html"
RESOURCES = (
    Resource(PAGE_FILE, "text/html", N_("The day as a page for the wall and for phones.")),
)
PASSES = 0
"""It reads no entries, but sums of them."""

TEMPLATE = Path(__file__).with_suffix(".html")

DAYS_SHOWN = 26
"""Market days in the picture of what circulates: half a year of weeks."""

FEWEST_DAYS = 3
"""Below this many a picture says less than its sentence."""

_INTO = ("brought", "work")
_OUT_OF = ("taken", "received")
_NAME_LENGTH = 60
_QUIET_ZONE = 4
_FULL = 100
"""What the longest bar of a picture measures, in its own units."""


@dataclass(slots=True)
class Good:
    """A good on the page: amounts in words, worth in hundredths."""

    name: str
    came: str = ""
    went: str = ""
    came_credits: int = 0
    went_credits: int = 0


@dataclass(slots=True)
class Category:
    """A category on the page: its sums in words, and as shares of the longest bar."""

    id: str
    goods: list[Good] = field(default_factory=list)
    came_share: int = 0
    went_share: int = 0

    @property
    def name(self) -> str:
        """What people call it."""
        return safe(wording.category(self.id), _NAME_LENGTH)

    @property
    def came_credits(self) -> int:
        """Hundredths that were brought or given."""
        return sum(one.came_credits for one in self.goods)

    @property
    def went_credits(self) -> int:
        """Hundredths that were taken or had."""
        return sum(one.went_credits for one in self.goods)

    @property
    def came(self) -> str:
        """The same, in credits."""
        return format_credits(self.came_credits)

    @property
    def went(self) -> str:
        """The same, in credits."""
        return format_credits(self.went_credits)


def write(extract: Extract, folder: Path) -> None:
    """Write the page of a day into `folder`. Raises OSError."""
    with speaking(extract.market.language):
        page = _template().render(_page(extract))
    (folder / PAGE_FILE).write_bytes(page.encode())


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATE.parent), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template(TEMPLATE.name)


def _page(extract: Extract) -> dict[str, Any]:
    """Everything that the page says, in words."""
    moved = list(extract.moved())
    statement = extract.statement
    return {
        # A market may be in a language that the program does not speak: then the words are English.
        "language": language() if language() in LANGUAGES else "en",
        "stamps": _stamps(extract),
        "market": safe(extract.market.name),
        "place": safe(extract.market.place),
        "day": _day(extract),
        "lead": _lead(extract),
        "figures": _figures(statement["totals"], moved),
        "words": _words(),
        "categories": _categories(moved),
        **_solidarity(statement),
        "slips": _slips(statement),
        "circulation": _circulation(extract),
        "differences": _differences(statement, moved),
        **_seal(extract),
        "footer": [
            _("A credit is not money. It says that somebody took part; nobody can save it up to own "
              "what belongs to all."),
            _("No neighbour is named here, and nobody can spend a slip by reading it."),
        ],
    }  # fmt: skip


def _words() -> dict[str, str]:
    return {
        "moved": _("What came and what went"),
        "nothing_moved": _("Nothing was brought and nothing was taken."),
        "by_category": _("By category, in credits"),
        "good_by_good": _("Good by good"),
        "category": _("category"),
        "came": _("came in"),
        "went": _("went out"),
        "solidarity": _("Solidarity"),
        "slips": _("Slips"),
        "differences": _("Differences"),
        "nothing_changed": _("Differences are booked where all can see them. Nothing in the ledger "
                             "is ever changed."),
        "seal": _("The seal"),
        "how_to_check": _("How to check this page"),
        "code": _("The seal, to scan"),
        "head": _("Ledger"),
        "key": _("Public key"),
        "signature": _("Signature"),
    }  # fmt: skip


def _stamps(extract: Extract) -> list[dict[str, str]]:
    stamps = []
    if extract.market.practice:
        says = _("This market is for practice: its slips are worth nothing.")
        stamps.append({"word": _("PRACTICE"), "says": says})
    if extract.interim:
        says = _("The day is still open: these figures change, and no seal stands under them yet.")
        stamps.append({"word": _("INTERIM"), "says": says})
    return stamps


def _day(extract: Extract) -> str:
    on = date.fromisoformat(extract.statement["date"])
    return _("market day {day} · {date}").format(
        day=extract.number, date=f"{wording.short_date(on)} {on.year}"
    )


def _lead(extract: Extract) -> str:
    totals, crew = extract.statement["totals"], len(extract.roles)
    words = _("{visits}: {came} credits came in as goods and work, {went} went out again.")
    sentences = [
        words.format(
            visits=wording.visits(totals["visits"]),
            came=format_credits(totals["brought"] + totals["work"]),
            went=format_credits(totals["taken"]),
        )
        if totals["visits"]
        else _("A quiet day: no visit was booked.")
    ]
    if crew:
        words = ngettext("{number} person kept the table.", "{number} people kept the table.", crew)
        sentences.append(words.format(number=crew))
    return " ".join(sentences)


def _figures(totals: dict[str, int], moved: Sequence[Moved]) -> list[dict[str, str]]:
    hours = sum(one.quantity for one in moved if one.direction == "work" and one.unit == "h")
    figures = [
        (_("credits brought"), format_credits(totals["brought"]), "in"),
        (_("hours given"), wording.amount(hours, "each"), "in"),
        (_("credits taken"), format_credits(totals["taken"]), "out"),
        (_("credits of solidarity"), format_credits(totals["solidarity"]), "warm"),
    ]
    return [{"label": label, "value": value, "look": look} for label, value, look in figures]


def _categories(moved: Sequence[Moved]) -> list[Category]:
    """What came and went, category by category, in the order of the catalogue."""
    goods: dict[str, Good] = {}
    categories: dict[str, Category] = {}
    for one in moved:
        if one.direction not in _INTO + _OUT_OF or not one.quantity:
            continue
        category = categories.setdefault(one.category, Category(one.category))
        good = goods.get(one.good)
        if good is None:
            good = goods[one.good] = Good(safe(one.name, _NAME_LENGTH))
            category.goods.append(good)
        if one.direction in _INTO:
            good.came, good.came_credits = wording.amount(one.quantity, one.unit), one.credits
        else:
            good.went, good.went_credits = wording.amount(one.quantity, one.unit), -one.credits
    known = list(wording.CATEGORIES)
    places = {id: place for place, id in enumerate(known)}
    ordered = sorted(categories.values(), key=lambda one: (places.get(one.id, len(known)), one.id))
    most = max((max(one.came_credits, one.went_credits) for one in ordered), default=0)
    for category in ordered:
        category.came_share = _share(category.came_credits, most)
        category.went_share = _share(category.went_credits, most)
        category.goods.sort(key=lambda good: -good.came_credits - good.went_credits)
    return ordered


def _share(amount: int, most: int, full: int = _FULL) -> int:
    """How long a bar is where `most` has the full length: whatever is more than nothing is seen."""
    if amount <= 0 or most <= 0:
        return 0
    return max(1, min(full, (2 * amount * full + most) // (2 * most)))


def _solidarity(statement: dict[str, Any]) -> dict[str, Any]:
    totals, balances = statement["totals"], statement["balances"]
    covered, taken = totals["solidarity"], totals["taken"]
    sentences = [_("Nobody is turned away. What a slip does not cover, the market carries together, "
                   "and says so openly.")]  # fmt: skip
    if covered > 0:
        words = _("This day it carried {amount}.")
        sentences.append(words.format(amount=wording.credits(covered)))
    elif covered < 0:
        words = _("This day neighbours gave {amount} more back to it than they needed of it.")
        sentences.append(words.format(amount=wording.credits(-covered)))
    else:
        sentences.append(_("This day nobody needed it."))
    if totals["gifts"] > 0:
        words = _("Neighbours gave {amount} as gifts and wanted no slip for it. Thank you.")
        sentences.append(words.format(amount=wording.credits(totals["gifts"])))
    if (since := balances.get("solidarity", 0)) > 0:
        words = _("Since the market was founded, solidarity has carried {amount}.")
        sentences.append(words.format(amount=wording.credits(since)))
    said = _("{share} of what was taken").format(share=wording.share(covered, taken))
    return {
        "solidarity": sentences,
        "solidarity_share": _share(covered, taken, 1000),
        "solidarity_words": said,
    }


def _slips(statement: dict[str, Any]) -> list[tuple[str, str]]:
    totals = statement["totals"]
    rows = [
        (_("handed out this day"), _slip_sum(totals["slips_out"], totals["issued"])),
        (_("handed in this day"), _slip_sum(totals["slips_in"], totals["redeemed"])),
    ]
    if totals["voided"]:
        rows.append((_("declared void"), wording.credits(totals["voided"])))
    if since := statement["balances"].get("paper", 0):
        rows.append((_("of lost books, honoured from paper in all"), wording.credits(since)))
    out = -statement["balances"].get("slips:outstanding", 0)
    rows.append((_("in circulation, in people's pockets"), wording.credits(out)))
    return rows


def _slip_sum(pieces: int, credits: int) -> str:
    return f"{wording.slips(pieces)} · {wording.credits(credits)}"


def _circulation(extract: Extract) -> dict[str, Any] | None:
    days = extract.circulation(DAYS_SHOWN)
    if len(days) < FEWEST_DAYS:
        return None
    most = max(one.credits for one in days)
    bars = [(10 * place + 1, _share(one.credits, most)) for place, one in enumerate(days)]
    said = _("Credits in circulation at the end of each of the last {number} market days: from "
             "{first} to {last}, at most {most}.")  # fmt: skip
    ends = [wording.long_date(date.fromisoformat(one.date)) for one in (days[0], days[-1])]
    return {
        "bars": bars,
        "width": 10 * len(days),
        "first": ends[0],
        "last": ends[1],
        "says": said.format(
            number=len(days),
            first=format_credits(days[0].credits),
            last=format_credits(days[-1].credits),
            most=format_credits(most),
        ),
    }


def _differences(statement: dict[str, Any], moved: Sequence[Moved]) -> list[tuple[str, str]]:
    totals, counted = statement["totals"], statement["counted"]
    if counted is None:
        rows = [(_("paper slips in the box"), _("not counted"))]
    else:
        words = _("{counted} counted, {expected} in the books")
        said = words.format(counted=counted, expected=totals["slips_in"])
        rows = [(_("paper slips in the box"), said)]
    if totals["undone"]:
        rows.append((_("visits that were undone"), str(totals["undone"])))
    if totals["rounding"]:
        rows.append((_("rounding"), _signed(totals["rounding"])))
    for direction, words in (
        ("spoiled", _("{good}: composted or broken")),
        ("missing", _("{good}: missing at the count")),
        ("found", _("{good}: more than expected at the count")),
    ):
        for one in moved:
            if one.direction == direction and one.quantity:
                label = words.format(good=safe(one.name, _NAME_LENGTH))
                rows.append((label, wording.amount(one.quantity, one.unit)))
    return rows


def _signed(hundredths: int) -> str:
    sign = "+" if hundredths > 0 else ""
    return f"{sign}{wording.credits(hundredths)}"


def _seal(extract: Extract) -> dict[str, Any]:
    head = _groups(extract.statement["head"])
    known = {"head": head, "key": _groups(extract.public_key.hex())}
    if extract.seal is None:
        says = _("When the day is closed, the market signs it, and a seal takes the place of these "
                 "words. Until then this is where the ledger stands.")  # fmt: skip
        return {**known, "seal": [says], "checks": [], "signature": [], "code": None}
    says = _("The day is closed and sealed. The market signed its totals and the last line of its "
             "ledger, so that nobody can change them unseen, not even the market itself.")  # fmt: skip
    checks = [
        _("With your eyes: “{ledger}” must stand on the closing slip that hangs beside this page, "
          "too.").format(ledger=_("ledger {head}").format(head=head[0])),
        _("With your phone: scan the code here and the one on the closing slip. Both must say the "
          "same."),
        _("With any computer: ask the table for the folder of this day and let “kiosk verify” count "
          "everything again. You need not trust this program: the folder's seal.json, SHA-256 and "
          "Ed25519 are enough to write a check of your own."),
    ]  # fmt: skip
    code = None if extract.draw_seal is None else _code(extract.draw_seal(extract.seal))
    signature = _groups(extract.seal.signature.hex())
    return {**known, "seal": [says], "checks": checks, "signature": signature, "code": code}


def _groups(digits: str) -> list[str]:
    """Hex digits in groups that an eye can compare."""
    return [digits[at : at + 8] for at in range(0, len(digits), 8)]


def _code(modules: Modules) -> dict[str, Any]:
    """A QR as the outline of its dark modules, each run of a row as one rectangle."""
    runs = []
    for y, row in enumerate(modules, start=_QUIET_ZONE):
        x = 0
        while x < len(row):
            length = 1
            while x + length < len(row) and row[x + length] == row[x]:
                length += 1
            if row[x]:
                runs.append(f"M{x + _QUIET_ZONE} {y}h{length}v1h-{length}z")
            x += length
    return {"side": len(modules) + 2 * _QUIET_ZONE, "path": "".join(runs)}
