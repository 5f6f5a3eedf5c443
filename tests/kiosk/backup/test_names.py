"""Names of the crew that are forgotten, and the backups that still hold them."""

from __future__ import annotations

from pathlib import Path

from kiosk.backup.names import with_forgotten_names
from kiosk.till import Till
from tests.kiosk.backup.sticks import saved
from tests.kiosk.tills import Clock


def test_a_backup_is_made_without_the_names_that_are_due_and_the_books_forget_them_too(
    till: Till, stick: Path, clock: Clock
) -> None:
    who, held = "Xochitl Ó Súilleabháin", []
    till.close_day(None)
    till.open_day([("table", who)])
    till.close_day(None)
    for passed in (27, 1, 0):
        clock.forward(days=passed)
        saved(till, stick)
        till.books.forget_wiped()
        files = [*till.folder.glob("books*"), *stick.glob("*/*/*")]
        held.append(
            {
                path.relative_to(stick.parent).parts[0]
                for path in files
                if who.encode() in path.read_bytes()
            }
        )
        beside = with_forgotten_names(till.books, stick)
        assert beside == (passed == 1), "the one before still holds them"
    assert held == [{"market", "stick"}, {"stick"}, set()]
