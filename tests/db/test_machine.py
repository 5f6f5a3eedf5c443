"""What this machine keeps beside the journal is held against it."""

from __future__ import annotations

import pytest

from db import audit, days, jobs
from db.findings import Finding
from db.machine import check_machine
from tests.db.table import Table
from tests.db.tampering import taken_back, tamper


@pytest.fixture
def printed(busy: Table) -> Table:
    """Papers in every state: some wait, one was sent, some are confirmed, some cancelled."""
    waiting = jobs.open_jobs(busy.books)
    jobs.confirm(busy.books, waiting[0].id)
    jobs.sent(busy.books, waiting[1].id)
    jobs.again(busy.books, waiting[1].id)
    jobs.sending(busy.books, waiting[2].id)
    states = {state for (state,) in busy.books.sql("SELECT DISTINCT state FROM job")}
    assert states >= {"queued", "sending", "confirmed", "cancelled"}
    return busy


def found(table: Table, sql: str) -> Finding:
    tamper(table.books, sql)
    return audit.verify(table.books)[0]


def test_an_honest_machine_has_no_findings(printed: Table) -> None:
    assert audit.verify(printed.books) == []


CHANGES = {
    "UPDATE local SET value = '0000'": ("table local", "the kiosk 0000 made none of the entries"),
    "UPDATE local SET value = 'Anas'": ("table local", "Anas is no kiosk's id"),
    "INSERT INTO local VALUES ('debt', '7')": ("table local", "the kiosk keeps nothing called debt"),
    "UPDATE crew SET handle = 'Eve' WHERE id = 1": ("table crew", "row 1 is not the one"),
    "UPDATE crew SET role = 'gate' WHERE id = 1": ("table crew", "row 1 is not the one"),
    "UPDATE crew SET salt = randomblob(16) WHERE id = 2": ("table crew", "row 2 is not the one"),
    "UPDATE crew SET day = day + 1 WHERE id = 1": ("table crew", "row 1 is not the one"),
    "UPDATE crew SET id = 7 - id": ("table crew", "is not the one"),
    "UPDATE crew SET id = id + 5": ("table crew", "row 6 is not the one"),
    "INSERT INTO crew SELECT 3, day, role, handle, salt FROM crew LIMIT 1": (
        "table crew", "row 3 is not the one",
    ),
    "DELETE FROM job WHERE id = 2": ("print job 3", "a paper before it is missing"),
    "DELETE FROM job WHERE id = (SELECT max(id) FROM job)": ("table job", "papers, and the journal"),
    "UPDATE job SET kind = 'seal' WHERE id = 2": ("print job 2", "issued no such paper"),
    "UPDATE job SET kind = 'debt' WHERE id = 2": ("print job 2", "issued no such paper"),
    "UPDATE job SET entry = entry + 1 WHERE id = 2": ("print job 2", "issued no such paper"),
    "UPDATE job SET reference = randomblob(16) WHERE id = 2": ("print job 2", "issued no such paper"),
    "UPDATE job SET reference = NULL WHERE id = 2": ("print job 2", "issued no such paper"),
    "UPDATE job SET copy = 0 WHERE id = 2": ("print job 2", "its state can't be"),
    "UPDATE job SET state = 'eaten' WHERE id = 2": ("print job 2", "its state can't be"),
    "UPDATE job SET created_at = created_at + 60001 WHERE id = 2": ("print job 2", "another time"),
    "UPDATE job SET state = 'queued' WHERE state = 'cancelled'": ("print job", "its state can't be"),
    "UPDATE job SET state = 'queued' WHERE state = 'confirmed'": ("print job", "was not wiped"),
    "UPDATE job SET state = 'confirmed' WHERE state = 'queued'": ("print job", "was not wiped"),
    "UPDATE job SET state = 'cancelled' WHERE state = 'confirmed'": ("print job", "state can't be"),
    "INSERT INTO job SELECT id + 50, kind, entry, reference, copy, state, created_at FROM job": (
        "print job 51", "a paper before it is missing",
    ),
    "UPDATE sqlite_sequence SET seq = seq + 1": ("table sqlite_sequence", "there were"),
    "DELETE FROM sqlite_sequence WHERE name = 'job'": (
        "table sqlite_sequence", "that there were 0 papers",
    ),
    "DELETE FROM secret WHERE job = 2": ("print job 2", "its content is not there"),
    "UPDATE secret SET content = zeroblob(84)": ("print job", "its content is not there"),
    "UPDATE secret SET content = randomblob(84)": ("print job", "was not wiped"),
    "INSERT INTO secret VALUES (99, x'01')": ("table secret", "papers that never were"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_to_the_machines_own_tables_is_found(printed: Table, change: str) -> None:
    where, what = CHANGES[change]
    finding = found(printed, change)
    assert finding.where.startswith(where)
    assert what in finding.what


def test_who_is_forgotten_leaves_books_that_are_right(printed: Table) -> None:
    tamper(printed.books, "DELETE FROM crew WHERE id = 1")
    assert audit.verify(printed.books) == []


def test_one_paper_listed_twice_is_found(printed: Table) -> None:
    books = printed.books
    last = books.sql("SELECT max(id) FROM job").fetchone()[0]
    columns = "kind, entry, reference, copy, state, created_at"
    tamper(books, f"INSERT INTO job SELECT {last + 1}, {columns} FROM job WHERE id = {last}")
    tamper(books, f"INSERT INTO secret SELECT {last + 1}, content FROM secret WHERE job = {last}")
    assert audit.verify(books)[0].where == f"print job {last + 1}"


def test_one_seal_listed_twice_is_found(table: Table) -> None:
    table.close()
    entry = days.sealed_in(table.books, 1)
    for _ in range(2):
        jobs.enqueue(table.books, "seal", entry, None, b"the seal")
    (finding,) = list(check_machine(table.books, lambda *_: True))
    assert finding == Finding("print job 2", "its entry issued no such paper")


def test_a_paper_may_be_queued_a_minute_after_its_entry(printed: Table) -> None:
    for way in ("+", "-"):
        with taken_back(printed.books):
            tamper(
                printed.books, f"UPDATE job SET created_at = created_at {way} 60000 WHERE id = 2"
            )
            assert audit.verify(printed.books) == []


def test_content_that_is_anothers_is_found_where_somebody_can_tell(table: Table) -> None:
    table.visit("1 tomatoes")
    seen: list[tuple[str, bytes | None]] = []

    def fits(kind: str, _entry: int, reference: bytes | None, _content: bytes) -> bool:
        seen.append((kind, reference))
        return len(seen) == 1

    assert list(check_machine(table.books, fits)) == []
    assert seen == [("slip", table.mint.made[0].reference)]
    (finding,) = list(check_machine(table.books, fits))
    assert finding == Finding("print job 1", "its content is not what its entry issued")


def test_a_seal_without_its_paper_is_found_where_papers_are_looked_for(table: Table) -> None:
    table.close()
    assert audit.verify(table.books) == []
    (finding,) = list(check_machine(table.books, lambda *_: True))
    assert finding == Finding("table job", "it has 0 papers, and the journal issued 1")
    entry = days.sealed_in(table.books, 1)
    jobs.enqueue(table.books, "seal", entry, None, b"the seal")
    assert list(check_machine(table.books, lambda *_: True)) == []
