"""The tables, as peewee sees them. The schema itself is made by db/migrations.

Models are not bound to a database: a query is executed on the `Books` that it is given
(db/connection.py), because a replay or a merge has two sets of books open at once.

Keys. A kiosk's id is a number of 20 bits, shown as four base32 symbols. An entry's key is
`kiosk << 32 | seq`, a line's (posting, movement) `entry << 8 | line`, a day's `kiosk << 32 | number`.
They are the same in every copy of the books, they sort in the order of the journal, and each table
is one B-tree that grows at its end.

Journal: Entry, Posting, Movement. Projections of it: Balance, Market, SigningKey, Rule, Decision,
Good, Barcode, Rate, Stock, Day, Flow, Turnover, Visit, Slip, Lost, Paper. Of this machine alone,
outside journal and replay: Local, Crew, Job, Secret, CodeTry.
"""

from __future__ import annotations

from functools import cache

from peewee import BlobField, CompositeKey, IntegerField, Model, TextField

from db.terms import SYMBOLS

LINES_PER_ENTRY = 256
LAST_SEQ = 0xFFFF_FFFF
"""Entries that the journal of a kiosk can hold, and days that it can number."""


class Table(Model):
    """Base: strict tables named as their class in lower case."""

    class Meta:
        legacy_table_names = False
        strict_tables = True


class Entry(Table):
    id = IntegerField(primary_key=True)
    kiosk = TextField()
    seq = IntegerField()
    recorded_at = IntegerField()
    """Milliseconds since 1970, UTC."""
    day = IntegerField()
    """Number of the kiosk's market day; 0 before the first one and between days."""
    kind = TextField()
    body = BlobField()
    prev_hash = BlobField()
    hash = BlobField()


class Posting(Table):
    id = IntegerField(primary_key=True)
    entry = IntegerField()
    account = TextField()
    credits = IntegerField()


class Movement(Table):
    """Goods and hours in an entry. `quantity` and `credits` are signed as they change the account:
    brought, work and found are positive; taken and spoiled negative; a reversal negates."""

    id = IntegerField(primary_key=True)
    entry = IntegerField()
    good = TextField()
    direction = TextField()
    quantity = IntegerField()
    rate = IntegerField()
    credits = IntegerField()


class Balance(Table):
    account = TextField(primary_key=True)
    credits = IntegerField()

    class Meta:
        without_rowid = True


class Market(Table):
    id = IntegerField(primary_key=True)
    name = TextField()
    place = TextField()
    language = TextField()
    public_key = BlobField()
    practice = IntegerField()


class SigningKey(Table):
    """A public key of the market: in force from the entry `since` on; `last_good` is the last day, as
    days since 2020-01-01, on which a key that was stolen was the market's alone."""

    public = BlobField(primary_key=True)
    since = IntegerField()
    last_good = IntegerField(null=True)

    class Meta:
        without_rowid = True


class Rule(Table):
    name = TextField(primary_key=True)
    value = IntegerField()
    entry = IntegerField()

    class Meta:
        without_rowid = True


class Decision(Table):
    entry = IntegerField(primary_key=True)
    words = TextField()


class Good(Table):
    id = TextField(primary_key=True)
    number = IntegerField()
    category = TextField()
    kind = TextField()
    unit = TextField()
    rate = IntegerField()
    names = TextField()
    others = TextField()
    retired = IntegerField()

    class Meta:
        without_rowid = True


class Barcode(Table):
    code = TextField(primary_key=True)
    good = TextField()

    class Meta:
        without_rowid = True


class Rate(Table):
    good = TextField()
    entry = IntegerField()
    credits = IntegerField()

    class Meta:
        primary_key = CompositeKey("good", "entry")
        without_rowid = True


class Stock(Table):
    """What the last seal left on the shelves; the open day's movements come on top (db/sums.py)."""

    good = TextField(primary_key=True)
    quantity = IntegerField()

    class Meta:
        without_rowid = True


class Day(Table):
    """A market day with its running totals, in hundredths and as shown: all but rounding positive."""

    id = IntegerField(primary_key=True)
    kiosk = TextField()
    number = IntegerField()
    date = TextField()
    crew = TextField()
    opened_in = IntegerField()
    sealed_in = IntegerField(null=True)
    counted = IntegerField(null=True)
    visits = IntegerField()
    undone = IntegerField()
    slips_in = IntegerField()
    slips_out = IntegerField()
    brought = IntegerField()
    taken = IntegerField()
    work = IntegerField()
    redeemed = IntegerField()
    issued = IntegerField()
    solidarity = IntegerField()
    gifts = IntegerField()
    rounding = IntegerField()
    spoilage = IntegerField()
    voided = IntegerField()


class Flow(Table):
    """What a sealed day moved of a good, as `GoodTotal` in db/reports.py has it: thousandths and
    hundredths, all positive but `found`; of a service `brought` was given and `taken` was had."""

    day = IntegerField()
    good = TextField()
    brought = IntegerField()
    brought_credits = IntegerField()
    taken = IntegerField()
    taken_credits = IntegerField()
    spoiled = IntegerField()
    found = IntegerField()

    class Meta:
        primary_key = CompositeKey("day", "good")
        without_rowid = True


class Turnover(Table):
    """What a sealed day brought and took of a category, in positive hundredths, services among it;
    `hours` of work given, in thousandths."""

    day = IntegerField()
    category = TextField()
    brought = IntegerField()
    taken = IntegerField()
    hours = IntegerField()

    class Meta:
        primary_key = CompositeKey("day", "category")
        without_rowid = True


class Visit(Table):
    id = IntegerField(primary_key=True)
    day = IntegerField()
    number = IntegerField()
    key = TextField()
    reversed_in = IntegerField(null=True)
    brings_back = IntegerField(null=True)


class Slip(Table):
    """`issued` and `expires` are days since 2020-01-01, as on the slip; `expires` 0 is never."""

    reference = BlobField(primary_key=True)
    tag = BlobField()
    amount = IntegerField()
    issued = IntegerField()
    expires = IntegerField()
    state = TextField()
    issued_in = IntegerField()
    ended_in = IntegerField(null=True)

    class Meta:
        without_rowid = True


class Lost(Table):
    """Days, as on a slip, from `first` to `last`, of which books were lost; see db/paper.py."""

    entry = IntegerField(primary_key=True)
    first = IntegerField()
    last = IntegerField()


class Paper(Table):
    """A slip that was honoured from the paper alone, in a market day."""

    entry = IntegerField(primary_key=True)
    day = IntegerField()
    reference = BlobField()
    amount = IntegerField()


class Local(Table):
    name = TextField(primary_key=True)
    value = TextField()

    class Meta:
        without_rowid = True


class Crew(Table):
    """`handle` and `salt` are zeros of the same length once they are forgotten (db/crew.py)."""

    id = IntegerField(primary_key=True)
    day = IntegerField()
    role = TextField()
    handle = TextField()
    salt = BlobField()


class Job(Table):
    id = IntegerField(primary_key=True)
    kind = TextField()
    entry = IntegerField()
    reference = BlobField(null=True)
    copy_ = IntegerField(column_name="copy")
    state = TextField()
    created_at = IntegerField()


class Secret(Table):
    """What a job prints, and zeros once it is done: rows never go, so that none ever moves."""

    job = IntegerField(primary_key=True)
    content = BlobField()


class CodeTry(Table):
    id = IntegerField(primary_key=True)
    at = IntegerField()


PROJECTIONS: tuple[type[Table], ...] = (
    Posting,
    Movement,
    Balance,
    Market,
    SigningKey,
    Rule,
    Decision,
    Good,
    Barcode,
    Rate,
    Stock,
    Day,
    Flow,
    Turnover,
    Visit,
    Slip,
    Lost,
    Paper,
)
"""What a replay of the journal makes anew, in an order that respects references."""


def entry_key(kiosk: str, seq: int) -> int:
    """The key of entry `seq` in the journal of `kiosk`."""
    return kiosk_number(kiosk) << 32 | seq


@cache
def keys_of(kiosk: str) -> tuple[int, int]:
    """The least and the greatest key that an entry or a day of `kiosk` can have."""
    return entry_key(kiosk, 0), entry_key(kiosk, LAST_SEQ)


@cache
def kiosk_number(kiosk: str) -> int:
    """The 20 bits behind a kiosk's four symbols (Crockford base32)."""
    number = 0
    for symbol in kiosk:
        number = number << 5 | SYMBOLS.index(symbol)
    return number
