"""Visits in lines: book one, undo it, bring it back.

What a visit comes to and what is refused is the books' business; here words become lines of an
exchange, and a hand-over becomes words.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from db.amounts import format_credits
from db.catalogue import Good
from db.errors import N_, Refused
from db.weighing import Exchange, Line, Weighing
from kiosk import wording
from kiosk.cli.answers import Answer, Asked, line_of_input, printed, shown_path
from kiosk.config import PAPERS_FOLDER
from kiosk.messages import _, language
from kiosk.paper.printer import copy_name
from kiosk.paperwork import file_name
from kiosk.text import safe
from kiosk.typed.phrases import split

if TYPE_CHECKING:
    from db.jobs import Job
    from kiosk.till import Till
    from kiosk.till.records import HandOver, PaperSlip

SETTLED_BY_THE_BOOKS = ("good", "spent", "expired", "void")
MOST_SLIPS = 100  # lines read for `--slip -`


class MinusHere(Refused):
    sentence = N_("“{text}” has a minus. Type it without: the option says where it goes.")


class NoWork(Refused):
    sentence = N_("{good} is no work. Book it with --brought, or with --took.")


class WorkBrought(Refused):
    sentence = N_("{good} is work. Book it with --work when it was given, with --took when taken.")


def visit(asked: Asked) -> Answer:
    """`kiosk visit`: booked once, then printed."""
    from kiosk.till import new_key

    options = asked.options
    till = asked.till
    key = options.key or new_key(till.books.now())
    slips = list(_slip_texts(options.slip))

    def book() -> HandOver:
        exchange = Exchange(
            tuple(_lines(till, options.brought, options.took, options.work)),
            tuple(_reference(till, text) for text in slips),
            options.solidarity,
            options.gift,
        )
        return till.book(exchange, key)

    return handed_over(till, asked.with_key(book), key)


def undo(asked: Asked) -> Answer:
    """`kiosk undo` and `kiosk undo --back`."""
    if asked.options.back:
        return _bring_back(asked)
    undone = asked.till.undo()
    lines = [_("Visit {visit} of day {day} is undone.").format(visit=undone.visit, day=undone.day)]
    lines += [
        _("Take back the slip of {credits}: it is void.").format(credits=wording.credits(amount))
        for amount in undone.void
    ]
    lines += [
        _("Give back the slip of {credits}: it is good again.").format(
            credits=wording.credits(amount)
        )
        for amount in undone.good
    ]
    lines.append(_("“kiosk undo --back” brings the visit back."))
    return Answer(
        {
            "day": undone.day,
            "undone": undone.visit,
            "void": [format_credits(amount) for amount in undone.void],
            "good": [format_credits(amount) for amount in undone.good],
        },
        lines,
    )


def _bring_back(asked: Asked) -> Answer:
    from kiosk.till import new_key

    till = asked.till
    key = new_key(till.books.now())
    return handed_over(till, asked.with_key(lambda: till.bring_back(key)), key)


# From words to an exchange


def _lines(till: Till, brought: list[str], took: list[str], work: list[str]) -> Iterator[Line]:
    known = {good.id: good for good in till.goods()}
    for phrases, refuse, taken in (
        (brought, _refuse_work, False),
        (took, _refuse_nothing, True),
        (work, _refuse_goods, False),
    ):
        for phrase in phrases:
            refuse_minus(phrase)
            line = till.line(phrase, language(), taken=taken)
            refuse(known[line.good])
            yield line


def refuse_minus(phrase: str) -> None:
    """Where an option says what goes which way, a minus can only be a mistake."""
    if split(phrase).taken:
        raise MinusHere(text=phrase)


def _refuse_work(good: Good) -> None:
    if good.kind == "service":
        raise WorkBrought(good=good.name(language()))


def _refuse_goods(good: Good) -> None:
    if good.kind != "service":
        raise NoWork(good=good.name(language()))


def _refuse_nothing(good: Good) -> None:
    """Goods and services can both be taken."""


def _slip_texts(given: list[str]) -> Iterator[str]:
    for text in given:
        if text != "-":
            yield text
            continue
        for _number in range(MOST_SLIPS):
            line = line_of_input()
            if not line:
                break
            yield line


def _reference(till: Till, text: str) -> bytes:
    """The slip's reference. Whether it can be handed in is left to the booking, because a visit that
    is booked already and asked for again with its key has spent its slips itself."""
    verdict = till.check(text)
    if verdict.error is not None and verdict.word not in SETTLED_BY_THE_BOOKS:
        raise verdict.error
    assert verdict.reference is not None
    return verdict.reference


# From a hand-over to words


def handed_over(till: Till, booked: HandOver, key: str) -> Answer:
    """Print the slips of a visit that is in the book, and say what it came to."""
    sums = booked.weighing
    waiting = {job.id: job for job in till.pending()}
    slips, lines, asides = [], [_headline(booked)], []
    for paper in booked.slips:
        image, trouble = _on_paper(till, paper, waiting.get(paper.job))
        slips.append(slip_facts(paper, image))
        lines += slip_lines(paper, image)
        asides += trouble_lines(paper.job, trouble)
    if not booked.slips:
        lines.append(_("A gift: no slip.") if sums.gift else _("It is even: no slip."))
    facts = {
        "day": booked.day,
        "visit": booked.visit,
        "key": key,
        "repeated": booked.repeated,
        **_sums(sums),
        "slips": slips,
    }
    return Answer(facts, lines, asides)


def _on_paper(till: Till, paper: PaperSlip, job: Job | None) -> tuple[Path | None, str]:
    """Print a slip that was not printed before; a wiped one stays away."""
    if job is None:
        return None, ""
    if job.state == "queued":
        return printed(till, paper.job)
    file = till.folder / PAPERS_FOLDER / f"{copy_name(file_name(job), job.copy)}.png"
    return (file if file.exists() else None), ""


def _headline(booked: HandOver) -> str:
    if booked.repeated:
        return _(
            "Visit {visit} of day {day} is in the book already; nothing was booked again."
        ).format(visit=booked.visit, day=booked.day)
    parts = [
        words.format(amount=format_credits(amount))
        for words, amount in (
            (_("brought {amount}"), booked.weighing.brought),
            (_("work {amount}"), booked.weighing.work),
            (_("took {amount}"), booked.weighing.taken),
            (_("slips {amount}"), booked.weighing.redeemed),
            (_("solidarity {amount}"), booked.weighing.solidarity),
            (_("gift {amount}"), booked.weighing.gift),
            (_("back to solidarity {amount}"), booked.weighing.paid_back),
            (_("rounded by {amount}"), booked.weighing.rounding),
        )
        if amount
    ]
    return _("Visit {visit} of day {day} is in the book: {sums}.").format(
        visit=booked.visit, day=booked.day, sums=", ".join(parts) or format_credits(0)
    )


def _sums(sums: Weighing) -> dict[str, str]:
    every = {
        "brought": sums.brought,
        "work": sums.work,
        "taken": sums.taken,
        "redeemed": sums.redeemed,
        "solidarity": sums.solidarity,
        "gift": sums.gift,
        "paid_back": sums.paid_back,
        "rounding": sums.rounding,
    }
    return {name: format_credits(amount) for name, amount in every.items()}


def slip_facts(paper: PaperSlip, image: Path | None) -> dict[str, object]:
    """A slip that was handed out, for --json; text and code are null once they were wiped."""
    return {
        "text": paper.text or None,
        "code": paper.code or None,
        "amount": format_credits(paper.amount),
        "expires": paper.expires.isoformat() if paper.expires else None,
        "job": paper.job,
        "image": str(image) if image else None,
    }


def slip_lines(paper: PaperSlip, image: Path | None) -> list[str]:
    """A slip that was handed out, for people."""
    credits = wording.credits(paper.amount)
    if not paper.code:
        return [_("Its slip of {credits} was handed out.").format(credits=credits)]
    lines = [
        _("Hand out a slip of {credits}: {code}, {expiry}.").format(
            credits=credits, code=paper.code, expiry=expiry(paper.expires)
        )
    ]
    if image:
        lines.append(shown_path(image))
        lines.append(_("Once its paper is there: “kiosk print done {job}”.").format(job=paper.job))
    return lines


def trouble_lines(job: int, trouble: str) -> list[str]:
    """What to say where a printer failed after the booking."""
    again = _("“kiosk print again {job}” prints it.").format(job=job)
    return [f"{trouble} {again}"] if trouble else []


def expiry(expires: date | None) -> str:
    """Until when a slip is good, in words."""
    if expires is None:
        return _("no expiry")
    return _("good until {date}").format(date=safe(wording.long_date(expires)))
