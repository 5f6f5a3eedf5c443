"""What stands around the market: terminal, letters for paper, printer, scanner, clock, versions."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from db.errors import KioskError, TerminalUnusable
from kiosk import wording
from kiosk.config import PAPERS_FOLDER
from kiosk.doctor.findings import Level, Machine
from kiosk.messages import _, sentence

LEAST_SIZE = (80, 24)
MADE = date(2026, 11, 1)
"""No clock that is right shows a day before this program was made."""
LAST_YEAR = 2199  # a slip's dates end in it
LONG_AGO = timedelta(days=366)  # between two entries: then the clock may have jumped
STRICT_SINCE = (3, 37)  # the first SQLite that knows strict tables

Facts = Iterator[tuple[Level, str]]


def terminal(machine: Machine) -> Facts:
    """Size, kind, colours and encoding."""
    if machine.size is None:
        yield Level.NOTE, _("No terminal is at hand here: type this in the one of the table.")
    else:
        columns, rows = machine.size
        size = f"{columns}×{rows}"
        if columns < LEAST_SIZE[0] or rows < LEAST_SIZE[1]:
            why = _("it has {size}; make its window larger or its letters smaller")
            yield Level.TROUBLE, sentence(TerminalUnusable(why=why.format(size=size)))
        else:
            yield (
                Level.OK,
                _("It has {size}, and {colours}.").format(size=size, colours=_colours(machine)),
            )
        yield from _kind(machine)
    if machine.encoding.lower().replace("-", "") != "utf8":
        yield (
            Level.TROUBLE,
            _("What is shown is written in {encoding}: set the locale to one of UTF-8, such as "
              "LANG=C.UTF-8.").format(encoding=machine.encoding),
        )  # fmt: skip
    elif not _speaks_utf8(machine):
        yield (
            Level.NOTE,
            _("The locale does not say UTF-8. Where signs come out wrong, set LANG=C.UTF-8."),
        )


def _colours(machine: Machine) -> str:
    known, kind = machine.environment, machine.environment.get("TERM", "")
    if known.get("NO_COLOR"):
        return _("greys, as NO_COLOR wants")
    if known.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return _("all colours")
    return _("256 colours") if "256color" in kind else _("16 colours")


def _kind(machine: Machine) -> Facts:
    kind = machine.environment.get("TERM", "")
    if kind in ("", "dumb", "unknown"):
        yield (
            Level.TROUBLE,
            _(
                "TERM is “{kind}”, which is no full screen. Use another terminal, or set TERM."
            ).format(kind=kind),
        )
    elif kind == "linux":
        yield (
            Level.NOTE,
            _("It is the console: a terminal in a window has more colours and more letters."),
        )


def _speaks_utf8(machine: Machine) -> bool:
    """Whether the first variable that says how text is written says UTF-8."""
    names = ("LC_ALL", "LC_CTYPE", "LANG")
    said = next((machine.environment[name] for name in names if machine.environment.get(name)), "")
    return said.lower().replace("-", "").endswith("utf8")


def letters(machine: Machine) -> Facts:
    """Whether the fonts have what will stand on slips and cards."""
    from kiosk.machine.fonts import in_every_kiosk

    in_every_kiosk("Y026")  # raises NoFont
    try:
        market, names = machine.books.market, machine.books.names
    except KioskError:
        yield Level.OK, _("A font for paper is there.")
        return
    lost = wording.lost_on_paper([market.name, market.place, *names])
    if lost:
        yield Level.NOTE, lost
    else:
        yield Level.OK, _("The fonts have every letter of the market's name and goods.")


def printer(machine: Machine) -> Facts:
    """Whether the printer that is set up can be reached, and what it says."""
    from kiosk.paper.printers import DEFAULT, Readiness, printer_for

    settings = machine.settings
    papers = machine.folder / PAPERS_FOLDER
    set_up = printer_for(settings.printer, papers, settings.printer_address, cut=settings.cut)
    state = machine.answer or set_up.state()
    if state.readiness is Readiness.TROUBLE:
        yield (
            Level.TROUBLE,
            _("{printer}: {what} Papers wait until it is well.").format(
                printer=set_up.label, what=state.sentence.rstrip(".") + "."
            ),
        )
    elif settings.printer == DEFAULT:
        yield (
            Level.NOTE,
            _("No printer is set up: slips are pictures in {folder}. Steward, P, or “kiosk print "
              "use”, sets one up.").format(folder=papers),
        )  # fmt: skip
    elif state.readiness is Readiness.READY:
        yield Level.OK, _("{printer} says that it is ready.").format(printer=set_up.label)
    else:
        yield (
            Level.NOTE,
            _(
                "{printer} says nothing of itself, so nobody knows: “kiosk print test” shows it."
            ).format(printer=set_up.label),
        )


def scanner(machine: Machine) -> Facts:
    """Whether its card was scanned."""
    if machine.settings.scanner.is_set:
        yield Level.OK, _("What this computer reads wrongly was learned from the card.")
    else:
        yield (
            Level.NOTE,
            _("Nothing was learned from the calibration card: either it was never scanned, or "
              "nothing has to be put right. Steward, 6, F6, one scan, and you know."),
        )  # fmt: skip


def clock(machine: Machine) -> Facts:
    """Whether the time can be right: slips, days and entries are dated by it."""
    now, today = machine.now, machine.now.date()
    if today < MADE or today.year > LAST_YEAR:
        yield (
            Level.TROUBLE,
            _("The clock says {date}, which can't be. Set it: slips are dated by it.").format(
                date=wording.long_date(today)
            ),
        )
        return
    last = _last_entry(machine)
    if last is not None and now < last:
        yield (
            Level.TROUBLE,
            _("The clock says {date}, {time}, but the last entry was written on {last_date} at "
              "{last_time}. Set the clock if it is wrong. If it is right, that entry was made while it "
              "was ahead, and until it has caught up the ledger bears the later date.").format(
                date=wording.long_date(today),
                time=wording.clock(now),
                last_date=wording.long_date(last.date()),
                last_time=wording.clock(last),
            ),
        )  # fmt: skip
    elif last is not None and now - last > LONG_AGO:
        yield (
            Level.NOTE,
            _("The clock says {date}, and the last entry is of {last_date}. If that is not so, set "
              "the clock: slips would expire.").format(
                date=wording.long_date(today), last_date=wording.long_date(last.date())
            ),
        )  # fmt: skip
    else:
        yield (
            Level.OK,
            _("{date}, {time}.").format(date=wording.long_date(today), time=wording.clock(now)),
        )


def _last_entry(machine: Machine) -> datetime | None:
    try:
        last_at = machine.books.last_at
    except KioskError:
        return None
    if last_at is None:
        return None
    return datetime.fromtimestamp(last_at / 1000, UTC).astimezone(machine.now.tzinfo)


def versions(machine: Machine) -> Facts:
    """What runs here: the first thing that whoever helps will ask."""
    said = _("kiosk {kiosk}, Python {python}, SQLite {sqlite}, Textual {textual}.").format(
        kiosk=_version("market-kiosk"),
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        textual=_version("textual"),
    )
    if sqlite3.sqlite_version_info < STRICT_SINCE:
        yield (
            Level.TROUBLE,
            _("{versions} This SQLite is too old: it must be 3.37 or newer.").format(versions=said),
        )
    else:
        yield Level.OK, said


def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return _("not installed")
