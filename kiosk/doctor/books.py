"""What the books say at a glance: whether they can be read, a day left open, papers that wait."""

from __future__ import annotations

from collections.abc import Iterator

from db.errors import NewerDatabase, NoMarket
from kiosk import wording
from kiosk.config import KEY_FILE
from kiosk.doctor.findings import Level, Machine
from kiosk.messages import _, ngettext, sentence
from kiosk.text import safe

LARGE_LOG = 100_000_000
"""Bytes of a write-ahead log that is not being folded into the books: ours has 16 MB at most."""

Facts = Iterator[tuple[Level, str]]


def database(machine: Machine) -> Facts:
    """Whether SQLite can read all of the file, and whether it is kept as it should be."""
    try:
        seen = machine.books
    except NoMarket as error:
        if (machine.folder / KEY_FILE).exists():
            yield (
                Level.TROUBLE,
                _("The market's key is here, and its books are not. Restore the last backup."),
            )
        else:
            yield Level.NOTE, sentence(error)
        return
    if seen.faults:
        yield (
            Level.TROUBLE,
            _("The file is damaged: {what}. Copy the folder as it is, then restore the last backup.")
            .format(what=safe("; ".join(seen.faults), 200)),
        )  # fmt: skip
    if seen.newer:
        yield Level.TROUBLE, sentence(NewerDatabase(folder=machine.folder, newest=seen.newer[-1]))
    if seen.journal_mode != "wal":
        yield (
            Level.NOTE,
            _("They are kept in the mode “{mode}”; the next start puts that right.").format(
                mode=safe(seen.journal_mode)
            ),
        )
    if seen.pending:
        yield Level.NOTE, _("An older version wrote them; the next start brings them up to date.")
    if seen.log_bytes > LARGE_LOG:
        yield (
            Level.NOTE,
            _("What was written last waits in a log of {size} MB. Leave the kiosk and start it "
              "again, which tidies it.").format(size=seen.log_bytes // 10**6),
        )  # fmt: skip
    if not seen.faults and not seen.newer:
        yield (
            Level.OK,
            _("{market}: the file can be read to its end. “kiosk verify”, or Steward, 7, checks "
              "every entry, and takes longer.").format(market=safe(seen.market.name)),
        )  # fmt: skip
    if seen.market.practice:
        yield Level.NOTE, _("It is a market for practice: its slips are worth nothing.")


def day(machine: Machine) -> Facts:
    """Whether a market day was left open."""
    try:
        open_day = machine.books.open_day
    except NoMarket:
        yield Level.OK, _("No market day is open.")
        return
    if open_day is None:
        yield Level.OK, _("No market day is open.")
        return
    number, date = open_day
    if date < machine.now.date():
        yield (
            Level.NOTE,
            _("Market day {day}, of {date}, was left open. Close it, so that it is sealed and "
              "exported: Steward, 1, or “kiosk day close”.").format(
                day=number, date=wording.long_date(date)
            ),
        )  # fmt: skip
    else:
        yield Level.OK, _("Market day {day} is open since today.").format(day=number)


def papers(machine: Machine) -> Facts:
    """Whether papers wait for the printer or for a person's word; their slips' codes rest here."""
    try:
        waiting = machine.books.waiting
    except NoMarket:
        yield Level.OK, _("No paper waits.")
        return
    number = sum(waiting.values())
    if not number:
        yield Level.OK, _("No paper waits.")
        return
    yield (
        Level.NOTE,
        ngettext(
            "{number} paper waits for the printer or for somebody's word: Steward, 4, or “kiosk "
            "print pending”. Until then its code rests on this machine.",
            "{number} papers wait for the printer or for somebody's word: Steward, 4, or “kiosk "
            "print pending”. Until then their codes rest on this machine.",
            number,
        ).format(number=number),
    )
    if waiting["sending"]:
        yield Level.NOTE, _("One of them broke off at the printer: say there whether it came out.")
