"""The print queue: what waits, what is done, and that a done paper leaves no bytes behind."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from db import corrections, jobs, slips
from db.errors import UnknownJob
from db.jobs import JobDone, NotQueued
from tests.db.table import Table, refused, second_table
from tests.db.tampering import unguarded


def job_of(table: Table, *lines: str) -> int:
    ((_, job),) = table.visit(*lines).slips
    return job


def found_in(folder: Path, content: bytes) -> list[str]:
    """Names of the files of the books that hold these bytes, or eight of them in a row."""
    return [
        path.name
        for path in sorted(folder.glob("books.sqlite*"))
        if any_part(content, path.read_bytes())
    ]


def any_part(content: bytes, raw: bytes) -> bool:
    return any(content[at : at + 8] in raw for at in range(0, len(content) - 7, 24))


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


def test_the_papers_of_an_entry_are_told_in_their_order(table: Table) -> None:
    job_of(table, "1 tomatoes")
    booked = table.visit("3 tomatoes")
    ((_, first),) = booked.slips
    with table.books.transaction():
        later = [jobs.enqueue(table.books, "slip", booked.entry, None, b"more") for _ in range(2)]
    job_of(table, "2 tomatoes")
    with table.books.reading():
        assert jobs.jobs_of(table.books, booked.entry) == [first, *later]


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


@pytest.mark.parametrize("ended", ["void", "undone", "reissued"])
def test_the_paper_of_a_slip_that_was_ended_leaves_no_bytes(table: Table, ended: str) -> None:
    id = job_of(table, "3 tomatoes")
    slip = table.mint.made[0]
    if ended == "void":
        slips.void(table.books, slip.reference, "puddle")
    elif ended == "undone":
        corrections.undo(table.books)
    else:
        _, other = slips.reissue(table.books, slip.reference, "torn", table.mint)
        assert jobs.content(table.books, other) == table.mint.made[1].content
    assert found_in(table.books.file.parent, slip.content) == []
    assert jobs.job(table.books, id).state == "cancelled"
    with refused(table.books, JobDone):
        jobs.content(table.books, id)


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


def test_many_papers_over_many_pages_leave_no_bytes(table: Table) -> None:
    """Secrets of all lengths come and go, as they would split and merge pages; in this order SQLite
    left one behind where rows were deleted."""
    chance = random.Random(62)
    table.books.sql("PRAGMA synchronous = 0")
    waiting: dict[int, bytes] = {}
    done: list[bytes] = []
    while len(done) < 200:
        if waiting and chance.random() < 0.5:
            id = chance.choice(list(waiting))
            jobs.confirm(table.books, id)
            done.append(waiting.pop(id))
        else:
            content = chance.randbytes(chance.randint(60, 3000))
            with table.books.transaction():
                waiting[jobs.enqueue(table.books, "slip", 0, None, content)] = content
    raw = b"".join(path.read_bytes() for path in table.books.file.parent.glob("books.sqlite*"))
    assert [content for content in done if any_part(content, raw)] == []
    assert all(content in raw for content in waiting.values() if len(content) < 900)


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


# Sending


def test_one_of_all_who_ask_may_print(table: Table) -> None:
    id = job_of(table, "3 tomatoes")
    jobs.sending(table.books, id)
    assert [job.state for job in jobs.open_jobs(table.books)] == ["sending"]
    with refused(table.books, NotQueued, job=id):
        jobs.sending(table.books, id)


def test_what_did_not_go_out_waits_as_before(table: Table) -> None:
    id = job_of(table, "3 tomatoes")
    jobs.sending(table.books, id)
    jobs.not_sent(table.books, id)
    assert (jobs.job(table.books, id).state, jobs.job(table.books, id).copy) == ("queued", 1)
    jobs.sent(table.books, id)
    jobs.not_sent(table.books, id)
    assert jobs.job(table.books, id).state == "sent"


def test_a_paper_of_unknown_fate_is_confirmed_or_copied(table: Table) -> None:
    first, second = (job_of(table, "1 tomatoes") for _ in range(2))
    for id in (first, second):
        jobs.sending(table.books, id)
    jobs.confirm(table.books, first)
    with refused(table.books, JobDone, job=first):
        jobs.content(table.books, first)
    copy = jobs.again(table.books, second)
    assert (copy.copy, copy.state) == (2, "queued")


def test_the_paper_of_a_slip_that_is_undone_while_it_is_sent_is_done(table: Table) -> None:
    id = job_of(table, "3 tomatoes")
    jobs.sending(table.books, id)
    corrections.undo(table.books)
    jobs.sent(table.books, id)
    assert jobs.job(table.books, id).state == "cancelled"


def test_open_jobs_are_found_by_their_index(table: Table) -> None:
    query = jobs._select().where(jobs._IS_OPEN)
    sql, values = table.books.database.get_sql_context().sql(query).query()
    plan = str(list(table.books.sql("EXPLAIN QUERY PLAN " + sql, tuple(values))))
    assert "job_open" in plan


def test_the_papers_of_an_entry_are_found_among_newer_ones_and_another_kiosks(
    table: Table,
) -> None:
    own = table.visit("3 tomatoes", key="again")
    table.visit("1 honey")
    with unguarded(table.books):  # as after books were brought together
        table.books.sql(
            "INSERT INTO job (kind, entry, reference, copy, state, created_at) "
            "VALUES ('slip', 1, NULL, 1, 'sent', 0)"
        )
    repeated = table.visit("3 tomatoes", key="again")
    assert repeated.repeated
    assert [job for _slip, job in repeated.slips] == [job for _slip, job in own.slips]
