"""What somebody with a card may believe of exported days, before and after a key changed or was stolen."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from db.connection import FILE, open_books
from db.findings import Finding
from db.journal import canonical
from kiosk.config import KEY_FILE
from kiosk.keys.card import MarketCard, card_of
from kiosk.keys.rotation import rotate
from kiosk.keys.seals import SEAL_DOMAIN, checked_export
from kiosk.keys.trust import Trust, trust_in_books, trust_in_days
from kiosk.slips.signing import MarketKey
from kiosk.till import Till, open_till
from tests import tampering
from tests.independent import checker
from tests.kiosk.tills import Clock, found, handed_out


class Season:
    """Market days a week apart, and the cards that hung on the wall."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.till = found(folder, self.clock)
        self.cards = [card_of(self.till.books)]
        self.keys = [self.till.key()]

    def close(self) -> date:
        """Close, export and open again a week later; gives the date of the day that was closed."""
        on = self.clock().date()
        handed_out(self.till)
        day = self.till.close_day(None).day.number
        self.till.export(day)
        self.clock.forward(days=7)
        self.till.open_day()
        return on

    def rotate(self, last_good: date | None = None) -> None:
        rotate(self.till, "the assembly", last_good=last_good)
        self.cards.append(card_of(self.till.books))
        self.keys.append(self.till.key())

    @property
    def exports(self) -> Path:
        return self.till.folder / "exports"

    def day(self, number: int) -> Path:
        (folder,) = self.exports.glob(f"day-{number:04d}-*")
        return folder


@pytest.fixture
def season(tmp_path: Path) -> Iterator[Season]:
    made = Season(tmp_path / "market")
    yield made
    made.till.close()


def trusted(card: MarketCard, folder: Path) -> Trust:
    checked = checked_export(folder)
    assert checked.findings == []
    return trust_in_days(card, checked)


def doubts(card: MarketCard, folder: Path) -> list[str]:
    """The seals that are not believed."""
    return [finding.where for finding in trusted(card, folder).findings]


def sealed_by(key: MarketKey, folder: Path, to: Path, **changed: object) -> Path:
    """A day as whoever has a market's key can make it: its statement changed and sealed anew."""
    shutil.copytree(folder, to)
    seal = json.loads((to / "seal.json").read_bytes())
    lines = (to / "journal.jsonl").read_bytes().splitlines()
    statement = {**seal["statement"], **changed}
    signature = key.sign(SEAL_DOMAIN, canonical(statement)).hex()
    entry = {**json.loads(lines[-1]), "statement": statement, "signature": signature}
    lines[-1] = canonical(entry)
    (to / "journal.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    seal |= {"statement": statement, "signature": signature, "public_key": key.public.raw.hex()}
    (to / "seal.json").write_text(json.dumps(seal))
    tampering.rehash(to)
    return to


# Without a theft


def test_an_old_card_leads_to_the_new_key(season: Season) -> None:
    season.close()
    season.rotate()
    season.close()
    season.rotate()
    season.close()
    for card in season.cards:
        assert doubts(card, season.exports) == []
    assert len(trusted(season.cards[0], season.exports).notes) == 2
    assert trusted(season.cards[2], season.exports).notes == []
    assert checker.finding(season.exports) == ""


def test_a_single_day_of_an_earlier_key_is_believed_on_the_new_card(season: Season) -> None:
    season.close()
    season.rotate()
    season.close()
    assert doubts(season.cards[1], season.day(1)) == []
    assert doubts(season.cards[0], season.day(1)) == []


def test_the_old_card_alone_does_not_know_a_later_day_that_lies_alone(season: Season) -> None:
    """The handover stands in the journal of its day: who has only a later one sees a strange key."""
    season.rotate()
    season.close()
    season.close()
    assert doubts(season.cards[0], season.day(1)) == []
    assert doubts(season.cards[0], season.day(2)) == ["the seal of market day 2"]


def test_a_day_after_the_handover_with_the_old_key_is_not_believed(
    season: Season, tmp_path: Path
) -> None:
    season.close()
    season.rotate()
    season.close()
    made = sealed_by(season.keys[0], season.day(1), tmp_path / "fake")
    assert doubts(season.cards[1], made) == []
    lines = (made / "journal.jsonl").read_bytes()
    assert b'"date":"2026-11-28"' in lines
    later = later_day(season.keys[0], made, tmp_path / "later", "2027-06-01")
    assert doubts(season.cards[1], later) == ["the seal of market day 1"]


def later_day(key: MarketKey, folder: Path, to: Path, on: str) -> Path:
    """The same day with another date, everything made to fit by whoever has the key."""
    shutil.copytree(folder, to)
    seal = json.loads((to / "seal.json").read_bytes())
    before = seal["statement"]["date"]
    lines = (to / "journal.jsonl").read_bytes().splitlines()
    lines = [
        line.replace(before.encode(), on.encode()) if b'"kind":"open"' in line else line
        for line in lines
    ]
    digest = bytes.fromhex(seal["follows"]["hash"])
    for line in lines[:-1]:
        digest = tampering.sha256(digest + line).digest()
    (to / "journal.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    totals = (to / "totals.csv").read_text(encoding="utf-8")
    totals = totals.replace(before, on).replace(seal["statement"]["head"], digest.hex())
    (to / "totals.csv").write_text(totals, encoding="utf-8")
    return sealed_by(key, to, to.with_name(f"{to.name}-sealed"), date=on, head=digest.hex())


def test_a_stranger_is_a_stranger_on_every_card(season: Season, tmp_path: Path) -> None:
    season.close()
    season.rotate()
    stranger = MarketKey(bytes(range(32)))
    assert doubts(MarketCard("Elm", stranger.public.raw), season.exports) != []


# After a theft


def test_the_new_key_covers_the_days_of_the_stolen_one(season: Season) -> None:
    season.close()
    season.close()
    season.rotate(last_good=date(2026, 11, 28))
    season.close()
    new = season.cards[1]
    assert doubts(new, season.exports) == []
    assert trusted(new, season.exports).notes == []


def test_a_day_of_the_stolen_key_alone_is_believed_up_to_the_last_good_one(season: Season) -> None:
    first, _second = season.close(), season.close()
    season.rotate(last_good=first)
    new = season.cards[1]
    assert doubts(new, season.day(1)) == []
    (note,) = trusted(new, season.day(1)).notes
    assert "stolen later" in note
    assert doubts(new, season.day(2)) == ["the seal of market day 2"]


def test_the_card_of_the_stolen_key_vouches_for_no_other(season: Season) -> None:
    last_good = season.close()
    season.close()
    season.rotate(last_good=last_good)
    season.close()
    season.close()
    assert doubts(season.cards[0], season.exports) == [
        f"the seal of market day {day}" for day in (2, 3, 4)
    ]
    (finding, *_) = trusted(season.cards[0], season.day(3)).findings
    assert "compare the market's new card" in finding.what


def test_a_thief_can_not_hand_the_key_over_once_the_market_did(
    season: Season, tmp_path: Path
) -> None:
    """The thief founds the same market on a copy and takes a key of their own."""
    season.close()
    (thiefs := tmp_path / "thief").mkdir()
    season.till.books.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    for name in (FILE, KEY_FILE):
        shutil.copy(season.till.folder / name, thiefs / name)
    season.rotate(last_good=date(2026, 11, 28))
    till = open_till(thiefs, season.clock)
    rotate(till, "mine")
    till.close_day(None)
    fake = till.export(2)
    assert doubts(season.cards[1], fake) == ["the seal of market day 2"]
    till.close()


# Books at hand, and books on a card


def test_those_who_wrote_a_day_need_no_later_one(season: Season) -> None:
    from kiosk.bookcheck import holds_seal

    season.close()
    season.rotate(last_good=date(2026, 11, 20))
    checked = checked_export(season.day(1))
    books = season.till.books
    assert trust_in_days(season.cards[1], checked).findings != []
    assert trust_in_days(season.cards[1], checked, lambda seal: holds_seal(books, seal)) == Trust(
        trust_in_days(season.cards[1], checked).known
    )


def findings(till: Till, card: MarketCard) -> list[Finding]:
    from db import keys

    return trust_in_books(card, till.public.raw, keys.handovers(till.books)).findings


def test_books_are_held_against_a_card_of_any_age(season: Season, tmp_path: Path) -> None:
    season.rotate()
    season.till.books.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    (old := tmp_path / "old").mkdir()
    shutil.copy(season.till.folder / FILE, old / FILE)
    season.rotate(last_good=date(2026, 11, 28))
    assert findings(season.till, season.cards[2]) == []
    for card in season.cards[:2]:
        (finding,) = findings(season.till, card)
        assert "was stolen: compare the market's new card" in finding.what
    before = open_books(old)
    from db import keys, market

    trust = trust_in_books(
        season.cards[2], market.market(before).public_key, keys.handovers(before)
    )
    assert "another one took its place on 2026-11-28" in trust.findings[0].what
    before.close()
