"""The mark that says what the books' file was when it was closed last."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from db import atrest
from db.connection import FILE, open_books
from db.errors import DataFolderUnusable
from tests.db.table import Table, second_table


def mark(folder: Path) -> Path:
    return folder / f"{FILE}{atrest.SUFFIX}"


def test_books_that_were_closed_are_as_they_were_left(table: Table, tmp_path: Path) -> None:
    table.visit("1 tomatoes")
    table.books.close()
    assert atrest.is_as_left(tmp_path / FILE) is True
    assert mark(tmp_path).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("at", [17, 70, 97, 5000, -1])
def test_one_bit_anywhere_is_found(table: Table, tmp_path: Path, at: int) -> None:
    table.books.close()
    raw = bytearray((tmp_path / FILE).read_bytes())
    raw[at] ^= 1
    (tmp_path / FILE).write_bytes(raw)
    assert atrest.is_as_left(tmp_path / FILE) is False


def test_while_somebody_has_them_open_nobody_knows(table: Table, tmp_path: Path) -> None:
    assert not mark(tmp_path).exists()
    assert atrest.is_as_left(tmp_path / FILE) is None
    second_table(tmp_path).books.close()
    assert not mark(tmp_path).exists(), "who closes them is not the last one"
    table.books.close()
    with closing(open_books(tmp_path)):
        assert not mark(tmp_path).exists()
        assert atrest.is_as_left(tmp_path / FILE) is None


def test_who_closed_the_books_says_no_more_of_them(table: Table, tmp_path: Path) -> None:
    table.books.close()
    mark(tmp_path).unlink()
    table.books.close()
    assert not mark(tmp_path).exists()


def test_a_mark_that_can_not_be_taken_away_keeps_the_books_closed(
    table: Table, tmp_path: Path
) -> None:
    """Else it would say of the books that were changed what they had been before."""
    table.books.close()
    mark(tmp_path).unlink()
    mark(tmp_path).mkdir()
    with pytest.raises(DataFolderUnusable) as caught:
        open_books(tmp_path)
    assert caught.value.facts["folder"] == tmp_path
    mark(tmp_path).rmdir()
    open_books(tmp_path).close()
    assert atrest.is_as_left(tmp_path / FILE) is True


def test_books_are_seen_to_be_open_before_anybody_else_may_look(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.books.close()
    alone, seen = atrest.one_at_a_time, []

    @contextmanager
    def watched(folder: Path) -> Iterator[None]:
        with alone(folder):
            yield
            seen.append(atrest._is_open(tmp_path / FILE))

    monkeypatch.setattr(atrest, "one_at_a_time", watched)
    with closing(open_books(tmp_path)):
        assert seen == [True]


def test_books_that_were_not_closed_in_order_have_no_mark(table: Table, tmp_path: Path) -> None:
    table.visit("1 tomatoes")
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for path in tmp_path.glob(f"{FILE}*"):
        (crashed / path.name).write_bytes(path.read_bytes())
    assert atrest.is_as_left(crashed / FILE) is None
    open_books(crashed).close()
    assert atrest.is_as_left(crashed / FILE) is True


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 10_000, b"9" * 10_000])
def test_a_mark_that_is_none_says_nothing(table: Table, tmp_path: Path, content: bytes) -> None:
    table.books.close()
    mark(tmp_path).write_bytes(content)
    assert atrest.is_as_left(tmp_path / FILE) is None


def test_one_at_a_time_keeps_out_every_other(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    with atrest.one_at_a_time(tmp_path), pytest.raises(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(descriptor)


def test_that_a_mark_is_gone_reaches_the_disk(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.books.close()
    real, synced = os.fsync, list[tuple[int, bool]]()

    def record(descriptor: int) -> None:
        synced.append((os.fstat(descriptor).st_ino, mark(tmp_path).exists()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    atrest.take_away(tmp_path / FILE)
    assert synced == [(tmp_path.stat().st_ino, False)]
    atrest.take_away(tmp_path / FILE)
    assert len(synced) == 1, "where there is none, nothing is to be done"


def test_books_of_the_largest_size_are_still_hashed(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.books.close()
    mark(tmp_path).unlink()
    for limit, left in ((0, True), (-1, False)):
        monkeypatch.setattr(atrest, "ALWAYS", (tmp_path / FILE).stat().st_size + limit)
        atrest.leave(tmp_path / FILE, any_size=False)
        assert mark(tmp_path).exists() == left
        mark(tmp_path).unlink(missing_ok=True)


def test_large_books_are_hashed_where_it_is_asked_for(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atrest, "ALWAYS", 1000)
    table.books.close()
    assert not mark(tmp_path).exists()
    books = open_books(tmp_path)
    books.rests = True
    books.close()
    assert mark(tmp_path).exists()


def test_a_folder_that_takes_no_mark_costs_nothing(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_arguments: object, **_named: object) -> int:
        raise OSError(28, "no room")

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", refuses)
        table.books.close()
    assert not mark(tmp_path).exists()
    open_books(tmp_path).close()
