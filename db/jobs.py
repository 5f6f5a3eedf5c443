"""The print queue: which paper is still to come, and the only place where a slip's secret rests.

A job is `queued`, then `sending` while its bytes go out, then `sent` to a printer, then `confirmed`
by a person who saw the paper, or `cancelled` with its slip. What is still `sending` when nothing is
being printed any more ended in the middle: nobody knows whether its paper came out, and only a person
can say. A job's content is wiped when it is confirmed or cancelled; in a copy of the books that is a backup
what waited is `lost` (db/backup.py). The queue belongs to this machine
and is no part of the journal. Printing itself is left to kiosk/paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peewee import SQL

from db.connection import Books
from db.errors import N_, Refused, UnknownJob
from db.models import LAST_SEQ, Entry, Secret, Slip, Visit
from db.models import Job as JobTable
from db.statements import Statement, slot

OPEN = ("queued", "sending", "sent")
LOST = "lost"


# As the partial index has it, without parameters: else SQLite does not see that it fits.
_IS_OPEN = JobTable.state << SQL("('queued', 'sending', 'sent')")


class JobDone(Refused):
    sentence = N_(
        "Print job {job} is done and its slip was wiped from this machine. "
        "If the paper is lost, reissue the slip instead."
    )


class NotQueued(Refused):
    sentence = N_("Print job {job} does not wait for the printer any more.")


@dataclass(frozen=True, slots=True)
class Job:
    """A paper to print. `kind` is `slip` or `seal`; `copy` 1 is the original; `amount` in
    hundredths for a slip, else 0; `day` and `visit` are where it was issued."""

    id: int
    kind: str
    copy: int
    state: str
    reference: bytes | None
    amount: int
    day: int
    visit: int


_ENQUEUE = Statement(
    JobTable.insert(
        {
            JobTable.kind: slot("kind"),
            JobTable.entry: slot("entry"),
            JobTable.reference: slot("reference"),
            JobTable.copy_: 1,
            JobTable.state: "queued",
            JobTable.created_at: slot("created_at"),
        }
    )
)
_KEEP = Statement(Secret.insert({Secret.job: slot("job"), Secret.content: slot("content")}))


def enqueue(books: Books, kind: str, entry: int, reference: bytes | None, content: bytes) -> int:
    """Queue a paper inside the transaction that issued it; gives the job's number."""
    queued = books.run_in_order(_ENQUEUE, (kind, entry, reference, books.now()))
    job = queued.lastrowid
    assert job is not None
    books.run_in_order(_KEEP, (job, content))
    return job


def job(books: Books, id: int) -> Job:
    """One job; raises UnknownJob."""
    with books.reading():
        found = next(books.rows(_select().where(JobTable.id == id)), None)
    if found is None:
        raise UnknownJob(job=id)
    return _job(found)


def jobs_of(books: Books, entry: int) -> list[int]:
    """Numbers of the jobs that an entry queued, in their order.

    They are looked for from the newest back, as far as this journal had come by then: who asks does
    so right after the entry, and an index would cost every visit more than that.
    """
    found: list[int] = []
    for id, queued_by in books.rows(
        JobTable.select(JobTable.id, JobTable.entry).order_by(JobTable.id.desc())
    ):
        if queued_by == entry:
            found.append(id)
        elif queued_by < entry and queued_by | LAST_SEQ == entry | LAST_SEQ:
            break
    return found[::-1]


def open_jobs(books: Books) -> list[Job]:
    """Jobs that are queued, or sent (perhaps in part) and not confirmed, the oldest first."""
    with books.reading():
        query = _select().where(_IS_OPEN)
        return [_job(row) for row in books.rows(query.order_by(JobTable.id))]


def _select() -> Any:
    return (
        JobTable.select(
            JobTable.id,
            JobTable.kind,
            JobTable.copy_,
            JobTable.state,
            JobTable.reference,
            Slip.amount,
            Entry.day,
            Visit.number,
        )
        .left_outer_join(Slip, on=(Slip.reference == JobTable.reference))
        .left_outer_join(Entry, on=(Entry.id == JobTable.entry))
        .left_outer_join(Visit, on=(Visit.id == JobTable.entry))
    )


def _job(row: Any) -> Job:
    id, kind, copy, state, reference, amount, day, visit = row
    return Job(id, kind, copy, state, reference, amount or 0, day or 0, visit or 0)


def content(books: Books, id: int) -> bytes:
    """What a job prints; raises UnknownJob, JobDone once it is wiped."""
    job(books, id)
    with books.reading():
        row = next(books.rows(Secret.select(Secret.content).where(Secret.job == id)), None)
    if row is None or not any(row[0]):
        raise JobDone(job=id)
    return bytes(row[0])


def sending(books: Books, id: int) -> None:
    """The first byte is about to go out: from now on paper may come, whatever happens.

    Of all who ask, one may print. Raises NotQueued for a job that was taken, done or cancelled.
    """
    with books.transaction():
        if not _moved(books, id, "queued", "sending"):
            raise NotQueued(job=id)


def not_sent(books: Books, id: int) -> None:
    """Nothing of the job reached the printer: it waits as before."""
    with books.transaction():
        _moved(books, id, "sending", "queued")


def _moved(books: Books, id: int, before: str, after: str) -> bool:
    moved = books.write(
        JobTable.update(state=after).where((JobTable.id == id) & (JobTable.state == before))
    )
    return bool(moved.rowcount)


def sent(books: Books, id: int) -> None:
    """The printer took the job; whether paper came out, a person says."""
    with books.transaction():
        books.write(
            JobTable.update(state="sent").where((JobTable.id == id) & (JobTable.state << OPEN))
        )


def confirm(books: Books, id: int) -> None:
    """A person saw the paper: wipe the job's content. Raises UnknownJob; twice is no harm."""
    with books.transaction():
        job(books, id)
        _end(books, id, "confirmed")
    books.forget_wiped()


def again(books: Books, id: int) -> Job:
    """Queue the same paper once more, marked as one copy further. Raises UnknownJob, JobDone."""
    with books.transaction():
        content(books, id)
        books.write(
            JobTable.update(state="queued", copy_=JobTable.copy_ + 1).where(JobTable.id == id)
        )
        return job(books, id)


def cancel(books: Books, reference: bytes) -> None:
    """The slip is void: its paper need not come any more, and its secret is wiped."""
    query = JobTable.select(JobTable.id).where((JobTable.reference == reference) & _IS_OPEN)
    for (id,) in list(books.rows(query)):
        _end(books, id, "cancelled")


def _end(books: Books, id: int, state: str) -> None:
    # Zeros of the same length go exactly where the secret lay. A deleted row would let SQLite merge
    # pages, and what it moves from one to another can stay readable where it was: one secret of
    # 2,695 did, with secure_delete on.
    books.sql("UPDATE secret SET content = zeroblob(length(content)) WHERE job = ?", (id,))
    books.write(JobTable.update(state=state).where((JobTable.id == id) & (JobTable.state << OPEN)))
