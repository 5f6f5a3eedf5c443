"""What the columns of a day's CSV files mean: types, units, keys. Their order is that of the files."""

from __future__ import annotations

from db.errors import N_
from kiosk.exports.resources import Field, ForeignKey, Resource

_CSV = "text/csv"
_DAY = Field("day", "integer", N_("Number of the market day of this kiosk."))
_ENTRY = Field("entry", "integer", N_("Number of the entry in the journal of this kiosk."))
_KIND = Field(
    "kind", "string",
    N_("What the entry is: a visit, a reversal (of a visit that was undone), a void or reissue of a "
       "slip, a slip that is honoured from paper, spoilage, a count of the shelf."),
)  # fmt: skip
_VISIT = Field(
    "visit", "integer", N_("Number of the visit in its day, where the entry is of one."),
    required=False,
)  # fmt: skip
_OF_A_VISIT = ForeignKey("visit", "visits.csv", "visit")

VISITS = Resource(
    "visits.csv", _CSV,
    N_("Every visit of the day, and what it came to."),
    (
        _DAY,
        Field("visit", "integer", N_("Number of the visit in its day, from 1.")),
        Field("state", "string", N_("Whether the visit stands or was undone."),
              choices=("booked", "undone")),
        Field("brings_back_visit", "integer",
              N_("Number of the undone visit that this one repeats."), required=False),
        Field("slips_in", "integer", N_("Slips handed in, in pieces.")),
        Field("slips_out", "integer", N_("Slips handed out, in pieces.")),
        Field("brought_credits", "number", N_("What was brought, in credits.")),
        Field("taken_credits", "number", N_("What was taken, in credits.")),
        Field("work_credits", "number", N_("Hours given, in credits.")),
        Field("redeemed_credits", "number", N_("Slips handed in, in credits.")),
        Field("issued_credits", "number", N_("Slips handed out, in credits.")),
        Field("solidarity_credits", "number",
              N_("What solidarity carried, in credits; negative where it was paid back.")),
        Field("gifts_credits", "number", N_("What was given without a slip, in credits.")),
        Field("rounding_credits", "number",
              N_("What rounding up gave, in credits; negative where it was rounded down.")),
    ),
    ("visit",),
    (ForeignKey("brings_back_visit", "visits.csv", "visit"),),
)  # fmt: skip

LINES = Resource(
    "lines.csv", _CSV,
    N_("Every good and every hour that was moved; what was undone stands here twice, once with each "
       "sign."),
    (
        _DAY,
        _ENTRY,
        _KIND,
        _VISIT,
        Field("good", "string", N_("The good or the service, by the name that never changes.")),
        Field("name", "string", N_("Its name at that moment, in the language of the market."),
              required=False),
        Field("direction", "string", N_("Where it went."),
              choices=("brought", "taken", "work", "received", "spoiled", "found", "missing")),
        Field("quantity", "number",
              N_("How much, in the unit beside it; negative where the market has less of it.")),
        Field("unit", "string", N_("The unit of the quantity."), required=False),
        Field("rate_credits_per_unit", "number", N_("The rate then, in credits for one unit.")),
        Field("amount_credits", "number",
              N_("What it is worth, in credits, with the sign of the quantity.")),
    ),
    foreign_keys=(_OF_A_VISIT,),
)  # fmt: skip

SLIPS = Resource(
    "slips.csv", _CSV,
    N_("What became of slips, by their references, with which nobody can spend one."),
    (
        _DAY,
        _ENTRY,
        _KIND,
        _VISIT,
        Field("change", "string",
              N_("What happened to the slip; reissued is one that ended for a new one, restored one "
                 "that is good again, honoured one that lost books had issued."),
              choices=("issued", "redeemed", "voided", "reissued", "restored", "honoured")),
        Field("reference", "string", N_("The reference of the slip: 16 bytes in hexadecimal."),
              pattern="[0-9a-f]{32}"),
        Field("amount_credits", "number", N_("The amount of the slip, in credits.")),
        Field("expires_on", "string",
              N_("The date of its expiry or never, where it is issued or honoured."),
              required=False, pattern="never|[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    ),
    ("entry", "reference"),
    (_OF_A_VISIT,),
)  # fmt: skip

POSTINGS = Resource(
    "postings.csv", _CSV,
    N_("Every posting to an account; those of one entry add up to zero."),
    (
        _DAY,
        _ENTRY,
        _KIND,
        _VISIT,
        Field("account", "string", N_("The account of the books.")),
        Field("amount_credits", "number", N_("What it gains, in credits; negative what it loses.")),
    ),
    foreign_keys=(_OF_A_VISIT,),
)  # fmt: skip

STOCK = Resource(
    "stock.csv", _CSV,
    N_("What the day left of every good."),
    (
        Field("good", "string", N_("The good or the service, by the name that never changes.")),
        Field("name", "string", N_("Its name at the end of the day, in the language of the market."),
              required=False),
        Field("category", "string", N_("What kind of good it is."), required=False),
        Field("quantity", "number", N_("How much is left, in the unit beside it.")),
        Field("unit", "string", N_("The unit of the quantity."), required=False),
    ),
    ("good",),
)  # fmt: skip

TOTALS = Resource(
    "totals.csv", _CSV,
    N_("The day as a whole: what the seal says of it, and who was at the table by role."),
    (
        Field("name", "string", N_("What is said.")),
        Field("value", "string", N_("What it is: a number, a date or words."), required=False),
        Field("unit", "string", N_("The unit of the value, where it has one."), required=False),
    ),
    ("name",),
)  # fmt: skip

RESOURCES = (VISITS, LINES, SLIPS, POSTINGS, STOCK, TOTALS)
