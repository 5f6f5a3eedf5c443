"""Market days: numbered, closed for good, sealed with what the journal shows."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

from db import audit, corrections, days, journal, reports, slips, stock
from db.errors import AbsurdQuantity, BadSetting, DayAlreadyOpen, DayClosed, DayNotOpen
from db.sums import TOTALS
from db.words import UnfitWords
from tests.db.table import Table, dump, refused, signed

CREW = [("table", "Ana of the corner"), ("gate", "Bo"), ("gate", "Čeněk")]


# Opening


def test_the_first_day_is_number_one(founded: Table) -> None:
    assert (days.current(founded.books), days.last(founded.books)) == (0, 0)
    assert days.all_days(founded.books) == []
    assert days.open_day(founded.books, CREW) == 1
    assert (days.current(founded.books), days.last(founded.books)) == (1, 1)
    day = days.day(founded.books, 1)
    assert (day.number, day.date.isoformat(), day.sealed, day.counted) == (
        1,
        "2026-11-28",
        False,
        None,
    )
    assert day.crew == tuple(CREW)
    assert all(getattr(day, name) == 0 for name in TOTALS)


def test_one_day_at_a_time(table: Table) -> None:
    with refused(table.books, DayAlreadyOpen, day=1):
        days.open_day(table.books)


def test_that_a_day_is_open_is_said_before_the_clock_is_doubted(table: Table) -> None:
    table.clock.forward(days=-400)
    with refused(table.books, DayAlreadyOpen, day=1):
        days.open_day(table.books)


def test_the_next_day_follows(table: Table) -> None:
    table.close()
    assert (days.current(table.books), days.last(table.books)) == (0, 1)
    table.clock.forward(days=7)
    assert days.open_day(table.books) == 2
    assert [
        (one.number, one.date.isoformat(), one.sealed) for one in days.all_days(table.books)
    ] == [
        (2, "2026-12-05", False),
        (1, "2026-11-28", True),
    ]


def test_a_day_that_never_was_is_not_open(table: Table) -> None:
    for ask in (days.day, days.seal, days.sealed_in):
        with refused(table.books, DayNotOpen):
            ask(table.books, 2)


def test_handles_stay_out_of_the_journal(founded: Table) -> None:
    days.open_day(founded.books, CREW)
    bodies = b"".join(raw for (raw,) in founded.books.sql("SELECT body FROM entry"))
    projected = repr(founded.books.sql("SELECT * FROM day").fetchall()).encode()
    for _, handle in CREW:
        assert handle.encode() not in bodies + projected
        assert json.dumps(handle).encode() not in bodies + projected


def test_a_handle_is_committed_to_with_its_salt(founded: Table) -> None:
    days.open_day(founded.books, CREW)
    (raw,) = founded.books.sql("SELECT body FROM entry WHERE kind = 'open'").fetchone()
    kept = founded.books.sql("SELECT role, handle, salt FROM crew ORDER BY id").fetchall()
    assert json.loads(raw)["crew"] == [
        {"role": role, "who": sha256(salt + handle.encode()).hexdigest()}
        for role, handle, salt in kept
    ]
    assert [(role, handle) for role, handle, _ in kept] == CREW
    assert len({salt for _, _, salt in kept}) == 3
    assert all(len(salt) == 16 for _, _, salt in kept)


def test_handles_may_be_forgotten_without_breaking_the_chain(founded: Table) -> None:
    days.open_day(founded.books, CREW)
    founded.books.sql("DELETE FROM crew")
    assert audit.verify(founded.books) == []
    assert days.day(founded.books, 1).crew == ()


@pytest.mark.parametrize("crew", [[("table", "x" * 61)], [("r" * 61, "Bo")], [("table", "\udcff")]])
def test_handles_are_short_and_are_text(founded: Table, crew: list[tuple[str, str]]) -> None:
    with refused(founded.books, UnfitWords):
        days.open_day(founded.books, crew)


# Totals


def test_a_days_totals_are_its_visits(table: Table) -> None:
    table.decide(slip_step=50)
    slip = table.handed_out("3 tomatoes")
    table.visit("2 childcare", "-1 honey", "-1 lemons", slips=[slip])
    table.visit("-2 honey", solidarity=True)
    table.visit("1 honey", gift=True)
    table.visit("1 tomatoes")
    corrections.undo(table.books)
    slips.void(table.books, table.handed_out("1 tomatoes").reference, "puddle")
    stock.spoil(table.books, "tomatoes", 1000, "mould")
    day = table.day()
    assert {name: getattr(day, name) for name in TOTALS} == {
        "visits": 5,
        "undone": 1,
        "slips_in": 1,
        "slips_out": 3,
        "brought": 600 + 400 + 200,
        "taken": 425 + 800,
        "work": 800,
        "redeemed": 600,
        "issued": 600 + 1000 + 200,
        "solidarity": 800,
        "gifts": 400,
        "rounding": 25,
        "spoilage": 200,
        "voided": 200,
    }
    assert day.numbered == 6


# Closing


def test_a_closed_day_is_sealed(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    table.visit("-1 honey", slips=[slip])
    balances, (seq, head) = days.balances(table.books), journal.head(table.books)
    totals = {name: getattr(table.day(), name) for name in TOTALS}
    seal = table.close(counted=3)
    statement = json.loads(seal.statement)
    assert statement == {
        "balances": balances,
        "counted": 3,
        "date": "2026-11-28",
        "day": 1,
        "difference": 2,
        "head": head.hex(),
        "kiosk": table.books.kiosk,
        "seq": seq,
        "totals": totals,
    }
    assert seal.statement == journal.canonical(statement)
    assert (seal.day, seal.head, seal.signature) == (1, head, signed(seal.statement))
    assert days.seal(table.books, 1) == seal
    assert days.sealed_in(table.books, 1) >> 32 << 32 | seq + 1 == days.sealed_in(table.books, 1)
    closed = table.day()
    assert (closed.sealed, closed.counted) == (True, 3)
    assert audit.verify(table.books) == []


def test_what_a_seal_would_say_is_known_before(table: Table) -> None:
    table.visit("3 tomatoes")
    before = days.statement(table.books, 1, 2)
    assert json.loads(table.close(counted=2).statement) == before


def test_balances_run_on_since_founding(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    table.close()
    days.open_day(table.books)
    table.visit("-1 honey", slips=[slip])
    statement = json.loads(table.close().statement)
    assert statement["balances"] == {"goods": 200, "slips:outstanding": -200}
    assert (statement["day"], statement["totals"]["brought"]) == (2, 0)


def test_an_uncounted_box_has_no_difference(table: Table) -> None:
    statement = json.loads(table.close(counted=None).statement)
    assert (statement["counted"], statement["difference"]) == (None, None)


def test_missing_slips_show_as_a_negative_difference(table: Table) -> None:
    table.visit(slips=[table.handed_out("1 tomatoes")], gift=True)
    assert json.loads(table.close(counted=0).statement)["difference"] == -1


def test_an_open_day_has_no_seal(table: Table) -> None:
    assert days.seal(table.books, 1) is None
    with refused(table.books, DayNotOpen):
        days.sealed_in(table.books, 1)


@pytest.mark.parametrize("counted", [-1, 1_000_001, 2**70])
def test_an_absurd_count_is_refused(table: Table, counted: int) -> None:
    with refused(table.books, AbsurdQuantity):
        table.close(counted=counted)


@pytest.mark.parametrize("counted", [0, 1_000_000])
def test_an_empty_box_is_counted_and_a_very_full_one(table: Table, counted: int) -> None:
    table.close(counted)
    assert table.day().counted == counted


def test_before_the_first_day_there_is_nothing_to_close(founded: Table) -> None:
    with refused(founded.books, DayNotOpen):
        founded.close()


def test_a_day_is_closed_once(table: Table) -> None:
    table.close()
    with refused(table.books, DayClosed, day=1):
        table.close()


def test_a_signature_that_fails_leaves_the_day_open(table: Table) -> None:
    def locked(statement: bytes) -> bytes:
        raise BadSetting(text="key", setting="seal", why="locked")

    with refused(table.books, BadSetting):
        days.close_day(table.books, None, locked)
    assert days.current(table.books) == 1


def test_a_closed_day_never_changes(table: Table) -> None:
    slip = table.handed_out("3 tomatoes")
    seal = table.close(counted=0)
    closed, rows = table.day(), _rows_of(table, 1)
    mint = table.mint
    for attempt in (
        lambda: table.visit("1 tomatoes"),
        lambda: table.visit(slips=[slip]),
        lambda: corrections.undo(table.books),
        lambda: corrections.bring_back(table.books, "back", mint),
        lambda: slips.void(table.books, slip.reference, "puddle"),
        lambda: slips.reissue(table.books, slip.reference, "torn", mint),
        lambda: stock.spoil(table.books, "tomatoes", 1000, "mould"),
        lambda: stock.count_stock(table.books, "tomatoes", 0),
    ):
        with refused(table.books, DayNotOpen):
            attempt()
    days.open_day(table.books)
    table.visit("-1 honey", slips=[slip])
    table.visit("1 tomatoes")
    corrections.undo(table.books)
    assert days.day(table.books, 1) == closed
    assert days.seal(table.books, 1) == seal
    assert _rows_of(table, 1) == rows


def _rows_of(table: Table, day: int) -> list[reports.LedgerRow]:
    keys = reports.ledger_keys(table.books, reports.LedgerFilter(day=day))
    return reports.ledger_rows(table.books, keys)


def test_whatever_writes_into_a_sealed_day_is_refused(table: Table) -> None:
    """The last guard, below the one that asks whether a day is open."""
    table.close()
    body = {"decision": "", "lines": [], "postings": [], "totals": {"gifts": 1}}
    with refused(table.books, DayClosed, day=1), table.books.transaction():
        journal.append(table.books, "count", 1, body)


def test_a_day_is_not_sealed_by_a_second_seal_either(table: Table) -> None:
    table.close()
    (raw,) = table.books.sql("SELECT body FROM entry WHERE kind = 'seal'").fetchone()
    seal = json.loads(raw)
    before = dump(table.books)
    with pytest.raises(AssertionError, match="journal shows"), table.books.transaction():
        journal.append(table.books, "seal", 1, seal)
    assert dump(table.books) == before
    seq, head = journal.head(table.books)
    seal["statement"] |= {"seq": seq, "head": head.hex()}
    with refused(table.books, DayClosed, day=1), table.books.transaction():
        journal.append(table.books, "seal", 1, seal)


def test_every_day_is_listed_with_its_own_crew(table: Table) -> None:
    table.close()
    days.open_day(table.books, [("gate", "Bo"), ("table", "Ana")])
    assert [(day.number, day.crew) for day in days.all_days(table.books)] == [
        (2, (("gate", "Bo"), ("table", "Ana"))),
        (1, (("table", "Ana"),)),
    ]


def test_a_day_that_never_was_has_no_entries(table: Table) -> None:
    assert days.entries_of(table.books, 9) == (0, 0)


def test_a_kiosk_has_one_open_day_whoever_wrote_its_journal(table: Table) -> None:
    with refused(table.books, DayAlreadyOpen, day=1), table.books.transaction():
        journal.append(table.books, "open", 2, {"crew": [], "date": "2026-11-28"})
    assert days.current(table.books) == 1
