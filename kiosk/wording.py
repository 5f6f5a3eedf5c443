"""How the books' ids are said to people: units, categories, dates, lines, entries of the ledger.

Every function speaks the language spoken now. Amounts come in as hundredths, quantities as
thousandths; figures keep a point in every language, because that is how they are typed and printed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from db.amounts import CREDIT, UNIT, format_credits, format_quantity
from db.errors import N_, UnknownSlip
from kiosk.messages import _, language, ngettext
from kiosk.text import safe

if TYPE_CHECKING:
    from db.catalogue import Good
    from db.errors import KioskError
    from db.reports import LedgerRow, Moved
    from db.terms import Handover

UNITS: Mapping[str, Callable[[int], str]] = {
    "kg": lambda _number: _("kg"),
    "l": lambda _number: _("l"),
    "each": lambda _number: _("each"),
    "h": lambda _number: _("h"),
    "pack": lambda number: ngettext("pack", "packs", number),
    "bunch": lambda number: ngettext("bunch", "bunches", number),
    "jar": lambda number: ngettext("jar", "jars", number),
    "portion": lambda number: ngettext("portion", "portions", number),
    "km": lambda _number: _("km"),
}
"""How a unit is called beside a number of it: a measure is the same for one and for many."""

CATEGORIES = {
    "produce": N_("fruit and vegetables"),
    "staples": N_("staples"),
    "bakery": N_("bakery"),
    "dairy": N_("dairy and eggs"),
    "baby": N_("baby"),
    "hygiene": N_("hygiene"),
    "household": N_("household"),
    "clothes": N_("clothes and shoes"),
    "culture": N_("books and toys"),
    "tools": N_("tools"),
    "garden": N_("plants and seeds"),
    "meals": N_("meals"),
    "repairs": N_("repairs"),
    "care": N_("care"),
    "rides": N_("rides"),
    "advice": N_("advice"),
    "lessons": N_("lessons"),
}
DIRECTIONS = {
    "brought": N_("in"),
    "work": N_("in"),
    "taken": N_("out"),
    "received": N_("out"),
    "spoiled": N_("spoiled"),
    "found": N_("found"),
    "missing": N_("missing"),
}
ENTRIES = {
    "found": N_("market founded"),
    "goods": N_("catalogue"),
    "rate": N_("rate"),
    "rules": N_("rules"),
    "key": N_("new key"),
    "open": N_("day opened"),
    "seal": N_("day closed and sealed"),
    "visit": N_("visit"),
    "reversal": N_("undone"),
    "void": N_("slip voided"),
    "reissue": N_("slip reissued"),
    "spoilage": N_("spoiled"),
    "count": N_("shelf counted"),
    "lost": N_("books lost"),
    "paper": N_("slip honoured from paper"),
}
VERDICTS = {
    "good": N_("GOOD"),
    "spent": N_("SPENT"),
    "expired": N_("EXPIRED"),
    "void": N_("VOID"),
    "practice": N_("PRACTICE"),
    "foreign": N_("ANOTHER MARKET'S"),
    "unknown": N_("NOT ONE OF OURS"),
    "forged": N_("FORGED"),
}
_LETTERS_SHOWN = 24
_ANY_SIZE = 24  # dots; which letters a font has does not depend on it
_DAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_MONTHS = (
    N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
)  # fmt: skip


def unit(id: str, number: int = 1) -> str:
    """A unit as people say it: `each`, `kg`, `jar`; `jars` beside a `number` that is not one."""
    said = UNITS.get(id)
    return said(number) if said is not None else id


def category(id: str) -> str:
    """A category of goods as people say it."""
    return _(CATEGORIES.get(id, id))


def verdict_word(word: str, error: KioskError | None) -> str:
    """A verdict on a slip in one large word; `error` is its sentence, where it has one."""
    if isinstance(error, UnknownSlip):  # which says that our market signed it
        return _("NOT IN OUR BOOKS")
    return _(VERDICTS[word])


def honoured_from_paper() -> str:
    """What is said of a good slip that the books don't hold."""
    return _("Books were lost, and this slip with them: it is honoured from paper, once.")


def good_name(good: Good) -> str:
    """A good's name in the language spoken now, safe to show."""
    return safe(good.name(language()), 60)


def credits(hundredths: int) -> str:
    """`1 credit`, `7 credits`, `1.5 credits`."""
    return ngettext("{amount} credit", "{amount} credits", 1 if hundredths == CREDIT else 2).format(
        amount=format_credits(hundredths)
    )


def slips(number: int) -> str:
    """`1 slip`, `7 slips`."""
    return ngettext("{number} slip", "{number} slips", number).format(number=number)


def visits(number: int) -> str:
    """`1 visit`, `27 visits`."""
    return ngettext("{number} visit", "{number} visits", number).format(number=number)


def short_date(on: date) -> str:
    """`Sat 28 Nov`."""
    day, month = _(_DAYS[on.weekday()]), _(_MONTHS[on.month - 1])
    return f"{day} {on.day} {month}"


def day_and_month(on: date) -> str:
    """`28 Nov`."""
    month = _(_MONTHS[on.month - 1])
    return f"{on.day} {month}"


def long_date(on: date) -> str:
    """`28 Nov 2026`."""
    month = _(_MONTHS[on.month - 1])
    return f"{on.day} {month} {on.year}"


def share(part: int, whole: int) -> str:
    """`12.5 %`, to a tenth; `0 %` of nothing."""
    permille = max(0, (2000 * part + whole) // (2 * whole)) if whole > 0 else 0
    return f"{format_credits(10 * permille)} %"


def clock(at: datetime) -> str:
    """`10:42`."""
    return f"{at:%H:%M}"


def age(milliseconds: int) -> str:
    """How long ago something was, in the unit that fits."""
    minutes = max(0, milliseconds) // 60_000
    hours, days = minutes // 60, minutes // (24 * 60)
    if minutes < 1:
        return _("just now")
    if hours < 1:
        return _("{number} min ago").format(number=minutes)
    if days < 1:
        return _("{number} h ago").format(number=hours)
    return ngettext("{number} day ago", "{number} days ago", days).format(number=days)


def quantity(thousandths: int, good: Good | None) -> str:
    """`3 kg`, `1 jar`, `0.5 jars`, `1` for what is counted by the piece."""
    return amount(thousandths, good.unit if good is not None else "each")


def amount(thousandths: int, unit_id: str) -> str:
    """The same, by the id of the unit; without its sign."""
    number = format_quantity(abs(thousandths))
    if unit_id == "each":
        return number
    counted = unit(unit_id, 1 if abs(thousandths) == UNIT else 2)
    return f"{number} {counted}"


def moved(one: Moved, goods: Mapping[str, Good]) -> str:
    """`3 kg tomatoes`."""
    good = goods.get(one.good)
    name = good_name(good) if good else safe(one.good, 40)
    return f"{quantity(one.quantity, good)} {name}"


def entry_title(row: LedgerRow) -> str:
    """`visit 28`, `visit 27 undone`, `day opened`."""
    if row.kind == "visit":
        title = _("visit {visit}").format(visit=row.visit)
        return _("{title} (undone)").format(title=title) if row.undone else title
    if row.kind == "reversal":
        return _("visit {visit} undone").format(visit=row.visit)
    return _(ENTRIES.get(row.kind, row.kind))


def entry_text(row: LedgerRow, goods: Mapping[str, Good]) -> str:
    """What an entry of the ledger says, in one line without its title."""
    return " · ".join(text for text, _look in entry_parts(row, goods))


def entry_parts(row: LedgerRow, goods: Mapping[str, Good]) -> list[tuple[str, str]]:
    """The parts of an entry's text, each with how it looks: `into`, `outof` or nothing."""
    if row.kind == "reversal":
        return [(_("everything of it was taken back"), "")]
    parts = []
    for label, look, directions in (
        (_("in"), "into", ("brought", "work")),
        (_("out"), "outof", ("taken", "received")),
        (_("spoiled"), "", ("spoiled",)),
        (_("missing"), "", ("missing",)),
        (_("found"), "", ("found",)),
    ):
        lines = [moved(one, goods) for one in row.moved if one.direction in directions]
        if lines and row.kind == "spoilage":  # its title says so
            parts.append((", ".join(lines), look))
        elif lines:
            parts.append((f"{label} {', '.join(lines)}", look))
    for sentence, amount in (
        (_("slips {amount}"), _sum(row.slips_in)),
        (_("handed out {amount}"), _sum(row.slips_out)),
        (_("solidarity {amount}"), _sum((row.solidarity,))),
        (_("gift {amount}"), _sum((row.gift,))),
        (_("of lost books {amount}"), _sum((row.honoured,))),
    ):
        if amount not in ("", "0"):
            parts.append((sentence.format(amount=amount), ""))
    if row.last_good is not None:
        words = _("the old key was stolen after {date}")
        parts.append((words.format(date=long_date(row.last_good)), ""))
    if row.words:
        parts.append((safe(row.words), ""))
    return parts


def _sum(amounts: tuple[int, ...]) -> str:
    return " + ".join(format_credits(amount) for amount in amounts)


def new_key(made: Handover) -> list[str]:
    """What a new key of the market means, in sentences."""
    lines = [
        _("The market has a new key. It signs every slip and every seal from now on."),
        _("Slips of before stay good."),
    ]
    if made.last_good is not None:
        lines[1] = _(
            "A slip of the stolen key is good where the ledger handed it out, whatever its date. One "
            "that the ledger does not know is forged: a thief can date back, but not write the ledger."
        )
    if made.signature:
        lines.append(
            _(
                "The old key signed that the new one follows it, and was overwritten on this machine."
            )
        )
    else:
        lines.append(
            _("The old key signed nothing, so only the card shows that the new one is the market's. "
              "Typed codes of earlier slips are not found any more: scan them.")
        )  # fmt: skip
    lines.append(
        _("Copies of the old key stay in earlier backups and in the shares of stewards: make new ones. "
          "Hang up the new card.")
    )  # fmt: skip
    return lines


def printer_state(readiness: str, why: str = "") -> str:
    """How a printer is, in a sentence; safe text."""
    if why:
        return _("It needs help: {why}.").format(why=safe(why))
    if readiness == "ready":
        return _("It answers, and it is ready.")
    return _("It says nothing of itself: whether paper comes, only you can see.")


def printer_warning(kind: str) -> str:
    """What whoever chooses a kind of printer should know; empty where there is nothing."""
    if kind != "cups":
        return ""
    return _(
        "CUPS keeps a copy of each page for a day, and a copy of a slip can be spent. “{command}” "
        "makes it keep none."
    ).format(command="sudo cupsctl PreserveJobFiles=No PreserveJobHistory=No")


def test_slip_meanings() -> list[str]:
    """What it means where a part of the test slip did not come out right."""
    return [
        _("1 An edge line is missing: narrower paper, or put the roll in straight."),
        _("2 The line has gaps: clean the print head with alcohol."),
        _("3 The field is grey or striped: raise the density, or clean the head."),
        _("4 It does not scan though 1 to 3 are right: print slower, or other paper."),
    ]


def lost_on_paper(names: Sequence[str]) -> str:
    """What to say where no font of this machine has all letters of what will stand on slips and
    cards; empty where all is well. The first name with such letters is the example."""
    from kiosk.machine.fonts import replaced, set_in

    lost = next((name for name in names if replaced(name)), "")
    if not lost:
        return ""
    return _(
        "No font on this computer has these letters: {letters}. “{name}” is printed as “{shown}”. "
        "To change that, install a font that has them, such as DejaVu Sans or Noto."
    ).format(
        letters=safe(replaced(" ".join(names)), _LETTERS_SHOWN),
        name=safe(lost),
        shown=safe(set_in(lost, _ANY_SIZE)[1]),
    )
