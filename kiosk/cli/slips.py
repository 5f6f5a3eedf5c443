"""Slips in lines: check one, void it, hand out another in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.amounts import format_credits
from kiosk import wording
from kiosk.cli.answers import Answer, Asked, line_of_input, printed
from kiosk.cli.visits import expiry, slip_facts, slip_lines, trouble_lines
from kiosk.messages import _, sentence

if TYPE_CHECKING:
    from db.slips import Slip
    from kiosk.verdicts import Verdict


def check(asked: Asked) -> Answer:
    """`kiosk slip check`: a word on standard output; the reason, where it is not good, beside it."""
    given = asked.options.text
    text = line_of_input() if given == "-" else given
    till = asked.till
    verdict = asked.with_key(lambda: till.check(text))
    says = sentence(verdict.error) if verdict.error else _good(verdict)
    known = verdict.slip
    facts = {
        "verdict": verdict.word,
        "amount": None if verdict.amount is None else format_credits(verdict.amount),
        "issued": verdict.issued.isoformat() if verdict.issued else None,
        "expires": verdict.expires.isoformat() if verdict.expires else None,
        "day": known.day if known else None,
        "visit": (known.visit or None) if known else None,
        "from_paper": verdict.unheld is not None,
        "ended": _ended(known) if known and not known.out else None,
        "sentence": says,
    }
    word = wording.verdict_word(verdict.word, verdict.error)
    if verdict.good:
        return Answer(facts, [word, says])
    return Answer(facts, [word], [says], status=1)


def void(asked: Asked) -> Answer:
    """`kiosk slip void`."""
    till = asked.till
    day, visit = till.visit_named(asked.options.visit)
    amount = till.void(day, visit, asked.options.why)
    line = _("The slip of {credits} of visit {visit}, day {day}, is void.").format(
        credits=wording.credits(amount), visit=visit, day=day
    )
    return Answer({"day": day, "visit": visit, "voided": format_credits(amount)}, [line])


def reissue(asked: Asked) -> Answer:
    """`kiosk slip reissue`: the old slip is void, the new one is printed."""
    till = asked.till
    day, visit = till.visit_named(asked.options.visit)
    paper = asked.with_key(lambda: till.reissue(day, visit, asked.options.why))
    image, trouble = printed(till, paper.job)
    lines = [
        _("The slip of visit {visit}, day {day}, is void; another takes its place.").format(
            visit=visit, day=day
        ),
        *slip_lines(paper, image),
    ]
    facts = {"day": day, "visit": visit, "slips": [slip_facts(paper, image)]}
    return Answer(facts, lines, trouble_lines(paper.job, trouble))


def honour(asked: Asked) -> Answer:
    """`kiosk slip honour`: from now on slips of lost books are good, once each."""
    from kiosk.frompaper import decide_lost

    since = decide_lost(asked.till, asked.options.why, asked.options.since)
    line = _(
        "Slips issued since {date} that these books don't hold are honoured by their signature, once."
    ).format(date=wording.long_date(since))
    note = _("Whether the lost books had voided a slip, or redeemed it, nobody can know.")
    return Answer({"since": since.isoformat()}, [line, note])


def _good(verdict: Verdict) -> str:
    assert verdict.amount is not None
    known = verdict.slip
    if known is None:
        assert verdict.issued is not None
        return _("{credits}, issued {date}, {expiry}. {honoured}").format(
            credits=wording.credits(verdict.amount),
            date=wording.long_date(verdict.issued),
            expiry=expiry(verdict.expires),
            honoured=wording.honoured_from_paper(),
        )
    return _("{credits}, issued {date} on day {day}, {visit}, {expiry}.").format(
        credits=wording.credits(verdict.amount),
        date=wording.long_date(known.issued),
        day=known.day,
        visit=_("visit {visit}").format(visit=known.visit) if known.visit else _("reissued"),
        expiry=expiry(known.expires),
    )


def _ended(known: Slip) -> dict[str, object]:
    """How, when and where a slip ended; `visit` is null where that was no visit."""
    return {
        "how": "undone" if known.undone else known.state,
        "at": known.ended_at.isoformat(timespec="minutes") if known.ended_at else None,
        "day": known.ended_day,
        "visit": known.ended_visit or None,
    }
