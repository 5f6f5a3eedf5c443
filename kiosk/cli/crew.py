"""The handles of the crew in lines: of which days they are kept, and forget them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from db import crew, days
from kiosk import crewkeeping, wording
from kiosk.cli.answers import Answer, Asked, shown_path
from kiosk.config import BACKUPS_FOLDER
from kiosk.messages import _, ngettext

if TYPE_CHECKING:
    from kiosk.till import Till


def kept(asked: Asked) -> Answer:
    """`kiosk crew list`: days with handles and when they are due; no handle is named."""
    till = asked.till
    found = crew.kept(till.books)
    lines = [_kept_line(till, *one) for one in found]
    backups = _backups(till)
    facts = {
        "days": [
            {"day": number, "due": due.isoformat(), "handles": count}
            for number, due, count in found
        ],
        "backups": backups,
    }
    return Answer(
        facts, [*(lines or [_("No name of the crew is kept.")]), *_backup_lines(till, backups)]
    )


def _kept_line(till: Till, number: int, due: date, count: int) -> str:
    if due > till.books.today():
        said = ngettext(
            "Day {day}: {number} name, kept until {date}.",
            "Day {day}: {number} names, kept until {date}.",
            count,
        )
    elif number == days.current(till.books):
        said = ngettext(
            "Day {day}: {number} name, kept until it is closed.",
            "Day {day}: {number} names, kept until it is closed.",
            count,
        )
    elif due > crew.date_of_forgetting(till.books):
        said = ngettext(
            "Day {day}: {number} name, due since {date} if the clock is right: the next market day "
            "forgets it, or “kiosk crew forget --day {day}”.",
            "Day {day}: {number} names, due since {date} if the clock is right: the next market day "
            "forgets them, or “kiosk crew forget --day {day}”.",
            count,
        )
    else:
        said = ngettext(
            "Day {day}: {number} name, due since {date}: the table forgets it by itself, and so do "
            "“kiosk crew forget” and the next backup.",
            "Day {day}: {number} names, due since {date}: the table forgets them by itself, and so do "
            "“kiosk crew forget” and the next backup.",
            count,
        )
    return said.format(day=number, number=count, date=wording.long_date(due))


def forget(asked: Asked) -> Answer:
    """`kiosk crew forget`: what is due, or a day's; what copies and backups hold stays there."""
    day = asked.options.day
    till = asked.till
    forgotten = (
        crewkeeping.forget_due(till.books) if day is None else crewkeeping.forget_day(till, day)
    )
    line = ngettext("{number} name is forgotten.", "{number} names are forgotten.", forgotten)
    lines = [line.format(number=forgotten)]
    if forgotten:
        lines.append(_("A backup on a stick holds what was known when it was made."))
    backups = _backups(till)
    return Answer(
        {"forgotten": forgotten, "backups": backups}, [*lines, *_backup_lines(till, backups)]
    )


def _backups(till: Till) -> int:
    from kiosk.backup.names import with_forgotten_names

    return with_forgotten_names(till.books, till.folder / BACKUPS_FOLDER)


def _backup_lines(till: Till, backups: int) -> list[str]:
    if not backups:
        return []
    from kiosk.backup.place import place_name, place_of

    beside, place = till.folder / BACKUPS_FOLDER, place_of(till.folder)
    if place == beside:
        said = ngettext(
            "{number} backup beside the books still holds names that were forgotten here. Two newer "
            "ones take its place: “kiosk backup”, twice.",
            "{number} backups beside the books still hold names that were forgotten here. Two newer "
            "ones take their place: “kiosk backup”, twice.",
            backups,
        )
    else:
        said = ngettext(
            "{number} backup beside the books still holds names that were forgotten here. Newer ones "
            "go to {place}: once one is there, remove {folder}",
            "{number} backups beside the books still hold names that were forgotten here. Newer ones "
            "go to {place}: once one is there, remove {folder}",
            backups,
        )
    ours = beside / place_name(till.books)
    return [said.format(number=backups, place=shown_path(place), folder=shown_path(ours))]
