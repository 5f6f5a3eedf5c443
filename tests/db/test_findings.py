"""What is wrong with books is said with where it is."""

from __future__ import annotations

from db.findings import ENTRY, Finding, found, place
from db.models import LAST_SEQ, entry_key


def test_a_finding_says_where_and_what() -> None:
    assert str(Finding("table crew", "row 1 is missing")) == "table crew: row 1 is missing"


def test_a_key_is_shown_as_its_kiosk_and_number() -> None:
    for kiosk, seq in (("0AZ7", 5), ("ZZZZ", LAST_SEQ), ("0000", 0)):
        facts = place(entry_key(kiosk, seq))
        assert facts == {"kiosk": kiosk, "seq": seq}
        assert found(ENTRY, "{seq}", **facts) == Finding(f"entry {kiosk}/{seq}", f"{seq}")
