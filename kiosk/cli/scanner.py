"""The scanner in lines: its calibration card, and what a scan of it tells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kiosk import calibration
from kiosk.cli.answers import Answer, Asked, line_of_input, shown_path
from kiosk.messages import _
from kiosk.text import safe


def card(asked: Asked) -> Answer:
    """`kiosk scanner card`."""
    from kiosk.paper.sheets import LARGE, Card, cards_sheet

    file = Path(asked.options.to)
    words = Card(calibration.CARD, _("scanner set-up"), _("scan it once, under Steward"))
    cards_sheet([words], safe(asked.till.market.name), file, LARGE)
    line = _("The calibration card is in {file}. Print it at 100 %.").format(file=shown_path(file))
    return Answer({"file": str(file)}, [line])


def check(asked: Asked) -> Answer:
    """`kiosk scanner check`: learns, and keeps what it learned."""
    given = asked.options.text
    learned = calibration.learn(line_of_input() if given == "-" else given)
    till, found = asked.till, learned.scanner
    till.change_settings(replace(till.settings(), **calibration.as_settings(found)))
    facts = {
        "layout": learned.layout or None,
        "caps_lock": learned.caps_lock,
        "before": found.before,
        "behind": found.behind,
    }
    return Answer(facts, calibration.findings(learned))


def forget(asked: Asked) -> Answer:
    """`kiosk scanner forget`."""
    till = asked.till
    nothing = calibration.as_settings(calibration.Scanner())
    till.change_settings(replace(till.settings(), **nothing))
    return Answer({"forgotten": True}, [_("The calibration of the scanner is forgotten.")])
