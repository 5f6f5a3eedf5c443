"""Which function does each command, and the way from options to an answer.

A new command is one function in a module of its kind and one line here, beside its arguments in
kiosk/cli_arguments.py.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from kiosk import cli_goods, cli_ledger, cli_market, cli_papers, cli_slips, cli_visits
from kiosk.cli_answers import Answer, Asked

COMMANDS: Mapping[str, Callable[[Asked], Answer]] = {
    "found": cli_market.found,
    "day open": cli_market.open_day,
    "day report": cli_market.report,
    "day close": cli_market.close_day,
    "visit": cli_visits.visit,
    "undo": cli_visits.undo,
    "slip check": cli_slips.check,
    "slip void": cli_slips.void,
    "slip reissue": cli_slips.reissue,
    "print pending": cli_papers.pending,
    "print done": cli_papers.done,
    "print again": cli_papers.again,
    "print test": cli_papers.test,
    "goods list": cli_goods.known,
    "goods import": cli_goods.read,
    "goods rate": cli_goods.rate,
    "goods spoil": cli_goods.spoil,
    "goods count": cli_goods.count,
    "goods cards": cli_papers.cards,
    "rules": cli_goods.rules,
    "ledger": cli_ledger.ledger,
    "export": cli_ledger.export,
    "verify": cli_ledger.verify,
}


@contextmanager
def answered(options: Namespace) -> Iterator[Answer]:
    """Do a command; its books stay open until its answer was read to the end."""
    asked = Asked(options)
    try:
        yield COMMANDS[options.run](asked)
    finally:
        asked.close()
