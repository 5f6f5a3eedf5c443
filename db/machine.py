"""Hold what this machine keeps beside the journal against the journal: names, crew, print queue.

These tables are no projection, and a replay can't make them. What is found:

- `local`: any row but the kiosk's own id, and an id under which no entry stands.
- `crew`: every handle and salt must come to the commitment in the entry that opened its day, in
  order. A row may be wiped, or missing: people may be forgotten.
- `job`: one paper for each slip and each seal that this kiosk issued, numbered without a gap, with
  its entry and reference; whether a state can be, given what became of the slip.
- `secret`: what waits is what the entry issued; what is done or lost was wiped.

What nobody can know, because people and printers make it without a trace in the journal: who of the
crew was forgotten by right (the rest may move up in the numbers of their rows); whether a
paper that waits is queued, sending or sent; whether one that is done was confirmed, lost with another
machine or, where its slip ended, cancelled; how many copies were printed; within a minute, when a job
was queued; how many unknown codes were typed (`code_try`), and when; when a migration ran. None of it
moves a credit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from db.connection import Books
from db.crew import is_forgotten
from db.errors import N_
from db.findings import Finding, found
from db.jobs import LOST, OPEN
from db.models import entry_key, keys_of
from db.terms import SYMBOLS

Fits = Callable[[str, int, "bytes | None", bytes], bool]
"""Whether the content of a job is what its entry issued, from its kind, entry and reference; content
that was wiped is zeros of the same length."""

QUEUED_WITHIN = 60_000  # milliseconds: a paper is queued in the transaction of its entry
_STATES = (*OPEN, "confirmed", "cancelled", LOST)
_TABLE = N_("table {table}")


def check_machine(books: Books, fits: Fits | None = None) -> Iterator[Finding]:
    """What the machine's own tables say otherwise than the journal, whose projections are right.

    Without `fits` contents are only looked at for having been wiped, and seals need no paper.
    """
    misnamed = list(_check_local(books))
    yield from misnamed
    if misnamed:
        return  # whose crew and whose papers they are can't be said
    yield from _check_crew(books)
    yield from _check_jobs(books, fits)


def _check_local(books: Books) -> Iterator[Finding]:
    for name, value in books.sql("SELECT name, value FROM local ORDER BY name").fetchall():
        if name != "kiosk":
            yield found(
                _TABLE, N_("the kiosk keeps nothing called {name}"), table="local", name=name
            )
        elif len(value) != 4 or not set(SYMBOLS).issuperset(value):
            yield found(_TABLE, N_("{value} is no kiosk's id"), table="local", value=value)
        else:
            first, any_ = books.sql(
                "SELECT (SELECT count(*) FROM entry WHERE id = ?), EXISTS (SELECT 1 FROM entry)",
                (entry_key(value, 1),),
            ).fetchone()
            if any_ and not first:
                what = N_("the kiosk {value} made none of the entries")
                yield found(_TABLE, what, table="local", value=value)


def _check_crew(books: Books) -> Iterator[Finding]:
    wanted = [
        (day, one["role"], one["who"])
        for day, crew in books.sql(
            "SELECT id, crew FROM day WHERE kiosk = ? ORDER BY id", (books.kiosk,)
        ).fetchall()
        for one in json.loads(crew)
    ]
    at = 0
    query = "SELECT id, day, role, handle, salt FROM crew ORDER BY id"
    for id, day, role, handle, salt in books.sql(query).fetchall():
        known = 2 if is_forgotten(handle, salt) else None
        committed = (day, role, sha256(salt + handle.encode()).hexdigest())[:known]
        while at < len(wanted) and wanted[at][:known] != committed:
            at += 1  # somebody whose name was forgotten
        at += 1
        if not id <= at <= len(wanted):
            what = N_("the name in row {row} is not the one that was written down for {role}")
            yield found(_TABLE, what, table="crew", row=id, role=role)
            return


# The print queue

_JOBS = """
SELECT job.id, job.kind, job.entry, job.reference, job.copy, job.state, job.created_at,
    secret.content, slip.issued_in, slip.state, day.sealed_in, entry.recorded_at
FROM job LEFT JOIN secret ON secret.job = job.id LEFT JOIN slip ON slip.reference = job.reference
LEFT JOIN entry ON entry.id = job.entry
LEFT JOIN day ON day.id = (entry.id >> 32 << 32 | entry.day)
ORDER BY job.id
"""


def _check_jobs(books: Books, fits: Fits | None) -> Iterator[Finding]:
    counted = {"slip": 0, "seal": 0}
    number, before = 0, (0, b"")
    for row in books.sql(_JOBS):
        number += 1
        id, kind, entry, reference = row[:4]
        what = _misfit(row, number, before, fits)
        if what:
            yield found(N_("print job {job}"), what, job=id)
            return
        counted[kind] += 1
        before = (entry, reference or b"")
    first, last = keys_of(books.kiosk)
    slips, seals, secrets, sequence = books.sql(
        "SELECT (SELECT count(*) FROM slip WHERE issued_in BETWEEN ? AND ?) "
        "- (SELECT count(*) FROM paper WHERE entry BETWEEN ? AND ?), "
        "(SELECT count(*) FROM day WHERE kiosk = ? AND sealed_in IS NOT NULL), "
        "(SELECT count(*) FROM secret), (SELECT seq FROM sqlite_sequence WHERE name = 'job')",
        (first, last, first, last, books.kiosk),
    ).fetchone()
    if counted["slip"] != slips or (fits is not None and counted["seal"] != seals):
        what = N_("it has {jobs} papers, and the journal issued {issued}")
        issued = slips + (counted["seal"] if fits is None else seals)
        yield found(_TABLE, what, table="job", jobs=number, issued=issued)
    if secrets != number:
        yield found(_TABLE, N_("it has contents of papers that never were"), table="secret")
    if (sequence or 0) != number:
        what = N_("it says that there were {said} papers, and there are {jobs}")
        yield found(_TABLE, what, table="sqlite_sequence", said=sequence or 0, jobs=number)


def _misfit(
    row: tuple[Any, ...], number: int, before: tuple[int, bytes], fits: Fits | None
) -> str | None:
    """A marked sentence that says what is wrong with a job, None where nothing is."""
    id, kind, entry, reference, copy, state, created_at, content, *known = row
    issued_in, slip_state, sealed_in, recorded_at = known
    if id != number:
        return N_("a paper before it is missing")
    is_issued = (
        reference is not None and issued_in == entry
        if kind == "slip"
        else kind == "seal" and reference is None and sealed_in == entry
    )
    if not is_issued or (entry, reference or b"") == before or entry < before[0]:
        return N_("its entry issued no such paper")
    if abs(created_at - recorded_at) > QUEUED_WITHIN:
        return N_("it was queued at another time than its entry says")
    if copy < 1 or state not in _STATES or not _can_be(kind, state, slip_state):
        return N_("its state can't be, given what became of its slip")
    if content is None or any(content) != (state in OPEN):
        return N_("its content is not there, or was not wiped when it was done")
    if fits is not None and not fits(kind, entry, reference, content):
        return N_("its content is not what its entry issued")
    return None


def _can_be(kind: str, state: str, slip_state: str | None) -> bool:
    """A slip that ended without being redeemed takes its waiting paper with it, and only such a
    slip does; what a backup was made without is a slip's paper."""
    if state == LOST:
        return kind == "slip"
    if kind == "slip" and slip_state in ("voided", "reissued"):
        return state not in OPEN
    return state != "cancelled"
