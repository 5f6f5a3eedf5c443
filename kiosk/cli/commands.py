"""Which function does each command, and the way from options to an answer.

A new command is one function in a module of its kind and one line here, beside its arguments in
kiosk/cli/arguments.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from kiosk.cli import (
    backup,
    crew,
    doctor,
    export,
    goods,
    key,
    ledger,
    market,
    papers,
    printers,
    scanner,
    season,
    slips,
    verify,
    visits,
)
from kiosk.cli.answers import Answer, Asked

COMMANDS: Mapping[str, Callable[[Asked], Answer]] = {
    "found": market.found,
    "key passphrase": key.passphrase,
    "crew list": crew.kept,
    "crew forget": crew.forget,
    "day open": market.open_day,
    "day report": market.report,
    "day close": market.close_day,
    "visit": visits.visit,
    "undo": visits.undo,
    "slip check": slips.check,
    "slip void": slips.void,
    "slip reissue": slips.reissue,
    "slip honour": slips.honour,
    "print pending": papers.pending,
    "print done": papers.done,
    "print again": papers.again,
    "print find": printers.find,
    "print use": printers.use,
    "print test": printers.test,
    "scanner card": scanner.card,
    "scanner check": scanner.check,
    "scanner forget": scanner.forget,
    "goods list": goods.known,
    "goods import": goods.read,
    "goods rate": goods.rate,
    "goods spoil": goods.spoil,
    "goods count": goods.count,
    "goods cards": papers.cards,
    "rules": goods.rules,
    "season": season.season,
    "ledger": ledger.ledger,
    "export": export.export,
    "verify": verify.verify,
    "card": verify.card,
    "backup": backup.backup,
    "restore": backup.restore,
    "doctor": doctor.doctor,
    "key split": key.split,
    "key rebuild": key.rebuild,
    "key rotate": key.rotate,
}


@contextmanager
def answered(options: Namespace) -> Iterator[Answer]:
    """Do a command; its books stay open until its answer was read to the end."""
    asked = Asked(options)
    try:
        yield COMMANDS[options.run](asked)
    finally:
        asked.close()
