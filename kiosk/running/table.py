"""What every screen may show without asking the books: read anew after each thing that was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from db.terms import Market, Rules
from kiosk.config import Settings

if TYPE_CHECKING:
    from db.catalogue import Good
    from db.days import Day
    from kiosk.backup.last import LastBackup
    from kiosk.till import Till


class Table(NamedTuple):
    """What every screen may show without asking: read anew after each thing that was done."""

    known: bool = False
    """Whether the books have said this; till then only the market's name is there, at most."""
    market: Market | None = None
    rules: Rules = Rules()
    settings: Settings = Settings()
    day: Day | None = None
    goods: tuple[Good, ...] = ()
    waiting: int = 0
    """Papers that are queued or not confirmed."""
    last_visit: int = 0
    """Number of the visit that undo would reverse; 0 for none."""
    back: int = 0
    """Number of the undone visit that can be brought back; 0 for none."""
    seq: int = 0
    """Number of the journal's last entry."""
    saved: LastBackup | None = None
    """The last verified backup."""
    guarded: bool = False
    """Whether a passphrase guards the key and the stewards' doings."""


def read_table(till: Till) -> Table:
    """All of `Table`, in one go in the books' thread."""
    from db.journal import head
    from kiosk.backup.last import last_backup

    day = till.day()
    last, back = till.undoable()
    return Table(
        True,
        till.market,
        till.rules(),
        till.settings(),
        day,
        tuple(till.goods()),
        len(till.pending()),
        last,
        back,
        head(till.books)[0],
        last_backup(till.folder),
        till.steward.guards,
    )
