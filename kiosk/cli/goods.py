"""The catalogue, the shelf and the assembly's rules in lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from db import reports
from db.amounts import format_credits, format_quantity, parse_credits
from db.errors import BadSetting, MissingDecision, ZeroQuantity
from db.market import SLIP_STEPS, Rules
from db.stock import NotStored
from kiosk import wording
from kiosk.cli.answers import Answer, Asked, TypedWrongly
from kiosk.cli.visits import refuse_minus
from kiosk.messages import _, language, ngettext
from kiosk.text import safe
from kiosk.typed.phrases import quantity, split

if TYPE_CHECKING:
    from db.catalogue import Good
    from kiosk.till import Till

MOST_FOUND = 50
NO_LIMIT = "none"


def known(asked: Asked) -> Answer:
    """`kiosk goods list`: all goods, or those that the words can mean, best first."""
    till = asked.till
    words = " ".join(asked.options.words)
    goods = till.finder(language()).complete(words, MOST_FOUND) if words else till.goods()
    stock = reports.stock(till.books)
    lines = [_good_line(good, stock.get(good.id, 0)) for good in goods]
    facts = {"goods": [_good_facts(good, stock.get(good.id, 0)) for good in goods]}
    return Answer(facts, lines or [_("The catalogue has no such good.")])


def read(asked: Asked) -> Answer:
    """`kiosk goods import`: all or none."""
    from kiosk.goods_file import read_goods

    till = asked.till
    file = Path(asked.options.file)
    decision = asked.options.decision
    if decision is None:
        decision = _("catalogue imported from {file}").format(file=safe(file.name))
    changed = till.import_goods(read_goods(file), decision)
    lost = wording.lost_on_paper([good.name(till.market.language) for good in changed])
    line = ngettext(
        "{number} good is new or changed.", "{number} goods are new or changed.", len(changed)
    ).format(number=len(changed))
    facts = {"changed": len(changed), "goods": [good.id for good in changed]}
    return Answer(facts, [line], [lost] if lost else [])


def rate(asked: Asked) -> Answer:
    """`kiosk goods rate`."""
    till = asked.till
    good = till.finder(language()).resolve(asked.options.good)
    credits = parse_credits(asked.options.credits)
    till.set_rate(good.id, credits, asked.options.decision)
    line = _("{good}, {unit}: {credits} from now on. Past visits keep their rate.").format(
        good=wording.good_name(good), credits=wording.credits(credits), unit=wording.unit(good.unit)
    )
    return Answer({"good": good.id, "rate": format_credits(credits), "unit": good.unit}, [line])


def spoil(asked: Asked) -> Answer:
    """`kiosk goods spoil`."""
    till = asked.till
    good, thousandths = _measured(till, asked.options.what)
    if not asked.options.why.strip():
        raise MissingDecision()
    till.spoil(good.id, thousandths, asked.options.why)
    line = _("{quantity} of {good} left the shelf.").format(
        quantity=wording.quantity(thousandths, good), good=wording.good_name(good)
    )
    return Answer({"good": good.id, "spoiled": format_quantity(thousandths)}, [line])


def count(asked: Asked) -> Answer:
    """`kiosk goods count`: an empty shelf can be counted too."""
    till = asked.till
    try:
        good, counted = _measured(till, asked.options.what)
    except ZeroQuantity:
        parts = split(asked.options.what)
        good, counted = till.finder(language()).resolve(parts.name, parts.unit_text), 0
    difference = till.count_stock(good.id, counted)
    if difference:
        line = _("{good}: {quantity} counted, {difference} to the books; that is booked.").format(
            good=wording.good_name(good),
            quantity=wording.quantity(counted, good),
            difference=f"{'+' if difference > 0 else ''}{format_quantity(difference)}",
        )
    else:
        line = _("{good}: {quantity} counted, as the books say.").format(
            good=wording.good_name(good), quantity=wording.quantity(counted, good)
        )
    facts = {
        "good": good.id,
        "counted": format_quantity(counted),
        "difference": format_quantity(difference),
    }
    return Answer(facts, [line])


def _measured(till: Till, phrase: str) -> tuple[Good, int]:
    refuse_minus(phrase)
    parts = split(phrase)
    good = till.finder(language()).resolve(parts.name, parts.unit_text)
    if good.kind == "service":
        raise NotStored(good=good.name(language()))
    return good, quantity(parts, good)


def _good_line(good: Good, stock: int) -> str:
    line = _("{good}, {unit}: {credits}").format(
        good=wording.good_name(good),
        credits=wording.credits(good.rate),
        unit=wording.unit(good.unit),
    )
    if good.kind == "service":
        return line
    return _("{line}, {quantity} on the shelf").format(
        line=line, quantity=f"{'-' if stock < 0 else ''}{wording.quantity(stock, good)}"
    )


def _good_facts(good: Good, stock: int) -> dict[str, object]:
    return {
        "id": good.id,
        "name": good.name(language()),
        "category": good.category,
        "kind": good.kind,
        "unit": good.unit,
        "rate": format_credits(good.rate),
        "stock": None if good.kind == "service" else format_quantity(stock),
        "card": good.number,
    }


def rules(asked: Asked) -> Answer:
    """`kiosk rules`: show them; with options, change those by a decision."""
    till = asked.till
    options = asked.options
    named = (
        options.solidarity_visit,
        options.solidarity_day,
        options.slip_step,
        options.slip_days,
        options.crew_days,
    )
    now = till.rules()
    if any(value is not None for value in named):
        now = _changed(now, asked)
        till.set_rules(now, options.decision)
    elif options.decision:
        raise TypedWrongly(command="kiosk rules", problem=_("No rule was named to be decided"))
    return Answer(_rules_facts(now), _rules_lines(now))


def _changed(before: Rules, asked: Asked) -> Rules:
    options = asked.options
    after = before
    if options.solidarity_visit is not None:
        after = replace(after, solidarity_visit=_limit(options.solidarity_visit))
    if options.solidarity_day is not None:
        after = replace(after, solidarity_day=_limit(options.solidarity_day))
    if options.slip_step is not None:
        after = replace(after, slip_step=_step(options.slip_step))
    if options.slip_days is not None:
        after = replace(after, slip_days=options.slip_days)
    if options.crew_days is not None:
        after = replace(after, crew_days=options.crew_days)
    return after


def _limit(text: str) -> int | None:
    return None if text == NO_LIMIT else parse_credits(text)


def _step(text: str) -> int:
    step = parse_credits(text)
    if step not in SLIP_STEPS:
        choices = ", ".join(format_credits(one) for one in SLIP_STEPS)
        raise BadSetting(
            text=text, setting="--slip-step", why=_("the steps are {steps}.").format(steps=choices)
        )
    return step


def _rules_facts(now: Rules) -> dict[str, object]:
    return {
        "solidarity_visit": _shown_limit(now.solidarity_visit),
        "solidarity_day": _shown_limit(now.solidarity_day),
        "slip_step": format_credits(now.slip_step),
        "slip_days": now.slip_days,
        "crew_days": now.crew_days,
    }


def _shown_limit(limit: int | None) -> str | None:
    return None if limit is None else format_credits(limit)


def _rules_lines(now: Rules) -> list[str]:
    limits = (
        (_("Solidarity in one visit: {limit}."), now.solidarity_visit),
        (_("Solidarity in one day: {limit}."), now.solidarity_day),
    )
    lines = [
        words.format(limit=_("no limit") if limit is None else wording.credits(limit))
        for words, limit in limits
    ]
    lines.append(_("Slips are rounded to {step}.").format(step=wording.credits(now.slip_step)))
    if now.slip_days:
        lines.append(
            ngettext(
                "Slips are good for {days} day.", "Slips are good for {days} days.", now.slip_days
            ).format(days=now.slip_days)
        )
    else:
        lines.append(_("Slips are good for ever."))
    lines.append(
        ngettext(
            "Names of the crew are kept for {days} day.",
            "Names of the crew are kept for {days} days.",
            now.crew_days,
        ).format(days=now.crew_days)
    )
    return lines
