"""The print queue: what waits, what is done, and that a done paper leaves no bytes behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from db import corrections, jobs, slips
from db.errors import UnknownJob
from db.jobs import JobDone
from tests.db.table import Table, refused, second_table


def job_of(table: Table, *lines: str) -> int:
    ((_, job),) = table.visit(*lines).slips
    return job


def found_in(folder: Path, content: bytes) -> list[str]:
    """Names of the files of the books that hold these bytes, or any eight of them in a row."""
    parts = [content[at : at + 8] for at in range(0, len(content) - 7, 8)]
    return [
        path.name
        for path in sorted(folder.glob("books.sqlite*"))
        for raw in [path.read_bytes()]
        if any(part in raw for part in parts)
    ]


def test_a_slip_waits_to_be_printed(table: Table) -> None:
    id = job_of(table, "3 tomatoes")
    slip = table.mint.made[-1]
    wanted = jobs.Job(id, "slip", 1, "queued", slip.reference, 600, 1, 1)
    assert jobs.job(table.books, id) == wanted
    assert jobs.open_jobs(table.books) == [wanted]
    assert jobs.content(table.books, id) == slip.content


def test_a_closing_slip_waits_without_an_amount(table: Table) -> None:
    with table.books.transaction():
        id = jobs.enqueue(table.books, "seal", 0, None, b"seal")
    assert jobs.job(table.books, id) == jobs.Job(id, "seal", 1, "queued", None, 0, 0, 0)


def test_a_paper_goes_from_queued_to_sent_to_confirmed(table: Table) -> None:
    id = job_of(table, "3 tomatoes")
    states = [jobs.job(table.books, id).state]
    for step in (jobs.sent, jobs.confirm):
        step(table.books, id)
        states.append(jobs.job(table.books, id).state)
    assert states == ["queued", "sent", "confirmed"]
    assert jobs.open_jobs(table.books) == []


def test_papers_wait_in_their_order(table: Table) -> None:
    ids = [job_of(table, "1 tomatoes") for _ in range(3)]
    jobs.sent(table.books, ids[0])
    jobs.confirm(table.books, ids[1])
    assert [one.id for one in jobs.open_jobs(table.books)] == [ids[0], ids[2]]


def test_what_is_done_stays_done(table: Table) -> None:
    id = job_of(table, "3 tomatoes")
    jobs.confirm(table.books, id)
    jobs.sent(table.books, id)
    jobs.confirm(table.books, id)
    assert jobs.job(table.books, id).state == "confirmed"
    with refused(table.books, JobDone, job=id):
        jobs.content(table.books, id)
    with refused(table.books, JobDone, job=id):
        jobs.again(table.books, id)


def test_a_copy_is_the_same_paper_with_a_higher_number(table: Table) -> None:
    id = job_of(table, "3 tomatoes")
    content = jobs.content(table.books, id)
    jobs.sent(table.books, id)
    copy = jobs.again(table.books, id)
    assert (copy.id, copy.copy, copy.state) == (id, 2, "queued")
    assert jobs.again(table.books, id).copy == 3
    assert jobs.content(table.books, id) == content


def test_a_job_that_never_was_is_unknown(table: Table) -> None:
    for ask in (jobs.job, jobs.content, jobs.confirm, jobs.again):
        with refused(table.books, UnknownJob, job=7):
            ask(table.books, 7)


def test_job_numbers_are_never_used_again(table: Table) -> None:
    id = job_of(table, "3 tomatoes")
    table.books.sql("DELETE FROM secret")
    table.books.sql("DELETE FROM job")
    assert job_of(table, "3 tomatoes") == id + 1


# Wiping


def test_a_waiting_paper_can_be_found(table: Table) -> None:
    """The search that the tests below rest on does find what is there."""
    job_of(table, "3 tomatoes")
    assert found_in(table.books.file.parent, table.mint.made[0].content) == ["books.sqlite-wal"]


def test_a_confirmed_paper_leaves_no_bytes(table: Table) -> None:
    id = job_of(table, "3 tomatoes")
    jobs.confirm(table.books, id)
    assert found_in(table.books.file.parent, table.mint.made[0].content) == []


def test_a_void_or_undone_or_reissued_paper_leaves_no_bytes(table: Table) -> None:
    job_of(table, "3 tomatoes")
    slips.void(table.books, table.mint.made[0].reference, "puddle")
    job_of(table, "3 tomatoes")
    corrections.undo(table.books)
    job_of(table, "3 tomatoes")
    slips.reissue(table.books, table.mint.made[2].reference, "torn", table.mint)
    for slip in table.mint.made[:3]:
        assert found_in(table.books.file.parent, slip.content) == []
    assert found_in(table.books.file.parent, table.mint.made[3].content) == ["books.sqlite"]


def test_a_wipe_inside_a_larger_transaction_is_made_good_by_the_next(table: Table) -> None:
    with table.books.transaction():
        jobs.confirm(table.books, job_of(table, "3 tomatoes"))
    other = job_of(table, "3 tomatoes")
    jobs.confirm(table.books, other)
    for slip in table.mint.made:
        assert found_in(table.books.file.parent, slip.content) == []


def test_a_reader_elsewhere_delays_the_wiping_and_fails_nothing(table: Table) -> None:
    id = job_of(table, "3 tomatoes")
    reader = second_table(table.books.file.parent)
    reader.books.sql("BEGIN")
    reader.books.sql("SELECT count(*) FROM secret").fetchone()
    table.books.sql("PRAGMA busy_timeout = 0")
    jobs.confirm(table.books, id)
    assert jobs.job(table.books, id).state == "confirmed"
    reader.books.sql("COMMIT")
    reader.books.close()
    jobs.confirm(table.books, id)
    assert found_in(table.books.file.parent, table.mint.made[0].content) == []


@pytest.mark.parametrize("order", ["oldest first", "every other first"])
def test_many_papers_over_many_pages_leave_no_bytes(table: Table, order: str) -> None:
    """Two hundred secrets of different lengths split and merge pages on their way in and out."""
    contents = [os.urandom(60 + number * 13 % 400) for number in range(200)]
    ids = []
    for number, content in enumerate(contents):
        with table.books.transaction():
            ids.append(jobs.enqueue(table.books, "slip", 0, None, content))
        if number % 50 == 49:
            table.books.forget_wiped()
    orders = {
        "oldest first": ids,
        "every other first": ids[::2] + ids[1::2],
    }
    for id in orders[order]:
        jobs.confirm(table.books, id)
    assert table.books.sql("SELECT count(*) FROM secret").fetchone() == (0,)
    raw = b"".join(path.read_bytes() for path in table.books.file.parent.glob("books.sqlite*"))
    left = [
        number
        for number, content in enumerate(contents)
        if any(content[at : at + 8] in raw for at in range(0, len(content) - 7, 8))
    ]
    assert left == []


def test_half_of_the_papers_stay_while_the_others_leave_no_bytes(table: Table) -> None:
    ids = [job_of(table, "1 tomatoes") for _ in range(120)]
    for id in ids[::2]:
        jobs.confirm(table.books, id)
    folder = table.books.file.parent
    for number, (id, slip) in enumerate(zip(ids, table.mint.made, strict=True)):
        if number % 2:
            assert jobs.content(table.books, id) == slip.content
        else:
            assert found_in(folder, slip.content) == []
