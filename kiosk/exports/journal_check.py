"""Read journal.jsonl of an exported day: chain, sums, and each row of its CSV files beside it.

Files that anyone may have written: what can't be read is a finding. What rows must say is worked out by
kiosk/exports/derive.py; whether the seal is signed is left to kiosk/exports/check.py, and whether the
key is the market's to kiosk/keys/trust.py.
"""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from db.audit import Standing
from db.findings import ENTRY, WORDS_OF_NO_ENTRY, Finding
from db.journal import canonical
from db.terms import Handover
from kiosk.exports import csv_files
from kiosk.exports.derive import Cell, Contradiction, Day, Known, Row, total_rows
from kiosk.exports.journal_file import JOURNAL_FILE
from kiosk.exports.seal_file import SEAL_FILE
from kiosk.exports.total_names import total_name, total_value
from kiosk.machine.outside import open_plain
from kiosk.messages import _
from kiosk.text import safe

MAX_FILE_BYTES = 1 << 28
"""A quarter of a GiB: a market day of a hundred thousand visits has a fifth of it."""
LONGEST_ENTRY = 1 << 24  # bytes: the catalogue of a large market in one entry has a tenth of it
LONGEST_LINE = 65_536  # characters of a row; ours have fewer than a thousand

Verify = Callable[[str, bytes, bytes, bytes], bool]
"""Whether, in an entry of this kind (`seal` or `key`), `public_key` (32 bytes) made, over the statement
`message`, the `signature` (64 bytes): called in this order."""

HEADERS = {
    "visits.csv": csv_files.VISITS,
    "lines.csv": csv_files.LINES,
    "slips.csv": csv_files.SLIPS,
    "postings.csv": csv_files.POSTINGS,
    "stock.csv": csv_files.STOCK,
    "totals.csv": csv_files.TOTALS,
}


class Unreadable(Exception):
    """A file that is none of ours; the argument says why, for a person."""


@dataclass(slots=True)
class Journal:
    """What came of reading a day's journal: what is wrong, where it ends (seq and hash of its seal),
    whether it could be read to there, the entries with the hash that was asked for, and how keys of
    the market gave way to others."""

    findings: list[Finding] = field(default_factory=list)
    end: tuple[int, str] | None = None
    is_read: bool = False
    heads: list[Standing] = field(default_factory=list)
    handovers: list[Handover] = field(default_factory=list)


def check_journal(
    folder: Path,
    present: set[str],
    seal: dict[str, Any],
    known: Known,
    witness: str,
    verify: Verify,
) -> Journal:
    """Hash the entries again from what the seal `follows`, and hold its statement and every CSV file
    against them. `known` grows by what they say; `verify` says whether a handover is signed."""
    journal = Journal()
    try:
        undone = _undone(folder / JOURNAL_FILE)
    except Unreadable as error:
        journal.findings.append(Finding(JOURNAL_FILE, str(error)))
        known.whole = False
        return journal
    day = Day(known, seal["statement"]["day"], undone)
    tables = {name: _Table(folder / name, HEADERS[name]) for name in HEADERS if name in present}
    for name in sorted(HEADERS.keys() - present - seal["files"].keys()):
        journal.findings.append(Finding(name, _("it is missing")))
    _Reading(journal, seal, day, tables, witness, verify).read(folder / JOURNAL_FILE)
    known.key = known.key or seal["public_key"]
    if journal.is_read:
        for name, rows in _last_rows(seal, day):
            if name in tables:
                tables[name].expect(rows)
    for name, table in tables.items():
        # After an entry that can't be nobody knows what should have come.
        is_known = known.whole if name == "stock.csv" else journal.is_read
        table.finish(whole=is_known)
        if table.finding is not None:
            journal.findings.append(Finding(name, table.finding))
    return journal


def _last_rows(seal: dict[str, Any], day: Day) -> Iterator[tuple[str, Iterable[Row]]]:
    yield "totals.csv", total_rows(day.known.market or seal["market"], seal["statement"], day.roles)
    if day.known.whole:
        yield "stock.csv", day.known.stock_rows()


class _Reading:
    """Goes through the entries of a day; what is wrong with the first wrong one is what is said."""

    def __init__(
        self,
        journal: Journal,
        seal: dict[str, Any],
        day: Day,
        tables: dict[str, _Table],
        witness: str,
        verify: Verify,
    ) -> None:
        self._journal, self._seal, self._day, self._tables = journal, seal, day, tables
        self._witness, self._verify = witness, verify
        self._seq: int = seal["follows"]["seq"]
        self._hash = bytes.fromhex(seal["follows"]["hash"])
        self._statement = seal["statement"]
        self._is_sealed = False

    def read(self, path: Path) -> None:
        """Read the journal to its end or to the first entry that can't be."""
        for raw in _lines(path):
            self._seq += 1
            what = self._wrong(raw)
            if what is not None:
                self._say(what)
                self._day.known.whole = False
                return
        if not self._is_sealed:
            what = _("it does not end with the seal of the day")
            self._journal.findings.append(Finding(JOURNAL_FILE, what))
        self._journal.is_read = self._is_sealed
        self._journal.findings += self._compare_sums()

    def _say(self, what: str) -> None:
        where = _(ENTRY).format(kiosk=safe(self._statement["kiosk"]), seq=self._seq)
        self._journal.findings.append(Finding(where, what))

    def _wrong(self, raw: bytes) -> str | None:
        """What is wrong with the next entry, in words; None where nothing is."""
        if self._is_sealed:
            return _("it comes after the seal of its day")
        try:
            body = json.loads(raw)
            if (body["kiosk"], body["seq"]) != (self._statement["kiosk"], self._seq):
                return _("another entry should come here")
            if canonical(body) != raw:
                return _("its words are not written as the kiosk writes them")
            if body["kind"] == "seal":
                self._read_seal(raw, body)
                return None
            rows = self._day.add(body)
            if body["kind"] == "key" and not self._is_handed_over(body):
                return _("the key that it hands over did not sign it")
        except Contradiction as error:
            return _(str(error))
        except WORDS_OF_NO_ENTRY:
            return _("its words are not those of an entry")
        for name, derived in rows.items():
            if name in self._tables:
                self._tables[name].expect(derived, self._seq)
        self._go_on(raw, body)
        return None

    def _read_seal(self, raw: bytes, body: dict[str, Any]) -> None:
        self._is_sealed = True
        signed = self._statement
        first = self._seal["follows"]["seq"] + 1
        if (self._seq - 1, self._hash.hex()) != (signed["seq"], signed["head"]):
            self._say(
                _(
                    "the entries from {first} on do not come to the head that the seal signs: one of "
                    "them was changed, added or left out"
                ).format(first=first)
            )
        if (body["statement"], body["signature"]) != (signed, self._seal["signature"]):
            self._say(_("it is not the seal that stands in seal.json"))
        self._go_on(raw, body)
        self._journal.end = (self._seq, self._hash.hex())

    def _is_handed_over(self, body: dict[str, Any]) -> bool:
        """Whether the old key signed the handover, where anybody says that it did."""
        made = Handover.read(body["statement"], body["signature"])
        self._journal.handovers.append(made)
        said = canonical(made.statement())
        return not made.signature or self._verify("key", made.old, said, made.signature)

    def _go_on(self, raw: bytes, body: dict[str, Any]) -> None:
        self._hash = sha256(self._hash + raw).digest()
        digest = self._hash.hex()
        if self._witness and digest.startswith(self._witness):
            place = (body["kiosk"], self._seq, body["kind"], body["day"], body.get("visit", 0))
            self._journal.heads.append(Standing(*place))

    def _compare_sums(self) -> Iterator[Finding]:
        """The seal's statement against what the entries come to."""
        signed, day = self._statement, self._day
        counted = signed["counted"]
        derived: dict[str, object] = {
            "date": day.date,
            **day.totals,
            "difference": None if counted is None else counted - day.totals["slips_in"],
        }
        said = {"date": signed["date"], **signed["totals"], "difference": signed["difference"]}
        if day.known.whole:
            derived |= {f"account {name}": n for name, n in day.known.balances.items()}
            said |= {f"account {name}": n for name, n in signed["balances"].items()}
            derived["market"], said["market"] = day.known.market, self._seal["market"]
        if day.known.key:
            derived["public_key"], said["public_key"] = day.known.key, self._seal["public_key"]
        for name in sorted(said.keys() | derived.keys()):
            one, other = derived.get(name, 0), said.get(name, 0)
            if one != other:
                what = _(
                    "{name}: the entries come to {counted}, and the seal says {signed}"
                ).format(
                    name=total_name(name),
                    counted=total_value(name, one),
                    signed=total_value(name, other),
                )
                yield Finding(SEAL_FILE, what)


class _Table:
    """A CSV file that is read row by row beside the entries. `finding` is the first thing in it that
    is not what they say, in words."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self.finding: str | None = None
        self._columns = columns
        self._rows = _rows(path, columns)
        self._number = 1

    def expect(self, derived: Iterable[Row], entry: int | None = None) -> None:
        """The next rows must be these; `entry` is where they come from."""
        for wanted in derived:
            if self.finding is not None:
                return
            self._number += 1
            row = self._next()
            if self.finding is None:
                self.finding = self._difference(row, wanted, entry)

    def finish(self, *, whole: bool) -> None:
        """No row may follow, where the rows are known (`whole`)."""
        if self.finding is None and whole and self._next() is not None and self.finding is None:
            self.finding = _("row {row} and what follows it come from no entry").format(
                row=self._number + 1
            )

    def _next(self) -> list[str] | None:
        try:
            return next(self._rows, None)
        except Unreadable as error:
            self.finding = str(error)
            return None

    def _difference(self, row: list[str] | None, wanted: Row, entry: int | None) -> str | None:
        place = (
            _("row {row}").format(row=self._number)
            if entry is None
            else _("row {row}, of entry {entry}").format(row=self._number, entry=entry)
        )
        if row is None:
            return _("{place}: it is missing").format(place=place)
        for column, cell, known in zip(self._columns, row, wanted, strict=True):
            if not _agrees(cell, known):
                return _("{place}: {column} is “{cell}”, and the journal says “{wanted}”").format(
                    place=place, column=column, cell=safe(cell, 60), wanted=_shown(known)
                )
        return None


def _agrees(cell: str, known: Cell) -> bool:
    if known is None:
        return True
    return cell in known if isinstance(known, frozenset) else cell == known


def _shown(known: Cell) -> str:
    return safe(known if isinstance(known, str) else ", ".join(sorted(known or ())), 60)


def _undone(path: Path) -> set[int]:
    """The numbers of the entries that others in the journal reverse; raises Unreadable."""
    undone = set()
    for raw in _lines(path):
        if b'"kind":"reversal"' in raw:
            try:
                of = json.loads(raw)["of"]
            except WORDS_OF_NO_ENTRY:
                continue  # said when its turn comes
            if isinstance(of, int):
                undone.add(of)
    return undone


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of the journal without their ends; raises Unreadable for what is none of ours."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_FILE_BYTES:
            raise Unreadable(_("it is no file, or far too large"))
        with open_plain(path) as file:
            while line := file.readline(LONGEST_ENTRY):
                if not line.endswith(b"\n"):
                    raise Unreadable(_("its last line has no end, or is far too long"))
                yield line[:-1]
    except FileNotFoundError:
        raise Unreadable(_("it is missing")) from None
    except OSError as error:
        raise Unreadable(_("it can't be read ({why})").format(why=error.strerror)) from error


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[list[str]]:
    """The rows of a CSV file after its header; raises Unreadable for what is none of ours."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_FILE_BYTES:
            raise Unreadable(_("it is no file, or far too large"))
        with TextIOWrapper(open_plain(path), encoding="utf-8", newline="") as file:
            reader = csv.reader(_bounded(file), strict=True)
            if next(reader, None) != list(columns):
                raise Unreadable(_("its columns are not those of an export"))
            for number, row in enumerate(reader, 2):
                if len(row) != len(columns):
                    raise Unreadable(
                        _("row {row} has too many or too few cells").format(row=number)
                    )
                yield row
    except OSError as error:
        raise Unreadable(_("it can't be read ({why})").format(why=error.strerror)) from error
    except (ValueError, csv.Error) as error:
        raise Unreadable(_("it is not a CSV file in UTF-8")) from error


def _bounded(file: TextIO) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise Unreadable(_("it has a line that is longer than any of ours"))
        yield line
