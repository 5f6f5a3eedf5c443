"""The ledger in lines: read it, write it out, check it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from db import days, reports
from db.amounts import format_credits, format_quantity
from db.errors import (
    N_,
    BooksAreWrong,
    DayNotOpen,
    ExportIsWrong,
    KioskError,
    Refused,
    UnknownGood,
)
from db.journal import Finding
from db.reports import LedgerFilter, LedgerRow
from kiosk import wording
from kiosk.cli.answers import Answer, Asked, shown_path
from kiosk.ledger_search import INTO, OUT_OF, Search, reference_of
from kiosk.ledger_search import keys as keys_of
from kiosk.messages import _, language, sentence
from kiosk.messages import finding as in_words
from kiosk.text import safe

if TYPE_CHECKING:
    from db.catalogue import Good
    from db.market import Market
    from kiosk.till import Till

LAST = 20  # entries shown where nothing is named
PAGE = 500  # entries read at a time
MOST_GOODS = 50
MOST_FINDINGS = 50  # shown; the exit status counts them all
FINDING_LENGTH = 300


class UnknownDay(Refused):
    sentence = N_("There is no market day {day}. “kiosk day report” names the newest one.")


class UnknownReference(Refused):
    sentence = N_(
        "“{reference}” can't be a slip's reference. It has 4 to 32 of the signs 0–9 and a–f, as they "
        "stand in an exported day's slips.csv."
    )


class SealOfAnother(Refused):
    sentence = N_(
        "The folder {folder} is whole, but its seal was made with a key that is not that of "
        "{market}. Compare the key with that of the market which it should be from."
    )


def ledger(asked: Asked) -> Answer:
    """`kiosk ledger`: entries in the order of the journal."""
    till = asked.till
    chosen = _filter(till, asked)
    wanted = Search(directions=_directions(asked), reference=_reference(asked))
    keys = keys_of(till.books, wanted, lambda _name: (), chosen)
    last = asked.options.last
    if last is None and chosen == LedgerFilter() and wanted == Search():
        last = LAST
    if last is not None:
        keys = keys[max(0, len(keys) - last) :]
    goods = {good.id: good for good in till.goods(retired=True)}
    if getattr(asked.options, "json", False):
        return Answer({"entries": [_facts(row) for row in _rows(till, keys)]}, ())
    return Answer({}, (_line(row, goods) for row in _rows(till, keys)))


def _filter(till: Till, asked: Asked) -> LedgerFilter:
    options = asked.options
    goods = None
    if options.good is not None:
        found = till.finder(language()).complete(options.good, MOST_GOODS)
        if not found:
            raise UnknownGood(text=options.good)
        goods = [good.id for good in found]
    return LedgerFilter(day=options.day, visit=options.visit, goods=goods)


def _directions(asked: Asked) -> tuple[str, ...] | None:
    return {"in": INTO, "out": OUT_OF, None: None}[asked.options.direction]


def _reference(asked: Asked) -> bytes:
    typed = asked.options.slip
    if typed is None:
        return b""
    reference = reference_of(typed)
    if not reference:
        raise UnknownReference(reference=typed)
    return reference


def _rows(till: Till, keys: Sequence[int]) -> Iterator[LedgerRow]:
    for start in range(0, len(keys), PAGE):
        yield from reports.ledger_rows(till.books, keys[start : start + PAGE])


def _line(row: LedgerRow, goods: dict[str, Good]) -> str:
    says = wording.entry_text(row, goods)
    parts = [str(row.seq)]
    if row.day:  # the founding, and what was decided while no day was open, is of none
        parts.append(_("day {number}").format(number=row.day))
    parts += [
        f"{row.at:%Y-%m-%d} {wording.clock(row.at)}",
        ": ".join(filter(None, (wording.entry_title(row), says))),
    ]
    return "  ".join(parts)


def _facts(row: LedgerRow) -> dict[str, object]:
    return {
        "seq": row.seq,
        "kind": row.kind,
        "day": row.day,
        "at": row.at.isoformat(timespec="seconds"),
        "visit": row.visit or None,
        "undone": row.undone,
        "moved": [
            {
                "good": one.good,
                "direction": one.direction,
                "quantity": format_quantity(one.quantity),
                "rate": format_credits(one.rate),
                "credits": format_credits(one.credits),
            }
            for one in row.moved
        ],
        "slips_in": [format_credits(amount) for amount in row.slips_in],
        "slips_out": [format_credits(amount) for amount in row.slips_out],
        "solidarity": format_credits(row.solidarity),
        "gift": format_credits(row.gift),
        "words": row.words,
    }


def export(asked: Asked) -> Answer:
    """`kiosk export`: of an open day, an interim state."""
    till = asked.till
    day = _day_to_export(till, asked.options.day)
    to = Path(asked.options.to) if asked.options.to else None
    folder = till.export(day.number, to)
    words = (
        _("Market day {day} is in {folder}")
        if day.sealed
        else _("Market day {day} as it stands now, not sealed yet, is in {folder}")
    )
    facts = {"day": day.number, "sealed": day.sealed, "folder": str(folder)}
    return Answer(facts, [words.format(day=day.number, folder=shown_path(folder))])


def _day_to_export(till: Till, number: int | None) -> days.Day:
    """The day that is named, else the newest sealed one, else the open one."""
    known = days.all_days(till.books)
    if number is not None:
        for day in known:
            if day.number == number:
                return day
        raise UnknownDay(day=number)
    if not known:
        raise DayNotOpen()
    return next((day for day in known if day.sealed), known[0])


def verify(asked: Asked) -> Answer:
    """`kiosk verify`: an exported folder needs no market to be checked; where one is at hand, its
    key is the one that the seal must be made with."""
    from kiosk.exports.folder import SEAL_FILE

    if asked.options.folder is None:
        return _verify_books(asked.till)
    folder = Path(asked.options.folder)
    findings = _check(folder)
    if findings:
        return _wrong(findings, ExportIsWrong(folder=folder, problem=_summary(findings)))
    seal = json.loads((folder / SEAL_FILE).read_bytes())
    head, key = seal["statement"]["head"], seal["public_key"]
    market = _market_at_hand(asked)
    if market is not None and market.public_key.hex() != key:
        finding = Finding(SEAL_FILE, _("it was made with another key: {key}").format(key=key))
        return _wrong([finding], SealOfAnother(folder=folder, market=market.name))
    facts = {
        "day": seal["statement"]["day"],
        "head": head,
        "public_key": key,
        "market": market.name if market else None,
    }
    lines = [
        _("{folder} holds what was sealed.").format(folder=shown_path(folder)),
        _("ledger {head}").format(head=head),
        _("key {key}").format(key=key),
    ]
    if market is None:
        lines.append(_("No market is at hand here: compare the key with the market's own."))
    else:
        lines.append(_("The key is that of {market}.").format(market=safe(market.name)))
    return Answer({"right": True, "findings": [], **facts}, lines)


def _market_at_hand(asked: Asked) -> Market | None:
    try:
        return asked.till.market
    except KioskError:
        return None


def _verify_books(till: Till) -> Answer:
    findings = till.verify()
    if findings:
        return _wrong(findings, BooksAreWrong(problem=_summary(findings)))
    key = till.public.raw.hex()
    lines = [
        _("The books are right: every entry, every balance and every seal."),
        _("key {key}").format(key=key),
    ]
    return Answer({"right": True, "findings": [], "public_key": key}, lines)


def _check(folder: Path) -> list[Finding]:
    from kiosk.seals import check_export

    return check_export(folder)


def _wrong(findings: Sequence[Finding], error: KioskError) -> Answer:
    facts = {
        "right": False,
        "findings": [{"where": one.where, "what": one.what} for one in findings],
    }
    lines = [in_words(one, FINDING_LENGTH) for one in findings[:MOST_FINDINGS]]
    return Answer(facts, lines, [sentence(error)], status=1)


def _summary(findings: Sequence[Finding]) -> str:
    if not findings:
        return ""
    if len(findings) == 1:
        return f"{in_words(findings[0])}."
    return _("{first}, and {more} more.").format(
        first=in_words(findings[0]), more=len(findings) - 1
    )
