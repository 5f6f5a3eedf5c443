"""A season in lines: what came and went week by week and by category."""

from __future__ import annotations

from datetime import timedelta

from db.amounts import format_credits, format_quantity
from db.season import SEASON, Season, Week
from db.season import season as season_of
from kiosk import wording
from kiosk.cli.answers import Answer, Asked
from kiosk.messages import _, ngettext
from kiosk.text import safe

_AMOUNTS = ("brought", "work", "taken", "issued", "redeemed", "solidarity", "gifts")


def season(asked: Asked) -> Answer:
    """`kiosk season`: weeks in which nothing happened have no line, and zeros for --json."""
    till = asked.till
    until, number = asked.options.until or till.books.today(), asked.options.weeks
    found = season_of(till.books, until, SEASON if number is None else number)
    weeks = found.weeks
    lines = [
        _("{first} to {last}, in credits:").format(
            first=wording.long_date(weeks[0].monday),
            last=wording.long_date(weeks[-1].monday + timedelta(days=6)),
        ),
        *(_week_line(week) for week in weeks if week.days),
        *(
            _("{category}: {came} in, {went} out").format(
                category=safe(wording.category(one.id), 40),
                came=format_credits(sum(one.came)),
                went=format_credits(sum(one.went)),
            )
            for one in found.categories
        ),
        *_sum_lines(found),
    ]
    return Answer(_facts(found), lines)


def _week_line(week: Week) -> str:
    words = _(
        "week of {monday}: {visits}, brought {brought}, work {work}, taken {taken}, solidarity "
        "{solidarity}, in circulation {out}"
    )
    return words.format(
        monday=wording.long_date(week.monday),
        visits=wording.visits(week.visits),
        brought=format_credits(week.brought),
        work=format_credits(week.work),
        taken=format_credits(week.taken),
        solidarity=format_credits(week.solidarity),
        out=format_credits(week.out),
    )


def _sum_lines(found: Season) -> list[str]:
    weeks = found.weeks
    days = sum(week.days for week in weeks)
    covered, taken = (
        sum(getattr(week, name) for week in weeks) for name in ("solidarity", "taken")
    )
    return [
        ngettext(
            "{number} market day, {visits}, {hours} h given",
            "{number} market days, {visits}, {hours} h given",
            days,
        ).format(
            number=days,
            visits=wording.visits(sum(week.visits for week in weeks)),
            hours=format_quantity(sum(week.hours for week in weeks)),
        ),
        _("slips in circulation: {before} before, {out} at the end").format(
            before=format_credits(found.out_before), out=format_credits(weeks[-1].out)
        ),
        _("solidarity: {covered}, {share} of what was taken").format(
            covered=format_credits(covered), share=wording.share(covered, taken)
        ),
    ]


def _facts(found: Season) -> dict[str, object]:
    return {
        "weeks": [
            {
                "monday": week.monday.isoformat(),
                "days": week.days,
                "visits": week.visits,
                **{name: format_credits(getattr(week, name)) for name in _AMOUNTS},
                "hours": format_quantity(week.hours),
                "outstanding": format_credits(week.out),
            }
            for week in found.weeks
        ],
        "categories": [
            {
                "category": one.id,
                "came": [format_credits(amount) for amount in one.came],
                "went": [format_credits(amount) for amount in one.went],
            }
            for one in found.categories
        ],
        "outstanding_before": format_credits(found.out_before),
    }
