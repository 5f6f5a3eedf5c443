"""What it takes the market's key, its papers and its exports to know about its books."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from db import audit, days, jobs
from db.connection import open_books
from kiosk.config import EXPORTS_FOLDER
from kiosk.till import Till, open_till
from tests.db.tampering import rewrite, tamper
from tests.kiosk.tills import booked, found, handed_out


@pytest.fixture
def closed(till: Till) -> Till:
    """A day that was sealed and exported, with papers that wait, and the next one open."""
    handed_out(till)
    booked(till, "2 childcare", "-1 honey")
    till.close_day(0)
    till.export(1)
    till.open_day()
    handed_out(till, "1 honey")
    assert till.verify() == []
    return till


def test_a_seal_that_was_signed_again_by_nobody_is_found(closed: Till) -> None:
    """The whole chain fits, the seal says what the entries say, and only the key is missing."""
    entry = days.sealed_in(closed.books, 1)
    rewrite(closed.books, entry & 0xFFFFFFFF, lambda body: {**body, "signature": "00" * 64})
    (finding,) = closed.verify()
    assert finding.where == f"entry {closed.books.kiosk}/{entry & 0xFFFFFFFF}"
    assert finding.what == "the seal of market day 1 is not the market's"


@pytest.mark.parametrize("signature", ["", "zz", 7, None])
def test_a_signature_that_is_none_is_found(closed: Till, signature: object) -> None:
    entry = days.sealed_in(closed.books, 1)
    rewrite(closed.books, entry & 0xFFFFFFFF, lambda body: {**body, "signature": signature})
    assert closed.verify()


def test_a_waiting_paper_that_is_anothers_is_found(closed: Till) -> None:
    first, second, *_ = (job.id for job in jobs.open_jobs(closed.books) if job.kind == "slip")
    tamper(
        closed.books,
        "UPDATE secret SET content = (SELECT content FROM secret WHERE job = ?) WHERE job = ?",
        (first, second),
    )
    (finding,) = closed.verify()
    assert finding.where == f"print job {second}"
    assert finding.what == "its content is not what its entry issued"


@pytest.mark.parametrize("content", ["x'01'", "randomblob(84)", "x''"])
def test_content_of_any_kind_that_no_entry_issued_is_found(closed: Till, content: str) -> None:
    for job in jobs.open_jobs(closed.books):
        before = jobs.content(closed.books, job.id)
        tamper(closed.books, f"UPDATE secret SET content = {content} WHERE job = ?", (job.id,))
        (finding,) = closed.verify()
        assert finding.where == f"print job {job.id}"
        tamper(closed.books, "UPDATE secret SET content = ? WHERE job = ?", (before, job.id))
    assert closed.verify() == []


def test_a_wiped_paper_of_another_length_is_found(closed: Till) -> None:
    job = closed.pending()[0].id
    closed.confirm(job)
    assert closed.verify() == []
    tamper(closed.books, "UPDATE secret SET content = zeroblob(83) WHERE job = ?", (job,))
    (finding,) = closed.verify()
    assert finding.where == f"print job {job}"


def test_an_export_remembers_a_seal_that_was_cut_off(closed: Till, tmp_path: Path) -> None:
    """The books as they were before the last seal, every table in its place: only what was exported
    since knows better."""
    with closing(open_books(tmp_path / "before", create=True)) as before:
        sealed_in = days.sealed_in(closed.books, 1)
        tamper(closed.books, "DELETE FROM entry WHERE id >= ?", (sealed_in,))
        audit.replay(closed.books, before)
        before.sql("UPDATE local SET value = ?", (closed.books.kiosk,))
        booked_jobs = closed.books.sql(
            "SELECT * FROM job WHERE entry < ? ORDER BY id", (sealed_in,)
        ).fetchall()
        for row in booked_jobs:
            before.sql("INSERT INTO job VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            content = closed.books.sql("SELECT content FROM secret WHERE job = ?", row[:1])
            before.sql("INSERT INTO secret VALUES (?, ?)", (row[0], content.fetchone()[0]))
    shutil.copy(closed.folder / "market.key", tmp_path / "before")
    with closing(open_till(tmp_path / "before")) as restored:
        assert restored.verify() == []
        booked(restored, "1 tomatoes")
        assert restored.verify() == [], "nobody can know"
        shutil.copytree(closed.folder / EXPORTS_FOLDER, restored.folder / EXPORTS_FOLDER)
        (finding,) = restored.verify()
        assert finding.what.startswith("it is not the seal that the export day-0001")


def test_exports_of_another_kiosk_are_no_business_of_these_books(
    closed: Till, tmp_path: Path
) -> None:
    other = found(tmp_path / "other", closed.books._clock)  # type: ignore[arg-type]
    shutil.copytree(closed.folder / EXPORTS_FOLDER, other.folder / EXPORTS_FOLDER)
    (other.folder / EXPORTS_FOLDER / "notes").mkdir()
    (other.folder / EXPORTS_FOLDER / "notes" / "seal.json").write_text("{}")
    assert other.verify() == []
    other.close()
