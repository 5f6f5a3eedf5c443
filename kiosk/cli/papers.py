"""Papers in lines: the print queue, and sheets of cards to scan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from db.amounts import format_credits
from kiosk import wording
from kiosk.cli.answers import Answer, Asked, shown_path
from kiosk.messages import _, language, ngettext
from kiosk.text import safe

if TYPE_CHECKING:
    from db.catalogue import Good
    from db.jobs import Job
    from kiosk.paper.sheets import Card


def pending(asked: Asked) -> Answer:
    """`kiosk print pending`."""
    waiting = asked.till.pending()
    lines = [_line(job) for job in waiting] or [_("No paper waits.")]
    return Answer({"jobs": [_facts(job) for job in waiting]}, lines)


def done(asked: Asked) -> Answer:
    """`kiosk print done`: wiped from this machine."""
    job = asked.options.job
    asked.till.confirm(job)
    line = _("Print job {job} is done; what could be spent is wiped from this machine.")
    return Answer({"job": job, "done": True}, [line.format(job=job)])


def again(asked: Asked) -> Answer:
    """`kiosk print again`: a paper that no printer took yet is still the original."""
    till = asked.till
    number = asked.options.job
    job = next((one for one in till.pending() if one.id == number), None)
    if job is None or job.state != "queued":
        job = till.print_again(number)
    image = till.print_now(job.id)
    if job.copy > 1:
        line = _("Print job {job} was printed as copy {copy}.").format(job=job.id, copy=job.copy)
    else:
        line = _("Print job {job} was printed.").format(job=job.id)
    facts = {"job": job.id, "copy": job.copy, "image": str(image) if image else None}
    return Answer(facts, [line, *([shown_path(image)] if image else [])])


def cards(asked: Asked) -> Answer:
    """`kiosk goods cards`: named goods, or all of them after the two cards that do something."""
    from kiosk.paper.sheets import LARGE, SMALL, cards_sheet

    till = asked.till
    finder = till.finder(language())
    named = [finder.resolve(name) for name in asked.options.goods]
    chosen = [_goods_card(good) for good in named or till.goods()]
    if not named:
        chosen = [*_action_cards(), *chosen]
    file = Path(asked.options.to)
    grid = SMALL if asked.options.small else LARGE
    cards_sheet(chosen, safe(till.market.name), file, grid)
    line = ngettext(
        "{number} card is in {file}. Print it at 100 %.",
        "{number} cards are in {file}. Print it at 100 %.",
        len(chosen),
    ).format(number=len(chosen), file=shown_path(file))
    lost = wording.lost_on_paper([till.market.name, *(card.name for card in chosen)])
    return Answer({"cards": len(chosen), "file": str(file)}, [line], [lost] if lost else [])


def _goods_card(good: Good) -> Card:
    from kiosk.paper.sheets import Card
    from kiosk.scanning.cards import goods_card

    worth = _("{unit} · {credits}").format(
        unit=wording.unit(good.unit), credits=wording.credits(good.rate)
    )
    return Card(goods_card(good.number), wording.good_name(good), worth)


def _action_cards() -> list[Card]:
    from kiosk.paper.sheets import Card
    from kiosk.scanning.cards import Action, action_card

    return [
        Card(action_card(Action.FINISH), _("finish"), _("scan to finish the visit")),
        Card(action_card(Action.UNDO), _("undo"), _("scan to undo the last visit")),
    ]


def _line(job: Job) -> str:
    states = {
        "queued": _("waits for the printer"),
        "sending": _("broke off or is at the printer just now: is the paper there?"),
    }
    state = states.get(job.state, _("sent: is the paper there?"))
    if job.kind == "seal":
        what = _("closing slip of day {day}").format(day=job.day)
    elif job.visit:
        what = _("slip of {credits}, day {day}, visit {visit}").format(
            credits=wording.credits(job.amount), day=job.day, visit=job.visit
        )
    else:
        what = _("slip of {credits}, day {day}, reissued").format(
            credits=wording.credits(job.amount), day=job.day
        )
    copy = _(", copy {copy}").format(copy=job.copy) if job.copy > 1 else ""
    return _("job {job}: {what}{copy} – {state}").format(
        job=job.id, what=what, copy=copy, state=state
    )


def _facts(job: Job) -> dict[str, object]:
    return {
        "job": job.id,
        "kind": job.kind,
        "state": job.state,
        "copy": job.copy,
        "amount": format_credits(job.amount) if job.kind == "slip" else None,
        "day": job.day,
        "visit": job.visit or None,
    }
