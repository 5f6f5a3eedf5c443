"""The market and its days in lines: found, open, report, close."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from db import reports
from db.amounts import format_credits, format_quantity
from db.errors import KioskError
from db.sums import TOTALS
from kiosk import messages, wording
from kiosk.cli.answers import (
    PASSPHRASE_FILE,
    Answer,
    Asked,
    passphrase_in,
    printed,
    shown_path,
)
from kiosk.cli.backup import saved_at_once
from kiosk.cli.visits import trouble_lines
from kiosk.config import asset
from kiosk.messages import _, ngettext, sentence
from kiosk.text import safe

if TYPE_CHECKING:
    from db.catalogue import Good
    from db.days import Day
    from kiosk.till import Till
    from kiosk.till.records import Closing

PIECES = ("visits", "undone", "slips_in", "slips_out")
HEAD_SHOWN = 16  # hex digits of a head hash: enough to compare by eye


# Found


def found(asked: Asked) -> Answer:
    """`kiosk found`: the catalogue and the passphrase are read before anything is made."""
    from db.market import Market
    from kiosk.founding import CATALOGUE, found_market

    options = asked.options
    goods = first_goods(asked)
    passphrase = first_passphrase(asked)
    language = getattr(options, "language", None) or messages.language()
    wanted = Market(options.name, options.place, language, b"", options.practice)
    till = found_market(asked.folder, wanted, passphrase=passphrase, goods=goods)
    asked.take(till)
    lines = [
        _("{market} is founded in {folder}.").format(
            market=safe(till.market.name), folder=shown_path(till.folder)
        )
    ]
    if goods:
        lines.append(
            ngettext(
                "Its catalogue has {number} good.", "Its catalogue has {number} goods.", len(goods)
            ).format(number=len(goods))
        )
    else:
        lines.append(
            _("Its catalogue is empty: “kiosk goods import FILE.csv” fills it; try {file}.").format(
                file=shown_path(asset(CATALOGUE))
            )
        )
    if till.market.practice:
        lines.append(_("It is for practice: its slips are worth nothing."))
    else:
        lines.append(protection(till, passphrase is not None))
    facts = {
        "market": till.market.name,
        "place": till.market.place,
        "language": till.market.language,
        "practice": till.market.practice,
        "public_key": till.market.public_key.hex(),
        "passphrase": passphrase is not None,
        "goods": len(goods),
        "folder": str(till.folder),
    }
    lost = wording.lost_on_paper([till.market.name, *(good.name(language) for good in goods)])
    return Answer(facts, lines, [lost] if lost else [])


def first_goods(asked: Asked) -> list[Good]:
    from kiosk.founding import suggested_goods
    from kiosk.goods_file import read_goods

    if asked.options.suggested_goods:
        return suggested_goods()
    named = asked.options.catalogue
    return read_goods(Path(named)) if named else []


def first_passphrase(asked: Asked) -> str | None:
    """From the file that is named; whoever names one for all commands wants the key locked too."""
    named = asked.options.passphrase_file or os.environ.get(PASSPHRASE_FILE)
    return passphrase_in(Path(named)) if named else None


def protection(till: Till, locked: bool) -> str:
    if locked:
        return _(
            "Its key is locked. Keep the passphrase: nobody can open the key without it. "
            "KIOSK_PASSPHRASE_FILE may name its file."
        )
    return _(
        "Its key has no passphrase: the permissions of its file alone protect it, and whoever "
        "reads {folder} can make slips. “kiosk key passphrase --new-file FILE” locks it."
    ).format(folder=shown_path(till.folder))


# Days


def open_day(asked: Asked) -> Answer:
    """`kiosk day open`."""
    till = asked.till
    chosen = asked.options.after_restart
    if chosen is not None:  # first, so that the key never rests where it should not
        till.change_settings(replace(till.settings(), ask_again=chosen == "ask"))
    number = till.open_day(asked.options.crew, asked.options.date)
    day = till.newest_day()
    line = _("Market day {day} is open: {date}.").format(
        day=number, date=wording.long_date(day.date)
    )
    facts = {
        "day": number,
        "date": day.date.isoformat(),
        "crew": [{"role": role, "handle": handle} for role, handle in day.crew],
    }
    return Answer(facts, [line, *_crew_lines(day)])


def report(asked: Asked) -> Answer:
    """`kiosk day report`: at any time."""
    till = asked.till
    day = till.newest_day()
    out = till.outstanding()
    goods = {good.id: good for good in till.goods(retired=True)}
    moved = reports.goods_of_day(till.books, day.number)
    balances = till.balances()
    lines = [
        _headline(day),
        *_crew_lines(day),
        *_total_lines(day),
        *(_moved_line(one, goods.get(one.good)) for one in moved),
        _("In people's pockets: {slips}, {credits}.").format(
            slips=wording.slips(out.slips), credits=wording.credits(out.credits)
        ),
        _("Balances since the founding, in credits:"),
        *(
            _("{account}: {amount}").format(account=safe(account), amount=format_credits(credits))
            for account, credits in balances.items()
        ),
    ]
    facts = {
        **day_facts(day),
        "goods": [_moved_facts(one, goods.get(one.good)) for one in moved],
        "outstanding": {"slips": out.slips, "credits": format_credits(out.credits)},
        "balances": {account: format_credits(credits) for account, credits in balances.items()},
    }
    return Answer(facts, lines)


def close_day(asked: Asked) -> Answer:
    """`kiosk day close`: once the day is sealed, a printer or a disk that fails is said beside it."""
    till = asked.till
    closing = asked.with_key(lambda: till.close_day(asked.options.counted))
    day = closing.day
    image, trouble = printed(till, closing.job)
    asides = trouble_lines(closing.job, trouble)
    folder: Path | None = None
    try:
        folder = till.export(day.number)
    except KioskError as error:
        again = _("“kiosk export {day}” writes it.").format(day=day.number)
        asides.append(f"{sentence(error)} {again}")
    lines = [
        _("Market day {day} is closed and sealed: ledger {head}.").format(
            day=day.number, head=closing.seal.head.hex()[:HEAD_SHOWN]
        ),
        _counted_line(day),
        *_total_lines(day),
    ]
    if image:
        lines.append(_("Closing slip: {file}").format(file=shown_path(image)))
    if folder:
        lines.append(_("The day's ledger is in {folder}").format(folder=shown_path(folder)))
    saved, not_saved = saved_at_once(till)
    if saved:
        lines.append(_("The books are saved in {folder}").format(folder=shown_path(saved)))
    if not_saved:
        asides.append(not_saved)
    return Answer(_closing_facts(closing, image, folder, saved), lines, asides)


def _closing_facts(
    closing: Closing, image: Path | None, folder: Path | None, saved: Path | None
) -> dict[str, object]:
    day = closing.day
    return {
        **day_facts(day),
        "head": closing.seal.head.hex(),
        "signature": closing.seal.signature.hex(),
        "job": closing.job,
        "image": str(image) if image else None,
        "export": str(folder) if folder else None,
        "backup": str(saved) if saved else None,
    }


def day_facts(day: Day) -> dict[str, object]:
    """A day and its totals for --json: amounts are decimal strings, pieces are numbers."""
    difference = None if day.counted is None else day.counted - day.slips_in
    return {
        "day": day.number,
        "date": day.date.isoformat(),
        "sealed": day.sealed,
        "counted": day.counted,
        "difference": difference,
        "totals": {
            name: getattr(day, name) if name in PIECES else format_credits(getattr(day, name))
            for name in TOTALS
        },
    }


def _headline(day: Day) -> str:
    facts = {"day": day.number, "date": wording.long_date(day.date)}
    if day.sealed:
        return _("Market day {day}, {date}: closed and sealed.").format(**facts)
    return _("Market day {day}, {date}: open.").format(**facts)


def _crew_lines(day: Day) -> list[str]:
    return [
        _("{role}: {handle}").format(role=safe(role, 40), handle=safe(handle, 40))
        for role, handle in day.crew
    ]


def _total_lines(day: Day) -> list[str]:
    amounts = (
        (_("brought: {amount}"), day.brought),
        (_("work: {amount}"), day.work),
        (_("taken: {amount}"), day.taken),
        (_("slips in: {amount}"), day.redeemed),
        (_("slips out: {amount}"), day.issued),
        (_("solidarity: {amount}"), day.solidarity),
        (_("gifts: {amount}"), day.gifts),
        (_("spoiled: {amount}"), day.spoilage),
        (_("voided: {amount}"), day.voided),
        (_("rounding: {amount}"), day.rounding),
    )
    lines = []
    if day.undone:
        lines.append(_("undone: {visits}").format(visits=wording.visits(day.undone)))
    lines.append(_("{visits}, in credits:").format(visits=wording.visits(day.visits)))
    return lines + [words.format(amount=format_credits(amount)) for words, amount in amounts]


def _counted_line(day: Day) -> str:
    if day.counted is None:
        return _("The paper slips in the box were not counted; the books say {slips}.").format(
            slips=wording.slips(day.slips_in)
        )
    difference = day.counted - day.slips_in
    if difference == 0:
        return _("{slips} counted, as the books say.").format(slips=wording.slips(day.counted))
    return _("{slips} counted, the books say {books}: a difference of {difference}.").format(
        slips=wording.slips(day.counted), books=day.slips_in, difference=f"{difference:+d}"
    )


def _moved_line(one: reports.GoodTotal, good: Good | None) -> str:
    parts = [
        words.format(quantity=wording.quantity(quantity, good))
        for words, quantity in (
            (_("{quantity} in"), one.brought),
            (_("{quantity} out"), one.taken),
            (_("{quantity} spoiled"), one.spoiled),
            (_("{quantity} more than the books said"), max(0, one.found)),
            (_("{quantity} fewer than the books said"), max(0, -one.found)),
        )
        if quantity
    ]
    name = wording.good_name(good) if good else safe(one.good, 40)
    return f"{name}: {', '.join(parts)}"


def _moved_facts(one: reports.GoodTotal, good: Good | None) -> dict[str, object]:
    return {
        "good": one.good,
        "unit": good.unit if good else None,
        "brought": format_quantity(one.brought),
        "brought_credits": format_credits(one.brought_credits),
        "taken": format_quantity(one.taken),
        "taken_credits": format_credits(one.taken_credits),
        "spoiled": format_quantity(one.spoiled),
        "found": format_quantity(one.found),
    }
