"""The totals of a day and the accounts of the books, as people say them."""

from __future__ import annotations

from db.amounts import format_credits
from db.errors import N_
from kiosk.messages import _
from kiosk.text import safe

PIECES = ("visits", "undone", "slips_in", "slips_out", "difference")

_NAMES = {
    "visits": N_("number of visits"),
    "undone": N_("number of undone visits"),
    "slips_in": N_("number of slips handed in"),
    "slips_out": N_("number of slips handed out"),
    "brought": N_("what was brought"),
    "taken": N_("what was taken"),
    "work": N_("work given"),
    "redeemed": N_("slips handed in"),
    "issued": N_("slips handed out"),
    "solidarity": N_("solidarity"),
    "gifts": N_("gifts"),
    "rounding": N_("rounding"),
    "spoilage": N_("what was spoiled"),
    "voided": N_("slips that were voided"),
    "difference": N_("slips counted beyond those of the books"),
    "date": N_("date"),
    "market": N_("name of the market"),
    "public_key": N_("key of the market"),
    "account goods": N_("account of goods"),
    "account work": N_("account of work"),
    "account slips:outstanding": N_("account of slips that are out"),
    "account solidarity": N_("account of solidarity"),
    "account gifts": N_("account of gifts"),
    "account spoilage": N_("account of spoilage"),
    "account rounding": N_("account of rounding"),
    "account paper": N_("account of slips honoured from paper"),
}


def total_name(name: str) -> str:
    """What a total (`taken`) or an account (`account goods`) is called."""
    return _(_NAMES[name]) if name in _NAMES else safe(name, 60)


def total_value(name: str, value: object) -> str:
    """The value of a total as it is shown: pieces, or hundredths as credits."""
    if isinstance(value, int) and name not in PIECES:
        return format_credits(value)
    return "–" if value is None else safe(value)
