"""One entry of the ledger in full: every line with its rate, the slips, the words, the hash."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from db.amounts import format_credits
from db.catalogue import Good
from db.reports import LedgerRow, Moved
from kiosk.messages import _, ngettext
from kiosk.screens.card import Card
from kiosk.text import safe
from kiosk.widgets.row_list import column
from kiosk.wording import DIRECTIONS, clock, credits, entry_title, good_name, long_date, quantity

HASH_SHOWN = 8
WORDS_SHOWN = 2_000

_WORD, _QUANTITY, _NAME, _RATE, _CREDITS = 9, 14, 21, 10, 8
_INTO = ("brought", "work")
_OUT_OF = ("taken", "received")


class EntryCard(Card):
    """The card of an entry; `hash_` in hex."""

    def __init__(self, row: LedgerRow, goods: Mapping[str, Good], hash_: str) -> None:
        super().__init__(_title(row), entry_lines(row, goods, hash_))


def _title(row: LedgerRow) -> str:
    when = f"{long_date(row.at.date())} {clock(row.at)}"
    day = [_("day {number}").format(number=row.day)] if row.day else []
    return " · ".join([entry_title(row), *day, when])


def entry_lines(row: LedgerRow, goods: Mapping[str, Good], hash_: str) -> list[Content | str]:
    """All that an entry says, a line each."""
    lines: list[Content | str] = []
    if row.kind == "reversal":
        lines += [
            _(
                "Everything of it was taken back: its slip is void, the slips handed in are good again."
            ),
            "",
        ]
    lines += [_moved(one, goods.get(one.good)) for one in row.moved]
    if row.moved:
        lines.append("")
    for label, amounts in (
        (_("slips in"), row.slips_in),
        (_("slips out"), row.slips_out),
        (_("solidarity"), (row.solidarity,) if row.solidarity else ()),
        (_("gift"), (row.gift,) if row.gift else ()),
        (_("from paper"), (row.honoured,) if row.honoured else ()),
    ):
        if amounts:
            lines.append(_fact(label, " + ".join(credits(amount) for amount in amounts)))
    if row.words:
        lines.append(_fact(_("words"), safe(row.words, WORDS_SHOWN)))
    if row.undone:
        lines.append(_fact(_("undone"), _("a later entry takes all of it back")))
    number = ngettext("entry {number}", "entry {number}", row.seq).format(number=row.seq)
    lines.append(Content.assemble((f"{number} · {hash_[:HASH_SHOWN]}", "$quiet")))
    return lines


def _fact(label: str, fact: str) -> Content:
    return Content.assemble((column(label, _WORD + 3), "$quiet"), fact)


def _moved(one: Moved, good: Good | None) -> Content:
    look = "$into" if one.direction in _INTO else "$outof" if one.direction in _OUT_OF else ""
    name = good_name(good) if good is not None else safe(one.good, 40)
    return Content.assemble(
        (column(_(DIRECTIONS.get(one.direction, one.direction)), _WORD), look),
        column(quantity(one.quantity, good), _QUANTITY),
        (column(name, _NAME), "bold"),
        (column(_("at {rate}").format(rate=format_credits(one.rate)), _RATE, right=True), "$quiet"),
        column(format_credits(abs(one.credits)), _CREDITS, right=True),
    )
