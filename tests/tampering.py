"""Tamper at random with exported days and with books; two checkers must find all of it, and agree.

`python -m tests.tampering [--number 1000] [--seed 1]`. One checker is `kiosk verify`; the other
(tests/independent) was written from assets/check-the-ledger.md and shares no code with it. Each is also
asked about what nobody changed, and must find nothing there. A number of the run makes it anew.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from db import audit
from db.connection import Books
from db.journal import GENESIS, canonical
from kiosk.bookcheck import check_books
from kiosk.frompaper import honour_lost
from kiosk.keys.rotation import rotate
from kiosk.keys.seals import SEAL_DOMAIN, check_export
from kiosk.slips.signing import MarketKey
from kiosk.till import Till
from tests.db.tampering import by_the_library, taken_back, unguarded
from tests.independent import books as other_books
from tests.independent import checker as other_checker
from tests.kiosk.tills import Clock, booked, found, handed_out, of_lost_books

CSV = ("visits.csv", "lines.csv", "slips.csv", "postings.csv", "stock.csv", "totals.csv")
TABLES = tuple(other_books.ORDERS)
STRANGER = MarketKey(bytes(range(1, 33)))


def live(till: Till, clock: Clock) -> None:
    """Three sealed days with one of everything, a new key on the second, and a fourth that is open."""
    for number in range(3):
        slip = handed_out(till)
        booked(till, "2 childcare", "-1 honey", slips=[slip])
        booked(till, "-0.5 honey", solidarity=True)
        booked(till, "1 honey", gift=True)
        till.undo()
        till.bring_back(f"back {number}")
        handed_out(till, "1.25 tomatoes")
        till.void(number + 1, 6, "found in a puddle")
        handed_out(till, "0.5 honey")
        till.reissue(number + 1, 7, "torn")
        till.spoil("tomatoes", 500, "mould")
        till.count_stock("honey", 7000 + number)
        honour_lost(till.books, "the other laptop was stolen", clock().date())
        booked(till, "-0.5 honey", slips=[of_lost_books(till)])
        till.set_rate("honey", 400 + 50 * number, "scarce, said the assembly")
        if number == 1:
            rotate(till, "the laptop was stolen", last_good=clock().date())
        till.close_day(number)
        till.export(number + 1)
        clock.forward(days=7)
        till.open_day([("table", "Ana"), ("gate", "Bo")])
    booked(till, "1 tomatoes")


# Exported days


def rehash(folder: Path) -> None:
    """Make the hashes of the files fit again, as a careful forger would."""
    seal = json.loads((folder / "seal.json").read_bytes())
    seal["files"] = {
        path.name: {
            "bytes": path.stat().st_size,
            "sha256": sha256(path.read_bytes()).hexdigest(),
        }
        for path in folder.iterdir()
        if path.name != "seal.json"
    }
    (folder / "seal.json").write_text(json.dumps(seal))


def bytes_changed(random: Random, days: Path) -> None:
    """A few bytes of any file but the seal are changed, added or cut off."""
    files = sorted(path for path in days.glob("day-*/*") if path.name != "seal.json")
    path = random.choice(files)
    content = path.read_bytes()
    at = random.randrange(len(content))
    changed = random.choice(
        (
            content[:at] + bytes([content[at] ^ 1 << random.randrange(8)]) + content[at + 1 :],
            content[:at],
            content[:at] + random.randbytes(3) + content[at:],
            content[:at] + content[at + 1 + random.randrange(9) :],
        )
    )
    path.write_bytes(changed)


def file_gone_or_come(random: Random, days: Path) -> None:
    folder = random.choice(sorted(days.glob("day-*")))
    path = random.choice(sorted(folder.iterdir()))
    random.choice((path.unlink, lambda: path.rename(folder / "x"), (folder / "y").touch))()


def day_gone(random: Random, days: Path) -> None:
    """The first or the middle day is taken away; what was the last one nobody can miss."""
    shutil.rmtree(sorted(days.glob("day-*"))[1])


def row_changed(random: Random, days: Path) -> None:
    """A cell, a row or the order of rows of a CSV file, with hashes that fit."""
    folder = random.choice(sorted(days.glob("day-*")))
    path = folder / random.choice(CSV)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    at = random.randrange(1, len(rows))
    what = random.choice(("cell", "gone", "twice", "swapped"))
    if what == "cell":
        column = random.randrange(len(rows[at]))
        rows[at][column] += random.choice("017x.-")
    elif what == "gone":
        del rows[at]
    elif what == "twice":
        rows.insert(at, rows[at])
    else:
        place = random.randrange(1, len(rows))
        rows[at], rows[place] = rows[place], rows[at]
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows(rows)
    path.write_text(made.getvalue(), encoding="utf-8")
    rehash(folder)


def any_value(random: Random, body: Any) -> None:
    """Change one value somewhere in JSON."""
    while True:
        keys = list(body) if isinstance(body, dict) else list(range(len(body)))
        if not keys:
            return
        key = random.choice(keys)
        value = body[key]
        if isinstance(value, dict | list) and value:
            body = value
        elif isinstance(value, int):
            body[key] = value + random.choice((-1, 1, 100))
            return
        else:
            body[key] = f"{value or ''}0" if isinstance(value, str) else 7
            return


def journal_changed(random: Random, days: Path) -> None:
    """Entries are changed, left out, doubled or swapped; head, seal and hashes are made to fit, all
    but the signature, or with a signature of another key."""
    folder = random.choice(sorted(days.glob("day-*")))
    lines = (folder / "journal.jsonl").read_bytes().splitlines()
    at = random.randrange(len(lines) - 1)
    what = random.choice(("value", "value", "value", "gone", "twice", "swapped"))
    if what == "value":
        body = json.loads(lines[at])
        any_value(random, body)
        lines[at] = by_the_library(body)
    elif what == "gone":
        del lines[at]
    elif what == "twice":
        lines.insert(at, lines[at])
    else:
        place = random.randrange(len(lines) - 1)
        lines[at], lines[place] = lines[place], lines[at]
    if random.random() < 0.7:
        _seal_anew(random, folder, lines)
    (folder / "journal.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    rehash(folder)


def _seal_anew(random: Random, folder: Path, lines: list[bytes]) -> None:
    seal = json.loads((folder / "seal.json").read_bytes())
    digest = bytes.fromhex(seal["follows"]["hash"])
    for line in lines[:-1]:
        digest = sha256(digest + line).digest()
    statement = {**seal["statement"], "head": digest.hex()}
    statement["seq"] = seal["follows"]["seq"] + len(lines) - 1
    signature = seal["signature"]
    if random.random() < 0.5:
        signature = STRANGER.sign(SEAL_DOMAIN, canonical(statement)).hex()
    last = {**json.loads(lines[-1]), "statement": statement, "signature": signature}
    last["seq"] = statement["seq"] + 1
    lines[-1] = canonical(last)
    seal |= {"statement": statement, "signature": signature}
    (folder / "seal.json").write_text(json.dumps(seal))


def seal_changed(random: Random, days: Path) -> None:
    """A value of the seal: of the statement, the signature, the key, the name, what it follows."""
    folder = random.choice(sorted(days.glob("day-*")))
    seal = json.loads((folder / "seal.json").read_bytes())
    any_value(random, seal)
    (folder / "seal.json").write_text(json.dumps(seal))


def untouched(random: Random, days: Path) -> None:
    """Nothing at all."""


ON_DAYS: tuple[Callable[[Random, Path], None], ...] = (
    bytes_changed, file_gone_or_come, day_gone, row_changed, row_changed, journal_changed,
    journal_changed, seal_changed, untouched,
)  # fmt: skip


def content_of(days: Path) -> dict[str, Any]:
    """What lies in exported days: bytes, and of a seal what it says."""
    return {
        str(path.relative_to(days)): json.loads(path.read_bytes())
        if path.name == "seal.json" and path.read_bytes().startswith(b"{")
        else path.read_bytes()
        for path in sorted(days.rglob("*"))
        if path.is_file()
    }


def on_days(days: Path, work: Path, random: Random) -> str:
    """Tamper once with a copy; gives what was done. Raises AssertionError where a checker errs."""
    copy = work / "days"
    shutil.copytree(days, copy)
    try:
        change = random.choice(ON_DAYS)
        change(random, copy)
        is_changed = content_of(copy) != content_of(days)
        ours = [str(one) for one in check_export(copy)]
        theirs = other_checker.finding(copy)
        assert bool(ours) == is_changed, f"{change.__name__}: kiosk verify says {ours}"
        assert bool(theirs) == is_changed, f"{change.__name__}: the other says “{theirs}”"
        return change.__name__ if is_changed else "untouched"
    finally:
        shutil.rmtree(copy)


# Books


def value_changed(random: Random, books: Books) -> None:
    table = random.choice(("entry", *TABLES))
    row, key, columns = _row(random, books, table)
    at = random.randrange(len(row))
    value = row[at]
    new: Any = 7
    if isinstance(value, int):
        new = value + random.choice((-1, 1, 1000))
    elif isinstance(value, str):
        new = value + "x"
    elif isinstance(value, bytes):
        place = random.randrange(len(value))
        new = value[:place] + bytes([value[place] ^ 1]) + value[place + 1 :]
    books.sql(f"UPDATE OR IGNORE {table} SET {columns[at]} = ? WHERE {columns[0]} = ?", (new, key))


def row_gone(random: Random, books: Books) -> None:
    table = random.choice(("entry", *TABLES))
    _, key, columns = _row(random, books, table)
    books.sql(f"DELETE FROM {table} WHERE {columns[0]} = ?", (key,))


def row_come(random: Random, books: Books) -> None:
    table = random.choice(("entry", *TABLES))
    row, key, _ = _row(random, books, table)
    values = list(row)
    if isinstance(key, int):
        values[0] = key + 1_000_003
    else:
        values[0] = random.randbytes(16) if isinstance(key, bytes) else f"{key}x"
    books.sql(f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(row))})", tuple(values))


def rows_swapped(random: Random, books: Books) -> None:
    """The values of two rows of a table, all but their keys."""
    table = random.choice(("posting", "movement", "balance", "stock", "decision"))
    one, key, columns = _row(random, books, table)
    other, other_key, _ = _row(random, books, table)
    sets = ", ".join(f"{column} = ?" for column in columns[1:])
    change = f"UPDATE {table} SET {sets} WHERE {columns[0]} = ?"
    books.sql(change, (*other[1:], key))
    books.sql(change, (*one[1:], other_key))


def chain_anew(random: Random, books: Books) -> None:
    """An entry before the last seal is changed, and the whole chain is hashed anew."""
    (last,) = books.sql("SELECT max(seq) FROM entry WHERE kind = 'seal'").fetchone()
    wanted = random.randrange(1, last + 1)
    digest = GENESIS
    for key, seq, raw in books.sql("SELECT id, seq, body FROM entry ORDER BY id").fetchall():
        if seq == wanted:
            body = json.loads(raw)
            any_value(random, body)
            raw = by_the_library(body)
        before, digest = digest, sha256(digest + raw).digest()
        books.sql(
            "UPDATE entry SET body = ?, prev_hash = ?, hash = ? WHERE id = ?",
            (raw, before, digest, key),
        )


def tail_gone(random: Random, books: Books) -> None:
    """Every entry from one on is gone, the last seal among them; the tables remember."""
    (last,) = books.sql("SELECT max(seq) FROM entry WHERE kind = 'seal'").fetchone()
    books.sql("DELETE FROM entry WHERE seq >= ?", (random.randrange(1, last + 1),))


def nothing(random: Random, books: Books) -> None:
    """Nothing at all."""


ON_BOOKS: tuple[Callable[[Random, Books], None], ...] = (
    value_changed, value_changed, value_changed, row_gone, row_come, rows_swapped, chain_anew,
    tail_gone, nothing,
)  # fmt: skip


def _row(random: Random, books: Books, table: str) -> tuple[tuple[Any, ...], Any, list[str]]:
    cursor = books.sql(f"SELECT * FROM {table} ORDER BY 1")
    columns = [column[0] for column in cursor.description]
    row = random.choice(cursor.fetchall())
    return row, row[0], columns


def _dump(books: Books) -> list[Any]:
    return [books.sql(f"SELECT * FROM {one} ORDER BY 1").fetchall() for one in ("entry", *TABLES)]


def on_books(till: Till, random: Random) -> str:
    """Tamper once with the books, and take it back; gives what was done. Raises AssertionError."""
    books = till.books
    before = _dump(books)
    with taken_back(books):
        change = random.choice(ON_BOOKS)
        with unguarded(books):
            change(random, books)
        is_changed = _dump(books) != before
        ours = [str(one) for one in check_books(books, till.public)]
        theirs = other_books.finding(books.database.connection())
    assert bool(ours) == is_changed, f"{change.__name__}: kiosk verify says {ours}"
    assert bool(theirs) == is_changed, f"{change.__name__}: the other says “{theirs}”"
    return change.__name__ if is_changed else "untouched"


def run(number: int, seed: int, work: Path) -> Counter[str]:
    """Tamper `number` times with exported days and as often with books."""
    clock = Clock()
    till = found(work / "market", clock)
    live(till, clock)
    done: Counter[str] = Counter()
    try:
        days = till.folder / "exports"
        for turn in range(number):
            where = f"turn {seed}/{turn}"
            try:
                done["exports: " + on_days(days, work, Random(f"{seed} {turn}"))] += 1
                done["books: " + on_books(till, Random(f"{seed} {turn}"))] += 1
            except AssertionError as error:
                raise AssertionError(f"{where}: {error}") from error
        assert audit.verify(till.books) == [], "what was taken back left something"
    finally:
        till.close()
    return done


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--number", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with TemporaryDirectory() as work:
        done = run(options.number, options.seed, Path(work))
    for what, times in sorted(done.items()):
        print(f"{times:6} {what}")
    print("All found by both checkers, and nothing where nothing was changed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
