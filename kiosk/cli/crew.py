"""The handles of the crew in lines: of which days they are kept, and forget them."""

from __future__ import annotations

from db import crew
from kiosk import crewkeeping, wording
from kiosk.cli.answers import Answer, Asked
from kiosk.messages import _, ngettext


def kept(asked: Asked) -> Answer:
    """`kiosk crew list`: days with handles and when they are due; no handle is named."""
    days = crew.kept(asked.till.books)
    lines = [
        ngettext(
            "Day {day}: {number} name, kept until {date}.",
            "Day {day}: {number} names, kept until {date}.",
            count,
        ).format(day=number, number=count, date=wording.long_date(due))
        for number, due, count in days
    ]
    facts = [
        {"day": number, "due": due.isoformat(), "handles": count} for number, due, count in days
    ]
    return Answer({"days": facts}, lines or [_("No name of the crew is kept.")])


def forget(asked: Asked) -> Answer:
    """`kiosk crew forget`: what is due, or a day's; what copies and backups hold stays there."""
    day = asked.options.day
    till = asked.till
    forgotten = crewkeeping.forget_due(till) if day is None else crewkeeping.forget_day(till, day)
    line = ngettext("{number} name is forgotten.", "{number} names are forgotten.", forgotten)
    return Answer({"forgotten": forgotten}, [line.format(number=forgotten)])
